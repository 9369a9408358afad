"""How sure a mean over impressions or readers is: the bootstrap over readers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InvalidInput

RESAMPLES = 2_000
"""Draws behind an interval: its ends then move by a few hundredths of its width."""

GUEST = -1
"""Number of a reader that is not known; each impression of a guest is a reader of its own."""

BLOCK = 1 << 22
"""Counts turned into floating-point numbers at a time, 32 MiB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A mean with the interval that holds it in 95 of 100 such samples."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The mean of one ranker less that of another, on the same impressions.

    Parameters
    ----------
    mean, low, high : float
        With the interval that holds it in 95 of 100 such samples.
    above_zero : float
        Share of the draws in which the first is better; at 0.5 neither is.
    """

    mean: float
    low: float
    high: float
    above_zero: float


class Resamples:
    """Draws of readers with replacement, the same for every metric and ranker measured on them.

    The impressions of one reader are alike, so readers are drawn and not impressions (the cluster
    bootstrap of Davison and Hinkley, Bootstrap Methods and their Application, 1997, section 3.8;
    Efron, Bootstrap Methods, Annals of Statistics 1979). The mean over impressions of a draw is the
    sum over its readers over the number of their impressions: with each reader's sum and number,
    and how often each draw holds the reader, all draws are two matrix products.

    Parameters
    ----------
    readers : ndarray, shape (m,), int64
        The reader of each impression; ``GUEST`` is another reader each time.
    seed : int
        Of the draws.

    Notes
    -----
    A byte is kept for each draw and reader.

    Examples
    --------
    >>> resamples = Resamples(np.array([7, 7, 8, -1]), seed=1)
    >>> resamples.mean(np.array([2.0, 2.0, np.nan, 2.0]))
    Estimate(mean=2.0, low=2.0, high=2.0)
    >>> resamples.difference(np.array([1.0, 1.0, 1.0, 1.0]), np.array([0.5, 0.5, 0.5, 0.5]))
    Difference(mean=0.5, low=0.5, high=0.5, above_zero=1.0)
    """

    __slots__ = ("_drawn", "_reader")

    def __init__(self, readers: NDArray[np.integer], seed: int) -> None:
        self._reader = _numbered(readers)
        count = int(self._reader.max(initial=-1)) + 1
        draws = np.random.default_rng(seed)
        self._drawn = np.empty((RESAMPLES, count), np.uint8)
        for row in self._drawn:
            row[:] = np.bincount(draws.integers(max(1, count), size=count), minlength=count)

    def mean(self, values: NDArray[np.floating]) -> Estimate:
        """Return the mean over impressions with its 95 % percentile interval.

        Parameters
        ----------
        values : ndarray, shape (m,)
            One for each impression; NaN, undefined, is left out.

        Raises
        ------
        InvalidInput
            It is undefined for every impression.
        """
        return self.means({"values": values})["values"]

    def means(self, values: Mapping[str, NDArray[np.floating]]) -> dict[str, Estimate]:
        """Return the means of many metrics and rankers at once, under their names.

        Parameters
        ----------
        values : mapping of str to ndarray, shape (m,)
            For each name one for each impression; NaN, undefined, is left out.

        Raises
        ------
        InvalidInput
            One is undefined for every impression; the message names it.
        """
        drawn = self._draws(values)
        return {
            name: Estimate(mean=_mean(each), low=low, high=high)
            for (name, each), (low, high) in zip(values.items(), _ends(drawn), strict=True)
        }

    def means_of_defined(
        self, values: Mapping[str, NDArray[np.floating]]
    ) -> dict[str, Estimate | None]:
        """Return the means as ``means`` does; None where one is undefined for every impression."""
        found = self.means({name: each for name, each in values.items() if _defined(each)})
        return {name: found.get(name) for name in values}

    def difference(self, first: NDArray[np.floating], second: NDArray[np.floating]) -> Difference:
        """Return the mean of ``first - second`` over the impressions where both are defined.

        Raises
        ------
        InvalidInput
            There is no such impression.
        """
        return self.differences({"values": (first, second)})["values"]

    def differences(
        self, pairs: Mapping[str, tuple[NDArray[np.floating], NDArray[np.floating]]]
    ) -> dict[str, Difference]:
        """Return many paired differences at once, under their names.

        Raises
        ------
        InvalidInput
            A pair has no impression where both are defined; the message names it.
        """
        values = {name: first - second for name, (first, second) in pairs.items()}
        drawn = self._draws(values)
        above = np.nanmean(np.where(np.isnan(drawn), np.nan, drawn > 0.0), axis=0).tolist()
        return {
            name: Difference(mean=_mean(each), low=low, high=high, above_zero=share)
            for (name, each), (low, high), share in zip(
                values.items(), _ends(drawn), above, strict=True
            )
        }

    def _draws(self, values: Mapping[str, NDArray[np.floating]]) -> NDArray[np.float64]:
        """Return the mean of each draw, shape (draws, len(values)).

        It is NaN where all readers drawn have it undefined.
        """
        for name, each in values.items():
            _check(name, each, len(self._reader))
        columns = list(values.values())
        sums = [self._by_reader(np.nan_to_num(each)) for each in columns]
        defined = [self._by_reader(~np.isnan(each)) for each in columns]
        parts = np.array(sums + defined).reshape(-1, self._drawn.shape[1]).T
        rows = max(1, BLOCK // max(1, len(parts)))
        drawn = np.vstack(
            [
                self._drawn[start : start + rows].astype(np.float64) @ parts
                for start in range(0, RESAMPLES, rows)
            ]
        )
        above, below = np.hsplit(drawn, 2)
        means = np.full(above.shape, np.nan)
        np.divide(above, below, out=means, where=below > 0.0)
        return means

    def _by_reader(self, values: NDArray[np.generic]) -> NDArray[np.float64]:
        sums = np.bincount(self._reader, values, minlength=self._drawn.shape[1])
        return sums.astype(np.float64, copy=False)


def mean_of(values: NDArray[np.floating], seed: int) -> Estimate:
    """Return the mean over readers with its 95 % percentile interval.

    Parameters
    ----------
    values : ndarray, shape (n,), n > 0
        One for each reader: what is known of a reader must have been summarised before.
    seed : int
        Of the draws.

    Examples
    --------
    >>> mean_of(np.array([2.0, 2.0, 2.0]), seed=1)
    Estimate(mean=2.0, low=2.0, high=2.0)
    """
    return Resamples(np.arange(len(values)), seed).mean(values)


def _numbered(readers: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return the readers as numbers from 0 without gaps, another for each guest."""
    guests = readers == GUEST
    known, numbers = np.unique(readers[~guests], return_inverse=True)
    found = np.empty(len(readers), np.int64)
    found[~guests] = numbers
    found[guests] = len(known) + np.arange(np.count_nonzero(guests))
    return found


def _check(name: str, values: NDArray[np.floating], impressions: int) -> None:
    if values.shape != (impressions,):
        wanted = f"one value for each of {impressions} impressions"
        raise InvalidInput(name, wanted, f"shape {values.shape}")
    if np.isnan(values).all():
        wanted = "defined for one impression at least"
        raise InvalidInput(name, wanted, f"undefined for all {impressions}")
    if np.isinf(values).any():
        place = int(np.argmax(np.isinf(values)))
        raise InvalidInput(name, "finite, or NaN where undefined", f"infinity at {place}")


def _defined(values: NDArray[np.floating]) -> bool:
    return not bool(np.isnan(values).all())


def _mean(values: NDArray[np.floating]) -> float:
    return float(np.nanmean(values))


def _ends(drawn: NDArray[np.float64]) -> list[tuple[float, float]]:
    """Return the ends of the 95 % percentile interval of each column."""
    ends = [np.nanpercentile(column, (2.5, 97.5)) for column in drawn.T]
    return [(float(low), float(high)) for low, high in ends]
