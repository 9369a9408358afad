"""What rankers learn from: the rows of each list that was offered, and what was clicked."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InvalidInput

HELD_OUT = 0.15
"""Share of the impressions, the latest ones, on which training chooses and stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """m impressions, each with the rows of what it offered.

    Parameters
    ----------
    rows : ndarray, shape (rows, f), float32
        Features; all finite.
    starts : ndarray, shape (m + 1,), int64
        Where each impression's rows begin.
    clicked : ndarray, shape (rows,), bool
    at : ndarray, shape (m,), float64, seconds since the epoch
        When each was offered.
    positions : ndarray, shape (rows,), int32, or None
        Where each article stood, from 1; None where that is not known.
    names : tuple of str
        Names of the f feature columns.

    Raises
    ------
    InvalidInput
        The arrays do not fit together, or a feature is not finite.
    """

    rows: NDArray[np.float32]
    starts: NDArray[np.int64]
    clicked: NDArray[np.bool_]
    at: NDArray[np.float64]
    positions: NDArray[np.int32] | None = None
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        n, m = len(self.rows), len(self.at)
        self._require(
            self.rows.shape == (n, len(self.names)), "rows", f"{len(self.names)} columns, as named"
        )
        self._require(len(self.clicked) == n, "clicked", "one for each row")
        self._require(
            self.positions is None or len(self.positions) == n, "positions", "one for each row"
        )
        fits = len(self.starts) == m + 1 and self.starts[0] == 0 and self.starts[-1] == n
        self._require(fits, "starts", "from 0 to the number of rows, one more than impressions")
        self._require((np.diff(self.starts) >= 0).all(), "starts", "never falling")
        for column, name in enumerate(self.names):
            finite = np.isfinite(self.rows[:, column]).all()
            self._require(finite, name, "a feature that is finite in every row")

    @staticmethod
    def _require(holds: object, field: str, wanted: str) -> None:
        if not holds:
            raise InvalidInput(field, wanted)

    def __len__(self) -> int:
        """How many impressions there are."""
        return len(self.at)

    @property
    def impression_of_rows(self) -> NDArray[np.intp]:
        """The place of each row's impression, shape (rows,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def take(self, chosen: NDArray[np.bool_]) -> Lists:
        """Return the impressions where ``chosen``, shape (m,), is True."""
        lengths = np.diff(self.starts)
        kept = np.repeat(chosen, lengths)
        return replace(
            self,
            rows=self.rows[kept],
            starts=np.concatenate(([0], np.cumsum(lengths[chosen]))).astype(np.int64),
            clicked=self.clicked[kept],
            at=self.at[chosen],
            positions=None if self.positions is None else self.positions[kept],
        )

    def telling(self) -> Lists:
        """Return the impressions of which something, but not everything, was clicked.

        The others say nothing of what is to stand above what.

        Raises
        ------
        InvalidInput
            There is none.
        """
        clicks = np.bincount(self.impression_of_rows, weights=self.clicked, minlength=len(self))
        chosen = (clicks > 0) & (clicks < np.diff(self.starts))
        self._require(
            chosen.any(),
            "lists",
            "impressions of different seconds, with clicked and other articles",
        )
        return self.take(chosen)

    def split_by_time(self) -> tuple[Lists, Lists]:
        """Return the earlier impressions and the latest ``HELD_OUT`` of them.

        Impressions of the same second are not torn apart, so that none of the later ones is as
        old as one of the earlier.
        """
        if not len(self):
            return self, self
        from_second = np.quantile(self.at, 1.0 - HELD_OUT, method="lower")
        late = self.at >= from_second
        return self.take(~late), self.take(late)
