"""Grouping a reader's articles by where they point."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LEAST_LENGTH = 1e-6
"""A difference of vectors that is shorter counts as none."""


def group(
    units: NDArray[np.float32], weights: NDArray[np.float32], most: int, alike: float
) -> NDArray[np.intp]:
    """Return the group, shape (m,), of each of m directions: at most ``most`` groups.

    The direction with most weight near it, itself included, leads the first group; what is near a
    leader founds no other. Everything then goes to the nearest leader, and once more to the nearest
    mean of those so gathered, so that who leads matters little. Deterministic.

    Parameters
    ----------
    units : ndarray, shape (m, d), unit length
    weights : ndarray, shape (m,), one above 0 at the least
    alike : float
        Least cosine of what is near.

    Examples
    --------
    >>> units = np.array([[1, 0], [0, 1], [0.8, 0.6]], np.float32)
    >>> group(units, np.ones(3, np.float32), most=5, alike=0.7).tolist()
    [0, 1, 0]
    """
    cosines = units @ units.T
    far = (cosines < alike).astype(np.float32)
    np.fill_diagonal(far, 0.0)
    near, free = 1.0 - far, weights.copy()
    leaders: list[int] = []
    while len(leaders) < most and free.any():
        mass = near @ free
        mass[free == 0] = 0.0
        leaders.append(int(mass.argmax()))
        free *= far[leaders[-1]]
    gathered = by_group(cosines[:, leaders].argmax(axis=1), weights)
    return np.asarray((units @ unit(gathered @ units).T).argmax(axis=1))


def by_group(label: NDArray[np.intp], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a row for each group, shape (groups, m): the weight of its own, else 0."""
    numbers = np.arange(int(label.max(initial=-1)) + 1)
    return np.asarray((label == numbers[:, np.newaxis]) * weights, np.float32)


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return ``vectors``, shape (m, d), at length 1; those of no length as zero."""
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    # What is shorter has no direction but that of rounding.
    scale = np.where(lengths > LEAST_LENGTH, 1.0 / np.maximum(lengths, LEAST_LENGTH), 0.0)
    return np.asarray(vectors * scale[:, np.newaxis], np.float32)
