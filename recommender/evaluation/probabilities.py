"""Whether the click probabilities that rankers tell are true."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.intervals import Estimate, Resamples
from recommender.evaluation.metrics.calibration import Reliability, brier, log_loss, reliability


@dataclass(frozen=True, slots=True, kw_only=True)
class Probabilities:
    """How true one ranker's probabilities are: the smaller, the truer.

    Parameters
    ----------
    log_loss, brier : Estimate
        Means over impressions, each the mean over its candidates.
    reliability : Reliability
        Of all candidates together.
    """

    log_loss: Estimate
    brier: Estimate
    reliability: Reliability


def judged(
    probabilities: NDArray[np.float64], table: FeatureTable, resamples: Resamples
) -> Probabilities:
    """Return how true the probabilities, shape (rows,), of the table's rows are."""
    asked = (probabilities, table.clicked, table.starts)
    means = resamples.means({"log_loss": log_loss(*asked), "brier": brier(*asked)})
    return Probabilities(
        log_loss=means["log_loss"],
        brier=means["brier"],
        reliability=reliability(probabilities, table.clicked),
    )
