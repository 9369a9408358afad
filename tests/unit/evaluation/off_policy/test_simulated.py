"""The estimators in a world whose policies' values are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recommender.errors import NoSupport
from recommender.evaluation.off_policy.simulated import World, accuracies, logged, world

TINY = World(
    clicks=np.array([[[0.5, 0.1]], [[0.0, 0.3]]]),
    logging=np.array([[0.5, 0.5], [0.5, 0.5]]),
    target=np.array([[1.0, 0.0], [0.0, 1.0]]),
)


def test_the_value_of_a_policy_is_its_mean_probability_of_a_click() -> None:
    assert TINY.value == pytest.approx((0.5 + 0.3) / 2)
    assert TINY.logging_value == pytest.approx((0.3 + 0.15) / 2)


@pytest.mark.parametrize("seed", [1, 2])
def test_200_estimates_are_right_on_average_and_doubly_robust_ones_vary_less(seed: int) -> None:
    of = world(seed)
    found = accuracies(of, runs=200, count=500, seed=seed, advance=lambda _: None)
    assert abs(found["ips"].mean - of.value) < 2 * found["ips"].error
    assert found["doubly_robust"].variance < found["ips"].variance
    assert abs(of.value - of.logging_value) > 10 * found["ips"].error


def test_a_policy_that_shows_what_the_log_cannot_is_refused() -> None:
    blind = replace(TINY, logging=np.array([[0.0, 1.0], [0.5, 0.5]]))
    with pytest.raises(NoSupport, match="50 % of its mass"):
        logged(blind, 10, np.random.default_rng(1))
