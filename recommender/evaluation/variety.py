"""How varied the first articles of each ranker are, beside how well they are liked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.intervals import Estimate, Resamples
from recommender.evaluation.metrics.beyond import coverage, exposures, gini, intra_list_distances
from recommender.evaluation.metrics.ragged import Lists
from recommender.evaluation.metrics.top import top_rows

TOPS = (5, 10)
"""How many of the first articles are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variety:
    """The first ``top`` articles of every impression, ordered by one ranker.

    Parameters
    ----------
    distance : Estimate or None
        Mean cosine distance between two of them, 0 to 2; None without vectors of articles.
    coverage : float
        Share of all articles offered that stand in at least one, 0 to 1.
    gini : float
        How unequally articles are shown, 0 (all the same) to 1.
    """

    top: int
    distance: Estimate | None
    coverage: float
    gini: float


def varieties(
    scores: Mapping[str, NDArray[np.float64]],
    table: FeatureTable,
    vectors: NDArray[np.float32] | None,
    seed: int,
) -> dict[str, tuple[Variety, ...]]:
    """Return for each ranker, by name, how varied its first articles are, for each of ``TOPS``.

    Parameters
    ----------
    scores : mapping of str to ndarray, shape (rows,)
    vectors : ndarray, shape (n, d), float32, or None
        A row of unit length for each article number.
    seed : int
        Of the draws behind intervals.
    """
    known, numbers = np.unique(table.articles, return_inverse=True)
    kept = None if vectors is None else vectors[known]
    resamples = Resamples(table.readers, seed)

    def variety(of: NDArray[np.float64], top: int) -> Variety:
        first = top_rows(of, table.articles, table.starts, top)
        lists = Lists(articles=numbers[first.rows], starts=first.starts)
        shown = exposures(lists, len(known))
        return Variety(
            top=top,
            distance=None if kept is None else _distance(lists, kept, resamples),
            coverage=coverage(shown),
            gini=gini(shown),
        )

    return {name: tuple(variety(of, top) for top in TOPS) for name, of in scores.items()}


def _distance(lists: Lists, vectors: NDArray[np.float32], resamples: Resamples) -> Estimate | None:
    distances = intra_list_distances(lists, vectors)
    return None if np.isnan(distances).all() else resamples.mean(distances)
