"""Logs of clicks in, in order of time: a Parquet file of clicks, or a site's own archive."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from recommender.archive.files import files_of, log_folder
from recommender.archive.tables import INTERACTIONS, read_table
from recommender.domain.interactions import Kind
from recommender.errors import SourceError
from recommender.evaluation.data_sets.digest import files_digest
from recommender.evaluation.trending.moments import Clicks
from recommender.store.log_reader import Log
from recommender.trending.ladder import WEIGHTS

CLICKS_FILE = "clicks.parquet"


def read_clicks(folder: Path) -> Clicks:
    """Read ``clicks.parquet`` with at least the columns article_id and clicked_at (UTC).

    Raises
    ------
    SourceError
        There is no such file, it is damaged, a column is missing or of another type, or empty in
        a row.
    """
    path = folder / CLICKS_FILE
    if not path.is_file():
        raise SourceError(f"{path}: wanted a file of clicks, got none; name its folder with --data")
    # Damaged pages make polars panic: that is no Exception, so it is named here.
    try:
        table = pl.read_parquet(path.read_bytes(), columns=["article_id", "clicked_at"])
        seconds = table["clicked_at"].dt.epoch("us").to_numpy() / 1e6
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise SourceError(
            f"{path}: wanted a whole Parquet file with article_id and clicked_at, "
            f"got {str(error).partition(chr(10))[0]}"
        ) from error
    if table.null_count().row(0) != (0, 0):
        raise SourceError(f"{path}: wanted an article_id and a clicked_at in each row, got none")
    return _in_order(table["article_id"], seconds, np.ones(len(seconds)), folder, [path])


def read_archived(folder: Path) -> Clicks:
    """Read a site's archived interactions that count for trending, with their weights.

    Parameters
    ----------
    folder : Path
        Of the site in the archive, see ``python -m scripts.archive``.

    Raises
    ------
    SourceError
        There is nothing archived, or a file is damaged.
    """
    paths = [each.path for each in files_of(log_folder(folder, Log.INTERACTIONS))]
    if not paths:
        raise SourceError(
            f"{folder}: wanted a site's folder in an archive, got one without interactions; "
            "run python -m scripts.archive, and name the folder of the site"
        )
    columns = ("article", "kind", "occurred_at")
    table = pl.concat([read_table(path, INTERACTIONS, columns) for path in paths])
    table = table.filter(pl.col("kind").is_in([kind.value for kind in WEIGHTS]))
    weights = np.array([WEIGHTS[Kind(kind)] for kind in table["kind"]])
    return _in_order(table["article"], table["occurred_at"].to_numpy(), weights, folder, paths)


def _in_order(
    ids: pl.Series,
    at: np.ndarray,
    weights: np.ndarray,
    folder: Path,
    paths: list[Path],
) -> Clicks:
    order = np.argsort(at, kind="stable")
    names, articles = np.unique(ids.to_numpy(), return_inverse=True)
    return Clicks(
        articles=articles[order].astype(np.int64),
        at=at[order],
        weights=weights[order].astype(np.float64),
        count=len(names),
        digest=files_digest(folder, paths),
    )
