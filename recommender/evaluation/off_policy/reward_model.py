"""A reward model for doubly robust estimates: click rates of actions, from other readers only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InvalidInput
from recommender.evaluation.off_policy.estimators import Predicted

FOLDS = 5

PRIOR_CHOICES = 20.0
"""Choices at the mean rate that each action of a context is taken to have had before."""


def cross_fitted(
    actions: NDArray[np.integer],
    contexts: NDArray[np.integer],
    rewards: NDArray[np.float64],
    units: NDArray[np.integer],
    target: NDArray[np.float64],
    seed: int,
) -> Predicted:
    """Return the rates that n choices lead to expect, each from the choices of other units.

    The units are dealt into folds and a fold is predicted from the others, so that no reward
    corrects itself (Chernozhukov et al., Double/debiased machine learning, Econometrics Journal
    2018). The rate of an action in a kind of context is its clicks over its choices, with some
    choices at the mean rate of all added.

    Parameters
    ----------
    actions, contexts : ndarray, shape (n,)
        What was chosen, and in what kind of context: codes from 0.
    rewards, units : ndarray, shape (n,)
        As in ``Choices``.
    target : ndarray, shape (contexts, actions), float64
        The target policy's probabilities; a row sums to 1.

    Raises
    ------
    InvalidInput
        There are fewer than two units: nothing is left to predict from.
    """
    _, unit_of = np.unique(units, return_inverse=True)
    count = int(unit_of.max(initial=-1)) + 1
    folds = min(FOLDS, count)
    if folds < 2:  # noqa: PLR2004  # one to predict and one to learn from
        raise InvalidInput("units", "two independent ones at least, readers or hours", str(count))
    fold_of = np.random.default_rng(seed).permutation(np.arange(count) % folds)[unit_of]
    chosen, expected = np.empty(len(rewards)), np.empty(len(rewards))
    for fold in range(folds):
        held = fold_of == fold
        rates = _rates(actions[~held], contexts[~held], rewards[~held], target.shape)
        chosen[held] = rates[contexts[held], actions[held]]
        expected[held] = (rates * target).sum(axis=1)[contexts[held]]
    return Predicted(chosen=chosen, target=expected)


def _rates(
    actions: NDArray[np.integer],
    contexts: NDArray[np.integer],
    rewards: NDArray[np.float64],
    shape: tuple[int, ...],
) -> NDArray[np.float64]:
    """Return the rate of each action in each kind of context, of that shape."""
    cells = np.ravel_multi_index((contexts, actions), shape)
    size = shape[0] * shape[1]
    clicks = np.bincount(cells, rewards, minlength=size)
    times = np.bincount(cells, minlength=size)
    rates = (clicks + PRIOR_CHOICES * rewards.mean()) / (times + PRIOR_CHOICES)
    return np.asarray(rates.reshape(shape))
