from __future__ import annotations

import numpy as np

from recommender.reranking.exploration import Placement
from recommender.reranking.pins import pin

BEFORE = Placement(
    order=(4, 7, 2, 5),
    propensities=np.array([1.0, 0.25, 1.0, 1.0]),
    explored=np.array([False, True, False, False]),
)


def test_a_pin_takes_its_position_and_the_rest_moves_down_with_what_is_known_of_it() -> None:
    after = pin(BEFORE, [(2, 9)], depth=5)
    assert after.order == (4, 9, 7, 2, 5)
    assert after.propensities.tolist() == [1.0, 1.0, 0.25, 1.0, 1.0]
    assert after.explored.tolist() == [False, False, True, False, False]


def test_a_pinned_article_is_shown_once() -> None:
    assert pin(BEFORE, [(1, 2)], depth=5).order == (2, 4, 7, 5)


def test_pins_come_to_their_positions_in_whatever_order_they_are_told() -> None:
    assert pin(BEFORE, [(4, 8), (1, 9)], depth=9).order == (9, 4, 7, 8, 2, 5)


def test_of_two_pins_at_one_position_the_later_moves_down() -> None:
    assert pin(BEFORE, [(1, 8), (2, 6), (1, 9)], depth=9).order == (8, 9, 6, 4, 7, 2, 5)


def test_a_pin_past_the_end_follows_directly() -> None:
    assert pin(BEFORE, [(30, 9)], depth=40).order == (4, 7, 2, 5, 9)


def test_an_ordering_is_no_longer_for_its_pins() -> None:
    after = pin(BEFORE, [(1, 9)], depth=3)
    assert after.order == (9, 4, 7)
    assert len(after.propensities) == len(after.explored) == 3


def test_without_pins_nothing_changes() -> None:
    after = pin(BEFORE, [], depth=4)
    assert after.order == BEFORE.order
    assert after.propensities.tolist() == BEFORE.propensities.tolist()
