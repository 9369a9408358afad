"""Logs that can judge a policy, and those that cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from recommender.errors import InvalidInput, NoSupport
from recommender.evaluation.off_policy.choices import Choices, refuse_without_support

FIT = Choices(
    rewards=np.array([1.0, 0.0]),
    propensities=np.array([0.5, 1.0]),
    target=np.array([0.25, 0.0]),
    units=np.array([0, 1]),
)


def test_a_weight_is_how_much_likelier_the_target_makes_a_choice() -> None:
    assert FIT.weights.tolist() == [0.25 / 0.5, 0.0]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"propensities": [0.5, 0.0]}, "propensities.1: above 0 and at most 1.*got 0 "),
        ({"propensities": [1.1, 0.5]}, "propensities.0: .*got 1.1"),
        ({"propensities": [-0.1, 0.5]}, "propensities.0: .*got -0.1"),
        ({"propensities": [0.5, np.nan]}, r"got nan \(1 of 2 are outside\)"),
        ({"target": [0.5, 1.5]}, "target.1: 0 to 1, got 1.5"),
        ({"target": [np.nan, 0.5]}, "target.0: 0 to 1, got nan"),
        ({"rewards": [2.0, 0.0]}, "rewards.0: 0 to 1, got 2"),
        ({"rewards": [0.0, 0.0]}, "rewards: a click at least.*got none in 2 choices"),
        ({"propensities": [0.5]}, "propensities: one for each of 2 rewards: .*cut short, got 1"),
        ({"units": [0, 1, 2]}, "units: one for each of 2 rewards: .*cut short, got 3"),
        ({"rewards": []}, "log: at least one choice, got none"),
    ],
)
def test_a_log_that_says_nothing_sure_is_refused(
    changes: dict[str, Sequence[float]], said: str
) -> None:
    given = {name: np.array(values) for name, values in changes.items()}
    with pytest.raises(InvalidInput, match=said):
        replace(FIT, **given)


@pytest.mark.parametrize("never", [0.0, np.nan])
def test_what_was_never_shown_or_is_not_known_supports_nothing(never: float) -> None:
    logging = np.array([[0.5, 0.5, never], [0.9, 0.1, never]])
    target = np.array([[0.5, 0.25, 0.25], [1.0, 0.0, 0.0]])
    with pytest.raises(
        NoSupport, match=r"12.5 % of its mass on .* action 2 in context 0"
    ) as raised:
        refuse_without_support(target, logging, "explore more")
    assert raised.value.share == pytest.approx((0.25 + 0.0) / 2)
    assert str(raised.value).endswith("; explore more")


def test_a_target_may_leave_out_what_was_shown() -> None:
    refuse_without_support(np.array([[1.0, 0.0]]), np.array([[1e-6, 1.0]]), "")
