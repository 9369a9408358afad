"""What keeps a sentence from being quoted."""

from __future__ import annotations

from datetime import date

import pytest

from recommender.briefs.material import Told, can_be_quoted, holds_on, read, told_on
from recommender.briefs.told import LONGEST
from recommender.domain.briefs import Source
from recommender.domain.ids import ArticleId

TUESDAY = 1_791_288_000.0  # 6 October 2026, 12:00 UTC
DAY = 86_400.0


def source(text: str, published_at: float = TUESDAY) -> Source:
    return Source(article=ArticleId("a"), title="Rain", text=text, published_at=published_at)


def only(text: str) -> Told:
    (told,) = read([source(text)], most=20)
    return told


@pytest.mark.parametrize(
    "text",
    [
        "Heavy rain shut ten roads in Bonn.",
        "The creamery stopped its work until an inspector has looked at every drain.",
        "“We are tired,” said Ada Byron of the fire service.",
    ],
)
def test_a_statement_can_be_quoted(text: str) -> None:
    assert can_be_quoted(only(text))


@pytest.mark.parametrize(
    "text",
    [
        "Heavy rain in Bonn",
        "Will it rain in Bonn on Friday again?",
        "Heavy rain shut ten roads in Bonn …",
        "Rovers finished ninth.",
        "The tide was rising again.",
        "Read more: rain in the hills of Bonn.",
        "Photo: Ada Byron stands in the rain of Bonn.",
        "Lesen Sie auch: Regen in den Bergen bei Bonn.",
        "Lire aussi : la pluie dans les collines de Bonn.",
        "Leer más: la lluvia en las colinas de Bonn.",
        "The post Ten Roads in Bonn appeared first on the Wire.",
        "This article was updated on Monday at 12:40 in Bonn.",
        "Firefighters of Bonn explain how they shut ten roads.",
    ],
)
def test_what_is_cut_or_says_little_or_speaks_of_its_page_can_not(text: str) -> None:
    assert not can_be_quoted(only(text))


def test_a_she_whom_the_sentence_before_does_not_name_dangles() -> None:
    named = read([source("Ada Byron left Bonn. At 18 she was a nurse in the hills.")], most=20)
    unnamed = read([source("Falling hurt too much. At 18 she was a nurse in the hills.")], most=20)
    assert (named[1].leaning, named[1].dangling) == (True, False)
    assert (unnamed[1].leaning, unnamed[1].dangling) == (True, True)
    assert not can_be_quoted(unnamed[1])


def test_nothing_is_told_before_it_was_published() -> None:
    told = only("Ten roads were shut in Bonn.")
    assert not holds_on(told, date(2026, 10, 5))
    assert holds_on(told, date(2026, 10, 6))
    assert holds_on(told, date(2026, 10, 9))


def test_words_for_days_hold_while_they_mean_the_same_day() -> None:
    assert not holds_on(only("Ten roads were shut yesterday."), date(2026, 10, 7))
    assert holds_on(only("Ten roads were shut on Monday."), date(2026, 10, 7))


def test_the_day_is_one_by_which_two_sources_were_published() -> None:
    old = source("Ten roads are shut today. Trees fell today. Rain fell today.")
    new = source("Bonn is dry.", TUESDAY + DAY)
    assert told_on(read([old], most=20)) == date(2026, 10, 6)
    more = source("Ten roads were shut. Trees fell today. Rain fell today.")
    assert told_on(read([more, new], most=20)) == date(2026, 10, 7)


def test_of_a_sentence_without_end_the_beginning_is_read_and_nothing_quoted() -> None:
    told = only("Ada Byron said " + "they " * 20_000 + "left Bonn.")
    assert told.text.startswith("Ada Byron said they they")
    assert (len(told.text), told.text[-1]) == (LONGEST, "…")
    assert not can_be_quoted(told)


def test_below_words_that_may_change_what_follows_nothing_is_quoted() -> None:
    rumour = "RUMOUR – Ada Byron shut ten roads in Bonn. Her brother Filip Byron sold them."
    told = read([source(f"{rumour}\n\nHeavy rain shut ten roads in Bonn.")], most=20)
    assert [can_be_quoted(one) for one in told] == [False, False, True]
    assert told[0].text.startswith("RUMOUR – ")
