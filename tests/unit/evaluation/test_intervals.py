"""The bootstrap's interval of a mean."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.evaluation.intervals import mean_of

VALUES = st.lists(st.floats(-100, 100), min_size=1, max_size=30)


@given(VALUES)
def test_the_interval_lies_within_the_values(values: list[float]) -> None:
    found = mean_of(np.array(values), seed=1)
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9
    assert found.mean == pytest.approx(np.mean(values))


def test_the_interval_is_about_four_standard_errors_wide() -> None:
    values = np.random.default_rng(3).standard_normal(400)
    found = mean_of(values, seed=1)
    standard_error = values.std() / 400**0.5
    assert found.high - found.low == pytest.approx(2 * 1.96 * standard_error, rel=0.1)


def test_the_same_seed_draws_the_same() -> None:
    values = np.arange(20.0)
    assert mean_of(values, seed=5) == mean_of(values, seed=5)
