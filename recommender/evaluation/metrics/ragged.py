"""Lists of different lengths as one flat array and where each list begins."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InvalidInput

BLOCK = 1 << 13
"""Rows gathered at a time: with 384 numbers each, 24 MiB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """m lists of articles.

    Parameters
    ----------
    articles : ndarray, shape (rows,), int
        Numbers of articles, one list after the other.
    starts : ndarray, shape (m + 1,), int64
        Where each list begins; the last is the number of rows.

    Raises
    ------
    InvalidInput
        The starts do not cut the rows.
    """

    articles: NDArray[np.integer]
    starts: NDArray[np.int64]

    def __post_init__(self) -> None:
        check_starts(self.starts, len(self.articles))

    @classmethod
    def of(cls, many: Sequence[NDArray[np.integer]]) -> Lists:
        """Return one or more arrays of articles as lists.

        Examples
        --------
        >>> Lists.of([np.array([4, 5]), np.array([6])]).starts.tolist()
        [0, 2, 3]
        """
        starts = np.concatenate(([0], np.cumsum([len(each) for each in many]))).astype(np.int64)
        return cls(articles=np.concatenate(many), starts=starts)

    @classmethod
    def joined(cls, many: Sequence[Lists]) -> Lists:
        """Return the lists of one or more, one after the other."""
        return cls(
            articles=np.concatenate([each.articles for each in many]),
            starts=joined_starts([each.starts for each in many]),
        )

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """How many articles each list has, shape (m,)."""
        return np.diff(self.starts)

    def take(self, chosen: NDArray[np.bool_]) -> Lists:
        """Return the lists where ``chosen``, shape (m,), is True."""
        lengths = self.lengths
        return Lists(
            articles=self.articles[np.repeat(chosen, lengths)],
            starts=np.concatenate(([0], np.cumsum(lengths[chosen]))).astype(np.int64),
        )

    def sums(self, values: NDArray[np.generic]) -> NDArray[np.float64]:
        """Return the sum over each list of what its articles have, shape (m, d).

        Parameters
        ----------
        values : ndarray, shape (n, d)
            A row for each article number.
        """
        found = np.zeros((len(self), values.shape[1]))
        full = np.flatnonzero(self.lengths)
        for part in chunks(self.lengths[full], BLOCK):
            lists = full[part]
            start, stop = self.starts[lists[0]], self.starts[lists[-1] + 1]
            rows = values[self.articles[start:stop]].astype(np.float64)
            found[lists] = np.add.reduceat(rows, self.starts[lists] - start)
        return found

    def means(self, values: NDArray[np.generic]) -> NDArray[np.float64]:
        """Return the mean over each list, shape (m, d); NaN for an empty one.

        Examples
        --------
        >>> lists = Lists(articles=np.array([0, 1, 1]), starts=np.array([0, 2, 2, 3]))
        >>> lists.means(np.array([[1.0, 0.0], [0.0, 1.0]])).tolist()
        [[0.5, 0.5], [nan, nan], [0.0, 1.0]]
        """
        found = self.sums(values)
        found[self.lengths == 0] = np.nan
        return np.asarray(found / np.maximum(self.lengths, 1)[:, None])


def joined_starts(many: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return where lists begin when what holds them is put one after the other.

    Examples
    --------
    >>> joined_starts((np.array([0, 2]), np.array([0, 1, 4]))).tolist()
    [0, 2, 3, 6]
    """
    lengths = np.concatenate([np.diff(starts) for starts in many])
    return np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)


def chunks(widths: NDArray[np.int64], size: int) -> Iterator[slice]:
    """Yield runs of lists, in order, of about ``size`` rows together.

    Examples
    --------
    >>> list(chunks(np.array([2, 1, 4, 1]), size=3))
    [slice(0, 2, None), slice(2, 3, None), slice(3, 4, None)]
    """
    until = np.cumsum(widths)
    cuts = np.searchsorted(until, np.arange(size, until[-1] if len(until) else 0, size)) + 1
    edges = np.unique(np.concatenate(([0], cuts, [len(widths)])))
    for start, stop in itertools.pairwise(edges.tolist()):
        yield slice(start, stop)


def check_starts(starts: NDArray[np.int64], rows: int) -> None:
    """Refuse starts that do not cut ``rows`` rows into lists that follow each other.

    Raises
    ------
    InvalidInput
        They do not begin at 0, do not end at ``rows``, or go back.

    Examples
    --------
    >>> check_starts(np.array([0, 2, 2, 5]), rows=5)
    """
    if len(starts) == 0 or starts[0] != 0 or starts[-1] != rows:
        ends = f"{starts[0]} to {starts[-1]}" if len(starts) else "none"
        raise InvalidInput("starts", f"from 0 to the number of rows, {rows}", ends)
    back = np.flatnonzero(np.diff(starts) < 0)
    if len(back):
        raise InvalidInput("starts", "never less than the one before", f"less at list {back[0]}")


def check_length(field: str, values: NDArray[np.generic], rows: int) -> None:
    """Refuse values that are not one for each row.

    Raises
    ------
    InvalidInput
        Their shape is not (rows,).
    """
    if values.shape != (rows,):
        raise InvalidInput(field, f"one for each of {rows} rows", f"shape {values.shape}")


def check_rows(field: str, wanted: str, good: NDArray[np.bool_], starts: NDArray[np.int64]) -> None:
    """Refuse rows that are not ``good``, naming the first and its impression.

    Raises
    ------
    InvalidInput
        A row is not good.
    """
    if good.all():
        return
    row = int(np.argmin(good))
    impression = list_of(np.array([row]), starts)[0]
    place = f"candidate {row - starts[impression]} of impression {impression}, both from 0"
    bad = len(good) - int(np.count_nonzero(good))
    raise InvalidInput(field, wanted, f"another at {place} (and {bad - 1} more)")


def list_of(rows: NDArray[np.int64], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return which list each of ``rows`` belongs to.

    Examples
    --------
    >>> list_of(np.array([0, 1, 2, 4]), np.array([0, 2, 2, 5])).tolist()
    [0, 0, 2, 2]
    """
    return np.asarray(np.searchsorted(starts, rows, side="right") - 1, np.int64)


def means(values: NDArray[np.floating], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the mean of each list, NaN for an empty one.

    Examples
    --------
    >>> means(np.array([1.0, 3.0, 5.0]), np.array([0, 2, 2, 3])).tolist()
    [2.0, nan, 5.0]
    """
    lengths = np.diff(starts)
    full = lengths > 0
    found = np.full(len(lengths), np.nan)
    if full.any():
        found[full] = np.add.reduceat(values.astype(np.float64), starts[:-1][full]) / lengths[full]
    return found
