"""Whether click probabilities are true."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import InvalidInput
from recommender.evaluation.metrics.calibration import brier, log_loss, reliability

ROWS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40)


@given(ROWS)
def test_they_are_what_scikit_learn_computes(rows: list[tuple[float, bool]]) -> None:
    probabilities = np.array([each for each, _ in rows])
    clicked = np.array([each for _, each in rows])
    starts = np.array([0, len(rows)])
    expected = sklearn.metrics.log_loss(clicked, probabilities, labels=[False, True])
    assert log_loss(probabilities, clicked, starts) == pytest.approx([expected])
    squares = sklearn.metrics.brier_score_loss(clicked, probabilities, labels=[False, True])
    assert brier(probabilities, clicked, starts) == pytest.approx([squares])


def test_each_impression_has_its_own() -> None:
    probabilities = np.array([1 / 4, 1 / 2, 1 / 5])
    clicked, starts = np.array([True, False, False]), np.array([0, 2, 2, 3])
    found = log_loss(probabilities, clicked, starts)
    assert found[[0, 2]] == pytest.approx([(log(4) + log(2)) / 2, -log(4 / 5)])
    assert np.isnan(found[1])
    squares = brier(probabilities, clicked, starts)
    assert squares[[0, 2]] == pytest.approx([((3 / 4) ** 2 + (1 / 2) ** 2) / 2, (1 / 5) ** 2])


def test_one_wrong_certainty_costs_much_but_not_infinity() -> None:
    cost = log_loss(np.array([0.0]), np.array([True]), np.array([0, 1]))
    assert cost == pytest.approx([52 * log(2)])


@pytest.mark.parametrize("bad", [-0.1, 1.1, np.nan, np.inf])
def test_what_is_no_probability_is_refused_with_its_impression(bad: float) -> None:
    probabilities, starts = np.array([0.5, 0.5, bad]), np.array([0, 1, 3])
    for metric in (log_loss, brier):
        with pytest.raises(InvalidInput, match="candidate 1 of impression 1"):
            metric(probabilities, np.zeros(3, np.bool_), starts)
    with pytest.raises(InvalidInput, match="from 0 to 1"):
        reliability(probabilities, np.zeros(3, np.bool_))


def test_the_table_has_bins_of_equal_size() -> None:
    probabilities = np.array([0.1, 0.2, 0.3, 0.5, 0.6, 0.9])
    clicked = np.array([False, True, False, False, True, True])
    table = reliability(probabilities, clicked, bins=3)
    assert table.counts.tolist() == [2, 2, 2]
    assert table.predicted == pytest.approx([0.3 / 2, 0.8 / 2, 1.5 / 2])
    assert table.observed == pytest.approx([1 / 2, 0.0, 1.0])
    gaps = (1 / 2 - 0.15) + 0.4 + (1 - 0.75)
    assert table.expected_calibration_error == pytest.approx(gaps / 3)


@given(ROWS, st.integers(1, 12))
def test_every_candidate_is_in_one_bin_and_equals_share_theirs(
    rows: list[tuple[float, bool]], bins: int
) -> None:
    probabilities = np.array([round(each, 1) for each, _ in rows])
    table = reliability(probabilities, np.array([each for _, each in rows]), bins)
    assert table.counts.sum() == len(rows)
    assert len(table.counts) <= min(bins, len(np.unique(probabilities)))
    assert (table.counts > 0).all()
    assert (np.diff(table.predicted) > 0).all()
    total = table.predicted @ table.counts
    assert total == pytest.approx(probabilities.sum())


def test_probabilities_that_come_true_have_no_calibration_error() -> None:
    probabilities = np.repeat([1 / 4, 3 / 4], 4)
    clicked = np.array([True, False, False, False, True, True, True, False])
    assert reliability(probabilities, clicked).expected_calibration_error == 0.0


def test_no_candidates_have_no_table() -> None:
    with pytest.raises(InvalidInput, match="at least one"):
        reliability(np.empty(0), np.empty(0, np.bool_))
