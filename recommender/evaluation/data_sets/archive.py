"""The service's own archive as feature tables: the features as they were logged when served.

One impression is one slate. An article of it counts as clicked where an archived click names the
slate and the article. A slate's features were made before it was served, from what was recorded
until then: ``known_until`` is the last moment before ``created_at``.

What readers did later than the archive reaches is not in it, so the newest slates have fewer
clicks than they will get.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from recommender.archive.files import files_of, log_folder
from recommender.archive.tables import INTERACTIONS, SLATES, read_table
from recommender.domain.interactions import Kind
from recommender.errors import InvalidInput, SourceError
from recommender.evaluation.data_sets.digest import files_digest
from recommender.evaluation.data_sets.types import Dropped
from recommender.evaluation.feature_table import FeatureTable
from recommender.store.log_reader import Log

_SLATE_COLUMNS = (
    "entry",
    "slate_id",
    "reader",
    "created_at",
    "start",
    "articles",
    "propensities",
    "feature_names",
    "features",
)
_CLICK_COLUMNS = ("entry", "slate_id", "reader", "article", "kind", "received_at")

FOREIGN = "click left out: its slate was served to another reader, or after it"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedTables:
    """An archive of one site.

    Parameters
    ----------
    parts : mapping of str to FeatureTable
        ``train`` and ``test``, in order of time.
    dropped : tuple of Dropped
        Slates that were left out, and clicks that belong to no impression.
    digest : str
        SHA-256 of the files, hexadecimal.
    """

    parts: Mapping[str, FeatureTable]
    dropped: tuple[Dropped, ...]
    digest: str


def read_archive(folder: Path, test_from: date | float | None = None) -> ArchivedTables:
    """Read an archive.

    Parameters
    ----------
    folder : Path
        The archive's, where it holds one site, or the site's in it.
    test_from : date, float or None
        Where the test part begins: at a day in UTC, or after this share of the impressions;
        None: at the last day.

    Raises
    ------
    SourceError
        There is no archive or no slate in it, or a file of it is damaged.
    InvalidInput
        A part would be empty.
    """
    site = _site_folder(folder)
    slates, slate_files = _read(site, Log.SLATES, SLATES, _SLATE_COLUMNS)
    done, done_files = _read(site, Log.INTERACTIONS, INTERACTIONS, _CLICK_COLUMNS)
    clicks = done.filter(pl.col("kind") == Kind.CLICK.value)
    usable, other = _usable(slates, site)
    foreign = _foreign(clicks, slates)
    table = _table(usable, clicks, clicks.join(foreign, on="entry", how="anti"))
    return ArchivedTables(
        parts=_parts(table, _first_of_test(table.at, test_from)),
        dropped=(*other, *_stray(clicks, slates), *_dropped(foreign, Log.INTERACTIONS, FOREIGN)),
        digest=files_digest(site, [*slate_files, *done_files]),
    )


def _site_folder(folder: Path) -> Path:
    if log_folder(folder, Log.SLATES).is_dir():
        return folder
    sites = sorted(each.parent for each in folder.glob(f"*/{Log.SLATES}"))
    if len(sites) == 1:
        return sites[0]
    names = ", ".join(each.name for each in sites)
    raise SourceError(
        f"{folder}: wanted the archive of one site, got "
        + (f"those of {names}; name one of these folders" if sites else "none there")
    )


def _read(
    site: Path, log: Log, schema: dict[str, pl.DataType], columns: tuple[str, ...]
) -> tuple[pl.DataFrame, list[Path]]:
    paths = [each.path for each in files_of(log_folder(site, log))]
    tables = [pl.DataFrame(schema={name: schema[name] for name in columns})]
    for path in paths:
        table = read_table(path, schema, columns)
        if table["entry"].n_unique() != table.height:
            raise SourceError(f"{path}: wanted every entry once, got some of them twice")
        tables.append(table)
    return pl.concat(tables), paths


def _usable(slates: pl.DataFrame, site: Path) -> tuple[pl.DataFrame, tuple[Dropped, ...]]:
    """Return the slates that show something and have the newest one's features; and the rest."""
    shown = slates.filter(pl.col("articles").list.len() > 0).sort("created_at", "slate_id")
    if shown.is_empty():
        raise SourceError(
            f"{site}: wanted at least one slate with an article, got none; archive some first"
        )
    names = pl.col("feature_names").list.join("\n")
    is_newest = names == names.last()
    reason = "slate left out: it was served with other features than the newest slate"
    return shown.filter(is_newest), _dropped(shown.filter(~is_newest), Log.SLATES, reason)


def _stray(clicks: pl.DataFrame, slates: pl.DataFrame) -> tuple[Dropped, ...]:
    """Return what is to be said of clicks that make no row of any slate a clicked one."""
    shown = slates.select("slate_id", article="articles").explode("article")
    pointing = clicks.filter(pl.col("slate_id").is_not_null())
    known = pointing.join(slates, on="slate_id", how="semi")
    return (
        *_dropped(
            clicks.filter(pl.col("slate_id").is_null()),
            Log.INTERACTIONS,
            "click left out: it names no slate",
        ),
        *_dropped(
            pointing.join(slates, on="slate_id", how="anti"),
            Log.INTERACTIONS,
            "click left out: its slate is not in the archive",
        ),
        *_dropped(
            known.join(shown, on=["slate_id", "article"], how="anti"),
            Log.INTERACTIONS,
            "click left out: its slate did not show the article",
        ),
    )


