"""The reward model of doubly robust estimates."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.errors import InvalidInput
from recommender.evaluation.off_policy.reward_model import PRIOR_CHOICES, cross_fitted


def test_a_reader_is_predicted_from_the_others_only() -> None:
    """Two readers make two folds: each one's rates are the other's."""
    readers = np.array([0, 0, 1, 1])
    found = cross_fitted(
        actions=np.array([0, 1, 0, 1]),
        contexts=np.zeros(4, np.int64),
        rewards=np.array([1.0, 0.0, 0.0, 0.0]),
        units=readers,
        target=np.array([[0.25, 0.75]]),
        seed=1,
    )
    clicked = (1 + PRIOR_CHOICES / 2) / (1 + PRIOR_CHOICES)
    other = (0 + PRIOR_CHOICES / 2) / (1 + PRIOR_CHOICES)
    assert found.chosen.tolist() == [0.0, 0.0, clicked, other]
    assert found.target.tolist() == pytest.approx([0.0, 0.0, *[0.25 * clicked + 0.75 * other] * 2])


def test_one_reader_leaves_nothing_to_learn_from() -> None:
    one = np.zeros(3, np.int64)
    with pytest.raises(InvalidInput, match="two independent ones at least"):
        cross_fitted(one, one, np.ones(3), one, np.ones((1, 1)), seed=1)
