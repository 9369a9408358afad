"""When articles appeared, estimated from numbers that are given in the order of publication."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DAY_SECONDS = 86_400.0
WARM_UP_SECONDS = DAY_SECONDS
"""How long a log must run before its newest number is believed to be a new article: what is met
first was mostly there already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationClock:
    """The newest number met by a time, turned round: the time by which a number was met.

    Parameters
    ----------
    numbers : ndarray, shape (k,), float64
        Each the newest met so far when it was met; increasing.
    at : ndarray, shape (k,), float64, seconds since the epoch
        When; increasing.
    seconds_per_number : float
        Of a middling day; carries the line past both ends.
    """

    numbers: NDArray[np.float64]
    at: NDArray[np.float64]
    seconds_per_number: float

    @classmethod
    def fit(cls, numbers: NDArray[np.int64], at: NDArray[np.float64]) -> PublicationClock:
        """Fit on meetings: article ``numbers[i]`` was seen or clicked at ``at[i]``.

        An article was published no later than it was met, and no later than any newer article
        was met. The earliest of these bounds is the lower monotone envelope of (number, time).
        Its corners are the meetings that brought a number above all before. An article that has
        been met by some time thus has an estimate that only meetings up to that time decide
        (the rate past the ends aside).

        Parameters
        ----------
        numbers : ndarray, shape (m,), int64
        at : ndarray, shape (m,), float64, seconds since the epoch
            In any order; m ≥ 1.

        Examples
        --------
        Ten new articles a day for four days, and number 125 met long after 130 was.

        >>> numbers, days = np.array([100, 110, 120, 130, 125]), np.array([0, 1, 2, 3, 3.5])
        >>> clock = PublicationClock.fit(numbers, days * DAY_SECONDS)
        >>> (clock.estimate(np.array([125, 140])) / DAY_SECONDS).tolist()
        [2.5, 4.0]
        """
        order = np.lexsort((-numbers, at))
        numbers, at = numbers[order], at[order]
        newest = np.maximum.accumulate(numbers)
        is_corner = np.r_[True, newest[1:] > newest[:-1]]
        is_warm = at >= min(at[0] + WARM_UP_SECONDS, at[is_corner][-1])
        corners = is_corner & is_warm
        return cls(
            numbers=numbers[corners].astype(np.float64),
            at=at[corners],
            seconds_per_number=_middling_rate(newest, at),
        )

    def estimate(self, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return when articles appeared, shape (n,), float64, seconds since the epoch.

        Between two corners by interpolation, outside by the rate of a middling day.
        """
        inside = np.interp(numbers, self.numbers, self.at)
        before = np.minimum(numbers - self.numbers[0], 0.0)
        after = np.maximum(numbers - self.numbers[-1], 0.0)
        estimates: NDArray[np.float64] = inside + (before + after) * self.seconds_per_number
        return estimates


def _middling_rate(newest: NDArray[np.int64], at: NDArray[np.float64]) -> float:
    """Return the seconds per number of the median day; 0 where the log is under two days long."""
    days = np.arange(at[0] + WARM_UP_SECONDS, at[-1], DAY_SECONDS)
    by_day = newest[np.searchsorted(at, days, side="right") - 1]
    gained = np.diff(by_day)
    middling = float(np.median(gained)) if len(gained) else 0.0
    return DAY_SECONDS / middling if middling > 0 else 0.0
