"""EB-NeRD's behaviours and histories as columns of codes, with all that was left out counted."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from recommender.errors import SourceError
from recommender.evaluation.data_sets.tables import ID_LEFT_OUT, ROW, ROW_LEFT_OUT, Table, lost
from recommender.evaluation.data_sets.types import NONE, Dropped, History, Impressions

OFFERED = "article_ids_inview"
CLICKED = "article_ids_clicked"
READ_LISTS = ("impression_time_fixed", "article_id_fixed", "read_time_fixed")

Losses = tuple[Dropped, ...]


def read_impressions(
    table: Table, codes: pl.DataFrame, readers: pl.DataFrame
) -> tuple[Impressions, Losses]:
    """Bring behaviours into order of time and their ids to codes.

    A list keeps its order without what comes twice or is in no article file. A row goes where
    its id or time is not given, or where no candidate or no click is left.

    Parameters
    ----------
    codes : DataFrame
        ``article_id`` and ``code``.
    readers : DataFrame
        ``user_id`` and ``reader``.

    Raises
    ------
    SourceError
        No row is left.
    """
    frame, unfit = _fit_rows(table)
    offered, offered_lost = _offered(frame, table.name, codes)
    clicked, clicked_lost = _clicked(frame, table.name, codes, offered)
    empty = frame.join(offered, on=ROW, how="anti")
    rest = frame.join(offered, on=ROW, how="semi")
    idle = rest.join(clicked, on=ROW, how="anti")
    kept = rest.join(clicked, on=ROW, how="semi", maintain_order="left")
    if kept.is_empty():
        raise SourceError(f"{table.path}: wanted an impression with a known click, got none")
    strange = frame.drop_nulls("article_id").join(codes, on="article_id", how="anti")
    losses = (
        *table.dropped,
        *unfit,
        *offered_lost,
        *clicked_lost,
        *lost(
            strange, table.name, f"{ID_LEFT_OUT}: a page around the list that is no such article"
        ),
        *lost(empty, table.name, f"{ROW_LEFT_OUT}: no candidate is a known article"),
        *lost(idle, table.name, f"{ROW_LEFT_OUT}: no known candidate was clicked"),
    )
    kept = kept.sort("impression_time", maintain_order=True).with_row_index("place")
    rows = (
        offered.join(kept.select(ROW, "place"), on=ROW)
        .join(clicked.with_columns(is_clicked=True), on=[ROW, "code"], how="left")
        .sort("place", "order")
    )
    return _impressions(kept, rows, codes, readers), losses


def read_history(
    table: Table, codes: pl.DataFrame, readers: pl.DataFrame
) -> tuple[History, Losses]:
    """Bring histories to codes, oldest first within a reader.

    A row goes where its reader is not given or came before, or where its lists differ in length;
    an entry goes where its time is not given or its article is in no article file.
    """
    frame, unfit = _fit_histories(table)
    entries = frame.explode(*READ_LISTS).join(
        codes, left_on="article_id_fixed", right_on="article_id", how="left", maintain_order="left"
    )
    unknown = pl.col("code").is_null()
    undated = pl.col("impression_time_fixed").is_null()
    kept = (
        entries.filter(~unknown & ~undated)
        .join(readers, on="user_id")
        .sort(ROW, "impression_time_fixed", maintain_order=True)
    )
    losses = (
        *table.dropped,
        *unfit,
        *lost(entries.filter(unknown), table.name, f"{ID_LEFT_OUT}: no such article"),
        *lost(entries.filter(undated & ~unknown), table.name, f"{ID_LEFT_OUT}: no time given"),
    )
    groups = kept.group_by(ROW, maintain_order=True).agg(pl.col("reader").first(), pl.len())
    return (
        History(
            readers=groups["reader"].to_numpy(),
            starts=_starts(groups["len"]),
            articles=kept["code"].to_numpy(),
            at=_seconds(kept["impression_time_fixed"]),
            dwell=_floats(kept["read_time_fixed"]),
        ),
        losses,
    )


def _fit_rows(table: Table) -> tuple[pl.DataFrame, Losses]:
    needed = ("impression_id", "impression_time", OFFERED, CLICKED)
    frame = table.frame
    losses: list[Dropped] = []
    for column in needed:
        missing = pl.col(column).is_null()
        reason = f"{ROW_LEFT_OUT}: {column} is not given"
        losses += lost(frame.filter(missing), table.name, reason)
        frame = frame.filter(~missing)
    return frame, tuple(losses)


def _fit_histories(table: Table) -> tuple[pl.DataFrame, Losses]:
    time, article, dwell = (pl.col(column).list.len() for column in READ_LISTS)
    rules = {
        "user_id is not given": pl.col("user_id").is_null(),
        "user_id came before": ~pl.col("user_id").is_first_distinct(),
        "its lists differ in length": ~((time == article) & (article == dwell)).fill_null(False),
    }
    frame = table.frame
    losses: list[Dropped] = []
    for reason, is_unfit in rules.items():
        losses += lost(frame.filter(is_unfit), table.name, f"{ROW_LEFT_OUT}: {reason}")
        frame = frame.filter(~is_unfit)
    return frame.filter(pl.col("article_id_fixed").list.len() > 0), tuple(losses)


def _exploded(frame: pl.DataFrame, column: str, codes: pl.DataFrame) -> pl.DataFrame:
    return (
        frame.select(ROW, pl.col(column).alias("article_id"))
        .filter(pl.col("article_id").list.len() > 0)
        .explode("article_id")
        .with_row_index("order")
        .join(codes, on="article_id", how="left", maintain_order="left")
    )


def _offered(frame: pl.DataFrame, name: str, codes: pl.DataFrame) -> tuple[pl.DataFrame, Losses]:
    offered = _exploded(frame, OFFERED, codes)
    unknown = offered.filter(pl.col("code").is_null())
    known = offered.filter(pl.col("code").is_not_null())
    is_first = pl.struct(ROW, "code").is_first_distinct()
    losses = (
        *lost(unknown, name, f"{ID_LEFT_OUT}: a candidate that is no such article"),
        *lost(known.filter(~is_first), name, f"{ID_LEFT_OUT}: a candidate that comes twice"),
    )
    return known.filter(is_first).select(ROW, "order", "code"), losses


def _clicked(
    frame: pl.DataFrame, name: str, codes: pl.DataFrame, offered: pl.DataFrame
) -> tuple[pl.DataFrame, Losses]:
    clicked = _exploded(frame, CLICKED, codes)
    unknown = clicked.filter(pl.col("code").is_null())
    known = clicked.filter(pl.col("code").is_not_null()).select(ROW, "code").unique()
    losses = (
        *lost(unknown, name, f"{ID_LEFT_OUT}: a click on no such article"),
        *lost(
            known.join(offered, on=[ROW, "code"], how="anti"),
            name,
            f"{ID_LEFT_OUT}: a click on what was not offered",
        ),
    )
    return known.join(offered.select(ROW, "code"), on=[ROW, "code"], how="semi"), losses


def _impressions(
    kept: pl.DataFrame, rows: pl.DataFrame, codes: pl.DataFrame, readers: pl.DataFrame
) -> Impressions:
    pages = kept.join(codes, on="article_id", how="left", maintain_order="left")["code"]
    people = kept.join(readers, on="user_id", how="left", maintain_order="left")["reader"]
    reading = pages.fill_null(NONE).to_numpy()
    seconds = _floats(kept["read_time"])
    at = _seconds(kept["impression_time"])
    is_measured = np.isfinite(seconds) & (seconds >= 0)
    return Impressions(
        ids=kept["impression_id"].cast(pl.String).to_numpy().astype(np.str_),
        readers=people.fill_null(NONE).to_numpy(),
        at=at,
        visible=at + np.where(is_measured, seconds, 0.0),
        reading=reading,
        dwell=np.where(is_measured & (reading != NONE), seconds, np.float32(np.nan)),
        starts=_starts(rows.group_by("place", maintain_order=True).len()["len"]),
        candidates=rows["code"].to_numpy(),
        clicked=rows["is_clicked"].fill_null(value=False).to_numpy(),
    )


def _starts(lengths: pl.Series) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(lengths.to_numpy())]).astype(np.int64)


def _seconds(times: pl.Series) -> NDArray[np.float64]:
    seconds: NDArray[np.float64] = times.dt.epoch("us").to_numpy() / 1e6
    return seconds


def _floats(numbers: pl.Series) -> NDArray[np.float32]:
    return numbers.fill_null(float("nan")).to_numpy().astype(np.float32)