def _foreign(clicks: pl.DataFrame, slates: pl.DataFrame) -> pl.DataFrame:
    """Return the clicks that name a slate which their reader was not served before them.

    A guest's slate may be clicked under the id that the guest has later.
    """
    served = slates.select("slate_id", "created_at", served_to="reader")
    theirs = pl.col("served_to").is_null() | (pl.col("served_to") == pl.col("reader"))
    in_time = pl.col("received_at") >= pl.col("created_at")
    return clicks.join(served, on="slate_id").filter(~(theirs.fill_null(value=False) & in_time))


def _dropped(rows: pl.DataFrame, log: Log, reason: str) -> tuple[Dropped, ...]:
    if rows.is_empty():
        return ()
    oldest = rows["entry"].sort()[0]
    return (Dropped(place=f"{log}, entry {oldest}", reason=reason, count=rows.height),)


def _table(slates: pl.DataFrame, clicks: pl.DataFrame, on_own_slates: pl.DataFrame) -> FeatureTable:
    names = tuple(slates["feature_names"][-1])
    rows = slates.select("slate_id", article="articles").explode("article")
    lengths = slates["articles"].list.len().to_numpy().astype(np.int64)
    starts = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    at = slates["created_at"].to_numpy()
    codes = pl.Enum(pl.concat([rows["article"], clicks["article"]]).unique().sort())
    articles = _codes(rows["article"], codes)
    first = slates["start"].to_numpy().astype(np.int64) - starts[:-1]
    return FeatureTable(
        names=names,
        rows=slates["features"].explode().to_numpy().reshape(-1, len(names)),
        impressions=slates["slate_id"].to_numpy().astype(np.str_),
        readers=_codes(slates["reader"], pl.Enum(slates["reader"].drop_nulls().unique().sort())),
        at=at,
        known_until=np.nextafter(at, -np.inf),
        starts=starts,
        clicked=_clicked(rows, on_own_slates),
        articles=articles,
        published=np.full(len(rows), np.nan),
        popularity=clicks_before(
            _codes(clicks["article"], codes),
            clicks["received_at"].to_numpy(),
            articles,
            np.repeat(at, lengths),
        ),
        positions=(np.arange(len(rows)) + np.repeat(first, lengths)).astype(np.int32),
        propensities=slates["propensities"].explode().to_numpy(),
    )


def _codes(values: pl.Series, known: pl.Enum) -> NDArray[np.int64]:
    """Return the place of each value in the known ones; -1 for null."""
    return values.cast(known).to_physical().cast(pl.Int64).fill_null(-1).to_numpy()


def _clicked(rows: pl.DataFrame, clicks: pl.DataFrame) -> NDArray[np.bool_]:
    each_once = clicks.select("slate_id", "article", clicked=pl.lit(value=True)).unique()
    joined = rows.join(each_once, on=["slate_id", "article"], how="left", maintain_order="left")
    return joined["clicked"].fill_null(value=False).to_numpy()


def clicks_before(
    articles: NDArray[np.int64],
    at: NDArray[np.float64],
    asked: NDArray[np.int64],
    before: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Count the clicks on an article before a moment, for n pairs of these.

    Parameters
    ----------
    articles, at : ndarray, shape (c,)
        The clicks: the article's code, and the second.
    asked, before : ndarray, shape (n,)
        The pairs.

    Returns
    -------
    ndarray, shape (n,), float64

    Examples
    --------
    >>> clicks, at = np.array([4, 4, 7]), np.array([10.0, 20.0, 15.0])
    >>> clicks_before(clicks, at, np.array([4, 4, 7]), np.array([20.0, 21.0, 15.0]))
    array([1., 2., 0.])
    """
    # One sorted key, article first: the rank of a moment among all clicks takes its place.
    width = len(at) + 1
    ranks = np.empty(len(at), np.int64)
    ranks[np.argsort(at, kind="stable")] = np.arange(len(at))
    keys = np.sort(articles * width + ranks)
    moments = np.searchsorted(np.sort(at), before, side="left")
    upto = np.searchsorted(keys, asked * width + moments, side="left")
    return (upto - np.searchsorted(keys, asked * width, side="left")).astype(np.float64)


def _first_of_test(at: NDArray[np.float64], test_from: date | float | None) -> float:
    """Return the second at which the test part begins."""
    if isinstance(test_from, float):
        if not 0.0 < test_from < 1.0:
            raise InvalidInput("test_from", "a share between 0 and 1", f"{test_from:g}")
        return float(at[int(test_from * len(at))])
    day = test_from or datetime.fromtimestamp(at[-1], UTC).date()
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def _parts(table: FeatureTable, first_of_test: float) -> dict[str, FeatureTable]:
    is_test = table.at >= first_of_test
    if is_test.all() or not is_test.any():
        first, last = (datetime.fromtimestamp(second, UTC) for second in table.at[[0, -1]])
        raise InvalidInput(
            "test_from",
            "a day in UTC, or a share of the impressions, that leaves some on both sides: the "
            f"archive's {len(table)} impressions are from {first:%Y-%m-%d %H:%M} to "
            f"{last:%Y-%m-%d %H:%M}",
            f"{datetime.fromtimestamp(first_of_test, UTC):%Y-%m-%d %H:%M}",
        )
    return {"train": table.take(~is_test), "test": table.take(is_test)}
