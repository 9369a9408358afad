"""Trending lists against the clicks of the next hour: every formula, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InvalidInput
from recommender.evaluation.intervals import Difference, Estimate, Resamples
from recommender.evaluation.trending.formulas import (
    GRID_HOURS,
    WINDOWS_HOURS,
    Formula,
    as_served,
    the_field,
)
from recommender.evaluation.trending.lessons import (
    MIN_HOURS,
    Lessons,
    lessons_of_hours,
    ndcg_of_hours,
)
from recommender.evaluation.trending.lists import METRICS, foresight
from recommender.evaluation.trending.moments import Clicks, blocks_of, hours_of, moments
from recommender.evaluation.trending.tuning import Choice, choose
from recommender.trending.ladder import TrendingConfig

FAST_HOURS = 0.1
"""Half-life that the longer ladder adds to the one that is kept."""

Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendingReport:
    """How well each formula foresaw the next hour.

    Parameters
    ----------
    top : int
        Length of the lists.
    hours : int
        Hours that were judged.
    silent : int
        Hours among them without a click, which judge nothing.
    formulas : mapping of str to mapping of str to Estimate
        Name of a formula, then of a metric.
    first_half : mapping of str to mapping of str to float
        Means of the half that tuned.
    gains : mapping of str to Difference
        nDCG of each tuned ladder less that of the present settings, by the hour.
    choices : mapping of str to Choice
        What was tuned on the first half.
    """

    top: int
    hours: int
    silent: int
    formulas: Mapping[str, Mapping[str, Estimate]]
    first_half: Mapping[str, Mapping[str, float]]
    gains: Mapping[str, Difference]
    choices: Mapping[str, Choice]

    def document(self) -> dict[str, Any]:
        """Return the report as one JSON document."""
        return {
            "hours": self.hours,
            "silent_hours": self.silent,
            "formulas": {
                name: {f"{metric}@{self.top}": asdict(each) for metric, each in metrics.items()}
                for name, metrics in self.formulas.items()
            },
            "first_half": {
                name: {f"{metric}@{self.top}": each for metric, each in metrics.items()}
                for name, metrics in self.first_half.items()
            },
            "gains": {name: asdict(each) for name, each in self.gains.items()},
            "tuned": {
                name: {"chosen": each.name, "first_half_ndcg": each.qualities}
                | each.config.model_dump(mode="json")
                for name, each in self.choices.items()
            },
        }


def evaluate_trending(
    clicks: Clicks, config: TrendingConfig, *, top: int, seed: int, advance: Advance
) -> TrendingReport:
    """Tune on the first half of a log's hours, and judge every formula on both halves.

    Parameters
    ----------
    config : TrendingConfig
        The present settings.
    top : int
        Length of the lists.
    advance : callable
        Is told of each hour that has been judged.

    Raises
    ------
    InvalidInput
        The log is too short.
    """
    hours = hours_of(clicks)
    if len(hours) < 2 * MIN_HOURS:
        raise InvalidInput("log", f"at least {2 * MIN_HOURS} hours of clicks", str(len(hours)))
    later = hours >= hours[len(hours) // 2]
    before = up_to(clicks, float(hours[later][0]))
    choices = {name: _tuned(before, each) for name, each in ladders_of(config).items()}
    formulas = the_field() | {"present settings": as_served(config)}
    formulas |= {name: as_served(each.config) for name, each in choices.items()}
    found = judged(clicks, formulas, top, advance)
    resamples = Resamples(blocks_of(hours[later]), seed)
    second = {name: each[later] for name, each in found.items()}
    present = second["present settings"][:, 0]
    return TrendingReport(
        top=top,
        hours=int(later.sum()),
        silent=int(np.isnan(present).sum()),
        formulas={
            name: resamples.means(dict(zip(METRICS, each.T, strict=True)))
            for name, each in second.items()
        },
        first_half={
            name: dict(zip(METRICS, np.nanmean(each[~later], axis=0).tolist(), strict=True))
            for name, each in found.items()
        },
        gains={name: resamples.difference(second[name][:, 0], present) for name in choices},
        choices=choices,
    )


def ladders_of(config: TrendingConfig) -> dict[str, TrendingConfig]:
    """Return the ladders that are tuned: the one that is kept, and with a faster half-life."""
    longer = sorted({FAST_HOURS, *config.half_lives_hours})
    return {
        "tuned ladder": config,
        f"tuned, with {FAST_HOURS:g} h": TrendingConfig.model_validate(
            config.model_dump() | {"half_lives_hours": tuple(longer), "forecast": None}
        ),
    }


def up_to(clicks: Clicks, end: float) -> Clicks:
    """Return the clicks before a second."""
    kept = clicks.between(-np.inf, end)
    return replace(
        clicks, articles=clicks.articles[kept], at=clicks.at[kept], weights=clicks.weights[kept]
    )


def judged(
    clicks: Clicks, formulas: Mapping[str, Formula], top: int, advance: Advance
) -> dict[str, NDArray[np.float64]]:
    """Return what each formula's list was worth at each hour, shape (hours, metrics)."""
    worth: dict[str, list[Sequence[float]]] = {name: [] for name in formulas}
    nothing = (np.nan,) * len(METRICS)
    for moment in moments(clicks, GRID_HOURS, WINDOWS_HOURS):
        for name, formula in formulas.items():
            found = foresight(formula(moment), moment.coming, top)
            worth[name].append(
                nothing if found is None else [getattr(found, metric) for metric in METRICS]
            )
        advance(1)
    return {name: np.array(each) for name, each in worth.items()}


def _tuned(clicks: Clicks, config: TrendingConfig) -> Choice:
    lessons: Lessons = lessons_of_hours(moments(clicks, config.half_lives_hours), config)
    return choose(lessons, config, ndcg_of_hours)
