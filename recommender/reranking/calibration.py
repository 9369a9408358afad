"""Calibration: which share of a feed each category should have for one reader.

The idea is Steck's (Calibrated Recommendations, RecSys 2018): a reader of seven parts football and
three parts cooking gets both in about that proportion, not the stronger taste alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from recommender.config import Config

LEAST_TASTE = 0.1
"""Share of a reader's attention from which a category is a taste."""

LEAST_PLACE = 0.125
"""Share of a page that a taste is worth at least."""


class CalibrationConfig(Config):
    """How strongly a feed keeps to its reader's mix of topics."""

    weight: float = Field(
        default=3.0,
        ge=0.0,
        le=10.0,
        description="How much more a category's share above its target weighs than similarity "
        "does, in the part of the order that the diversity dial gives away; 0 turns it off.",
    )
    guaranteed: float = Field(
        default=0.6,
        ge=0.0,
        le=1.0,
        description="Part of a taste's share of the reader's attention that it has of each page at "
        "least, while there are articles for it; 0 guarantees nothing.",
    )
    smoothing: float = Field(
        default=0.3,
        ge=0.0,
        le=1.0,
        description="Part of the target, 0 to 1, that comes from the candidates' own mix of "
        "categories instead of the reader's taste.",
    )


def guaranteed_shares(
    affinity: NDArray[np.floating], config: CalibrationConfig
) -> dict[int, float]:
    """Return the share of a page that each taste of the reader has at least, by category code.

    Overshoot alone never brings a taste into a page that is missing from it. Only tastes of a tenth
    of the reader's attention or more count, each with ``guaranteed`` of its share, and with no less
    than an eighth, which is one place of nine.

    Parameters
    ----------
    affinity : ndarray, shape (categories,)
        As for :func:`target_shares`.

    Examples
    --------
    >>> affinity = np.array([0, .72, .16, .02, -.1])
    >>> shares = guaranteed_shares(affinity, CalibrationConfig(guaranteed=0.5))
    >>> {code: round(share, 3) for code, share in shares.items()}
    {1: 0.4, 2: 0.125}
    """
    total = float(affinity[affinity > 0].sum())
    if total <= 0.0 or config.guaranteed <= 0.0:
        return {}
    shares = affinity / total
    return {
        int(code): max(LEAST_PLACE, config.guaranteed * float(shares[code]))
        for code in np.flatnonzero(shares >= LEAST_TASTE)
    }


def target_shares(
    affinity: NDArray[np.floating], category: NDArray[np.integer], config: CalibrationConfig
) -> NDArray[np.float64]:
    """Return the share of a feed that each category should have; they sum to 1.

    A taste counts as far as there are candidates for it. Where none is known, or none can be
    served, every category among the candidates gets the same.

    Parameters
    ----------
    affinity : ndarray, shape (categories,)
        The reader's signed share of attention for each category code; only what is above 0 counts.
    category : ndarray, shape (n,)
        The candidates' category codes.

    Returns
    -------
    ndarray, shape (categories,), float64
        Zero everywhere where there are no candidates.

    Examples
    --------
    >>> candidates = np.array([1, 1, 2, 3])
    >>> target_shares(np.array([0, .4, .4, 0]), candidates, CalibrationConfig(smoothing=0)).tolist()
    [0.0, 0.5, 0.5, 0.0]
    >>> target_shares(np.zeros(5), np.array([1, 1, 2, 4]), CalibrationConfig()).round(2).tolist()
    [0.0, 0.33, 0.33, 0.0, 0.33]
    """
    counts = np.bincount(category, minlength=len(affinity))
    present = counts > 0
    taste = np.where(present, np.maximum(affinity, 0.0), 0.0)
    total = float(taste.sum())
    if total <= 0.0:
        return present / max(1, int(np.count_nonzero(present)))
    mix = counts / len(category)
    return (1.0 - config.smoothing) * taste / total + config.smoothing * mix
