"""Weights under which what was clicked stands out from the rest of its list."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from recommender.learning.lists import Lists

MOST_STEPS = 50

ENOUGH = 1e-7
"""Gain of a step, in log loss for each list, after which there is none."""

BLOCK_ROWS = 32_768
"""Rows of which the curvature is summed at a time, so that they stay near the processor."""


class ListwiseFit:
    r"""The conditional logit model: a click's chance is the softmax of its list's scores.

    :math:`P(i) = e^{w x_i} / \sum_{j} e^{w x_j}` over the list (McFadden, Conditional logit
    analysis of qualitative choice behavior, 1974; as a loss for rankers, Cao et al., Learning to
    rank: from pairwise approach to listwise approach, ICML 2007). With lists of two it is logistic
    regression on pairs. Where several were clicked, each counts for its share. Every list weighs
    the same. It is fitted by Newton's method: the loss is convex, and columns are hundreds.

    Parameters
    ----------
    columns : ndarray, shape (rows, c), float32
    lists : Lists
        Of those rows; something, but not everything, of each was clicked.
    clip : float
        Standard deviations within lists at which columns are cut.
    """

    def __init__(self, columns: NDArray[np.float32], lists: Lists, clip: float) -> None:
        self._begins, self._lengths = lists.starts[:-1], np.diff(lists.starts)
        means = np.add.reduceat(columns, self._begins, axis=0) / self._lengths[:, np.newaxis]
        centred = columns - np.repeat(means.astype(np.float32), self._lengths, axis=0)
        share = np.repeat(1.0 / (self._lengths * len(lists)), self._lengths).astype(np.float32)
        self._scale = np.sqrt(np.einsum("i,ij,ij->j", share, centred, centred)).astype(np.float64)
        # What is the same in a whole list differs by rounding alone.
        self._varies = self._scale > 1e-6 * np.abs(columns).max(axis=0, initial=1e-30)
        self._columns = centred[:, self._varies]
        self._columns /= self._scale[self._varies].astype(np.float32)
        np.clip(self._columns, -clip, clip, out=self._columns)
        clicks = np.add.reduceat(lists.clicked.astype(np.float64), self._begins)
        wanted = lists.clicked / np.repeat(clicks, self._lengths)
        self._clicked = self._times(wanted)
        self._found = np.zeros(self._columns.shape[1])

    def weights(self, penalty: float) -> NDArray[np.float64]:
        """Return the weights of the columns as they are, shape (c,); 0 where none varies.

        Each call starts from what the one before found: ask for large penalties first.

        Parameters
        ----------
        penalty : float
            Squared, on the standardised weights, for each list.
        """
        loss, chances = self._loss(self._found, penalty)
        for _ in range(MOST_STEPS):
            former = loss
            loss, chances = self._step(loss, chances, penalty)
            if former - loss < ENOUGH:
                break
        weights = np.zeros(len(self._scale))
        weights[self._varies] = self._found / self._scale[self._varies]
        return weights

    def _step(
        self, loss: float, chances: NDArray[np.float64], penalty: float
    ) -> tuple[float, NDArray[np.float64]]:
        """Move to where the loss is lower along Newton's direction, if it is anywhere."""
        slope = self._times(chances) - self._clicked
        slope = slope / len(self._lengths) + penalty * self._found
        direction = np.linalg.solve(self._curvature(chances, penalty), slope)
        for halvings in range(10):
            tried = self._found - direction * 0.5**halvings
            lower, there = self._loss(tried, penalty)
            if lower < loss:
                self._found = tried
                return lower, there
        return loss, chances

    def _loss(
        self, weights: NDArray[np.float64], penalty: float
    ) -> tuple[float, NDArray[np.float64]]:
        """Return the penalised loss for each list, and the chance of each row."""
        scores = (self._columns @ weights.astype(np.float32)).astype(np.float64)
        chances, logs = softmax(scores, self._begins, self._lengths)
        loss = (logs.sum() - self._clicked @ weights) / len(self._lengths)
        return float(loss + penalty / 2.0 * (weights @ weights)), chances

    def _curvature(self, chances: NDArray[np.float64], penalty: float) -> NDArray[np.float64]:
        """Return the mean of the columns' covariances within lists under the chances."""
        summed = np.zeros((self._columns.shape[1],) * 2)
        for lists in self._blocks():
            begins = self._begins[lists]
            rows = slice(begins[0], begins[-1] + self._lengths[lists][-1])
            columns, chance = self._columns[rows], chances[rows].astype(np.float32)
            weighed = columns * chance[:, np.newaxis]
            means = np.add.reduceat(weighed, begins - begins[0], axis=0)
            summed += columns.T @ weighed - means.T @ means
        return np.asarray(summed / len(self._lengths) + penalty * np.eye(len(summed)))

    def _blocks(self) -> Iterator[slice]:
        """Yield runs of lists, each of about ``BLOCK_ROWS`` rows."""
        cuts = np.flatnonzero(np.diff(self._begins // BLOCK_ROWS)) + 1
        ends = [0, *cuts.tolist(), len(self._begins)]
        for start, end in pairwise(ends):
            yield slice(start, end)

    def _times(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray((rows.astype(np.float32) @ self._columns).astype(np.float64))


def softmax(
    scores: NDArray[np.float64], begins: NDArray[np.int64], lengths: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each row's chance within its list, and the log of each list's sum of e^score."""
    tops = np.maximum.reduceat(scores, begins)
    raised = np.exp(scores - np.repeat(tops, lengths))
    sums = np.add.reduceat(raised, begins)
    return raised / np.repeat(sums, lengths), np.log(sums) + tops
