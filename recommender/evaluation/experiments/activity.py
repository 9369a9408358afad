"""What the readers of an experiment did: slates and interactions after exposure, and before it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from recommender.domain.interactions import Kind
from recommender.evaluation.data_sets.types import Dropped
from recommender.evaluation.experiments.logged import Logged, Sieve
from recommender.store.limits import DAY_SECONDS
from recommender.store.log_reader import Log

BEFORE_DAYS = 14.0
"""Days before exposure whose activity is taken out (Deng et al., WSDM 2013, take one to two weeks:
more adds little)."""

NO_SLATE = "click left out: it names no slate"
NOT_THEIRS = (
    "click left out: its slate was served to another reader, before exposure, after the end or "
    "after the click, or did not show the article"
)
AGAIN = "click left out: the same article of the same slate was clicked before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """What the n readers of an experiment did; ``number`` and ``day`` are integers in all tables.

    Parameters
    ----------
    readers : DataFrame
        ``reader``, ``number`` and ``at``, the second of exposure; one row each.
    slates : DataFrame
        Served from exposure on, the exposing one included: ``number``, ``day``, ``shown`` (number
        of its articles) and the columns of the log.
    clicks : DataFrame
        One for each article of these slates that was clicked: ``number``, and ``day`` of the slate.
    interactions : DataFrame
        That took place from exposure on: ``number``, ``day`` and the columns of the log.
    slates_before, interactions_before : DataFrame
        All of before exposure, with ``number`` and ``age``, seconds from there to exposure.
    left_out : tuple of Dropped
    """

    readers: pl.DataFrame
    slates: pl.DataFrame
    clicks: pl.DataFrame
    interactions: pl.DataFrame
    slates_before: pl.DataFrame
    interactions_before: pl.DataFrame
    left_out: tuple[Dropped, ...]


def activity_of(readers: pl.DataFrame, logged: Logged, end: float | None) -> Activity:
    """Return what readers did until a second since the epoch.

    What an interaction's ``occurred_at`` says counts, and not when it was received: events may be
    sent late. But nothing is done with a slate before it was served, whatever the clock of the
    reader's device says. A click counts for the day of its slate.

    Parameters
    ----------
    readers : DataFrame
        As of :class:`recommender.evaluation.experiments.exposure.Met`.
    """
    numbered = readers.select("reader", "number", "at")
    slates = _timed(logged.slates, numbered, "created_at", end)
    done = _timed(_after_their_slates(logged), numbered, "done_at", end)
    after = slates.filter(pl.col("age") <= 0.0).with_columns(shown=pl.col("articles").list.len())
    done_after = done.filter(pl.col("age") <= 0.0)
    sieve = Sieve()
    return Activity(
        readers=numbered,
        slates=after,
        clicks=credited(done_after, after, sieve),
        interactions=done_after,
        slates_before=slates.filter(pl.col("age") > 0.0),
        interactions_before=done.filter(pl.col("age") > 0.0),
        left_out=tuple(sieve.left_out),
    )


def credited(done: pl.DataFrame, slates: pl.DataFrame, sieve: Sieve) -> pl.DataFrame:
    """Return the clicks that count for one of ``slates``, with its columns.

    Parameters
    ----------
    done, slates : DataFrame
        Interactions and slates, both with ``number`` of the reader; slates with ``day``.
    """
    place = Log.INTERACTIONS
    clicks = done.filter(pl.col("kind") == Kind.CLICK.value)
    clicks = sieve.keep(clicks, pl.col("slate_id").is_not_null(), place, NO_SLATE)
    of = slates.select("slate_id", "day", "created_at", "articles", served_to="number")
    joined = clicks.drop("day").join(of, on="slate_id", how="left", maintain_order="left")
    is_theirs = pl.all_horizontal(
        pl.col("served_to") == pl.col("number"),
        pl.col("received_at") >= pl.col("created_at"),
        pl.col("article").is_in(pl.col("articles")),
    )
    theirs = sieve.keep(joined, is_theirs, place, NOT_THEIRS)
    is_first = pl.struct("slate_id", "article").is_first_distinct()
    return sieve.keep(theirs, is_first, place, AGAIN)


def _after_their_slates(logged: Logged) -> pl.DataFrame:
    """Return the interactions with ``done_at``: when they took place, not before their slate."""
    served = logged.slates.select("slate_id", "reader", served_at="created_at")
    known = logged.interactions.join(
        served, on=["slate_id", "reader"], how="left", maintain_order="left"
    )
    return known.with_columns(done_at=pl.max_horizontal("occurred_at", "served_at"))


def _timed(
    rows: pl.DataFrame, readers: pl.DataFrame, moment: str, end: float | None
) -> pl.DataFrame:
    """Return the rows of readers, with ``number``, ``day`` and ``age``: seconds to exposure."""
    theirs = rows.join(readers, on="reader", maintain_order="left")
    timed = theirs.with_columns(
        day=(pl.col(moment) / DAY_SECONDS).floor().cast(pl.Int64), age=pl.col("at") - pl.col(moment)
    )
    return timed if end is None else timed.filter(pl.col(moment) < end)
