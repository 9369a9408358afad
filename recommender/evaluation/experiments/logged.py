"""The log of a site as an experiment's analysis reads it: archive and live log, each entry once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from recommender.archive.archiver import ORDER, by_day
from recommender.archive.files import files_in, log_folder, reach
from recommender.archive.tables import (
    INTERACTIONS,
    SLATES,
    interactions_table,
    read_table,
    slates_table,
)
from recommender.domain.experiments import exposures_of
from recommender.errors import InvalidInput, SourceError
from recommender.evaluation.data_sets.types import Dropped
from recommender.store.log_reader import EntryId, Log, LogReader, LogState

SLATE_COLUMNS = (
    *("entry", "slate_id", "reader", "created_at", "variant", "start", "articles"),
    *("teams", "credits", "milliseconds", "diversity", "ai_share", "failures", "language"),
)
INTERACTION_COLUMNS = (
    *("entry", "id", "slate_id", "reader", "article", "kind"),
    *("occurred_at", "received_at", "dwell_seconds"),
)
ROWS = 5_000
"""Entries of the live log that are held in memory with all their features."""

TWICE = "left out: it is there twice"
DAMAGED_SLATE = "slate left out: damaged; wanted an id, a time, a position and articles"
UNREADABLE = "slate left out: what it tells of its experiments cannot be read"
DAMAGED_INTERACTION = (
    "interaction left out: damaged; wanted an id, a reader, an article, a kind, times, and no "
    "dwell below zero"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time, in seconds since the epoch, of which a log dropped entries that nobody archived."""

    begin: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """What was served and done, in order of time.

    Parameters
    ----------
    slates : DataFrame
        Columns ``SLATE_COLUMNS``; at least one row.
    interactions : DataFrame
        Columns ``INTERACTION_COLUMNS``.
    left_out : tuple of Dropped
    gaps : tuple of Gap
    """

    slates: pl.DataFrame
    interactions: pl.DataFrame
    left_out: tuple[Dropped, ...]
    gaps: tuple[Gap, ...] = ()


class Sieve:
    """Keeps what can be used, and counts the rest with the reason."""

    def __init__(self) -> None:
        self.left_out: list[Dropped] = []

    def keep(self, rows: pl.DataFrame, wanted: pl.Expr, place: str, reason: str) -> pl.DataFrame:
        """Return the rows that are ``wanted``; null is not."""
        kept = rows.filter(wanted.fill_null(value=False))
        self.count(rows.height - kept.height, place, reason)
        return kept

    def count(self, rows: int, place: str, reason: str) -> None:
        """Note that so many rows are left out, if any."""
        if rows:
            self.left_out.append(Dropped(place=place, reason=reason, count=rows))


def read_log(archive: Path | None, live: LogReader | None) -> Logged:
    """Read a site's log from its archive, from the service, or from both.

    Parameters
    ----------
    archive : Path or None
        The site's folder in the archive.
    live : LogReader or None

    Raises
    ------
    SourceError
        There is no slate, or a file of the archive is cut short or damaged.
    """
    # An entry may be archived, and trimmed, meanwhile. What is not archived yet is read first and
    # the archive's files are listed after that: every entry is in one of them, or in both.
    unarchived = {log: _unarchived(archive, live, log) for log in ORDER}
    slates = _together(_archived(archive, Log.SLATES), unarchived[Log.SLATES])
    done = _together(_archived(archive, Log.INTERACTIONS), unarchived[Log.INTERACTIONS])
    return usable(slates, done, tuple(gap for each in unarchived.values() for gap in each.gaps))


