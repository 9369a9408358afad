"""Counters as they stood when each list was offered: trending judged inside logged lists."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.data_sets.types import Impressions
from recommender.evaluation.trending.moments import Clicks
from recommender.trending.decay import decay_rate, level


def clicks_of(parts: Sequence[Impressions], count: int, digest: str) -> Clicks:
    """Return the clicks of logged lists at the second from which each is known.

    Parameters
    ----------
    count : int
        Articles of the data set.
    """
    lists = [np.repeat(np.arange(len(each)), np.diff(each.starts))[each.clicked] for each in parts]
    articles = np.concatenate([each.candidates[each.clicked] for each in parts])
    at = np.concatenate([each.visible[rows] for each, rows in zip(parts, lists, strict=True)])
    order = np.argsort(at, kind="stable")
    return Clicks(
        articles=articles[order].astype(np.int64),
        at=at[order],
        weights=np.ones(len(at)),
        count=count,
        digest=digest,
    )


def ladders_at(
    clicks: Clicks,
    articles: NDArray[np.integer],
    at: NDArray[np.float64],
    half_lives_hours: Sequence[float],
) -> NDArray[np.float64]:
    """Return the levels of articles from the clicks strictly before each one's second.

    Parameters
    ----------
    articles : ndarray, shape (rows,), int
    at : ndarray, shape (rows,), float64, seconds since the epoch

    Returns
    -------
    ndarray, shape (rows, rungs), float64
        −inf where there were none.
    """
    levels = np.full((len(articles), len(half_lives_hours)), -np.inf)
    asked = np.argsort(articles, kind="stable")
    clicked = np.argsort(clicks.articles, kind="stable")
    # A click counts from the moment after its own, which is what "left" says.
    for article in np.intersect1d(articles, clicks.articles):
        rows = asked[slice(*np.searchsorted(articles, (article, article + 1), sorter=asked))]
        mine = clicked[
            slice(*np.searchsorted(clicks.articles, (article, article + 1), sorter=clicked))
        ]
        before = np.searchsorted(clicks.at[mine], at[rows], side="left")
        known = before > 0
        for rung, hours in enumerate(half_lives_hours):
            gains = level(clicks.at[mine], decay_rate(hours), clicks.weights[mine])
            sums = np.logaddexp.accumulate(gains)
            levels[rows[known], rung] = sums[before[known] - 1]
    return levels
