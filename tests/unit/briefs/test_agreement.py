"""Which sentences tell what another one tells."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.briefs.agreement import AGAIN_FROM, tellers, tells_again
from recommender.briefs.material import Told, read
from recommender.domain.briefs import Source
from recommender.domain.ids import ArticleId


def told(*texts: str) -> list[Told]:
    """Return the sentences of as many sources."""
    return read(
        [
            Source(article=ArticleId(f"a{number}"), title="Storm", text=text, published_at=1.7e9)
            for number, text in enumerate(texts)
        ],
        most=20,
    )


FELL = "Hail fell for 22 minutes on the Lissom orchards and broke 640 trees."
AGAIN = "Some 640 trees broke when hail fell on the Lissom orchards for 22 minutes."
OTHER = "Growers in the valley ask the province for loans after the hail."


@pytest.mark.parametrize(
    ("sentence", "likeness", "again"),
    [
        (AGAIN, AGAIN_FROM, True),  # the same numbers
        (AGAIN, AGAIN_FROM - 0.01, False),  # about something else
        ("Hail broke 640 trees and dozens of windows in town.", AGAIN_FROM, True),
        ("Hail broke 641 trees.", AGAIN_FROM, True),  # every other word is told: (.45 + .67) / 2
        (OTHER, 0.6, False),  # one word of six is told: (.6 + .17) / 2
        (OTHER, 0.8, True),  # (.8 + .17) / 2
    ],
)
def test_it_tells_again_if_alike_and_bringing_no_number_or_few_words_more(
    sentence: str, likeness: float, *, again: bool
) -> None:
    before, one = told(FELL, sentence)
    assert tells_again(one, before, likeness) is again


def test_a_number_in_words_is_the_one_in_digits() -> None:
    before, one = told("Ten people were hurt by slates.", "Slates had struck 10 of those outside.")
    assert tells_again(one, before, AGAIN_FROM)


def test_the_longer_one_brings_more_than_the_shorter() -> None:
    short, long = told(
        "Two people died.",
        "Two people died when a mast fell at Skerrow Head, and 71,000 homes had no power.",
    )
    assert tells_again(short, long, 0.5)
    assert not tells_again(long, short, 0.5)


def test_a_source_tells_it_that_has_all_its_numbers_and_most_of_its_words() -> None:
    lines = told(FELL, AGAIN, AGAIN.replace("640", "650"), OTHER)
    assert tellers(lines, np.ones((4, 4), np.float32), 0.7) == [
        frozenset({1}),
        frozenset({0}),
        frozenset(),
        frozenset(),
    ]


def test_a_source_without_a_sentence_alike_does_not_tell_it() -> None:
    assert tellers(told(FELL, AGAIN), np.eye(2, dtype=np.float32), 0.7) == [frozenset()] * 2


def test_what_is_told_as_a_rumour_tells_nothing() -> None:
    for lead, others in (("", {1}), ("RUMOUR – ", set())):
        of = tellers(told(FELL, lead + AGAIN), np.ones((2, 2), np.float32), 0.7)
        assert of[0] == others
