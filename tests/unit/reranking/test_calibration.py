from __future__ import annotations

import numpy as np
import pytest

from recommender.reranking.calibration import (
    CalibrationConfig,
    guaranteed_shares,
    target_shares,
)

TASTE_ONLY = CalibrationConfig(smoothing=0.0)


def shares(affinity: list[float], category: list[int], smoothing: float = 0.0) -> list[float]:
    config = CalibrationConfig(smoothing=smoothing)
    found = target_shares(np.array(affinity), np.array(category, np.int32), config)
    return [pytest.approx(each) for each in found.tolist()]


def test_the_target_is_the_readers_mix_smoothed_with_the_candidates() -> None:
    half = [0.5 * 0.7 + 0.5 * 1 / 4, 0.5 * 0.3 + 0.5 * 3 / 4]
    assert shares([0, 0.7, 0.3], [1, 2, 2, 2], 0.5) == [0.0, *half]


def test_tastes_without_candidates_leave_their_share_to_the_others() -> None:
    assert shares([0, 0.6, 0.3, 0.1], [2, 3, 3]) == [0, 0, 3 / 4, 1 / 4]


def test_what_is_disliked_has_no_share_of_its_own() -> None:
    assert shares([0, 0.5, -0.5], [1, 2]) == [0, 1, 0]


@pytest.mark.parametrize("affinity", [[0, 0, 0, 0], [0, -1, 0, 0], [0, 0, 0, 1]])
def test_without_a_taste_that_can_be_served_every_category_gets_the_same(
    affinity: list[float],
) -> None:
    assert shares(affinity, [0, 1, 1, 1, 2], 0.3) == [1 / 3, 1 / 3, 1 / 3, 0]


def test_no_candidates_have_no_shares() -> None:
    assert shares([0, 1.0], []) == [0, 0]


def test_only_tastes_are_guaranteed() -> None:
    affinity = np.array([0.0, 0.6, 0.3, 0.09, -0.5, 0.01])
    shares = guaranteed_shares(affinity, CalibrationConfig(guaranteed=0.6))
    assert shares == pytest.approx({1: 0.6 * 0.6, 2: 0.6 * 0.3})


def test_nobody_and_no_guarantee_guarantee_nothing() -> None:
    assert guaranteed_shares(np.zeros(3), CalibrationConfig()) == {}
    assert guaranteed_shares(np.array([0.0, 1.0]), CalibrationConfig(guaranteed=0.0)) == {}
