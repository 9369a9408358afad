"""The seam of rankers: what scores candidates from their features."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Ranker(Protocol):
    """Scores candidates from their features, columns as in ``FEATURE_NAMES``."""

    @property
    def name(self) -> str:
        """Name and version, as logged with every slate."""
        ...

    @property
    def effects(self) -> NDArray[np.float64]:
        """Share of each feature in what moves the scores of a feed, shape (f,), sum 1."""
        ...

    def scores(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the score of each row, shape (n,)."""
        ...

    def contributions(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return what each feature adds to each score, shape (n, f); a row sums to its score."""
        ...
