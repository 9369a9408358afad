"""JSON Lines in, article documents out: one bad line never stops the rest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import orjson

from recommender.errors import InvalidInput
from recommender.ingest.documents import ArticleDocument, Rejection, parse_document
from recommender.ingest.lines import LINE_MAX_BYTES, read_lines, shortened

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_json_lines(path: Path) -> Iterator[ArticleDocument | Rejection]:
    """Yield a document, or a rejection placed ``"name:number"``, for every line not blank.

    Raises
    ------
    SourceError
        The file cannot be opened or read.
    """
    for line in read_lines(path):
        if line.too_long:
            yield _too_long(line.content, line.place)
        elif line.content.removeprefix(_BYTE_ORDER_MARK).strip():
            yield read_json_line(line.content, line.place)


def read_json_line(line: bytes, place: str) -> ArticleDocument | Rejection:
    """Read one record, from a file or from the dead letters; never raises.

    Examples
    --------
    >>> read_json_line(b'{"id": "a1", "title": "Rain <b>today</b>"}', "new.jsonl:1").title
    'Rain today'
    >>> read_json_line(b'{"id": "a1"}', "new.jsonl:2").reason
    'title: required, but missing'
    """
    if len(line) > LINE_MAX_BYTES:
        return _too_long(line, place)
    try:
        return parse_document(_object_of(line))
    except InvalidInput as error:
        return Rejection(place=place, reason=str(error), record=shortened(line))


def is_json_object(record: str) -> bool:
    """Tell whether a record can be read as a document at all, however wrong its fields are.

    Examples
    --------
    >>> is_json_object('{"id": 7}'), is_json_object('{"id": "cut sh')
    (True, False)
    """
    try:
        _object_of(record.encode())
    except InvalidInput:
        return False
    return True


def _object_of(line: bytes) -> object:
    try:
        record = orjson.loads(line.removeprefix(_BYTE_ORDER_MARK))
    except orjson.JSONDecodeError as error:
        wanted = "must be one JSON object in UTF-8 on one line"
        raise InvalidInput("record", wanted, f"unreadable JSON ({error})") from error
    if not isinstance(record, dict):
        raise InvalidInput("record", "must be a JSON object", type(record).__name__)
    return record


def _too_long(line: bytes, place: str) -> Rejection:
    reason = f"record: must be at most {LINE_MAX_BYTES} bytes (1 MiB) long, got a longer line"
    return Rejection(place=place, reason=reason, record=shortened(line))
