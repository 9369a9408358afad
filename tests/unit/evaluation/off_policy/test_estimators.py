"""IPS, SNIPS and doubly robust on four choices."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.evaluation.off_policy.choices import Choices
from recommender.evaluation.off_policy.estimators import Predicted, doubly_robust, ips, snips

LOG = Choices(
    rewards=np.array([1.0, 0.0, 1.0, 0.0]),
    propensities=np.array([0.5, 0.5, 0.25, 0.25]),
    target=np.array([0.5, 0.25, 0.75, 0.0]),
    units=np.arange(4),
)
"""Its weights are 1, ½, 3 and 0."""


def test_ips_is_the_mean_of_weighted_rewards() -> None:
    assert ips(LOG).reward.mean == (1 * 1 + 1 * 3) / 4


def test_snips_divides_by_the_weights() -> None:
    assert snips(LOG).reward.mean == (1 * 1 + 1 * 3) / (1 + 0.5 + 3 + 0)


def test_doubly_robust_corrects_what_the_model_expects() -> None:
    predicted = Predicted(chosen=np.full(4, 0.2), target=np.full(4, 0.4))
    corrections = 1 * (1 - 0.2) + 0.5 * (0 - 0.2) + 3 * (1 - 0.2) + 0 * (0 - 0.2)
    assert doubly_robust(LOG, predicted).reward.mean == pytest.approx(0.4 + corrections / 4)


def test_doubly_robust_with_a_model_of_nothing_is_ips() -> None:
    nothing = Predicted(chosen=np.zeros(4), target=np.zeros(4))
    assert doubly_robust(LOG, nothing) == ips(LOG)


def test_an_estimate_says_what_it_is_from() -> None:
    found = ips(LOG)
    assert (found.choices, found.largest_weight, found.mean_weight) == (4, 3.0, 4.5 / 4)
    assert found.effective_sample_size == pytest.approx(4.5**2 / (1 + 0.25 + 9))
    assert 0 < found.reward.low < found.reward.mean < found.reward.high
    assert (found.clipped, found.bias) == (0.0, 0.0)


def test_weights_are_clipped_on_demand_and_the_bias_is_told() -> None:
    found = ips(LOG, clip=2.0)
    assert found.reward.mean == (1 * 1 + 1 * 2) / 4
    assert found.bias == found.reward.mean - ips(LOG).reward.mean == -1 / 4
    assert (found.largest_weight, found.clipped) == (2.0, (3 - 2) / 4)
    assert snips(LOG, clip=2.0).bias == pytest.approx(3 / 3.5 - 4 / 4.5)


def test_a_target_that_gets_no_click_may_still_have_a_rate_above_0() -> None:
    missed = Choices(
        rewards=np.array([1.0, 0.0]),
        propensities=np.full(2, 0.5),
        target=np.array([0.0, 1.0]),
        units=np.arange(2),
    )
    found = ips(missed).reward
    assert (found.mean, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(-np.log(0.025) * 1)  # no click: Poisson, another adds 2 / 2


def test_corrections_below_0_are_told_as_0() -> None:
    predicted = Predicted(chosen=np.full(4, 0.9), target=np.zeros(4))
    found = doubly_robust(LOG, predicted, clip=0.5).reward
    assert (0.5 * (1 - 0.9) - 0.5 * 0.9 + 0.5 * (1 - 0.9)) / 4 < 0
    assert found.mean == found.low == 0 < found.high
