"""How well a list of articles foresaw the clicks of the next hour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

METRICS = ("ndcg", "overlap", "caught")


@dataclass(frozen=True, slots=True, kw_only=True)
class Foresight:
    """What a list was worth.

    Parameters
    ----------
    ndcg : float
        Discounted clicks of the list over those of the best list.
    overlap : float
        Share of the list that is among the most clicked articles; as many as the list is long.
    caught : float
        Clicks of the list over those of the best list.
    """

    ndcg: float
    overlap: float
    caught: float


def top_of(values: NDArray[np.float64], count: int) -> NDArray[np.intp]:
    """Return the places of the ``count`` highest values, highest first, the first of equals first.

    Examples
    --------
    >>> top_of(np.array([1.0, 3.0, 2.0, 3.0]), 3).tolist()
    [1, 3, 2]
    """
    # Most articles have no clicks at all, and a partition of equals takes ten times as long.
    places = np.flatnonzero(values > values.min(initial=values[0] if len(values) else 0.0))
    if len(places) < count:
        return np.argsort(-values, kind="stable")[:count]
    least = np.partition(values[places], len(places) - count)[len(places) - count]
    places = places[values[places] >= least]
    order = np.argsort(-values[places], kind="stable")[:count]
    return np.asarray(places[order], np.intp)


def dcg(gains: NDArray[np.float64]) -> float:
    """Return Σ gain / log2(1 + i) over the places i, from 1 (Järvelin and Kekäläinen, TOIS 2002).

    Examples
    --------
    >>> dcg(np.array([4.0, 0.0, 2.0]))
    5.0
    """
    return float(gains @ (1.0 / np.log2(np.arange(len(gains)) + 2.0)))


def foresight(
    values: NDArray[np.float64], coming: NDArray[np.float64], count: int
) -> Foresight | None:
    """Return what the list of the ``count`` highest values was worth; None where no click came.

    Parameters
    ----------
    values : ndarray, shape (n,), float64
        −inf: the article is not listed.
    coming : ndarray, shape (n,), float64
        The next hour's clicks of each article.

    Examples
    --------
    The best list has 6 clicks and then 2; this one has them the other way round:

    >>> found = foresight(np.array([1.0, 3.0, 0.0]), np.array([6.0, 2.0, 1.0]), 2)
    >>> found.caught, found.overlap
    (1.0, 1.0)
    """
    best, listed = top_of(coming, count), top_of(values, count)
    best, listed = best[coming[best] > 0.0], listed[values[listed] > -np.inf]
    if not len(best):
        return None
    return Foresight(
        ndcg=dcg(coming[listed]) / dcg(coming[best]),
        overlap=len(np.intersect1d(listed, best)) / count,
        caught=float(coming[listed].sum() / coming[best].sum()),
    )
