"""Forward decay in the log domain: the value of "now" is right at every instant, with no sweep.

For an event of weight w at second t and a decay rate λ, ``x = λ (t − t0) + ln w`` is added to the
running level by ``L ← max(L, x) + log1p(exp(−|L − x|))``. The decayed weight at ``now`` is
``exp(L − λ (now − t0))``. The order by L is the order by value at every instant; late events are
exact; nothing overflows; shards merge by the same addition.

Source: Cormode, Shkapenyuk, Srivastava and Xu, "Forward decay: a practical time decay model for
streaming systems", ICDE 2009. ``store/lua/record.lua`` holds the same arithmetic.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

T0 = 1_704_067_200.0
"""The landmark t0: 2024-01-01T00:00:00Z in seconds since the epoch. Any constant would do; with one
near the present a level stays below 3e5 for a decade even at a half-life of 15 minutes, where a
double still tells values apart to 6e-11."""


def decay_rate(half_life_hours: float) -> float:
    """Return λ per second for a half-life in hours.

    Examples
    --------
    >>> round(decay_rate(1.0) * 3600, 6)
    0.693147
    """
    return math.log(2.0) / (half_life_hours * 3600.0)


def level(at_seconds: ArrayLike, rate: float, weight: ArrayLike = 1.0) -> NDArray[np.float64]:
    """Return x = λ (t − t0) + ln w of events at ``at_seconds`` (epoch), any shape."""
    return rate * (np.asarray(at_seconds, dtype=np.float64) - T0) + np.log(weight)


def log_add(a: ArrayLike, b: ArrayLike) -> NDArray[np.float64]:
    """Return ln(eᵃ + eᵇ) element by element without overflow."""
    return np.asarray(np.logaddexp(a, b), dtype=np.float64)


def value(levels: ArrayLike, rate: ArrayLike, now: float) -> NDArray[np.float64]:
    """Return the decayed weight at ``now`` (epoch seconds) of ``levels``; never negative.

    Parameters
    ----------
    rate : array_like
        One for all levels, or one for each place on their last axis.

    Examples
    --------
    One click an hour ago, with a half-life of one hour, counts one half:

    >>> rate = decay_rate(1.0)
    >>> float(value(level(T0, rate), rate, T0 + 3600).round(6))
    0.5
    """
    fading = np.asarray(rate, dtype=np.float64) * (now - T0)
    return np.exp(np.asarray(levels, dtype=np.float64) - fading)


def surge(
    fast: ArrayLike, slow: ArrayLike, fast_rate: float, slow_rate: float, now: float
) -> NDArray[np.float64]:
    """Return how much faster events come now than they came over the longer time.

    The decayed weight times λ is a rate of events per second (a steady stream of r events per
    second has the decayed weight r / λ). Surge is the rate seen over the fast half-life divided by
    the rate over the slow one: 1 for a steady stream, below 1 for a fading one, and at most
    ``fast_rate / slow_rate`` for an article whose events all came just now.

    Parameters
    ----------
    fast, slow : array_like
        Levels of the same articles at the two half-lives.
    """
    log_fast = np.asarray(fast, dtype=np.float64) - fast_rate * (now - T0) + math.log(fast_rate)
    log_slow = np.asarray(slow, dtype=np.float64) - slow_rate * (now - T0) + math.log(slow_rate)
    return np.exp(log_fast - log_slow)
