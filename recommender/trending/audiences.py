"""Whose clicks an article had: tastes of its readers that add up and fade, as plain mathematics.

``store/lua/audiences.lua`` holds the same arithmetic for the service; a property test keeps the two
equal. Unlike levels, sums of tastes have signs and no logarithm: each is kept with the second that
it is faded to.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.domain.signals import AUDIENCE_HALF_LIFE_HOURS, TASTE_NUMBERS, Audiences
from recommender.trending.decay import decay_rate

AUDIENCE_RATE = decay_rate(AUDIENCE_HALF_LIFE_HOURS)
"""Decay rate of counts and of sums of tastes, per second."""


class AudienceModel:
    """Counts clicks in the order in which they come; seconds are since the epoch, and may be late.

    Parameters
    ----------
    articles : int
        How many there are; codes go from 0 to one less.
    """

    def __init__(self, articles: int) -> None:
        # The last row is that of all articles together.
        self._seconds = np.full(articles + 1, np.nan)
        self._counts = np.zeros(articles + 1)
        self._tastes = np.zeros((articles + 1, TASTE_NUMBERS), np.float32)

    def click(self, code: int, second: float, taste: NDArray[np.float64]) -> None:
        """Count that a reader of this taste clicked.

        What is counted fades to the later of both seconds, or the click to what is counted: the
        order in which they come makes no difference but in rounding.
        """
        rows = [code, -1]
        at = np.fmax(self._seconds[rows], second)
        kept = _kept(self._seconds[rows], at)
        gained = np.exp(AUDIENCE_RATE * (second - at))
        sums = self._tastes[rows] * kept[:, np.newaxis] + gained[:, np.newaxis] * taste
        self._counts[rows] = self._counts[rows] * kept + gained
        self._tastes[rows] = sums
        self._seconds[rows] = at

    def of(self, codes: NDArray[np.int64]) -> Audiences:
        """Return the audiences of ``codes``, shape (n,)."""
        rows = np.concatenate((codes, [len(self._seconds) - 1]))[np.newaxis]
        return merged_audiences(self._seconds[rows], self._counts[rows], self._tastes[rows])


def merged_audiences(
    seconds: NDArray[np.float64], counts: NDArray[np.float64], tastes: NDArray[np.float32]
) -> Audiences:
    """Return the audiences of n articles from those of s shards, which add up exactly.

    Parameters
    ----------
    seconds : ndarray, shape (s, n + 1), seconds since the epoch
        What each is faded to, NaN where there is none; the last column is that of all articles.
    counts : ndarray, shape (s, n + 1)
    tastes : ndarray, shape (s, n + 1, TASTE_NUMBERS)
    """
    # A click counts for the article and for all of them: that of all is the newest second.
    second = float(np.fmax.reduce(seconds[:, -1]))
    kept = _kept(seconds, second)
    faded = (counts * kept).sum(axis=0)
    sums = np.einsum("sn,snm->nm", kept, tastes)
    return Audiences(
        counts=faded[:-1],
        tastes=sums[:-1],
        site_count=float(faded[-1]),
        site_tastes=sums[-1],
        second=second,
    )


def _kept(seconds: NDArray[np.float64], later: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Return what is left ``later`` of a count of ``seconds``; of none, 1."""
    return np.asarray(np.exp(-AUDIENCE_RATE * np.fmax(0.0, later - seconds)))
