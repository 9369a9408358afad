from __future__ import annotations

import numpy as np
import pytest

from recommender.learning.calibration import MOST_BINS, calibrate


def test_a_planted_curve_is_found() -> None:
    chance = np.random.default_rng(1)
    scores = chance.normal(3.0, 2.0, 50_000)
    clicked = chance.random(50_000) < 1 / (1 + np.exp(-(0.5 * scores - 2.0)))
    line = calibrate(scores, clicked)
    assert len(line.scores) <= MOST_BINS
    for score in (0.0, 2.0, 4.0, 6.0):
        truth = 1 / (1 + np.exp(-(0.5 * score - 2.0)))
        assert line.probabilities(np.array([score]))[0] == pytest.approx(truth, abs=0.03)


def test_a_higher_score_is_never_less_likely_a_click() -> None:
    chance = np.random.default_rng(1)
    scores, clicked = chance.normal(size=1_000), chance.random(1_000) < 0.1
    probabilities = calibrate(scores, clicked).probabilities(np.sort(scores))
    assert (np.diff(probabilities) >= 0).all()
    assert probabilities.mean() == pytest.approx(clicked.mean(), abs=0.01)


@pytest.mark.parametrize(("clicks", "share"), [(0, 1 / 10), (8, 9 / 10)])
def test_where_nothing_or_everything_was_clicked_it_is_flat_and_not_certain(
    clicks: int, share: float
) -> None:
    line = calibrate(np.arange(8.0), np.arange(8) < clicks)
    assert line.probabilities(np.array([-5.0, 5.0])) == pytest.approx([share, share])


def test_where_all_scores_are_the_same_it_is_flat() -> None:
    line = calibrate(np.full(6, 2.0), np.arange(6) < 3)
    assert line.probabilities(np.array([1.0, 2.0])) == pytest.approx([1 / 2, 1 / 2])


def test_scores_that_separate_the_clicked_leave_a_doubt() -> None:
    line = calibrate(np.arange(200.0), np.arange(200) >= 100)
    low, high = line.probabilities(np.array([-1e300, 1e300]))
    assert 0 < low < 0.05
    assert 0.95 < high < 1
