"""A site's own traffic as an experiment is planned by it: a metric's spread, and who arrives."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import polars as pl

from recommender.domain.experiments import Metric
from recommender.errors import SourceError
from recommender.evaluation.experiments.activity import activity_of
from recommender.evaluation.experiments.deeds import deeds_of
from recommender.evaluation.experiments.logged import Logged
from recommender.evaluation.experiments.observed import Deeds, Whole
from recommender.evaluation.experiments.tally import Floats, Tally
from recommender.store.limits import DAY_SECONDS

WEEK = 7

LEAST_DAYS = 2
"""One day cannot tell how many of the next day's readers are new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What the last days would have been to an experiment on all readers.

    Parameters
    ----------
    readers, days : int
        What the figures were made of.
    mean, variance : float
        Of the metric over readers; of a ratio the variance by the delta method.
    arrivals : tuple of float
        Readers met for the first time on each of the days; then the mean of the last week of them,
        which stands for all days to come.
    """

    metric: str
    readers: int
    days: int
    mean: float
    variance: float
    arrivals: tuple[float, ...]


def traffic_of(logged: Logged, metric: Metric, days: int) -> Traffic:
    """Return a metric of the last ``days`` whole days (UTC), as if an experiment had run in them.

    The day of the log's last slate is not over yet and does not count; nor do guests, whom no
    experiment meets.

    Raises
    ------
    SourceError
        There are fewer than two such days, or no reader was served a slate on them.
    InvalidInput
        The log does not tell of the metric.
    """
    at = logged.slates["created_at"]
    end = math.floor(at[-1] / DAY_SECONDS)
    begin = max(end - days, math.floor(at[0] / DAY_SECONDS))
    in_time = pl.col("created_at").is_between(begin * DAY_SECONDS, end * DAY_SECONDS, closed="left")
    met = logged.slates.filter(in_time & pl.col("reader").is_not_null())
    if met.is_empty() or end - begin < LEAST_DAYS:
        raise SourceError(
            f"wanted slates of readers on {LEAST_DAYS} to {days} whole days (UTC), got "
            f"{met.height:,} on {end - begin}; the log's last day is not over, so it does not count"
        )
    first = met.group_by("reader").agg(at=pl.col("created_at").min()).sort("reader")
    readers = first.with_row_index("number").with_columns(pl.col("number").cast(pl.Int64))
    deeds = deeds_of(activity_of(readers, logged, end * DAY_SECONDS), metric)
    statistic = _tally(deeds, readers.height).sums().statistic()
    arrived = (readers["at"].to_numpy() // DAY_SECONDS).astype(np.int64) - begin
    arrivals = np.bincount(arrived, minlength=end - begin).astype(np.float64)
    return Traffic(
        metric=metric.value,
        readers=readers.height,
        days=end - begin,
        mean=float(statistic.mean),
        variance=float(statistic.variance),
        # On the first day all readers are met for the first time, old ones too.
        arrivals=(*arrivals.tolist(), float(arrivals[1:][-WEEK:].mean())),
    )


def _tally(deeds: Deeds, readers: int) -> Tally:
    below = deeds.denominator
    return Tally(
        numerator=_sums(deeds.reader, deeds.numerator, readers),
        denominator=None if below is None else _sums(deeds.reader, below, readers),
    )


def _sums(reader: Whole, values: Floats, readers: int) -> Floats:
    return np.bincount(reader, values, minlength=readers).astype(np.float64)
