"""What each feature does to the order of lists."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.learning.lists import Lists
from recommender.ranking.ranker import Ranker

MOST_ROWS = 2_000
"""Rows of which is measured what moves their scores."""


def effects_of(ranker: Ranker, lists: Lists) -> NDArray[np.float64]:
    """Return each feature's share in what moves the scores within lists, shape (f,), sum 1.

    Standard deviations, within a list, of what the feature adds to the scores; measured on the
    first lists of ``MOST_ROWS`` rows.
    """
    few = lists.take(lists.starts[1:] <= max(MOST_ROWS, int(lists.starts[1])))
    added, owner = ranker.contributions(few.rows), few.impression_of_rows
    sums = np.zeros((len(few), added.shape[1]))
    np.add.at(sums, owner, added)
    means = sums / np.maximum(np.diff(few.starts), 1)[:, np.newaxis]
    moved = np.sqrt(np.mean((added - means[owner]) ** 2, axis=0))
    return np.asarray(moved / max(float(moved.sum()), 1e-300))
