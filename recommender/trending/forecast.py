"""What an article's ladder lets expect of it next: the order of a tuned site's list."""

from __future__ import annotations

import math
from functools import cache
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field, model_validator

from recommender.config import Config
from recommender.trending.decay import T0

HOUR_SECONDS = 3_600.0

PRIOR = 0.3
"""Clicks that every article is credited with on every rung: of an article without any, something
can be said too, and one click is no trend."""


class ForecastConfig(Config):
    """How the pace of an article tells what comes next; ``scripts.tune`` finds it from a log.

    With r rungs there are r facts of an article: its size, ln of its clicks an hour at the fastest
    half-life, and its r - 1 paces, ln of the rate at a half-life over the rate at the next slower
    one. The forecast is the size, plus a weighted sum of the facts and of their products, each fact
    kept within the range that was met while tuning.
    """

    weights: tuple[float, ...] = Field(
        description="Of the r facts, then of their r (r + 1) / 2 products: first with first, first "
        "with second, …, second with second, …"
    )
    low: tuple[float, ...] = Field(description="Least value of each fact.")
    high: tuple[float, ...] = Field(description="Highest value of each fact.")

    @model_validator(mode="after")
    def _check_shapes(self) -> Self:
        facts = len(self.low)
        if len(self.high) != facts or len(self.weights) != facts * (facts + 3) // 2:
            raise ValueError("wanted r values in low and in high, and r (r + 3) / 2 weights")
        if not all(math.isfinite(each) for each in (*self.weights, *self.low, *self.high)):
            raise ValueError("wanted finite numbers")
        if any(low > high for low, high in zip(self.low, self.high, strict=True)):
            raise ValueError("wanted low at or below high")
        return self

    @property
    def rungs(self) -> int:
        """How many half-lives the ladder must have."""
        return len(self.low)


def facts_of(ladders: ArrayLike, rates: tuple[float, ...], now: float) -> NDArray[np.float64]:
    """Return the size and the paces of n articles, shape (n, rungs).

    A rate in clicks per second is the decayed count times λ, see ``decay.surge``.

    Parameters
    ----------
    ladders : array_like, shape (n, rungs)
        Levels; −inf where nothing is counted.
    rates : tuple of float
        Decay rates of the rungs, per second, the fastest first.
    now : float
        Seconds since the epoch.

    Examples
    --------
    A steady article, with as many clicks for each second at either half-life:

    >>> rates = (0.02, 0.01)
    >>> size, pace = facts_of(np.log([[100.0 - PRIOR, 200.0 - PRIOR]]), rates, T0)[0].tolist()
    >>> round(math.exp(size)), abs(pace) < 1e-9
    (7200, True)
    """
    decay = np.asarray(rates)
    counts = np.exp(np.asarray(ladders, np.float64) - decay * (now - T0))
    logs = np.log(HOUR_SECONDS * decay * (counts + PRIOR))
    return np.hstack([logs[:, :1], -np.diff(logs, axis=1)])


def terms_of(facts: NDArray[np.float64], config: ForecastConfig) -> NDArray[np.float64]:
    """Return what the weights are of: the facts within their ranges, and their products.

    Returns
    -------
    ndarray, shape (n, rungs * (rungs + 3) / 2)
    """
    kept = np.minimum(np.maximum(facts, config.low), config.high)
    first, second = _pairs(config.rungs)
    return np.hstack([kept, kept[:, first] * kept[:, second]])


def forecast(facts: NDArray[np.float64], config: ForecastConfig) -> NDArray[np.float64]:
    """Return ln of the clicks expected next of each of n articles, up to one constant.

    Parameters
    ----------
    facts : ndarray, shape (n, rungs), float64
        See ``facts_of``.
    """
    expected: NDArray[np.float64] = facts[:, 0] + terms_of(facts, config) @ config.weights
    return expected


@cache
def _pairs(facts: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the first and the second fact of each product."""
    return np.triu_indices(facts)
