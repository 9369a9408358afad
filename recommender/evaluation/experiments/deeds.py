"""The deeds of readers for each metric: a numerator, and a denominator, for a reader and a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from recommender.domain.experiments import Experiment, Metric
from recommender.domain.interactions import Kind
from recommender.errors import InvalidInput
from recommender.evaluation.data_sets.types import Dropped
from recommender.evaluation.experiments import results
from recommender.evaluation.experiments.activity import BEFORE_DAYS, Activity
from recommender.evaluation.experiments.observed import Deeds
from recommender.evaluation.experiments.results import Goal, Role
from recommender.store.events import HIDING
from recommender.store.limits import DAY_SECONDS
from recommender.store.log_reader import Log
from recommender.store.readers import DWELL_MAX_SECONDS

IMPRESSIONS, SLATES, READERS = "impression", "slate", "reader"

LESS_IS_BETTER = frozenset({Metric.HIDE_RATE, Metric.AI_SHARE, Metric.LATENCY, Metric.ERRORS})

UNTOLD = "no slate tells it: too few articles, or logged by an earlier version"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The deeds of every metric that the log tells of, and why there are none of the others."""

    deeds: tuple[Deeds, ...]
    unmeasured: Mapping[Metric, str]
    left_out: tuple[Dropped, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """A metric: ``number``, ``day``, ``above`` and, for a ratio, ``below``; then ``before``."""

    table: pl.DataFrame
    per: str = READERS
    before: NDArray[np.float64] | None = None
    left_out: tuple[Dropped, ...] = field(default=())


def measured(activity: Activity, experiment: Experiment) -> Measured:
    """Return the deeds of all metrics, each in the role that the experiment gives it.

    Raises
    ------
    InvalidInput
        The log does not tell of the primary metric.
    """
    deeds: list[Deeds] = []
    unmeasured: dict[Metric, str] = {}
    left_out: list[Dropped] = []
    for metric, make in _MAKERS.items():
        rows = make(activity)
        if rows.per == SLATES and rows.table.is_empty():
            unmeasured[metric] = UNTOLD
            continue
        left_out += rows.left_out
        deeds.append(_deeds(rows, _metric(metric, rows.per, experiment)))
    primary = experiment.primary_metric
    if primary in unmeasured:
        wanted = f"a metric that the log tells of: {unmeasured[primary]}"
        raise InvalidInput("primary_metric", wanted, primary.value)
    return Measured(deeds=tuple(deeds), unmeasured=unmeasured, left_out=tuple(left_out))


def deeds_of(activity: Activity, metric: Metric) -> Deeds:
    """Return the deeds of one metric.

    Raises
    ------
    InvalidInput
        The log does not tell of it.
    """
    rows = _MAKERS[metric](activity)
    if rows.per == SLATES and rows.table.is_empty():
        raise InvalidInput("metric", f"another one: {UNTOLD}", metric.value)
    return _deeds(rows, results.Metric(name=metric.value, per=rows.per, role=Role.PRIMARY))


def _ctr(activity: Activity) -> _Rows:
    return _Rows(table=_per_impression(activity, activity.clicks), per=IMPRESSIONS)


def _hide_rate(activity: Activity) -> _Rows:
    hides = activity.interactions.filter(pl.col("kind").is_in([each.value for each in HIDING]))
    # Who hides an article and reports it too has turned one article down.
    articles = hides.unique(["number", "article"], keep="first", maintain_order=True)
    return _Rows(table=_per_impression(activity, articles), per=IMPRESSIONS)


def _ai_share(activity: Activity) -> _Rows:
    known, left_out = _known(activity, "ai_share")
    above = pl.col("ai_share") * pl.col("shown")
    table = known.select("number", "day", above=above, below=pl.col("shown").cast(pl.Float64))
    return _Rows(table=table, per=IMPRESSIONS, left_out=left_out)


def _diversity(activity: Activity) -> _Rows:
    return _per_slate(activity, "diversity")


def _latency(activity: Activity) -> _Rows:
    return _per_slate(activity, "milliseconds")


def _errors(activity: Activity) -> _Rows:
    # Of the pages that were served: a request that failed wholly logs no slate.
    return _per_slate(activity, "failures")


def _reads(activity: Activity) -> _Rows:
    return _per_reader(activity, Kind.READ, pl.lit(1.0))


def _dwell(activity: Activity) -> _Rows:
    # As where taste is derived: an hour and more is a forgotten tab.
    dwell = pl.col("dwell_seconds").fill_null(0.0).clip(upper_bound=float(DWELL_MAX_SECONDS))
    return _per_reader(activity, Kind.READ, dwell)


def _returns(activity: Activity) -> _Rows:
    """Return 1 for each reader on the first later day on which a slate was served."""
    slates = activity.slates
    exposed_on = (pl.col("at") / DAY_SECONDS).floor().cast(pl.Int64)
    later = slates.filter(pl.col("day") > exposed_on).group_by("number").agg(pl.col("day").min())
    days_before = _lately(activity.slates_before).unique(["number", "day"])
    return _Rows(
        table=later.select("number", "day", above=pl.lit(1.0)),
        before=_sums(activity, days_before.select("number", above=pl.lit(1.0))),
    )


_MAKERS: Mapping[Metric, Callable[[Activity], _Rows]] = {
    Metric.CTR: _ctr,
    Metric.READS_PER_READER: _reads,
    Metric.DWELL_PER_READER: _dwell,
    Metric.RETURN_RATE: _returns,
    Metric.HIDE_RATE: _hide_rate,
    Metric.DIVERSITY: _diversity,
    Metric.AI_SHARE: _ai_share,
    Metric.LATENCY: _latency,
    Metric.ERRORS: _errors,
}


def _metric(metric: Metric, per: str, experiment: Experiment) -> results.Metric:
    role = Role.GUARDRAIL if metric in experiment.guardrails else Role.SECONDARY
    return results.Metric(
        name=metric.value,
        per=per,
        goal=Goal.LESS if metric in LESS_IS_BETTER else Goal.MORE,
        role=Role.PRIMARY if metric is experiment.primary_metric else role,
    )


def _deeds(rows: _Rows, metric: results.Metric) -> Deeds:
    days = rows.table.group_by("number", "day").sum().sort("number", "day")
    return Deeds(
        metric=metric,
        reader=days["number"].to_numpy().astype(np.int64),
        day=days["day"].to_numpy().astype(np.int64),
        numerator=days["above"].to_numpy().astype(np.float64),
        denominator=(
            days["below"].to_numpy().astype(np.float64) if "below" in days.columns else None
        ),
        before=rows.before,
    )


def _per_impression(activity: Activity, done: pl.DataFrame) -> pl.DataFrame:
    shown = pl.col("shown").cast(pl.Float64)
    return pl.concat(
        [
            activity.slates.select("number", "day", above=pl.lit(0.0), below=shown),
            done.select("number", "day", above=pl.lit(1.0), below=pl.lit(0.0)),
        ]
    )


def _per_slate(activity: Activity, column: str) -> _Rows:
    known, left_out = _known(activity, column)
    table = known.select("number", "day", above=pl.col(column), below=pl.lit(1.0))
    return _Rows(table=table, per=SLATES, left_out=left_out)


def _known(activity: Activity, column: str) -> tuple[pl.DataFrame, tuple[Dropped, ...]]:
    known = activity.slates.filter(pl.col(column).is_finite().fill_null(value=False))
    missing = activity.slates.height - known.height
    reason = f"slate left out of {column}: too few articles, or logged by an earlier version"
    dropped = Dropped(place=Log.SLATES, reason=reason, count=missing)
    return known, (dropped,) if missing else ()


def _per_reader(activity: Activity, kind: Kind, value: pl.Expr) -> _Rows:
    of_kind = pl.col("kind") == kind.value
    after = activity.interactions.filter(of_kind).select("number", "day", above=value)
    before = _lately(activity.interactions_before).filter(of_kind).select("number", above=value)
    return _Rows(table=after, before=_sums(activity, before))


def _lately(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col("age") <= BEFORE_DAYS * DAY_SECONDS)


def _sums(activity: Activity, rows: pl.DataFrame) -> NDArray[np.float64] | None:
    """Return each reader's sum of ``above``; None where no reader has any."""
    if rows.is_empty():
        return None
    numbers = rows["number"].to_numpy().astype(np.int64)
    values = rows["above"].to_numpy()
    return np.bincount(numbers, values, minlength=activity.readers.height).astype(np.float64)
