"""What a ranker said of the latest impressions before it learned from them too."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.learning.lists import Lists
from recommender.learning.pairs import agreement, pairs_of
from recommender.ranking.calibration import Calibration

MOST_PAIRS = 10_000
"""Pairs of one impression by which is measured how well it is ordered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """The latest impressions, and scores of their rows by what the earlier ones taught.

    Parameters
    ----------
    lists : Lists
    scores : ndarray, shape (rows,), float64
    calibration : Calibration
        Of these scores.
    """

    lists: Lists
    scores: NDArray[np.float64]
    calibration: Calibration

    @property
    def auc(self) -> float:
        """The mean area under the ROC curve of the lists; NaN where no list tells."""
        return agreement(self.scores, pairs_of(self.lists, MOST_PAIRS, seed=0))
