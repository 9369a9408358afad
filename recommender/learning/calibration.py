"""How likely a score is a click: a rising line through what was offered."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression

from recommender.ranking.artifacts import CalibrationPart
from recommender.ranking.calibration import Calibration

MOST_BINS = 50

LEAST_IN_BIN = 50
"""Rows of a bin, so that its share of clicks is more than chance."""


def calibrate(scores: NDArray[np.float64], clicked: NDArray[np.bool_]) -> Calibration:
    """Return the rising line through the shares of clicks in bins of as many scores each.

    Bins are pooled where their shares fall (isotonic regression: Zadrozny and Elkan, Transforming
    classifier scores into accurate multiclass probability estimates, KDD 2002). Each share is of
    one row more than the bin has, of the overall share, so that none is 0 or 1.

    Parameters
    ----------
    scores : ndarray, shape (n,), float64
        Of articles that the ranker did not learn from.
    clicked : ndarray, shape (n,), bool

    Notes
    -----
    Measured on EB-NeRD's demo, fitted on one half of the validation part and measured on the
    other: log loss of trees .2726 with a logistic curve and .2705 with isotonic regression, mean
    distance from the share of clicks in twentieths .016 and .007; of the linear ranker .2686 and
    .2688, .007 and .006. Scores of trees bend where the curve does not.
    """
    overall = (float(clicked.sum()) + 1.0) / (len(clicked) + 2.0)
    if clicked.all() or not clicked.any():
        return Calibration(scores=(0.0,), chances=(overall,))
    bins = np.array_split(np.argsort(scores, kind="stable"), _bins(len(scores)))
    centres = np.array([scores[rows].mean() for rows in bins])
    shares = np.array([(clicked[rows].sum() + overall) / (len(rows) + 1.0) for rows in bins])
    line = IsotonicRegression().fit(centres, shares)
    return Calibration(
        scores=tuple(line.X_thresholds_.tolist()), chances=tuple(line.y_thresholds_.tolist())
    )


def _bins(rows: int) -> int:
    return int(np.clip(rows // LEAST_IN_BIN, 1, MOST_BINS))


def part_of(calibration: Calibration) -> CalibrationPart:
    """Return what an artifact keeps of the line."""
    return CalibrationPart(scores=calibration.scores, chances=calibration.chances)
