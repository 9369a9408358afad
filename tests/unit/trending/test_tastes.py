"""A reader's taste: shares of topics, told in few numbers that compare as the shares do."""

from __future__ import annotations

import math

import numpy as np
import pytest

from recommender.domain.signals import TASTE_NUMBERS, TopicCounts
from recommender.trending.tastes import taste_of

PLACES = {"c:sport": (54, -1), "c:økonomi": (1, -1), "c:food": (29, 1)}
"""Of the hash of each name: its first 32 bits modulo 64, and minus where a 64th of them is odd."""


def read(whole: int, **topics: int) -> dict[str, TopicCounts]:
    """Return what a reader read of each category, and in all; of each much more was shown."""
    counts = {f"c:{name}": TopicCounts(shown=99, read=count) for name, count in topics.items()}
    return {"": TopicCounts(shown=99, read=whole), **counts}


@pytest.mark.parametrize("topic", PLACES)
def test_places_and_signs_are_the_same_for_ever(topic: str) -> None:
    """What was counted under others could not be compared."""
    place, sign = PLACES[topic]
    taste = taste_of(read(1, **{topic[2:]: 1}))
    assert taste[place] == sign
    assert np.count_nonzero(taste) == 1


def test_each_topic_adds_the_root_of_its_share() -> None:
    taste = taste_of(read(4, sport=1, økonomi=3))
    assert len(taste) == TASTE_NUMBERS
    assert taste[[54, 1]] == pytest.approx([-math.sqrt(1 / 4), -math.sqrt(3 / 4)])


def test_tastes_compare_by_the_roots_of_the_products_of_shares() -> None:
    one, other = taste_of(read(4, sport=1, økonomi=3)), taste_of(read(9, sport=9))
    assert one @ one == pytest.approx(1 / 4 + 3 / 4)
    assert one @ other == pytest.approx(math.sqrt(1 / 4 * 9 / 9))
    assert other @ taste_of(read(2, økonomi=2)) == 0


def test_articles_of_no_topic_count_among_all() -> None:
    assert taste_of(read(4, sport=1))[54] == pytest.approx(-math.sqrt(1 / 4))
    assert not taste_of(read(4)).any()


def test_who_has_read_nothing_has_no_taste() -> None:
    assert taste_of({}) is None
    assert taste_of(read(0, sport=0)) is None
