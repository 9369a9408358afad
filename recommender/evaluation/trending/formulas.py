"""Formulas that order articles by attention: what a ladder of half-lives is compared with."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.trending.lists import top_of
from recommender.evaluation.trending.moments import HOUR_SECONDS, Moment
from recommender.trending.decay import decay_rate, value
from recommender.trending.ladder import TrendingConfig
from recommender.trending.order import listed_order

GRID_HOURS = (0.1, 0.15, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 24.0)
"""Half-lives whose lists are compared."""

WINDOWS_HOURS = (0.25, 1.0, 6.0)
"""Sliding windows whose lists are compared."""

FAST_HOURS, SLOW_HOURS, GAIN = 0.15, 0.5, 0.25
"""Of the velocity."""

REDDIT_EPOCH, REDDIT_SECONDS = 1_134_028_003.0, 45_000.0
GRAVITY = 1.8

Formula = Callable[[Moment], NDArray[np.float64]]
"""Values of all n articles at a moment, shape (n,); −inf where an article is not listed."""


def the_field() -> dict[str, Formula]:
    """Return the formulas that are compared, by the name that the report gives them."""
    return {
        "Reddit hot": reddit_hot,
        "Hacker News": hacker_news,
        **{f"window {hours:g} h": windowed(place) for place, hours in enumerate(WINDOWS_HOURS)},
        **{f"half-life {hours:g} h": decayed(hours) for hours in reversed(GRID_HOURS)},
        "velocity": velocity,
    }


def reddit_hot(moment: Moment) -> NDArray[np.float64]:
    """Return log10 of the clicks plus the second of publication in 45,000.

    "Hot" in the source that reddit.com published, r2/lib/db/_sorts.pyx. An article counts as
    published at its first click.
    """
    newer = (moment.first - REDDIT_EPOCH) / REDDIT_SECONDS
    return np.where(_met(moment), np.log10(np.maximum(moment.totals, 1.0)) + newer, -np.inf)


def hacker_news(moment: Moment) -> NDArray[np.float64]:
    """Return (p - 1) / (T + 2)^1.8 with p clicks and T hours since the first one."""
    hours = np.where(_met(moment), moment.now - moment.first, 0.0) / HOUR_SECONDS
    return np.where(_met(moment), (moment.totals - 1.0) / (hours + 2.0) ** GRAVITY, -np.inf)


def decayed(hours: float) -> Formula:
    """Return the formula "clicks decayed at this half-life"."""
    return lambda moment: _counted(moment, hours)


def windowed(place: int) -> Formula:
    """Return the formula "clicks of the last ``WINDOWS_HOURS[place]`` hours"."""
    return lambda moment: moment.windows[:, place]


def velocity(moment: Moment) -> NDArray[np.float64]:
    """Return a fast rate plus a quarter of what it is above a slower one."""
    fast, slow = (decay_rate(h) * _counted(moment, h) for h in (FAST_HOURS, SLOW_HOURS))
    return fast + GAIN * (fast - slow)


def as_served(config: TrendingConfig) -> Formula:
    """Return the formula "as the service lists them under these settings"."""

    def standing(moment: Moment) -> NDArray[np.float64]:
        top = top_of(moment.levels(config.served_hours), config.reordered)
        ladders = moment.ladder(top, config.half_lives_hours)
        values = np.full(len(moment.ladders), -np.inf)
        values[top[listed_order(ladders, moment.now, config)]] = -np.arange(len(top), dtype=float)
        return values

    return standing


def _met(moment: Moment) -> NDArray[np.bool_]:
    return np.isfinite(moment.first)


def _counted(moment: Moment, hours: float) -> NDArray[np.float64]:
    return value(moment.levels(hours), decay_rate(hours), moment.now)
