"""How sure a mean over readers is: the bootstrap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2_000
"""Draws behind an interval: its ends then move by a few hundredths of its width."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A mean with the interval that holds it in 95 of 100 such samples."""

    mean: float
    low: float
    high: float


def mean_of(values: NDArray[np.floating], seed: int) -> Estimate:
    """Return the mean over readers with its 95 % percentile interval.

    Readers are drawn with replacement (Efron, Bootstrap Methods, Annals of Statistics 1979): the
    values of one reader must have been summarised into one number before.

    Parameters
    ----------
    values : ndarray, shape (n,), n > 0
        One for each reader.
    seed : int
        Of the draws.

    Examples
    --------
    >>> mean_of(np.array([2.0, 2.0, 2.0]), seed=1)
    Estimate(mean=2.0, low=2.0, high=2.0)
    """
    count = len(values)
    drawn = np.random.default_rng(seed).integers(count, size=(RESAMPLES, count))
    low, high = np.percentile(values[drawn].mean(axis=1), (2.5, 97.5))
    return Estimate(mean=float(values.mean()), low=float(low), high=float(high))
