"""Intervals of ratios, on sums small enough to check by eye, and how often they hold the truth."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.errors import InvalidInput
from recommender.evaluation.off_policy.estimators import ips, snips
from recommender.evaluation.off_policy.simulated import World, logged, world
from recommender.evaluation.off_policy.uncertainty import (
    Ratio,
    difference,
    effective_sample_size,
    rate,
    ratio,
)


def test_a_mean_has_its_usual_standard_error() -> None:
    values = np.array([1.0, 2.0, 6.0])
    found = ratio(values, np.ones(3), np.arange(3))
    assert found.mean == 3.0
    assert found.standard_error == pytest.approx(np.sqrt((4 + 1 + 9) / (3 - 1) / 3))


def test_a_ratio_is_linearised() -> None:
    found = ratio(np.array([1.0, 1.0]), np.array([1.0, 3.0]), np.arange(2))
    assert found.mean == 0.5
    # errors 1 − .5 · 1 and 1 − .5 · 3
    assert found.standard_error == pytest.approx(np.sqrt(2 / 1 * (0.25 + 0.25)) / 4)


def test_what_one_reader_does_twice_is_not_twice_as_sure() -> None:
    once = ratio(np.array([1.0, 0.0]), np.ones(2), np.array([4, 9]))
    twice = ratio(np.array([1.0, 0.0, 1.0, 0.0]), np.ones(4), np.array([4, 9, 4, 9]))
    assert twice == once


@pytest.mark.parametrize("units", [[], [3], [3, 3]])
def test_one_reader_tells_nothing_of_how_much_readers_differ(units: list[int]) -> None:
    values = np.ones(len(units))
    with pytest.raises(InvalidInput, match="two independent ones at least, readers or hours, got"):
        ratio(values, values, np.array(units, np.int64))


def test_a_difference_is_normal() -> None:
    found = difference(Ratio(mean=-1.0, standard_error=0.5))
    assert (found.low, found.high) == pytest.approx((-1 - 1.96 * 0.5, -1 + 1.96 * 0.5), abs=1e-4)


def test_clicks_of_equal_weight_have_the_exact_poisson_interval() -> None:
    found = rate(Ratio(mean=10.0, standard_error=np.sqrt(10.0)), step=1.0)
    assert (found.low, found.high) == pytest.approx((4.7954, 18.3904), abs=1e-4)  # Garwood, 1936


def test_what_never_varied_may_still_be_higher() -> None:
    found = rate(Ratio(mean=0.5, standard_error=0.0), step=0.1)
    assert found.mean == found.low == 0.5 < found.high


def test_equal_weights_lose_nothing_and_one_alone_counts_as_one() -> None:
    assert effective_sample_size(np.full(7, 0.3)) == pytest.approx(7)
    assert effective_sample_size(np.array([5.0, 0.0, 0.0])) == 1.0


@pytest.mark.parametrize(("scale", "count"), [(1.0, 400), (0.05, 2_000)])
def test_intervals_hold_the_truth_as_often_as_they_say_even_of_few_clicks(
    scale: float, count: int
) -> None:
    """In 93.5 of 100 at least, of 400 logs; the normal one does not where there are 20 clicks."""
    plain = world(3)
    of = World(clicks=scale * plain.clicks, logging=plain.logging, target=plain.target)
    chance, held, normal = np.random.default_rng(1), np.zeros(2), 0
    for _ in range(400):
        choices, _ = logged(of, count, chance)
        for place, judged in enumerate((ips(choices), snips(choices))):
            held[place] += judged.reward.low <= of.value <= judged.reward.high
        plainly = difference(
            ratio(choices.weights * choices.rewards, np.ones(count), choices.units)
        )
        normal += plainly.low <= of.value <= plainly.high
    assert (held / 400 >= 0.935).all(), held
    if scale < 1.0:
        assert normal / 400 < 0.92
