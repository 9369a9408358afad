"""Sample ratio: the χ² of counts against weights."""

from __future__ import annotations

import math

import numpy as np
import pytest

from recommender.errors import InvalidInput
from recommender.evaluation.experiments.sample_ratio import sample_ratio


def test_two_variants_have_one_degree_of_freedom() -> None:
    found = sample_ratio({"A": 5_100, "B": 4_900}, {"A": 0.5, "B": 0.5})
    chi_square = 100**2 / 5_000 + 100**2 / 5_000
    assert found.p_value == pytest.approx(math.erfc(math.sqrt(chi_square / 2)))
    assert found.expected == {"A": 5_000, "B": 5_000}
    assert not found.alarm


def test_three_variants_have_two_degrees_of_freedom_and_weights_need_no_sum() -> None:
    found = sample_ratio({"A": 260, "B": 120, "C": 120}, {"A": 2, "B": 1, "C": 1})
    chi_square = 10**2 / 250 + 5**2 / 125 + 5**2 / 125
    assert found.p_value == pytest.approx(math.exp(-chi_square / 2))


def test_readers_who_are_missing_alarm() -> None:
    assert sample_ratio({"A": 10_400, "B": 9_600}, {"A": 0.5, "B": 0.5}).alarm
    assert not sample_ratio({"A": 10_400, "B": 9_600}, {"A": 0.52, "B": 0.48}).alarm


def test_even_chances_alarm_once_in_a_thousand() -> None:
    counts = np.random.default_rng(1).binomial(20_000, 0.5, 5_000).tolist()
    weights = {"A": 1.0, "B": 1.0}
    alarms = sum(sample_ratio({"A": n, "B": 20_000 - n}, weights).alarm for n in counts)
    assert alarms <= 5_000 * 0.002


@pytest.mark.parametrize(
    ("counts", "weights", "field"),
    [
        ({"A": 5}, {"A": 1.0}, "weights"),
        ({"A": 5, "B": 5}, {"A": 0.5, "C": 0.5}, "weights"),
        ({"A": 5, "B": 5}, {"A": 1.0, "B": 0.0}, "weights.B"),
        ({"A": 5, "B": 5}, {"A": math.nan, "B": 1.0}, "weights.A"),
        ({"A": 0, "B": 0}, {"A": 0.5, "B": 0.5}, "counts"),
    ],
)
def test_what_cannot_be_tested_is_named(
    counts: dict[str, int], weights: dict[str, float], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        sample_ratio(counts, weights)
    assert caught.value.field == field
