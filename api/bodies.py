"""Request bodies: JSON in UTF-8, one record or a batch, read strictly and within stated limits."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from flask import request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    RequestEntityTooLarge,
    UnsupportedMediaType,
)

from recommender.errors import InvalidInput, NewsfeedError, shown
from recommender.ingest.documents import invalid_input

BODY_MAX_BYTES = 16 * 1024 * 1024
"""Longest request body that is read, in bytes (16 MiB)."""

NESTING_MAX = 32
"""Levels of JSON that are accepted; a record of ours has three."""

BODY_ERRORS = {
    400: "The body is no JSON.",
    413: f"The body is longer than {BODY_MAX_BYTES // 1024**2} MiB.",
    415: "The body is not declared as application/json.",
}
"""What every operation with a body may answer."""

T = TypeVar("T")
E = TypeVar("E", bound=NewsfeedError | None)


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyModels:
    """What may be sent to an operation.

    Parameters
    ----------
    record : type of BaseModel
        One record.
    batch : type of BaseModel, optional
        Several: a model with one field, the list of them. Only one record is taken without it.
    """

    record: type[BaseModel]
    batch: type[BaseModel] | None = None

    @property
    def key(self) -> str | None:
        """The field of a batch that holds its records; None where only one record is taken."""
        return None if self.batch is None else next(iter(self.batch.model_fields))

    @property
    def models(self) -> tuple[type[BaseModel], ...]:
        """The record's model and, where several are taken, the batch's."""
        return (self.record,) if self.batch is None else (self.record, self.batch)

    @property
    def wanted(self) -> str:
        """What a body is, in words."""
        if self.key is None:
            return "a JSON object"
        return f'a JSON object: one record, or {{"{self.key}": [record, ...]}}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Records as they were sent, none of them checked yet.

    Parameters
    ----------
    key : str or None
        The batch's field; None where one record was sent by itself.
    """

    records: list[Any]
    key: str | None

    def located(self, index: int, error: E) -> E | InvalidInput:
        """Return ``error`` of a record with the path of its field in the whole body."""
        if self.key is None or not isinstance(error, InvalidInput):
            return error
        return InvalidInput(f"{self.key}.{index}.{error.field}", error.wanted, error.got)

    def parsed(self, parse: Callable[[Any], T]) -> list[T | InvalidInput]:
        """Return what ``parse`` makes of each record, or why it refuses it."""
        return [_parsed(record, parse) for record in self.records]

    def single(self, parse: Callable[[Any], T]) -> T:
        """Return what ``parse`` makes of the record of an operation that takes only one.

        Raises
        ------
        InvalidInput
            What ``parse`` refuses it for.
        """
        (record,) = self.records
        return parse(record)


def read_body(models: BodyModels) -> Body:
    """Return the records of the current request's body.

    Raises
    ------
    InvalidInput
        The body is no object, is nested too deeply, or its list is not within its limits.
    UnsupportedMediaType, BadRequest, RequestEntityTooLarge
        It is not declared as JSON, is no JSON, or is longer than ``BODY_MAX_BYTES``.
    """
    _require_json()
    document = _decoded(_content())
    if not isinstance(document, dict):
        raise InvalidInput("body", models.wanted, shown(document))
    if models.batch is None or models.key not in document:
        return Body(records=[document], key=None)
    try:
        models.batch.model_validate(document)
    except ValidationError as error:
        raise invalid_input(error) from error
    return Body(records=document[models.key], key=models.key)


def _parsed(record: Any, parse: Callable[[Any], T]) -> T | InvalidInput:
    try:
        return parse(record)
    except InvalidInput as error:
        return error


def _require_json() -> None:
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype != "application/json" or charset not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType(
            "Content-Type: wanted application/json in UTF-8, got "
            f"{request.headers.get('Content-Type', 'none')!r}"
        )


def _content() -> bytes:
    try:
        content = request.get_data(cache=False)
    except HTTPException:
        raise
    except Exception as error:  # the server's own, for a body that breaks off or is badly chunked
        raise BadRequest("body: wanted a whole body, got one that cannot be read") from error
    if request.content_length is None and len(content) >= BODY_MAX_BYTES:
        raise RequestEntityTooLarge  # Werkzeug (3.1) cuts a chunked body at the limit, silently
    return content


def _decoded(content: bytes) -> Any:  # whatever was sent
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        _refuse_lone_surrogates(content)
        raise BadRequest(_malformed(content, error)) from error
    _refuse_deep(document)
    return document


def _malformed(content: bytes, error: orjson.JSONDecodeError) -> str:
    wanted = f"body: wanted JSON in UTF-8, nested at most {NESTING_MAX} levels; "
    try:
        content.decode()
    except UnicodeDecodeError as wrong:
        return f"{wanted}byte {wrong.start} (0x{content[wrong.start]:02x}) is not UTF-8"
    return f"{wanted}line {error.lineno}, column {error.colno}: {error.msg}"


def _refuse_deep(document: Any) -> None:
    level = [document]
    for _ in range(NESTING_MAX + 1):
        level = [node for node in level if isinstance(node, dict | list)]
        if not level:
            return
        level = [child for node in level for child in _children(node)]
    raise InvalidInput("body", f"JSON nested at most {NESTING_MAX} levels", "more levels")


def _children(node: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return node.values() if isinstance(node, dict) else node


def _refuse_lone_surrogates(content: bytes) -> None:
    r"""Name the field if half a character, like ``\ud800`` alone, is all that is wrong."""
    try:
        document = json.loads(content.decode(), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return  # something else is wrong as well
    _refuse_deep(document)
    for field, text in _texts("", document):
        if not _is_unicode(text):
            wanted = "Unicode text; half of a surrogate pair is no character"
            raise InvalidInput(field or "body", wanted, ascii(text[:80]))


def _texts(path: str, node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, str):
        yield path, node
    elif isinstance(node, dict):
        for name, child in node.items():
            yield path, name
            yield from _texts(f"{path}.{name}".lstrip("."), child)
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from _texts(f"{path}.{index}".lstrip("."), child)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
