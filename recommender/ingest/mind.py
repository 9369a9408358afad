"""MIND's ``news.tsv`` in, article documents out.

Columns, parted by tabs and without quoting: id, category, subcategory, title, abstract, url,
title entities, abstract entities (https://github.com/msnews/msnews.github.io/blob/master/assets/doc/introduction.md).
The data set gives no publish time, so none is set; the entities are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from recommender.errors import InvalidInput
from recommender.ingest.documents import ArticleDocument, Rejection, parse_document
from recommender.ingest.lines import LINE_MAX_BYTES, Line, read_lines, shortened

NEWS_FILE = "news.tsv"
COLUMNS_MIN = 4
COLUMNS_MAX = 8
LANGUAGE = "en"


def read_mind(path: Path) -> Iterator[ArticleDocument | Rejection]:
    """Yield a document, or a rejection placed ``"news.tsv:number"``, for every row not blank.

    Parameters
    ----------
    path : Path
        ``news.tsv`` itself, or the folder that holds it. An id that comes twice is yielded twice.

    Raises
    ------
    SourceError
        The file cannot be opened or read.
    """
    for line in read_lines(path / NEWS_FILE if path.is_dir() else path):
        try:
            yield parse_document(_fields_of(line))
        except InvalidInput as error:
            yield Rejection(place=line.place, reason=str(error), record=shortened(line.content))


def _fields_of(line: Line) -> dict[str, str]:
    identifier, category, subcategory, title, abstract, url = _columns_of(line)[:6]
    fields = {
        "id": identifier,
        "category": category,
        "subcategory": subcategory,
        "title": title,
        "summary": abstract,
        "url": url,
    }
    # An empty column is "not given", except where a row must have one.
    given = {name: text for name, text in fields.items() if text or name in {"id", "title"}}
    return given | {"language": LANGUAGE}


def _columns_of(line: Line) -> list[str]:
    if line.too_long:
        wanted = f"must be at most {LINE_MAX_BYTES} bytes (1 MiB) long"
        raise InvalidInput("row", wanted, "a longer line")
    try:
        columns = line.content.decode("utf-8-sig").split("\t")
    except UnicodeDecodeError as error:
        raise InvalidInput("row", "must be text in UTF-8", error.reason) from error
    if not COLUMNS_MIN <= len(columns) <= COLUMNS_MAX:
        wanted = f"must have {COLUMNS_MIN} to {COLUMNS_MAX} columns parted by tabs"
        raise InvalidInput("row", wanted, f"{len(columns)} columns")
    padding = [""] * (COLUMNS_MAX - len(columns))
    return [column.strip() for column in columns] + padding
