"""Holm's correction."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.evaluation.experiments.correction import holm


def test_the_smallest_is_multiplied_by_all_and_the_next_by_one_less() -> None:
    assert holm([0.04, 0.01, 0.02]) == pytest.approx([0.04, 3 * 0.01, 2 * 0.02])


def test_a_greater_one_is_never_corrected_to_less() -> None:
    assert holm([0.01, 0.012]) == pytest.approx([2 * 0.01, 2 * 0.01])


def test_none_exceeds_one_and_none_at_all_is_nothing() -> None:
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


@given(st.lists(st.floats(0.0, 1.0), max_size=8))
def test_it_lies_between_none_and_bonferroni(p_values: list[float]) -> None:
    for old, new in zip(p_values, holm(p_values), strict=True):
        assert old <= new <= min(1.0, len(p_values) * old) + 1e-12
