"""Pairs of a clicked and a not clicked article of one list, and how well scores order them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.learning.lists import Lists


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """p pairs of rows.

    Parameters
    ----------
    clicked, passed : ndarray, shape (p,), int
        The row that was clicked, and the one of the same list that was not.
    weights : ndarray, shape (p,), float64
        Those of one impression sum to 1.
    """

    clicked: NDArray[np.intp]
    passed: NDArray[np.intp]
    weights: NDArray[np.float64]


def pairs_of(lists: Lists, most: int, seed: int) -> Pairs:
    """Return the pairs of each impression: all of them, or ``most`` drawn at random.

    Impressions with clicks on nothing or on everything have none.

    Parameters
    ----------
    most : int
        Pairs of one impression; drawn with replacement where it has more.
    """
    owner, m = lists.impression_of_rows, len(lists)
    up, down = np.flatnonzero(lists.clicked), np.flatnonzero(~lists.clicked)
    ups, downs = np.bincount(owner[up], minlength=m), np.bincount(owner[down], minlength=m)
    possible = ups * downs
    taken = np.minimum(possible, most)
    of = np.repeat(np.arange(m), taken)
    place = np.arange(len(of)) - np.repeat(np.cumsum(taken) - taken, taken)
    drawn = np.random.default_rng(seed).integers(np.maximum(possible[of], 1))
    place = np.where(possible[of] > most, drawn, place)
    first_up, first_down = np.cumsum(ups) - ups, np.cumsum(downs) - downs
    return Pairs(
        clicked=up[first_up[of] + place // np.maximum(downs[of], 1)],
        passed=down[first_down[of] + place % np.maximum(downs[of], 1)],
        weights=1.0 / taken[of],
    )


def agreement(scores: NDArray[np.floating], pairs: Pairs) -> float:
    """Return the share of pairs whose clicked article scores higher, ties half; NaN without pairs.

    The mean over impressions of the area under the ROC curve, where all pairs are given.
    """
    if not len(pairs.weights):
        return float("nan")
    ahead = np.sign(scores[pairs.clicked] - scores[pairs.passed])
    return float(np.average((ahead + 1.0) / 2.0, weights=pairs.weights))
