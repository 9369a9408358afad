"""A log of clicks as a row of moments: what was counted strictly before, what was clicked next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.trending.decay import T0, decay_rate, level, log_add

HOUR_SECONDS = 3_600.0

BLOCK_HOURS = 12.0
"""Hours drawn together by a bootstrap: those of one half of a day are alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clicks:
    """m clicks on n articles, in order of time.

    Parameters
    ----------
    articles : ndarray, shape (m,), int
        Codes, 0 to n - 1.
    at : ndarray, shape (m,), float64, seconds since the epoch
    weights : ndarray, shape (m,), float64
        What each adds to a counter; above 0.
    count : int
        n.
    digest : str
        SHA-256 of the files, hexadecimal.
    """

    articles: NDArray[np.int64]
    at: NDArray[np.float64]
    weights: NDArray[np.float64]
    count: int
    digest: str

    def between(self, start: float, end: float) -> slice:
        """Return which clicks are at or after ``start`` and before ``end``."""
        first, last = np.searchsorted(self.at, (start, end))
        return slice(int(first), int(last))


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What is known at the beginning of an hour, and what the hour brings.

    Parameters
    ----------
    now : float
        Seconds since the epoch.
    half_lives_hours : tuple of float
        Of the rungs.
    ladders : ndarray, shape (n, rungs), float64
        Levels from the clicks strictly before ``now``; −inf where there were none.
    totals : ndarray, shape (n,), float64
        Clicks ever before ``now``.
    first : ndarray, shape (n,), float64
        Second of the first click before ``now``; infinite where there was none.
    windows : ndarray, shape (n, windows), float64
        Clicks of the last while before ``now``.
    coming : ndarray, shape (n,), float64
        Clicks from ``now`` until the next moment.
    """

    now: float
    half_lives_hours: tuple[float, ...]
    ladders: NDArray[np.float64]
    totals: NDArray[np.float64]
    first: NDArray[np.float64]
    windows: NDArray[np.float64]
    coming: NDArray[np.float64]

    def levels(self, hours: float) -> NDArray[np.float64]:
        """Return the levels at one half-life, shape (n,)."""
        return self.ladders[:, self.half_lives_hours.index(hours)]

    def ladder(self, articles: NDArray[np.intp], hours: Sequence[float]) -> NDArray[np.float64]:
        """Return the levels of some articles at some half-lives, shape (articles, hours)."""
        rungs = [self.half_lives_hours.index(each) for each in hours]
        return self.ladders[articles[:, None], rungs]


def hours_of(clicks: Clicks) -> NDArray[np.float64]:
    """Return the beginnings of the whole hours that have an hour of log before and after them."""
    if not len(clicks.at):
        return np.empty(0)
    first = np.floor(clicks.at[0] / HOUR_SECONDS) + 1
    return np.arange(first, np.ceil(clicks.at[-1] / HOUR_SECONDS)) * HOUR_SECONDS


def blocks_of(at: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the number of the half day that each second is of."""
    return (at // (BLOCK_HOURS * HOUR_SECONDS)).astype(np.int64)


def moments(
    clicks: Clicks, half_lives_hours: Sequence[float], windows_hours: Sequence[float] = ()
) -> Iterator[Moment]:
    """Yield a moment for each of ``hours_of(clicks)``, in order.

    The arrays of a moment are its own, but for ``ladders``, ``totals`` and ``first``: these go on.
    """
    rates = [decay_rate(hours) for hours in half_lives_hours]
    ladders = np.full((clicks.count, len(rates)), -np.inf)
    totals, first = np.zeros(clicks.count), np.full(clicks.count, np.inf)
    past = 0
    for now in hours_of(clicks).tolist():
        new = slice(past, int(np.searchsorted(clicks.at, now)))
        past = new.stop
        _count(ladders, clicks, new, rates, now)
        totals += _clicked(clicks, new)
        np.minimum.at(first, clicks.articles[new], clicks.at[new])
        spans = [clicks.between(now - hours * HOUR_SECONDS, now) for hours in windows_hours]
        yield Moment(
            now=now,
            half_lives_hours=tuple(half_lives_hours),
            ladders=ladders,
            totals=totals,
            first=first,
            windows=np.array([_clicked(clicks, each) for each in spans]).T,
            coming=_clicked(clicks, clicks.between(now, now + HOUR_SECONDS)),
        )


def _clicked(clicks: Clicks, which: slice) -> NDArray[np.float64]:
    counted = np.bincount(clicks.articles[which], clicks.weights[which], minlength=clicks.count)
    return counted.astype(np.float64)  # numpy counts nothing in whole numbers


def _count(
    ladders: NDArray[np.float64],
    clicks: Clicks,
    which: slice,
    rates: Sequence[float],
    now: float,
) -> None:
    """Add some clicks before ``now`` to the levels: first to one another, then to what was."""
    articles, places = np.unique(clicks.articles[which], return_inverse=True)
    for rung, rate in enumerate(rates):
        past = rate * (now - T0)
        levels = level(clicks.at[which], rate, clicks.weights[which])
        added = np.bincount(places, np.exp(levels - past), minlength=len(articles))
        # A click so long before that nothing is left of it: the least number, not none.
        gains = np.log(np.maximum(added, np.finfo(float).tiny)) + past
        ladders[articles, rung] = log_add(ladders[articles, rung], gains)
