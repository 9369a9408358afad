"""The OpenAPI 3.1 document, made of the operations and the models that validate them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import metadata
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.bodies import BodyModels
from api.errors import PROBLEMS
from api.operations import PATH_NAMES, Operation
from api.queries import Query
from api.schemas import NotReady, Problem
from recommender.settings import REQUEST_LINE_MAX

Json = dict[str, Any]

TITLE = "News feed"
SUMMARY = "Articles in, a personal feed out."

GENERAL = (
    (
        "HEAD is answered wherever GET is, without the body, but for /v1/feed, where it is refused "
        "with 405: what a feed shows is logged and does not come back, and HEAD shows nothing."
    ),
    (
        f"A request's first line, its path and parameters, has at most {REQUEST_LINE_MAX:,} bytes. "
        "A longer one does not reach the service: the web server before it answers 414, or 400 "
        "where it is older, in its own words."
    ),
    "Each parameter is given once at most. Unknown parameters and fields are refused.",
)
"""What holds for all operations."""

_REFERENCE = "#/components/schemas/{model}"
_RETRYABLE = frozenset({kind.status for kind in PROBLEMS.values() if kind.retry_after_seconds})
_RETRY_AFTER = {
    "description": "Seconds after which it is worth trying again.",
    "schema": {"type": "integer", "minimum": 1},
}


def openapi_document(operations: Sequence[Operation]) -> Json:
    """Return the document that describes ``operations``."""
    paths: dict[str, Json] = {}
    for each in operations:
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": TITLE,
            "summary": SUMMARY,
            "description": "\n\n".join(GENERAL),
            "version": version(),
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": _schemas(operations)},
    }


def version() -> str:
    """Return the installed version of the project; 0 where it runs uninstalled."""
    try:
        return metadata.version("newsfeed-recommender")
    except metadata.PackageNotFoundError:
        return "0"


def _operation(each: Operation) -> Json:
    document: Json = {
        "operationId": each.name,
        "summary": each.summary,
        "description": each.description,
        "parameters": [*_path_parameters(each.path), *_query_parameters(each.query)],
        "responses": dict(_responses(each)),
    }
    if each.body is not None:
        content: Json = {"schema": _body_schema(each.body), "example": each.example.body}
        document["requestBody"] = {"required": True, "content": {"application/json": content}}
    return document


def _path_parameters(path: str) -> list[Json]:
    return [
        {
            "name": name.strip("{}"),
            "in": "path",
            "required": True,
            "description": f"{each.meaning}, percent-encoded: {each.rule}.",
            "schema": {
                "type": "string",
                "minLength": 1,
                "maxLength": each.max_characters,
                "pattern": each.pattern,
            },
        }
        for name, each in PATH_NAMES.items()
        if name in path
    ]


def _body_schema(body: BodyModels) -> Json:
    if body.batch is None:
        return _reference(body.record)
    return {"oneOf": [_reference(body.record), _reference(body.batch)]}


def _query_parameters(query: type[Query] | None) -> list[Json]:
    if query is None:
        return []
    schema = query.model_json_schema()
    required = schema.get("required", [])
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "description": field.pop("description", ""),
            "schema": _without_null(field) | _content(query.as_json.get(name)),
        }
        for name, field in schema["properties"].items()
    ]


def _content(model: type[BaseModel] | None) -> Json:
    """Return what a text's schema says of the JSON in it."""
    if model is None:
        return {}
    return {"contentMediaType": "application/json", "contentSchema": _reference(model)}


def _without_null(schema: Json) -> Json:
    """Return the schema of a parameter that may be absent; no query can hold a null."""
    kept: Json = {name: part for name, part in schema.items() if name not in {"anyOf", "title"}}
    if kept.get("default", ...) is None:
        del kept["default"]
    for choice in schema.get("anyOf", ()):
        if choice.get("type") != "null":
            kept |= choice
    return kept


def _responses(each: Operation) -> Iterator[tuple[str, Json]]:
    answer = each.answer
    response = _response(answer.meaning, answer.model, "application/json")
    for media, model in answer.also.items():
        schema = {"type": "string"} if model is None else _reference(model)
        response["content"][media] = {"schema": schema}
    yield str(answer.status), response
    for status in sorted({*each.errors, *each.error_pages}):
        yield str(status), _error(each, status)
    yield "default", _response("Any other error.", Problem, "application/problem+json")


def _error(each: Operation, status: int) -> Json:
    told = (each.errors.get(status), each.error_pages.get(status))
    response: Json = {"description": " ".join(filter(None, told)), "content": {}}
    if status in each.errors:
        model = NotReady if each.name == "ready" else Problem
        response["content"]["application/problem+json"] = {"schema": _reference(model)}
    if status in each.error_pages:
        response["content"]["text/html"] = {"schema": {"type": "string"}}
    if status in _RETRYABLE:
        response["headers"] = {"Retry-After": _RETRY_AFTER}
    return response


def _response(meaning: str, model: type[BaseModel] | None, media: str) -> Json:
    if model is None:
        return {"description": meaning}
    return {"description": meaning, "content": {media: {"schema": _reference(model)}}}


def _reference(model: type[BaseModel]) -> Json:
    return {"$ref": _REFERENCE.format(model=model.__name__)}


def _schemas(operations: Sequence[Operation]) -> Json:
    bodies = [each.body for each in operations if each.body is not None]
    answers = [each.answer.model for each in operations if each.answer.model is not None]
    models: list[type[BaseModel]] = [Problem, NotReady, *answers]
    for each in operations:
        models += each.query.as_json.values() if each.query is not None else ()
        models += [model for model in each.answer.also.values() if model is not None]
    for body in bodies:
        models += body.models
    _, document = models_json_schema(
        [(model, "validation") for model in models], ref_template=_REFERENCE
    )
    schemas: Json = document["$defs"]
    for body in bodies:
        if body.batch is None:
            continue
        # Validation takes any element, so that one bad record does not reject the others.
        schemas[body.batch.__name__]["properties"][body.key]["items"] = _reference(body.record)
    return schemas
