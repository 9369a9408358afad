"""The bootstrap's interval of a mean, and of a paired difference."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from recommender.errors import InvalidInput
from recommender.evaluation.intervals import GUEST, RESAMPLES, Resamples, mean_of

VALUES = st.lists(st.floats(-100, 100), min_size=1, max_size=30)


@settings(max_examples=30, deadline=None)
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


def test_draws_are_those_of_a_loop_that_puts_the_readers_together() -> None:
    """Each draw takes as many readers as there are, and the mean over all their impressions."""
    readers = np.array([4, 9, 4, 4, 7, 9, 7, 2])
    values = np.array([1.0, 0.5, np.nan, 3.0, 2.0, 0.0, np.nan, 5.0])
    kinds, chance, means = np.unique(readers), np.random.default_rng(11), []
    for _ in range(RESAMPLES):
        drawn = kinds[chance.integers(len(kinds), size=len(kinds))]
        means.append(np.nanmean(np.concatenate([values[readers == each] for each in drawn])))
    found = Resamples(readers, 11).mean(values)
    assert found.mean == pytest.approx((1 + 0.5 + 3 + 2 + 0 + 5) / 6)
    assert [found.low, found.high] == pytest.approx(np.percentile(means, (2.5, 97.5)).tolist())


def test_more_impressions_alike_of_each_reader_make_nothing_surer() -> None:
    values = np.random.default_rng(2).standard_normal(30)
    once = Resamples(np.arange(30), 1).mean(values)
    often = Resamples(np.repeat(np.arange(30), 4), 1).mean(np.repeat(values, 4))
    assert [often.low, often.high] == pytest.approx([once.low, once.high])


def test_each_guest_is_a_reader() -> None:
    values = np.arange(12.0)
    assert Resamples(np.full(12, GUEST), 1).mean(values) == Resamples(np.arange(12), 1).mean(values)


def test_many_at_once_are_what_each_is_alone() -> None:
    chance = np.random.default_rng(4)
    readers = chance.integers(-1, 9, 60)
    first, second = chance.random(60), chance.random(60)
    second[:20] = np.nan
    resamples = Resamples(readers, 1)
    found = resamples.means({"first": first, "second": second})
    assert found == {"first": resamples.mean(first), "second": resamples.mean(second)}
    both = resamples.differences({"there": (first, second), "back": (second, first)})
    assert both["there"] == resamples.difference(first, second)
    there, back = both["there"], both["back"]
    assert [there.mean, there.low] == pytest.approx([-back.mean, -back.high])
    assert there.above_zero + back.above_zero == pytest.approx(1.0)


def test_a_difference_is_taken_where_both_are_defined() -> None:
    first, second = np.array([1.0, np.nan, 4.0, 2.0]), np.array([0.0, 7.0, 2.0, np.nan])
    found = Resamples(np.arange(4), 1).difference(first, second)
    assert found.mean == (1 + 2) / 2
    assert (found.low, found.high, found.above_zero) == (1.0, 2.0, 1.0)


def test_paired_differences_are_surer_than_the_means() -> None:
    chance = np.random.default_rng(8)
    first = chance.standard_normal(300)
    second = first - 0.1 + 0.01 * chance.standard_normal(300)
    resamples = Resamples(np.arange(300), 1)
    means, gap = resamples.mean(first), resamples.difference(first, second)
    assert gap.low > 0.0
    assert gap.high - gap.low < (means.high - means.low) / 10


def test_a_metric_that_is_undefined_everywhere_is_refused_by_its_name() -> None:
    resamples = Resamples(np.arange(3), 1)
    nothing = np.full(3, np.nan)
    with pytest.raises(InvalidInput, match=r"auc: .* undefined for all 3"):
        resamples.means({"mrr": np.ones(3), "auc": nothing})
    with pytest.raises(InvalidInput, match="undefined for all 3"):
        resamples.difference(np.array([1.0, np.nan, np.nan]), np.array([np.nan, 1.0, 1.0]))
    with pytest.raises(InvalidInput, match="undefined for all 0"):
        Resamples(np.empty(0, np.int64), 1).mean(np.empty(0))


@pytest.mark.parametrize("values", [np.ones(2), np.ones((3, 1)), np.array([1.0, np.inf, 1.0])])
def test_values_that_fit_no_impressions_are_refused(values: NDArray[np.float64]) -> None:
    with pytest.raises(InvalidInput, match="values"):
        Resamples(np.arange(3), 1).mean(values)


def test_nothing_asked_is_nothing_answered() -> None:
    resamples = Resamples(np.arange(3), 1)
    assert resamples.means({}) == {}
    assert resamples.differences({}) == {}
