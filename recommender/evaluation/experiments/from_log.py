"""An experiment analysed from the service's own log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from recommender.domain.experiments import Experiment
from recommender.domain.interactions import Kind
from recommender.evaluation.data_sets.types import Dropped
from recommender.evaluation.experiments.activity import BEFORE_DAYS, Activity, activity_of
from recommender.evaluation.experiments.analysing import Question, analyse
from recommender.evaluation.experiments.deeds import measured
from recommender.evaluation.experiments.exposure import (
    Met,
    Period,
    exposing,
    met,
    period_of,
    refuse_gap,
    refuse_strangers,
)
from recommender.evaluation.experiments.logged import Logged, minute_text
from recommender.evaluation.experiments.observed import Exposed
from recommender.evaluation.experiments.over_time import LEAST_READERS
from recommender.evaluation.experiments.results import Results, Stage
from recommender.experiments.assignment import experiment_ranges
from recommender.experiments.hashing import shares
from recommender.store.limits import DAY_SECONDS

THURSDAY = 3
"""Day 0 of the epoch, where Monday is 0."""

SATURDAY = 5

MANY_CLICKS = 10
"""Clicks of the time before exposure from which on a reader is a busy one."""

LANGUAGE_NOT_TOLD = "not told"

LIMITS = (
    "Nothing here tells who was merged into whom: a session that met the experiment and was merged "
    "later counts as a reader of its own."
)
"""What the log cannot say, beside every analysis of it."""

LATE = "The log begins at {log}, after the experiment did at {begin}: who met it before is unknown."

SHORT = (
    "The log begins at {log}, less than {days:g} days before the experiment: what readers did "
    "before that is unknown, and readers who seem new may not be."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An experiment's results with what they were made of.

    Parameters
    ----------
    slates, interactions : int
        Of the analysed readers from exposure on.
    period : Period
    unmeasured : mapping of str to str
        Metric → why the log cannot tell it.
    left_out : tuple of Dropped
        Rows and readers that do not count.
    notes : tuple of str
        What must be known beside the figures.
    """

    results: Results
    slates: int
    interactions: int
    period: Period
    unmeasured: Mapping[str, str]
    left_out: tuple[Dropped, ...]
    notes: tuple[str, ...]


def analyse_log(experiment: Experiment, logged: Logged) -> Report:
    """Return what the log says of an experiment that gives each reader one variant.

    Raises
    ------
    SourceError
        The log lost entries meanwhile, does not tell of the experiment, or tells of other variants.
    InvalidInput
        The primary metric cannot be measured.
    """
    period = period_of(experiment)
    refuse_gap(logged, period)
    found = met(exposing(logged, experiment.key), period)
    names = tuple(each.name for each in experiment.variants)
    refuse_strangers(found.readers, experiment, names)
    activity = activity_of(found.readers, logged, period.end)
    metrics = measured(activity, experiment)
    exposed = exposed_of(found, names, activity)
    weights = dict(zip(names, shares(experiment_ranges(experiment)), strict=True))
    question = Question(key=experiment.key, weights=weights)
    funnel, slates = funnel_of(exposed, activity), slates_of(exposed, activity)
    return Report(
        results=analyse(question, exposed, metrics.deeds, funnel, slates),
        slates=activity.slates.height,
        interactions=activity.interactions.height,
        period=period,
        unmeasured={metric.value: reason for metric, reason in metrics.unmeasured.items()},
        left_out=(*logged.left_out, *found.left_out, *activity.left_out, *metrics.left_out),
        notes=notes_of(logged, period),
    )


def exposed_of(found: Met, names: tuple[str, ...], activity: Activity) -> Exposed:
    """Return the readers as the statistics take them, with their segments."""
    readers = found.readers
    day = (readers["at"].to_numpy() // DAY_SECONDS).astype(np.int64)
    return Exposed(
        variants=names,
        variant=np.array([names.index(each) for each in readers["met"]], np.int64),
        day=day,
        segments={**_segments(activity, day), "language": _languages(readers["language"])},
    )


def funnel_of(exposed: Exposed, activity: Activity) -> tuple[Stage, ...]:
    """Return the readers who came as far as each stage, all the ones before included.

    Who was assigned and never met the experiment is not in the log: exposure comes first.
    """
    reads = activity.interactions.filter(pl.col("kind") == Kind.READ.value)
    stages = {
        "was heard of again": activity.interactions,
        "clicked": activity.clicks,
        "read": reads,
    }
    still = np.ones(len(exposed), np.bool_)
    found = [Stage(name="was served the variant", readers=exposed.counts())]
    for name, rows in stages.items():
        still &= _counts(rows, len(exposed)) > 0
        counts = np.bincount(exposed.variant[still], minlength=len(exposed.variants)).tolist()
        readers = dict(zip(exposed.variants, counts, strict=True))
        found.append(Stage(name=name, readers=readers))
    return tuple(found)


def slates_of(exposed: Exposed, activity: Activity) -> dict[str, int]:
    """Return how many slates the readers of each variant were served from exposure on."""
    served = _counts(activity.slates, len(exposed))
    counts = np.bincount(exposed.variant, served, minlength=len(exposed.variants))
    return dict(zip(exposed.variants, counts.astype(np.int64).tolist(), strict=True))


def notes_of(logged: Logged, period: Period) -> tuple[str, ...]:
    """Return what must be known beside figures that were made of a log."""
    first = float(logged.slates["created_at"][0])
    if period.begin is None or first <= period.begin - BEFORE_DAYS * DAY_SECONDS:
        return (LIMITS,)
    log, begin = minute_text(first), minute_text(period.begin)
    if first > period.begin + DAY_SECONDS:
        return (LIMITS, LATE.format(log=log, begin=begin))
    return (LIMITS, SHORT.format(log=log, days=BEFORE_DAYS))


def _segments(activity: Activity, day: NDArray[np.int64]) -> dict[str, NDArray[np.str_]]:
    """Return what was known of each reader before exposure; the variant cannot have changed it."""
    n = activity.readers.height
    known = _counts(activity.slates_before, n) + _counts(activity.interactions_before, n) > 0
    lately = activity.interactions_before.filter(
        (pl.col("kind") == Kind.CLICK.value) & (pl.col("age") <= BEFORE_DAYS * DAY_SECONDS)
    )
    clicks = _counts(lately, n)
    busy = [f"{MANY_CLICKS} and more", f"1 to {MANY_CLICKS - 1}"]
    is_weekend = (day + THURSDAY) % 7 >= SATURDAY
    return {
        "reader": np.where(known, "known", "new"),
        "clicks in the 14 days before": np.select(
            [clicks >= MANY_CLICKS, clicks > 0], busy, "none"
        ),
        "first day": np.where(is_weekend, "Saturday or Sunday", "Monday to Friday"),
    }


def _languages(spoken: pl.Series) -> NDArray[np.str_]:
    """Return each reader's language; those together that no variant could show a lift in."""
    told = spoken.fill_null(LANGUAGE_NOT_TOLD).to_numpy().astype(np.str_)
    names, places, readers = np.unique(told, return_inverse=True, return_counts=True)
    is_rare = (readers < LEAST_READERS) & (names != LANGUAGE_NOT_TOLD)
    return np.where(is_rare, "other", names)[places]


def _counts(rows: pl.DataFrame, readers: int) -> NDArray[np.int64]:
    return np.bincount(rows["number"].to_numpy().astype(np.int64), minlength=readers)
