"""The rows of an archive that can be used; what is left out is counted, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from recommender.archive.files import files_in, log_folder
from recommender.archive.tables import INTERACTIONS, SLATES, read_table
from recommender.domain.interactions import Kind
from recommender.domain.slates import NO_SCHEMA
from recommender.errors import SourceError
from recommender.evaluation.data_sets.types import Dropped
from recommender.store.log_reader import Log

_SLATE_COLUMNS = (
    "entry",
    "slate_id",
    "reader",
    "created_at",
    "variant",
    "start",
    "articles",
    "propensities",
    "feature_names",
    "schema",
    "features",
)
_CLICK_COLUMNS = ("entry", "slate_id", "reader", "article", "kind", "received_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedRows:
    """What can be used of an archive.

    Parameters
    ----------
    slates : DataFrame
        At least one, in order of time, all of one schema; each shows an article.
    schema : str
        Of the features of these.
    clicks : DataFrame
        All of them, each once.
    labels : DataFrame
        Those that count for the slate that they name.
    dropped : tuple of Dropped
    files : tuple of Path
        What was read.
    """

    slates: pl.DataFrame
    schema: str
    clicks: pl.DataFrame
    labels: pl.DataFrame
    dropped: tuple[Dropped, ...]
    files: tuple[Path, ...]


def read_rows(site: Path) -> ArchivedRows:
    """Read the archive of one site.

    Raises
    ------
    SourceError
        A file is damaged, or no slate can be used.
    """
    slate_files, slates = _read(site, Log.SLATES, SLATES, _SLATE_COLUMNS)
    done_files, done = _read(site, Log.INTERACTIONS, INTERACTIONS, _CLICK_COLUMNS)
    dropped: list[Dropped] = []
    slates = _kept(slates, _is_whole(), Log.SLATES, _DAMAGED_SLATE, dropped)
    slates = _kept(slates, pl.col("slate_id").is_first_distinct(), Log.SLATES, _TWICE, dropped)
    usable = _of_one_schema(slates, site, dropped)
    clicks = done.filter(pl.col("kind").is_null() | (pl.col("kind") == Kind.CLICK.value))
    clicks = _kept(clicks, _is_whole_click(), Log.INTERACTIONS, _DAMAGED_CLICK, dropped)
    is_new = pl.struct(_CLICK_COLUMNS).is_first_distinct()
    clicks = _kept(clicks, is_new, Log.INTERACTIONS, _TWICE, dropped)
    return ArchivedRows(
        slates=usable,
        schema=usable["schema"][-1],
        clicks=clicks,
        labels=_labels(clicks, slates, dropped),
        dropped=tuple(dropped),
        files=(*slate_files, *done_files),
    )


_TWICE = "left out: it is in the archive twice"
_DAMAGED_SLATE = (
    "slate left out: damaged; wanted an id, a time, articles, each once, with a propensity and "
    "every feature, all of them finite numbers"
)
_DAMAGED_CLICK = "click left out: damaged; wanted a reader, an article, its kind and a time"
_UNTOLD = "slate left out: an earlier version logged it, without the schema of its features"
_OTHER_NAMES = "slate left out: it was served with other features than the newest slate"
_OTHER_SCHEMA = "slate left out: its features were made under other settings than the site's newest"


def _read(
    site: Path, log: Log, schema: dict[str, pl.DataType], columns: tuple[str, ...]
) -> tuple[list[Path], pl.DataFrame]:
    paths = [each.path for each in files_in(log_folder(site, log))]
    empty = pl.DataFrame(schema={name: schema[name] for name in columns})
    return paths, pl.concat([empty, *(read_table(path, schema, columns) for path in paths)])


def _kept(
    rows: pl.DataFrame, wanted: pl.Expr, log: Log, reason: str, dropped: list[Dropped]
) -> pl.DataFrame:
    """Return the rows that are ``wanted``, and count the others."""
    is_wanted = wanted.fill_null(value=False)
    _count(rows.filter(~is_wanted), log, reason, dropped)
    return rows.filter(is_wanted)


def _count(rows: pl.DataFrame, log: Log, reason: str, dropped: list[Dropped]) -> None:
    if not rows.is_empty():
        first = f"{log}, entry {rows['entry'].sort(nulls_last=True)[0]}"
        dropped.append(Dropped(place=first, reason=reason, count=rows.height))


def _is_whole() -> pl.Expr:
    """Return whether a slate's lists belong together and hold what they are to hold."""
    n, f = pl.col("articles").list.len(), pl.col("feature_names").list.len()
    chance = pl.element().is_between(0.0, 1.0, closed="right")
    return pl.all_horizontal(
        pl.col("entry", "slate_id").is_not_null(),
        pl.col("created_at").is_finite(),
        pl.col("start") >= 1,
        f > 0,
        pl.col("propensities").list.len() == n,
        pl.col("features").list.len() == n * f,
        _all("articles", pl.element().is_not_null()),
        pl.col("articles").list.n_unique() == n,
        _all("feature_names", pl.element().is_not_null()),
        _all("propensities", chance),
        _all("features", pl.element().is_finite()),
    )


