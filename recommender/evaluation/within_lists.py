"""How features stand within the list that was offered."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.feature_table import FeatureTable

ROUNDING = 1e-6
"""Relative difference of float32 values that is left of equal ones after their mean was taken."""


def standard_scores(table: FeatureTable) -> NDArray[np.float64]:
    """Return every feature less its mean within the list, in standard deviations, shape (rows, f).

    It is 0 where all of the list are equal.
    """
    exact, centred = table.rows.astype(np.float64), _centred(table)
    spread = np.sqrt(_means(centred**2, table))[table.impression_of_rows]
    varied = spread > ROUNDING * np.maximum(1.0, np.abs(exact))
    return np.divide(centred, spread, out=np.zeros_like(centred), where=varied)


def _centred(table: FeatureTable) -> NDArray[np.float64]:
    exact = table.rows.astype(np.float64)
    return np.asarray(exact - _means(exact, table)[table.impression_of_rows])


def _means(values: NDArray[np.float64], table: FeatureTable) -> NDArray[np.float64]:
    """Return the column means of each list, shape (m, f); 0 of one without rows."""
    sizes = np.diff(table.starts)
    present = sizes > 0
    means = np.zeros((len(sizes), values.shape[1]))
    if present.any():
        begins = table.starts[:-1][present]
        means[present] = np.add.reduceat(values, begins, axis=0) / sizes[present, np.newaxis]
    return means
