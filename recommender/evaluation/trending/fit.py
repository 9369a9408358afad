"""The forecast that a log teaches: the one under which its clicks were likeliest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from recommender.evaluation.trending.lessons import Lessons
from recommender.trending.forecast import ForecastConfig, terms_of

RIDGE = 1e-4
"""Weight of the squared weights of standardised terms: enough for one best answer."""

RANGE = (0.005, 0.995)
"""Between these shares of the coming clicks lie the facts that the forecast distinguishes."""

DIGITS = 6
"""Of a weight: more would say nothing, and make the setting long."""


def fit(lessons: Lessons) -> ForecastConfig:
    """Return the likeliest forecast.

    Each click that came falls on an article with the probability softmax(forecast) over its list
    (Cao et al., "Learning to rank: from pairwise to listwise approach", ICML 2007); every list
    counts the same. The problem is convex: it has one answer.
    """
    shares = lessons.shares()
    low, high = _ranges(lessons.facts, shares)
    empty = ForecastConfig(weights=(0.0,) * (len(low) * (len(low) + 3) // 2), low=low, high=high)
    terms = terms_of(lessons.facts, empty)
    middle, spread = terms.mean(axis=0), terms.std(axis=0)
    spread[spread == 0.0] = 1.0
    found = minimize(
        _loss,
        np.zeros(terms.shape[1]),
        args=((terms - middle) / spread, lessons.facts[:, 0], shares, lessons.starts),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 300},
    )
    return ForecastConfig(weights=_rounded(found.x / spread), low=low, high=high)


def _ranges(
    facts: NDArray[np.float64], shares: NDArray[np.float64]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return between which values of each fact nearly all of the coming clicks came."""
    ends = []
    for fact in facts.T:
        order = np.argsort(fact, kind="stable")
        below = np.cumsum(shares[order]) / shares.sum()
        places = np.minimum(np.searchsorted(below, RANGE), len(order) - 1)
        ends.append(_rounded(fact[order][places]))
    low, high = zip(*ends, strict=True)
    return low, high


def _rounded(numbers: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(float(f"{each:.{DIGITS}g}") for each in numbers.tolist())


def _loss(
    weights: NDArray[np.float64],
    terms: NDArray[np.float64],
    sizes: NDArray[np.float64],
    shares: NDArray[np.float64],
    starts: NDArray[np.int64],
) -> tuple[float, NDArray[np.float64]]:
    """Return the mean cross-entropy of the lists and its gradient."""
    lengths, lists = np.diff(starts), len(starts) - 1
    logs = sizes + terms @ weights
    logs -= np.repeat(np.maximum.reduceat(logs, starts[:-1]), lengths)
    odds = np.exp(logs)
    sums = np.repeat(np.add.reduceat(odds, starts[:-1]), lengths)
    loss = -float(shares @ (logs - np.log(sums))) + RIDGE * float(weights @ weights)
    slope: NDArray[np.float64] = terms.T @ (odds / sums / lists - shares)
    return loss, slope + 2.0 * RIDGE * weights
