"""The table that rankers learn from and are measured on: a row for each article offered."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.metrics.ragged import Lists


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureTable:
    """m impressions, in order of time, with the rows of what each offered.

    Parameters
    ----------
    names : tuple of str
        Names of the f feature columns.
    rows : ndarray, shape (rows, f), float32
    impressions : ndarray, shape (m,), str
        Ids.
    readers : ndarray, shape (m,), int64
        One number for each reader; -1 for guests.
    at, known_until : ndarray, shape (m,), float64, seconds since the epoch
        When the list was offered, and the second of the latest information in its features.
    starts : ndarray, shape (m + 1,), int64
        Where each impression's rows begin.
    clicked : ndarray, shape (rows,), bool
    articles : ndarray, shape (rows,), int64
        One number for each article.
    published : ndarray, shape (rows,), float64, seconds since the epoch
        NaN where it is not known.
    popularity : ndarray, shape (rows,), float64
        Clicks on the article before the list was offered.
    positions : ndarray, shape (rows,), int32, or None
        Where each article stood, from 1; None where that is not known.
    propensities : ndarray, shape (rows,), float64, or None
        The logging policy's.
    crowd : ndarray, shape (m,), float64, or None
        Clicks on all articles before the list was offered; None where that is not known.
    read : Lists or None
        What each impression's reader had read before it, newest first, nothing for guests; None
        where that is not known.
    """

    names: tuple[str, ...]
    rows: NDArray[np.float32]
    impressions: NDArray[np.str_]
    readers: NDArray[np.int64]
    at: NDArray[np.float64]
    known_until: NDArray[np.float64]
    starts: NDArray[np.int64]
    clicked: NDArray[np.bool_]
    articles: NDArray[np.int64]
    published: NDArray[np.float64]
    popularity: NDArray[np.float64]
    positions: NDArray[np.int32] | None = None
    propensities: NDArray[np.float64] | None = None
    crowd: NDArray[np.float64] | None = None
    read: Lists | None = None

    def __len__(self) -> int:
        """How many impressions there are."""
        return len(self.at)

    @property
    def impression_of_rows(self) -> NDArray[np.intp]:
        """The place of each row's impression, shape (rows,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def take(self, chosen: NDArray[np.bool_]) -> FeatureTable:
        """Return the impressions where ``chosen``, shape (m,), is True."""
        lengths = np.diff(self.starts)
        kept = np.repeat(chosen, lengths)
        return replace(
            self,
            rows=self.rows[kept],
            impressions=self.impressions[chosen],
            readers=self.readers[chosen],
            at=self.at[chosen],
            known_until=self.known_until[chosen],
            starts=np.concatenate(([0], np.cumsum(lengths[chosen]))).astype(np.int64),
            clicked=self.clicked[kept],
            articles=self.articles[kept],
            published=self.published[kept],
            popularity=self.popularity[kept],
            positions=None if self.positions is None else self.positions[kept],
            propensities=None if self.propensities is None else self.propensities[kept],
            crowd=None if self.crowd is None else self.crowd[chosen],
            read=None if self.read is None else self.read.take(chosen),
        )

    def columns(self, names: tuple[str, ...]) -> FeatureTable:
        """Return the table with the feature columns ``names``, in that order."""
        places = [self.names.index(name) for name in names]
        return replace(self, names=names, rows=self.rows[:, places])
