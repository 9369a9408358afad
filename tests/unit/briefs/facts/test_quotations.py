from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.briefs.facts.quotations import Quotation, quotations
from recommender.briefs.facts.typography import plain, words


@pytest.mark.parametrize(
    "text",
    [
        'He said "it is so".',
        "“it is so”",
        "„it is so“",
        "« it is so »",
        "»it is so«",
        "‚it is so‘",  # noqa: RUF001
    ],
)
def test_each_kind_of_marks_is_read(text: str) -> None:
    (found,) = quotations(plain(text))
    assert words(found.text) == ["it", "is", "so"]
    assert found.closed


def test_apostrophes_are_no_marks() -> None:
    assert quotations(plain("The anglers’ union didn’t see the driver's 5\" pipe.")) == []


def test_a_quotation_within_one_is_of_it() -> None:
    (found,) = quotations(plain("“She said ‘no’ twice”"))  # noqa: RUF001
    assert words(found.text) == ["she", "said", "no", "twice"]


def test_marks_that_never_close_hold_to_the_end() -> None:
    (found,) = quotations("He said “it is so. It was.")
    assert (found.text, found.closed) == ("it is so. It was.", False)


def _told(text: str, told: str) -> bool:
    return Quotation(text=text, start=0, end=0).told_by(tuple(words(told)))


def test_a_quotation_is_told_word_for_word_up_to_typography() -> None:
    told = "The tower, she said, is “the leading suspect”."
    assert _told("is the leading suspect", told)
    assert not _told("is a leading suspect", told)


def test_omissions_and_additions_part_a_quotation_and_keep_its_order() -> None:
    told = "We closed the tower on Monday because of the tests."
    assert _told("We closed the tower … because of the tests", told)
    assert _told("We closed [it] because of the tests", told.replace("the tower on Monday", ""))
    assert not _told("because of the tests … We closed", told)


@given(st.text(alphabet="\"'“”„‘’«» ab", max_size=100))  # noqa: RUF001
def test_unbalanced_marks_never_overlap(text: str) -> None:
    found = quotations(plain(text))
    assert all(one.end <= other.start for one, other in pairwise(found))
