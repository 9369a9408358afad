"""Holm's correction."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.evaluation.experiments.correction import corrected, holm
from recommender.evaluation.experiments.results import MetricResult, Results, Undefined


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


def test_what_is_undefined_is_no_part_of_a_family(results: Results) -> None:
    first, second = results.metrics[0].comparisons
    unknown = replace(first, raw=None, undefined=Undefined.CONTROL_AT_ZERO, corrected_p=None)
    given: MetricResult = replace(results.metrics[0], comparisons=(unknown, second))
    without, alone = corrected([given])[0].comparisons
    assert second.raw is not None
    assert (without.corrected_p, alone.corrected_p) == (None, second.raw.always_valid_p)