def usable(slates: pl.DataFrame, interactions: pl.DataFrame, gaps: tuple[Gap, ...] = ()) -> Logged:
    """Return the rows of both logs that can be used, each once.

    Raises
    ------
    SourceError
        There is no such slate.
    """
    sieve = Sieve()
    slates = sieve.keep(slates, _is_slate(), Log.SLATES, DAMAGED_SLATE)
    slates = sieve.keep(slates, pl.col("slate_id").is_first_distinct(), Log.SLATES, TWICE)
    slates = sieve.keep(slates, _is_readable(slates), Log.SLATES, UNREADABLE)
    done = sieve.keep(interactions, _is_interaction(), Log.INTERACTIONS, DAMAGED_INTERACTION)
    is_new = pl.struct("entry", "reader", "id").is_first_distinct()
    done = sieve.keep(done, is_new, Log.INTERACTIONS, TWICE)
    if slates.is_empty():
        reasons = "".join(f"; {each.count}: {each.reason}" for each in sieve.left_out)
        raise SourceError(
            "wanted a log with slates, got none that can be used: serve feeds first "
            f"(python -m scripts.serve), or name the site's archive with --data{reasons}"
        )
    return Logged(
        slates=slates.sort("created_at", "slate_id"),
        interactions=done.sort("occurred_at", "entry", "reader"),
        left_out=tuple(sieve.left_out),
        gaps=gaps,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unarchived:
    tables: Sequence[pl.DataFrame] = ()
    gaps: Sequence[Gap] = ()


def _unarchived(archive: Path | None, live: LogReader | None, log: Log) -> _Unarchived:
    if live is None:
        return _Unarchived()
    files = () if archive is None else files_in(log_folder(archive, log))
    tables: list[pl.DataFrame] = []
    gaps: list[Gap | None] = []
    for shard in live.shards:
        after, state = reach(files, shard), live.state(log, shard)
        if state.last is not None:
            tables += _read_live(live, log, shard, after, state.last)
            gaps.append(_gap(state, after, live.bound(log)))
    return _Unarchived(tables=tables, gaps=[each for each in gaps if each is not None])


def _gap(state: LogState, archived: EntryId, bound: int) -> Gap | None:
    """Return the time between an archive and a log that is full and does not reach back to it."""
    if state.length < bound or state.first is None or state.first <= archived:
        return None
    return Gap(begin=archived.millisecond / 1_000.0, end=state.first.millisecond / 1_000.0)


def _read_live(
    live: LogReader, log: Log, shard: int, after: EntryId, through: EntryId
) -> Iterator[pl.DataFrame]:
    if log is Log.SLATES:
        for slates in by_day(live.slates(shard, after, through), ROWS):
            yield slates_table(slates).select(SLATE_COLUMNS)
    else:
        for done in by_day(live.interactions(shard, after, through), ROWS):
            yield interactions_table(done).select(INTERACTION_COLUMNS)


def _archived(archive: Path | None, log: Log) -> list[pl.DataFrame]:
    """Return the tables of an archive, after an empty one that tells the columns."""
    wanted = SLATES if log is Log.SLATES else INTERACTIONS
    columns = SLATE_COLUMNS if log is Log.SLATES else INTERACTION_COLUMNS
    files = () if archive is None else files_in(log_folder(archive, log))
    empty = pl.DataFrame(schema={name: wanted[name] for name in columns})
    return [empty, *(read_table(each.path, wanted, columns) for each in files)]


def _together(archived: list[pl.DataFrame], unarchived: _Unarchived) -> pl.DataFrame:
    whole = pl.concat(archived)
    if not unarchived.tables:
        return whole
    # What was archived while the log was read is in both; that is no copy to be told of.
    keys = [name for name in ("entry", "reader", "id", "slate_id") if name in whole.columns]
    live = pl.concat(unarchived.tables)
    return pl.concat([whole, live.join(whole, on=keys, how="anti", nulls_equal=True)])


def _is_slate() -> pl.Expr:
    return pl.all_horizontal(
        pl.col("entry", "slate_id").is_not_null(),
        pl.col("created_at").is_finite(),
        pl.col("start") >= 1,
        pl.col("articles").list.eval(pl.element().is_not_null()).list.all(),
    )


def _is_readable(slates: pl.DataFrame) -> pl.Expr:
    texts = slates["variant"].unique().to_list()
    return pl.col("variant").is_null() | pl.col("variant").is_in(list(filter(_can_be_read, texts)))


def _can_be_read(text: str | None) -> bool:
    try:
        return bool(exposures_of(text))
    except InvalidInput:
        return False


def _is_interaction() -> pl.Expr:
    dwell = pl.col("dwell_seconds")
    return pl.all_horizontal(
        pl.col("entry", "id", "reader", "article", "kind").is_not_null(),
        pl.col("occurred_at", "received_at").is_finite(),
        dwell.is_null() | (dwell.is_finite() & (dwell >= 0.0)),
    )


def minute_text(second: float) -> str:
    """Return a moment as people read it, to the minute, in UTC."""
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%MZ}"
