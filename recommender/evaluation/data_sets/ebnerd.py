"""EB-NeRD in, a data set out: impressions of a Danish news site with reading times.

Kruse et al., "EB-NeRD: a large-scale dataset for news recommendation", 2024; the columns are
described at https://recsys.eb.dk/dataset/.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from recommender.domain.articles import Article, embedding_text
from recommender.domain.ids import ArticleId
from recommender.evaluation.data_sets.columns import (
    LABELS,
    NUMBER,
    NUMBERS,
    TEXT,
    TIME,
    TIMES,
    WHOLE,
    WHOLES,
)
from recommender.evaluation.data_sets.digest import files_digest
from recommender.evaluation.data_sets.ebnerd_parts import read_history, read_impressions
from recommender.evaluation.data_sets.publication import PublicationClock
from recommender.evaluation.data_sets.tables import ROW_LEFT_OUT, Table, lost, read_table
from recommender.evaluation.data_sets.types import NONE, Articles, DataSet, Dropped, Part

PARTS = ("train", "validation")

ARTICLE_COLUMNS = {
    "article_id": WHOLE,
    "title": TEXT,
    "abstract": TEXT,
    "category": TEXT,
    "subcategory": LABELS,
}
BEHAVIOUR_COLUMNS = {
    "impression_id": WHOLE,
    "user_id": WHOLE,
    "impression_time": TIME,
    "read_time": NUMBER,
    "article_id": WHOLE,
    "article_ids_inview": WHOLES,
    "article_ids_clicked": WHOLES,
}
HISTORY_COLUMNS = {
    "user_id": WHOLE,
    "impression_time_fixed": TIMES,
    "article_id_fixed": WHOLES,
    "read_time_fixed": NUMBERS,
}


def read_ebnerd(folder: Path) -> DataSet:
    """Read ``articles`` and, of ``train`` and ``validation``, ``behaviors`` and ``history``.

    Each is a Parquet file or JSON Lines, packed with gzip or not. The columns ``next_*``, scroll
    and everything about the reader are not read; a reading time says only from when on an
    impression may be known and how long the page around it was read.

    Where the articles have no ``published_time``, it is estimated: their numbers are given in
    the order of publication, so an article appeared no later than any newer one was met. The
    clock is fitted on the train part alone, on its history's clicks and its impressions, and a
    number beyond the last that was met there is carried on at the rate of a middling day; see
    :class:`~recommender.evaluation.data_sets.publication.PublicationClock`. No estimate knows
    anything of the validation part; an article may seem to appear after it was first offered.

    Parameters
    ----------
    folder : Path
        ``ebnerd_demo``, ``ebnerd_small`` or ``ebnerd_large``, unpacked.

    Returns
    -------
    DataSet
        Parts ``train`` and ``validation``. Times are UTC. A candidate comes once in a list.

    Raises
    ------
    SourceError
        A file is missing, cut short or empty, lacks a column, or nothing of it is left.
    """
    articles_table = read_table(folder, "articles", ARTICLE_COLUMNS, {"published_time": TIME})
    tables = {
        name: (
            read_table(folder, f"{name}/behaviors", BEHAVIOUR_COLUMNS),
            read_table(folder, f"{name}/history", HISTORY_COLUMNS),
        )
        for name in PARTS
    }
    known, dropped = _known_articles(articles_table)
    codes = known.select("article_id", code=pl.int_range(pl.len(), dtype=pl.Int32))
    readers = _readers([table for pair in tables.values() for table in pair])
    parts = {}
    for name, (behaviours, history) in tables.items():
        past, past_dropped = read_history(history, codes, readers)
        impressions, impressions_dropped = read_impressions(behaviours, codes, readers)
        parts[name] = Part(name=name, history=past, impressions=impressions)
        dropped += past_dropped + impressions_dropped
    numbers = known["article_id"].to_numpy()
    given = _given_times(known)
    files = [articles_table, *(table for pair in tables.values() for table in pair)]
    return DataSet(
        name="ebnerd",
        articles=_articles(known, _estimated(numbers, parts["train"]) if given is None else given),
        readers=tuple(readers["user_id"].cast(pl.String).to_list()),
        parts=parts,
        dropped=dropped,
        digest=files_digest(folder, [table.path for table in files]),
    )


def _known_articles(table: Table) -> tuple[pl.DataFrame, tuple[Dropped, ...]]:
    nameless = table.frame.filter(pl.col("article_id").is_null())
    named = table.frame.filter(pl.col("article_id").is_not_null())
    is_first = pl.col("article_id").is_first_distinct()
    dropped = (
        *table.dropped,
        *lost(nameless, table.name, f"{ROW_LEFT_OUT}: article_id is not given"),
        *lost(named.filter(~is_first), table.name, f"{ROW_LEFT_OUT}: article_id came before"),
    )
    return named.filter(is_first), dropped


def _readers(tables: Sequence[Table]) -> pl.DataFrame:
    ids = pl.concat([table.frame["user_id"] for table in tables]).drop_nulls().unique().sort()
    return pl.DataFrame(ids).with_row_index("reader").cast({"reader": pl.Int32})


def _articles(known: pl.DataFrame, published: NDArray[np.float64]) -> Articles:
    ids = known["article_id"].cast(pl.String).to_list()
    titles = known["title"].fill_null("").to_list()
    abstracts = known["abstract"].to_list()
    labels = [tuple(row or ()) for row in known["subcategory"].to_list()]
    return Articles(
        ids=tuple(ids),
        titles=tuple(titles),
        texts=tuple(
            embedding_text(
                Article(id=ArticleId(name), title=title, summary=abstract, published_at=0)
            )
            for name, title, abstract in zip(ids, titles, abstracts, strict=True)
        ),
        categories=tuple(category or None for category in known["category"].to_list()),
        subcategories=tuple(row[0] if row else None for row in labels),
        tags=tuple(labels),
        published=published,
    )


def _given_times(known: pl.DataFrame) -> NDArray[np.float64] | None:
    if "published_time" not in known.columns:
        return None
    microseconds = known["published_time"].dt.epoch("us").cast(pl.Float64)
    return (microseconds / 1e6).fill_null(float("nan")).to_numpy()


def _estimated(numbers: NDArray[np.int64], train: Part) -> NDArray[np.float64]:
    lists = train.impressions
    met = np.concatenate([train.history.articles, lists.candidates])
    at = np.concatenate([train.history.at, np.repeat(lists.at, np.diff(lists.starts))])
    clock = PublicationClock.fit(numbers[met[met != NONE]], at[met != NONE])
    return clock.estimate(numbers)
