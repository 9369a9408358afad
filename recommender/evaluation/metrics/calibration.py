"""Whether click probabilities are true: log loss, Brier score, and a reliability table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InvalidInput
from recommender.evaluation.metrics.ragged import check_length, check_rows, check_starts, means

SURE = float(np.finfo(np.float64).eps)
"""Probabilities are kept this far from 0 and 1, as scikit-learn does, or one wrong certainty would
cost infinity: so it costs 36 nats."""


def log_loss(
    probabilities: NDArray[np.float64], clicked: NDArray[np.bool_], starts: NDArray[np.int64]
) -> NDArray[np.float64]:
    r"""Return the log loss of each impression, in nats.

    The mean over its candidates of :math:`-\ln p` where clicked and :math:`-\ln (1 - p)` elsewhere.

    Parameters
    ----------
    probabilities : ndarray, shape (rows,), float64, 0 to 1
        That each candidate is clicked.
    clicked : ndarray, shape (rows,), bool
    starts : ndarray, shape (m + 1,), int64

    Returns
    -------
    ndarray, shape (m,), float64
        NaN for an impression without candidates.

    Raises
    ------
    InvalidInput
        A probability is none (the message names the impression), or the shapes do not fit.

    Examples
    --------
    >>> probabilities, clicked = np.array([0.5, 0.5, 0.8]), np.array([True, False, True])
    >>> log_loss(probabilities, clicked, np.array([0, 2, 3])).round(4).tolist()
    [0.6931, 0.2231]
    """
    _check(probabilities, clicked, starts)
    kept = np.clip(probabilities, SURE, 1.0 - SURE)
    return 0.0 - means(np.log(np.where(clicked, kept, 1.0 - kept)), starts)


def brier(
    probabilities: NDArray[np.float64], clicked: NDArray[np.bool_], starts: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the Brier score of each impression: the mean squared error of its probabilities.

    Brier, Verification of Forecasts Expressed in Terms of Probability, Monthly Weather Review 1950;
    in its form for two outcomes, 0 to 1. Parameters and errors are those of ``log_loss``.

    Examples
    --------
    >>> probabilities, clicked = np.array([0.5, 0.5, 0.8]), np.array([True, False, True])
    >>> brier(probabilities, clicked, np.array([0, 2, 3])).round(4).tolist()
    [0.25, 0.04]
    """
    _check(probabilities, clicked, starts)
    return means((probabilities - clicked) ** 2, starts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """What was predicted beside what happened, in b bins of about as many candidates each.

    Parameters
    ----------
    predicted, observed : ndarray, shape (b,), float64, 0 to 1
        Mean probability, ascending, and share of clicks.
    counts : ndarray, shape (b,), int64
        Candidates.
    """

    predicted: NDArray[np.float64]
    observed: NDArray[np.float64]
    counts: NDArray[np.int64]

    @property
    def expected_calibration_error(self) -> float:
        """The mean gap between predicted and observed, bins weighted by their candidates, 0 to 1.

        Naeini, Cooper and Hauskrecht (Obtaining Well Calibrated Probabilities Using Bayesian
        Binning, AAAI 2015), with bins of equal size instead of equal width (Nguyen and O'Connor,
        Posterior Calibration and Exploratory Analysis for Natural Language Processing Models,
        EMNLP 2015): most click probabilities are small.
        """
        gaps = np.abs(self.predicted - self.observed)
        return float(np.average(gaps, weights=self.counts))


def reliability(
    probabilities: NDArray[np.float64], clicked: NDArray[np.bool_], bins: int = 10
) -> Reliability:
    """Return the reliability table of all candidates together.

    Parameters
    ----------
    probabilities : ndarray, shape (rows,), float64, 0 to 1
    clicked : ndarray, shape (rows,), bool
    bins : int
        At most this many, cut at quantiles. Equal probabilities stay together, which makes some
        bins larger and may leave fewer.

    Raises
    ------
    InvalidInput
        There are no candidates, or a probability is none.

    Examples
    --------
    >>> probabilities = np.array([0.1, 0.1, 0.7, 0.9])
    >>> table = reliability(probabilities, np.array([False, False, True, True]), bins=2)
    >>> table.predicted.tolist(), table.observed.tolist(), table.counts.tolist()
    ([0.1, 0.8], [0.0, 1.0], [2, 2])
    >>> round(table.expected_calibration_error, 4)
    0.15
    """
    if not len(probabilities):
        raise InvalidInput("probabilities", "at least one, for a reliability table", "none")
    _check(probabilities, clicked, np.array([0, len(probabilities)]))
    inner = np.linspace(0.0, 1.0, bins + 1)[1:-1]
    edges = np.unique(np.quantile(probabilities, inner, method="higher"))
    of = np.searchsorted(edges, probabilities, side="right")
    counts = np.bincount(of)
    full = counts > 0
    return Reliability(
        predicted=np.bincount(of, probabilities)[full] / counts[full],
        observed=np.bincount(of, clicked)[full] / counts[full],
        counts=counts[full],
    )


def _check(
    probabilities: NDArray[np.float64], clicked: NDArray[np.bool_], starts: NDArray[np.int64]
) -> None:
    check_starts(starts, len(probabilities))
    check_length("clicked", clicked, len(probabilities))
    good = (probabilities >= 0.0) & (probabilities <= 1.0)
    check_rows("probabilities", "from 0 to 1", good, starts)
