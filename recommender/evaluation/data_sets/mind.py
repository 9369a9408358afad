"""MIND in, a data set out: impressions of an English news site, without times of publication.

Wu et al., "MIND: A Large-scale Dataset for News Recommendation", ACL 2020; the files are
described at https://github.com/msnews/msnews.github.io/blob/master/assets/doc/introduction.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from recommender.domain.articles import embedding_text
from recommender.errors import SourceError
from recommender.evaluation.data_sets.digest import files_digest
from recommender.evaluation.data_sets.mind_behaviours import read_behaviours
from recommender.evaluation.data_sets.tables import ROW_LEFT_OUT
from recommender.evaluation.data_sets.types import Articles, DataSet, Dropped, Part
from recommender.ingest.documents import ArticleDocument, Rejection
from recommender.ingest.mind import NEWS_FILE, read_mind

BEHAVIOURS_FILE = "behaviors.tsv"
WHOLE = "all"
SUBFOLDERS = {"train": "train", "dev": "validation"}
"""Names of the published folders, and of the parts that they become."""


def read_mind_behaviours(folder: Path) -> DataSet:
    """Read ``behaviors.tsv`` and ``news.tsv`` of a folder, or of its ``train`` and ``dev``.

    Rows are streamed: memory holds what they come to, never a file. MIND logs no reading time,
    so an impression is visible from its own second on. It dates no article, so none has a time of
    publication. It dates no history either: a reader's history is the one of their first
    impression in the part, in entries a second apart that end an hour before the part begins. MIND
    names no zone for its times; UTC is taken.

    Parameters
    ----------
    folder : Path
        Of any published size. The test set has no labels and cannot be read.

    Returns
    -------
    DataSet
        With the one part ``all``, or with ``train`` and ``validation``.

    Raises
    ------
    SourceError
        A file is missing or holds no row that can be used, or the candidates have no labels.
    """
    folders = _folders(folder)
    documents, dropped = _documents(folder, folders.values())
    codes = {name: code for code, name in enumerate(documents)}
    readers: dict[str, int] = {}
    parts = {}
    for name, place in folders.items():
        history, impressions, lost = read_behaviours(
            folder, place / BEHAVIOURS_FILE, codes, readers
        )
        parts[name] = Part(name=name, history=history, impressions=impressions)
        dropped += lost
    files = [place / file for place in folders.values() for file in (NEWS_FILE, BEHAVIOURS_FILE)]
    return DataSet(
        name="mind",
        articles=_articles(documents),
        readers=tuple(readers),
        parts=parts,
        dropped=dropped,
        digest=files_digest(folder, files),
    )


def _folders(folder: Path) -> dict[str, Path]:
    if (folder / BEHAVIOURS_FILE).is_file():
        return {WHOLE: folder}
    parts = {
        part: folder / name
        for name, part in SUBFOLDERS.items()
        if (folder / name / BEHAVIOURS_FILE).is_file()
    }
    if not parts:
        raise SourceError(
            f"{folder}: wanted {BEHAVIOURS_FILE} and {NEWS_FILE} in it or in its folders "
            f"{' and '.join(SUBFOLDERS)}, got no {BEHAVIOURS_FILE}"
        )
    return parts


def _documents(
    folder: Path, places: Iterable[Path]
) -> tuple[dict[str, ArticleDocument], tuple[Dropped, ...]]:
    documents: dict[str, ArticleDocument] = {}
    dropped: tuple[Dropped, ...] = ()
    for place in places:
        here: dict[str, ArticleDocument] = {}
        rejected = []
        for row in read_mind(place / NEWS_FILE):
            if isinstance(row, Rejection):
                rejected.append(row)
            elif here.setdefault(row.id, row) is not row:
                # A document does not know its line; the id says which it was.
                reason = f"the id {row.id} came before"
                rejected.append(Rejection(place=NEWS_FILE, reason=reason))
        if not here:
            raise SourceError(f"{place / NEWS_FILE}: wanted at least one article, got none")
        for name, document in here.items():
            documents.setdefault(name, document)
        dropped += _rejections(place.relative_to(folder), rejected)
    return documents, dropped


def _rejections(place: Path, rejected: list[Rejection]) -> tuple[Dropped, ...]:
    if not rejected:
        return ()
    reason = f"{ROW_LEFT_OUT}: no usable article, the first because: {rejected[0].reason}"
    first = (place / rejected[0].place).as_posix()
    return (Dropped(place=first, reason=reason, count=len(rejected)),)


def _articles(documents: Mapping[str, ArticleDocument]) -> Articles:
    rows = [document.to_article(0.0) for document in documents.values()]
    return Articles(
        ids=tuple(documents),
        titles=tuple(row.title for row in rows),
        texts=tuple(embedding_text(row) for row in rows),
        categories=tuple(row.category for row in rows),
        subcategories=tuple(row.subcategory for row in rows),
        tags=tuple((row.subcategory,) if row.subcategory else () for row in rows),
        published=np.full(len(rows), np.nan),
    )