def _all(column: str, holds: pl.Expr) -> pl.Expr:
    return pl.col(column).list.eval(holds.fill_null(value=False)).list.all()


def _is_whole_click() -> pl.Expr:
    return pl.all_horizontal(
        pl.col("entry", "reader", "article", "kind").is_not_null(),
        pl.col("received_at").is_finite(),
    )


def _of_one_schema(slates: pl.DataFrame, site: Path, dropped: list[Dropped]) -> pl.DataFrame:
    """Return the slates that show something and whose features are made like the newest's.

    Of those, if there are any, that no experiment had a part in: what a variant makes of features
    is not what the site serves.
    """
    shown = slates.filter(pl.col("articles").list.len() > 0).sort("created_at", "slate_id")
    told = _kept(shown, pl.col("schema") != NO_SCHEMA, Log.SLATES, _UNTOLD, dropped)
    if told.is_empty():
        reasons = "".join(f"; {each.count}: {each.reason}" for each in dropped)
        raise SourceError(
            f"{site}: wanted at least one slate with an article, got none that can be used; "
            f"archive some first{reasons}"
        )
    names = pl.col("feature_names").list.join("\n")
    alike = _kept(told, names == names.last(), Log.SLATES, _OTHER_NAMES, dropped)
    plain = alike.filter(pl.col("variant").is_null())
    newest = (alike if plain.is_empty() else plain)["schema"][-1]
    return _kept(alike, pl.col("schema") == newest, Log.SLATES, _OTHER_SCHEMA, dropped)


def _labels(clicks: pl.DataFrame, slates: pl.DataFrame, dropped: list[Dropped]) -> pl.DataFrame:
    """Return the clicks that count for the slate that they name.

    The rule is that of ``Interaction.slate``, but who was merged into whom is not archived: what a
    reader clicks on a page that was served to a session before is left out.
    """
    log = Log.INTERACTIONS
    pointing = _kept(
        clicks, pl.col("slate_id").is_not_null(), log, "click left out: it names no slate", dropped
    )
    reason = "click left out: its slate is not in the archive"
    known = slates.select("slate_id", "created_at", "articles", served_to="reader")
    _count(pointing.join(known, on="slate_id", how="anti"), log, reason, dropped)
    found = pointing.join(known, on="slate_id", maintain_order="left")
    is_shown = pl.col("article").is_in(pl.col("articles"))
    reason = "click left out: its slate did not show the article"
    found = _kept(found, is_shown, log, reason, dropped)
    theirs = pl.col("served_to").is_null() | (pl.col("served_to") == pl.col("reader"))
    in_time = pl.col("received_at") >= pl.col("created_at")
    reason = "click left out: its slate was served to another reader, or after it"
    return _kept(found, theirs & in_time, log, reason, dropped)
