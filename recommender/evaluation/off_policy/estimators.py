"""What a target policy would have got: IPS, SNIPS and doubly robust, each with an interval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.intervals import Estimate
from recommender.evaluation.off_policy.choices import Choices
from recommender.evaluation.off_policy.uncertainty import effective_sample_size, rate, ratio

Sums = Callable[[NDArray[np.float64]], tuple[NDArray[np.float64], NDArray[np.float64]]]
"""From weights to what is summed above and below the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicted:
    """What a model expects of n choices; it must not have seen them, see ``reward_model``.

    Parameters
    ----------
    chosen : ndarray, shape (n,), float64
        The reward of what the logging policy chose.
    target : ndarray, shape (n,), float64
        The mean reward of what the target policy chooses there.
    """

    chosen: NDArray[np.float64]
    target: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A target policy's mean reward, as told from another policy's log.

    Parameters
    ----------
    reward : Estimate
        With the interval that holds it in 95 of 100 such logs.
    choices : int
        How many the log has.
    effective_sample_size : float
        As many choices of the target policy's own would be as sure, about.
    largest_weight, mean_weight : float
        With true propensities the mean is 1, but for chance.
    clipped : float
        The target policy's mass that clipping took away, 0 to 1: of what it shows there too little
        is counted. 0 where nothing was clipped.
    bias : float
        What that changed: this estimate less the one without clipping.
    """

    reward: Estimate
    choices: int
    effective_sample_size: float
    largest_weight: float
    mean_weight: float
    clipped: float
    bias: float


def ips(choices: Choices, clip: float | None = None) -> Judged:
    r"""Judge by inverse propensities: :math:`\frac{1}{n} \sum w_i r_i`, :math:`w = \pi / p`.

    Horvitz and Thompson, A Generalization of Sampling Without Replacement From a Finite Universe,
    JASA 1952. Right on average if the propensities are, and unsure where weights are large.

    Parameters
    ----------
    clip : float or None
        Weights above it count as it: less chance, and a bias, which is told.

    Examples
    --------
    >>> evenly = Choices(
    ...     rewards=np.array([1.0, 0.0, 0.0, 1.0]),
    ...     propensities=np.full(4, 0.5),
    ...     target=np.array([0.75, 0.25, 0.25, 0.75]),  # two actions: it prefers the one that pays
    ...     units=np.arange(4),
    ... )
    >>> ips(evenly).reward.mean, snips(evenly).reward.mean
    (0.75, 0.75)
    """
    ones = np.ones(len(choices))
    return _judged(choices, clip, lambda weights: (weights * choices.rewards, ones))


def snips(choices: Choices, clip: float | None = None) -> Judged:
    r"""Judge by normalised inverse propensities: :math:`\sum w_i r_i / \sum w_i`.

    Swaminathan and Joachims, The Self-Normalized Estimator for Counterfactual Learning, NIPS 2015.
    Biased by the order of 1/n, never outside the range of the rewards, and mostly surer than IPS.
    """
    return _judged(choices, clip, lambda weights: (weights * choices.rewards, weights))


def doubly_robust(choices: Choices, predicted: Predicted, clip: float | None = None) -> Judged:
    r"""Judge by a model, corrected: :math:`\frac{1}{n} \sum \hat q(\pi) + w_i (r_i - \hat q_i)`.

    Dudík, Langford and Li, Doubly Robust Policy Evaluation and Learning, ICML 2011: right on
    average if the propensities or the model are, and surer than IPS the better the model is.
    """
    ones = np.ones(len(choices))

    def sums(weights: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return predicted.target + weights * (choices.rewards - predicted.chosen), ones

    return _judged(choices, clip, sums)


def _judged(choices: Choices, clip: float | None, sums: Sums) -> Judged:
    whole = choices.weights
    weights = whole if clip is None else np.minimum(whole, clip)
    above, below = sums(weights)
    found = ratio(above, below, choices.units)
    another = float(weights @ weights) / float(weights.sum()) / float(below.sum())
    return Judged(
        reward=rate(found, step=another),
        choices=len(choices),
        effective_sample_size=effective_sample_size(weights),
        largest_weight=float(weights.max()),
        mean_weight=float(weights.mean()),
        clipped=float((whole - weights).mean()),
        bias=0.0 if clip is None else found.mean - ratio(*sums(whole), choices.units).mean,
    )
