"""The learned linear ranker: a weighted sum, whose parts are the reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.calibration import Calibration

READING = "reading"
"""The feature that tells whether the reader has an article open."""


def reading_column(features: Sequence[str]) -> int:
    """Return the column of ``READING``; the first one, which then has no say, where it is missing.

    Examples
    --------
    >>> reading_column(("age", "reading"))
    1
    """
    return features.index(READING) if READING in features else 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinearRanker:
    """Score = Σ of what each feature and its square add, which is more where an article is open.

    Each feature adds a part of its own, which is 0 where the feature is 0. With its square the part
    may bend: what is a day old may be passed over more than what is new and what is timeless.

    Parameters
    ----------
    name : str
        Kind and version.
    weights : ndarray, shape (f,), float64
        Of the features as they are, unscaled.
    beside : ndarray, shape (f,), float64
        What is added to each weight where the reader has an article open.
    squares : ndarray, shape (f,), float64
        Of the features' squares.
    low, high : ndarray, shape (f,), float64
        What each feature was while training; beyond that it counts as there.
    reading : int
        The column that tells of that.
    calibration : Calibration
    effects : ndarray, shape (f,), float64
        Share of each feature in what moves scores, as measured while training.
    """

    name: str
    weights: NDArray[np.float64]
    beside: NDArray[np.float64]
    squares: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    reading: int
    calibration: Calibration
    effects: NDArray[np.float64]

    def scores(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the score of each row, shape (n,)."""
        exact = self._within(rows)
        open_article = exact[:, self.reading]
        always = exact @ self.weights + (exact * exact) @ self.squares
        return np.asarray(always + open_article * (exact @ self.beside))

    def contributions(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return what each feature adds to each score, shape (n, f)."""
        # Zero added makes 0 of -0, which a feature of 0 and a weight below 0 would leave.
        exact = self._within(rows)
        weights = self.weights + exact * self.squares + exact[:, [self.reading]] * self.beside
        return np.asarray(exact * weights + 0.0)

    def _within(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        # What hardly varied while training may have any weight: beyond, it would run away.
        return np.clip(rows.astype(np.float64), self.low, self.high)

    def probabilities(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability of a click for each score, shape (n,)."""
        return self.calibration.probabilities(scores)
