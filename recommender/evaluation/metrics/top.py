"""The first k of each impression, as lists to measure beyond accuracy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.metrics.ragged import check_length, check_rows, check_starts, list_of


@dataclass(frozen=True, slots=True, kw_only=True)
class TopRows:
    """The first rows of m impressions, best first.

    Parameters
    ----------
    rows : ndarray, shape (r,), int64
        Places in the arrays that were ranked: ``articles[top.rows]`` are the articles.
    starts : ndarray, shape (m + 1,), int64
        Where each list begins among ``rows``.
    """

    rows: NDArray[np.int64]
    starts: NDArray[np.int64]


def top_rows(
    scores: NDArray[np.float64],
    articles: NDArray[np.integer],
    starts: NDArray[np.int64],
    k: int,
) -> TopRows:
    """Return the ``k`` rows of each impression with the highest scores, all where there are fewer.

    Equal scores stand in the order of a hash of the impression's place and the article's number:
    the same in every run, not the order of the list, and another for each impression.

    Parameters
    ----------
    scores : ndarray, shape (rows,), float64
        Finite.
    articles : ndarray, shape (rows,), int
    starts : ndarray, shape (m + 1,), int64

    Raises
    ------
    InvalidInput
        A score is NaN or infinite (the message names the impression), or the shapes do not fit.

    Examples
    --------
    >>> top = top_rows(np.array([1.0, 3.0, 2.0, 7.0]), np.arange(4), np.array([0, 3, 4]), k=2)
    >>> top.rows.tolist(), top.starts.tolist()
    ([1, 2, 3], [0, 2, 3])
    """
    check_starts(starts, len(scores))
    check_length("articles", articles, len(scores))
    check_rows("scores", "finite numbers", np.isfinite(scores), starts)
    impression = list_of(np.arange(len(scores)), starts)
    order = np.lexsort((_hash(impression, articles), -scores, impression))
    place = np.arange(len(scores)) - starts[impression]
    lengths = np.minimum(np.diff(starts), k)
    return TopRows(
        rows=order[place < k],
        starts=np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
    )


def _hash(
    impressions: NDArray[np.integer], articles: NDArray[np.integer]
) -> NDArray[np.unsignedinteger]:
    """Mix two numbers by the finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014)."""
    mixed = _mixed(impressions.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15))
    return _mixed(mixed ^ articles.astype(np.uint64))


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))
