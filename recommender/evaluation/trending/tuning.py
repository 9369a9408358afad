"""Tuning of a site's trending list: which order foretold best what was clicked next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.trending.fit import fit
from recommender.evaluation.trending.lessons import Lessons
from recommender.trending.forecast import forecast
from recommender.trending.ladder import TrendingConfig

FOLDS = 4
"""Stretches of time, each of which judges what the others taught."""

WEIGHED = "weighed ladder"

Quality = Callable[[Lessons, NDArray[np.float64]], NDArray[np.float64]]
"""What an order by scores, shape (rows,), is worth in each of m lists; NaN where undefined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Settings, why they were chosen, and what the others were worth.

    Parameters
    ----------
    qualities : mapping of str to float
        Mean quality of each candidate; of the weighed ladder in time that did not teach it.
    """

    name: str
    config: TrendingConfig
    qualities: dict[str, float]


def choose(lessons: Lessons, config: TrendingConfig, quality: Quality) -> Choice:
    """Return the best settings for a ladder: one of its half-lives, or the ladder weighed.

    Parameters
    ----------
    config : TrendingConfig
        Whose ladder is chosen from; its other settings are kept.
    """
    singles = {
        f"half-life {hours:g} h": _changed(config, served_hours=hours, forecast=None)
        for hours in config.half_lives_hours
    }
    qualities = {
        name: float(np.nanmean(quality(lessons, scores(lessons, each))))
        for name, each in singles.items()
    }
    qualities[WEIGHED] = float(np.nanmean(_untaught(lessons, config, quality)))
    best = max(qualities, key=qualities.__getitem__)
    chosen = weighed(lessons, config) if best == WEIGHED else singles[best]
    return Choice(name=best, config=chosen, qualities=qualities)


def weighed(lessons: Lessons, config: TrendingConfig) -> TrendingConfig:
    """Return the settings with the forecast that the lessons teach."""
    return _changed(config, forecast=fit(lessons))


def scores(lessons: Lessons, config: TrendingConfig) -> NDArray[np.float64]:
    """Return what the settings order each row by, shape (rows,)."""
    if config.forecast is not None:
        return forecast(lessons.facts, config.forecast)
    paces = lessons.facts[:, 1 : config.served_rung + 1]
    slower: NDArray[np.float64] = lessons.facts[:, 0] - paces.sum(axis=1)
    return slower


def _untaught(lessons: Lessons, config: TrendingConfig, quality: Quality) -> NDArray[np.float64]:
    """Return the quality of each list under what the lists of other stretches taught."""
    fold = np.arange(len(lessons)) * FOLDS // max(len(lessons), 1)
    found = np.full(len(lessons), np.nan)
    for each in np.unique(fold):
        taught = weighed(lessons.only(fold != each), config)
        judged = lessons.only(fold == each)
        found[fold == each] = quality(judged, scores(judged, taught))
    return found


def _changed(config: TrendingConfig, **changes: object) -> TrendingConfig:
    return TrendingConfig.model_validate(config.model_dump() | changes)
