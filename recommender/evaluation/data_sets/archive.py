"""The service's own archive as feature tables: the features as they were logged when served.

One impression is one slate. An article of it counts as clicked where an archived click names the
slate and the article. A slate's features were made before it was served, from what was recorded
until then: ``known_until`` is the last moment before ``created_at``.

What readers did later than the archive reaches is not in it, so the newest slates have fewer
clicks than they will get.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from recommender.archive.files import log_folder
from recommender.errors import InvalidInput, SourceError
from recommender.evaluation.data_sets.archived_rows import read_rows
from recommender.evaluation.data_sets.digest import files_digest
from recommender.evaluation.data_sets.types import Dropped
from recommender.evaluation.feature_table import FeatureTable
from recommender.store.limits import DAY_SECONDS
from recommender.store.log_reader import Log


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedTables:
    """An archive of one site.

    Parameters
    ----------
    parts : mapping of str to FeatureTable
        ``train`` and ``test``, in order of time.
    schema : str
        Of the features.
    dropped : tuple of Dropped
        Slates that were left out, and clicks that belong to no impression.
    digest : str
        SHA-256 of the files, hexadecimal.
    """

    parts: Mapping[str, FeatureTable]
    schema: str
    dropped: tuple[Dropped, ...]
    digest: str


def read_archive(folder: Path, test_from: float | None = None) -> ArchivedTables:
    """Read an archive.

    Parameters
    ----------
    folder : Path
        The archive's, where it holds one site, or the site's in it.
    test_from : float or None
        Where the test part begins, in seconds since the epoch; None: with the last day in UTC.

    Raises
    ------
    SourceError
        There is no archive or no slate in it that can be used, or a file of it is damaged.
    InvalidInput
        A part would be empty.
    """
    site = site_folder(folder)
    rows = read_rows(site)
    table = _table(rows.slates, rows.clicks, rows.labels)
    return ArchivedTables(
        parts=_parts(table, test_from, rows.dropped),
        schema=rows.schema,
        dropped=rows.dropped,
        digest=files_digest(site, rows.files),
    )


def site_folder(folder: Path) -> Path:
    """Return the folder of the one site that an archive holds: it itself, or one in it.

    Raises
    ------
    SourceError
        It holds no site, or several.
    """
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


def _parts(
    table: FeatureTable, test_from: float | None, dropped: Sequence[Dropped]
) -> dict[str, FeatureTable]:
    first_of_test = table.at[-1] // DAY_SECONDS * DAY_SECONDS if test_from is None else test_from
    is_test = table.at >= first_of_test
    if is_test.all() or not is_test.any():
        slates = [each for each in dropped if each.place.startswith(Log.SLATES)]
        fewer = "".join(f"; {each.count}: {each.reason}" for each in slates)
        raise InvalidInput(
            "--test-from",
            "a day or a moment that leaves impressions on both sides: the archive's "
            f"{len(table)} are from {_minute(table.at[0])} to {_minute(table.at[-1])}{fewer}",
            _minute(first_of_test),
        )
    return {"train": table.take(~is_test), "test": table.take(is_test)}


def _minute(second: float) -> str:
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%MZ}"
