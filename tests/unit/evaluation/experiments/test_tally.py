"""Tallies: sums over readers become means, ratios and their variances."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.errors import InvalidInput
from recommender.evaluation.experiments.tally import Tally

CLICKS = np.array([1.0, 0.0, 2.0])
IMPRESSIONS = np.array([4.0, 2.0, 6.0])


def test_a_mean_is_over_all_readers_with_those_who_did_nothing() -> None:
    statistic = Tally(numerator=CLICKS).sums().statistic()
    assert statistic.n == 3
    assert statistic.mean == pytest.approx(3 / 3)
    assert statistic.variance == pytest.approx((0 + 1 + 1) / 2)


def test_a_ratio_is_of_sums_and_its_variance_that_of_the_delta_method() -> None:
    statistic = Tally(numerator=CLICKS, denominator=IMPRESSIONS).sums().statistic()
    assert statistic.mean == pytest.approx(3 / 12)
    # Each reader's clicks less those that the ratio foretells: 0, -0.5 and 0.5.
    residuals = np.array([1 - 4 / 4, 0 - 2 / 4, 2 - 6 / 4])
    assert statistic.variance == pytest.approx((residuals @ residuals) / 2 / 4**2)


def test_a_value_has_its_counts_beside_it() -> None:
    value = Tally(numerator=CLICKS, denominator=IMPRESSIONS).value("B")
    assert (value.variant, value.readers, value.total, value.of) == ("B", 3, 3.0, 12.0)
    assert value.mean == 3 / 12


def test_nothing_is_divided_by_nothing() -> None:
    nobody = np.zeros(0)
    assert Tally(numerator=nobody).value("A").mean is None
    assert Tally(numerator=np.zeros(2), denominator=np.zeros(2)).value("A").mean is None


def test_only_a_mean_with_a_known_past_can_be_adjusted() -> None:
    assert Tally(numerator=CLICKS).adjusted() is None
    assert Tally(numerator=CLICKS, denominator=IMPRESSIONS, before=CLICKS).adjusted() is None
    assert Tally(numerator=CLICKS, before=IMPRESSIONS).adjusted() is not None


def test_arrays_of_other_lengths_and_infinities_are_named() -> None:
    with pytest.raises(InvalidInput, match=r"denominator: one value for each of 3 readers"):
        Tally(numerator=CLICKS, denominator=np.ones(2))
    with pytest.raises(InvalidInput, match=r"before: finite numbers"):
        Tally(numerator=CLICKS, before=np.array([1.0, np.nan, 2.0]))
