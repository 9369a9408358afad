"""Entries of the logs as tables, and tables as Parquet.

A slate's lists have a value for each of its n articles; ``features`` and ``contributions`` are
n × f values, article by article, whose columns ``feature_names`` names.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from recommender.domain.slates import NO_SCHEMA, LoggedSlate
from recommender.errors import SourceError
from recommender.store.log_reader import LogEntry
from recommender.store.reader_logs import LoggedInteraction

SLATES: dict[str, pl.DataType] = {
    "entry": pl.String(),
    "slate_id": pl.String(),
    "reader": pl.String(),
    "created_at": pl.Float64(),
    "policy": pl.String(),
    "variant": pl.String(),
    "customised": pl.Boolean(),
    "start": pl.Int32(),
    "articles": pl.List(pl.String()),
    "scores": pl.List(pl.Float64()),
    "sources": pl.List(pl.String()),
    "propensities": pl.List(pl.Float64()),
    "reason_codes": pl.List(pl.String()),
    "reason_abouts": pl.List(pl.String()),
    "feature_names": pl.List(pl.String()),
    "schema": pl.String(),
    "features": pl.List(pl.Float32()),
    "contributions": pl.List(pl.Float64()),
    "teams": pl.List(pl.String()),
    "credits": pl.List(pl.Float64()),
    "milliseconds": pl.Float64(),
    "diversity": pl.Float64(),
    "ai_share": pl.Float64(),
    "failures": pl.Int32(),
    "language": pl.String(),
}
"""Columns of a file of slates; seconds since the epoch."""

ADDED = {
    "schema": NO_SCHEMA,
    "teams": None,
    "credits": None,
    "milliseconds": None,
    "diversity": None,
    "ai_share": None,
    "failures": None,
    "language": None,
}
"""Columns that files of an earlier version lack, with what is told of their rows instead."""

INTERACTIONS: dict[str, pl.DataType] = {
    "entry": pl.String(),
    "id": pl.String(),
    "slate_id": pl.String(),
    "reader": pl.String(),
    "article": pl.String(),
    "kind": pl.String(),
    "occurred_at": pl.Float64(),
    "received_at": pl.Float64(),
    "dwell_seconds": pl.Float64(),
}
"""Columns of a file of interactions; seconds since the epoch."""


def slates_table(entries: Sequence[LogEntry[LoggedSlate]]) -> pl.DataFrame:
    """Return entries of the log of slates as a table of the columns ``SLATES``."""
    slates = [each.record.slate for each in entries]
    shown, facts = [each.ordering for each in slates], [each.facts for each in slates]
    columns: dict[str, list[Any]] = {
        "entry": [str(each.id) for each in entries],
        "slate_id": [each.record.id for each in entries],
        "reader": [each.reader for each in slates],
        "created_at": [each.created_at for each in slates],
        "policy": [each.policy for each in slates],
        "variant": [each.variant for each in slates],
        "customised": [each.customised for each in slates],
        "start": [each.start for each in slates],
        "articles": [each.articles for each in shown],
        "scores": [each.scores for each in shown],
        "sources": [each.sources for each in shown],
        "propensities": [each.propensities for each in shown],
        "reason_codes": [[reason.code for reason in each.reasons] for each in shown],
        "reason_abouts": [[reason.about for reason in each.reasons] for each in shown],
        "feature_names": [each.feature_names for each in slates],
        "schema": [each.schema for each in slates],
        "features": [each.features.astype(np.float32).ravel() for each in shown],
        "contributions": [each.contributions.astype(np.float64).ravel() for each in shown],
        "teams": [each.teams for each in shown],
        "credits": [each.credits for each in shown],
        "milliseconds": [each and each.milliseconds for each in facts],
        "diversity": [each and each.diversity for each in facts],
        "ai_share": [each and each.ai_share for each in facts],
        "failures": [each and each.failures for each in facts],
        "language": [each.language for each in slates],
    }
    # polars makes arrays of one length an Array column, whatever type it was told: hence the cast.
    return pl.DataFrame(
        [pl.Series(name, columns[name], dtype=kind).cast(kind) for name, kind in SLATES.items()]
    )


def interactions_table(entries: Sequence[LogEntry[LoggedInteraction]]) -> pl.DataFrame:
    """Return entries of the log of interactions as a table of the columns ``INTERACTIONS``."""
    rows = [
        (
            str(each.id),
            done.id,
            done.slate,
            done.reader,
            done.article,
            done.kind.value,
            done.occurred_at,
            each.record.received_at,
            done.dwell_seconds,
        )
        for each in entries
        for done in (each.record.interaction,)
    ]
    return pl.DataFrame(rows, schema=INTERACTIONS, orient="row")


def as_parquet(table: pl.DataFrame) -> bytes:
    """Return the bytes of a Parquet file; the same table makes the same bytes."""
    buffer = io.BytesIO()
    table.write_parquet(buffer, compression="zstd")
    return buffer.getvalue()


def read_table(
    path: Path, wanted: dict[str, pl.DataType], columns: Sequence[str] | None = None
) -> pl.DataFrame:
    """Return a file of the archive, or some ``columns`` of it, in this order.

    Parameters
    ----------
    wanted : dict of str to DataType
        ``SLATES`` or ``INTERACTIONS``.

    Raises
    ------
    SourceError
        It is cut short, damaged, or no such table; names it.
    """
    expected = {name: wanted[name] for name in columns or wanted}
    # Damaged pages make polars panic: that is no Exception, so it is named here.
    try:
        content = path.read_bytes()
        lacking = (ADDED.keys() & expected) - pl.read_parquet_schema(io.BytesIO(content)).keys()
        known = None if columns is None else [name for name in columns if name not in lacking]
        table = pl.read_parquet(content, columns=known)
    except pl.exceptions.ColumnNotFoundError as error:
        raise SourceError(_other_columns(path, expected)) from error
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise SourceError(
            f"{path}: wanted a whole Parquet file, got one that is cut short or damaged "
            f"({_brief(error)}); put a copy of it back, or take it away and do without its entries"
        ) from error
    table = table.with_columns(
        pl.lit(ADDED[name], dtype=wanted[name]).alias(name) for name in lacking
    )
    if dict(table.schema) != expected:
        raise SourceError(_other_columns(path, expected))
    return table.select(*expected)


def _other_columns(path: Path, expected: dict[str, pl.DataType]) -> str:
    return (
        f"{path}: wanted the columns {', '.join(expected)}, got a table that lacks one, or has it "
        "in another type"
    )


def _brief(error: BaseException) -> str:
    return str(error).partition("\n")[0]
