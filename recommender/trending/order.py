"""The order of the trending list: by what is counted, or by what a tuned site expects next."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.trending.forecast import facts_of, forecast
from recommender.trending.ladder import TrendingConfig


def listed_order(
    ladders: NDArray[np.float64], now: float, config: TrendingConfig
) -> NDArray[np.intp]:
    """Return the places of n articles in the order of the trending list.

    The order is by value at the served half-life; at a tuned site the ``reordered`` highest of
    these are then ordered by their forecast. Equals keep their order.

    Parameters
    ----------
    ladders : ndarray, shape (n, rungs), float64
        Levels.
    now : float
        Seconds since the epoch.

    Examples
    --------
    >>> levels = np.array([[1.0, 1.0, 1.0, 1.0], [2.0, 2.0, 2.0, 2.0]])
    >>> listed_order(levels, 1_767_225_600.0, TrendingConfig()).tolist()
    [1, 0]
    """
    places = np.argsort(-ladders[:, config.served_rung], kind="stable")
    if config.forecast is None or not len(places):
        return places
    first = places[: config.reordered]
    expected = forecast(facts_of(ladders[first], config.rates, now), config.forecast)
    return np.concatenate([first[np.argsort(-expected, kind="stable")], places[config.reordered :]])
