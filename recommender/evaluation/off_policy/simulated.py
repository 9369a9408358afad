"""A world whose policies' values are known, to hold the estimators against the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.off_policy.choices import Choices, refuse_without_support
from recommender.evaluation.off_policy.estimators import (
    Judged,
    Predicted,
    doubly_robust,
    ips,
    snips,
)
from recommender.evaluation.off_policy.reward_model import cross_fitted

READERS = 6
"""Kinds of readers."""

ARTICLES = 10

EXAMINED = (0.9, 0.6, 0.4)
"""How likely an article is looked at, at each position."""

BASE = -1.5
"""Log-odds of a click on an article of middling taste that is looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Readers of some kinds are shown an article at a position; all equally often.

    A click comes where the article is looked at, by its position, and to the reader's taste.

    Parameters
    ----------
    clicks : ndarray, shape (kinds, positions, articles), float64, 0 to 1
        The probability of a click.
    logging, target : ndarray, shape (kinds, articles), float64
        What each policy shows to a kind of reader; a row sums to 1.
    """

    clicks: NDArray[np.float64]
    logging: NDArray[np.float64]
    target: NDArray[np.float64]

    @property
    def value(self) -> float:
        """Clicks per choice of the target policy: what is to be found."""
        return _value(self.clicks, self.target)

    @property
    def logging_value(self) -> float:
        """Clicks per choice of the logging policy."""
        return _value(self.clicks, self.logging)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """How an estimator does over many logs of a world.

    Parameters
    ----------
    mean : float
    error : float
        Of the mean, from the spread of the estimates: one standard error.
    variance : float
        Of one estimate.
    covered : float
        Share of the intervals that hold the truth.
    """

    mean: float
    error: float
    variance: float
    covered: float


def world(seed: int) -> World:
    """Return a world of which the logging policy knows a little, and the target policy more."""
    chance = np.random.default_rng(seed)
    taste = chance.normal(size=(READERS, ARTICLES))
    believed = 0.3 * taste + chance.normal(size=taste.shape)
    liked = 1.0 / (1.0 + np.exp(-(taste + BASE)))
    return World(
        clicks=liked[:, None, :] * np.array(EXAMINED)[None, :, None],
        logging=_drawn(believed, uniform_share=0.2),
        target=_drawn(1.5 * taste, uniform_share=0.05),
    )


def logged(of: World, count: int, chance: np.random.Generator) -> tuple[Choices, Predicted]:
    """Return a log of ``count`` choices, and what a model expects that ignores positions.

    Raises
    ------
    NoSupport
        The target policy shows what the logging policy cannot.
    """
    refuse_without_support(of.target, of.logging, "let the logging policy show everything at times")
    readers = chance.integers(len(of.logging), size=count)
    positions = chance.integers(of.clicks.shape[1], size=count)
    ladder = of.logging.cumsum(axis=1)[readers, :-1]
    articles = (chance.random(count)[:, None] > ladder).sum(axis=1)
    rewards = (chance.random(count) < of.clicks[readers, positions, articles]).astype(np.float64)
    units = np.arange(count)
    choices = Choices(
        rewards=rewards,
        propensities=of.logging[readers, articles],
        target=of.target[readers, articles],
        units=units,
    )
    return choices, cross_fitted(articles, readers, rewards, units, of.target, seed=count)


def accuracies(
    of: World, runs: int, count: int, seed: int, advance: Callable[[int], None]
) -> dict[str, Accuracy]:
    """Return how each estimator does over ``runs`` logs of ``count`` choices.

    Parameters
    ----------
    advance : callable
        Told how many more logs are done.
    """
    chance = np.random.default_rng(seed)
    found: dict[str, list[Judged]] = {"ips": [], "snips": [], "doubly_robust": []}
    for _ in range(runs):
        choices, predicted = logged(of, count, chance)
        found["ips"].append(ips(choices))
        found["snips"].append(snips(choices))
        found["doubly_robust"].append(doubly_robust(choices, predicted))
        advance(1)
    return {name: _accuracy(each, of.value) for name, each in found.items()}


def _accuracy(found: list[Judged], truth: float) -> Accuracy:
    means = np.array([each.reward.mean for each in found])
    covered = [each.reward.low <= truth <= each.reward.high for each in found]
    variance = float(means.var(ddof=1))
    return Accuracy(
        mean=float(means.mean()),
        error=float(np.sqrt(variance / len(means))),
        variance=variance,
        covered=float(np.mean(covered)),
    )


def _drawn(scores: NDArray[np.float64], uniform_share: float) -> NDArray[np.float64]:
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    softmax = odds / odds.sum(axis=1, keepdims=True)
    return np.asarray((1.0 - uniform_share) * softmax + uniform_share / scores.shape[1])


def _value(clicks: NDArray[np.float64], policy: NDArray[np.float64]) -> float:
    return float((clicks * policy[:, None, :]).sum(axis=2).mean())
