"""``/``, ``/openapi.json`` and ``/docs``: what the API says of itself; plain HTML, no scripts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from typing import Any

from flask import Flask, Response, render_template

from api.describe import Row, curl, field_rows, parameter_rows, schema_name
from api.errors import NOT_READY, PROBLEMS
from api.headers import own_address
from api.openapi import GENERAL, SUMMARY, TITLE, openapi_document, version
from api.operations import Operation
from api.responses import HEADERS, json_response
from recommender.bootstrap import Wiring
from recommender.store.cards import instant_text

PAGE_HEADERS = {
    **HEADERS,
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What the page says of one operation.

    Parameters
    ----------
    bodies : tuple of str
        Names of the schemas that may be sent.
    responses : tuple of (str, str, tuple)
        Status, meaning, and each media type with the name of its schema, if it has one.
    """

    operation: Operation
    parameters: Sequence[Row]
    bodies: tuple[str, ...]
    responses: tuple[tuple[str, str, tuple[tuple[str, str | None], ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaSection:
    """What the page says of one schema: its fields, or the values of an enumeration."""

    name: str
    description: str
    fields: Sequence[Row]
    values: Sequence[str]


def register_documentation(app: Flask, operations: Sequence[Operation], wiring: Wiring) -> None:
    """Serve the start page, the OpenAPI document, and the page that is made of it."""
    document = openapi_document(operations)
    style = files("api").joinpath("pages", "docs.css").read_bytes()
    page = partial(
        _page,
        wiring,
        [_section(each, document) for each in operations],
        [_schema_section(*each) for each in document["components"]["schemas"].items()],
    )
    app.add_url_rule("/", "start", partial(_start, wiring))
    app.add_url_rule("/openapi.json", "openapi", partial(json_response, document))
    app.add_url_rule("/docs", "docs", page)
    app.add_url_rule("/docs.css", "style", partial(_style, style))


def _start(wiring: Wiring) -> Response:
    about = {"service": TITLE, "summary": SUMMARY, "version": version(), "site": wiring.site}
    return json_response({**about, "docs": "/docs", "openapi": "/openapi.json"})


def _style(content: bytes) -> Response:
    return Response(content, headers=HEADERS, mimetype="text/css")


def _page(
    wiring: Wiring, sections: Sequence[Section], schemas: Sequence[SchemaSection]
) -> Response:
    now = instant_text(wiring.clock.now())
    html = render_template(
        "docs.html",
        title=TITLE,
        summary=SUMMARY,
        general=GENERAL,
        version=version(),
        site=wiring.site,
        sections=sections,
        schemas=schemas,
        problems=[*PROBLEMS.values(), NOT_READY],
        curl=lambda method, example: curl(method, example, own_address(), now),
    )
    return Response(html, headers=PAGE_HEADERS, mimetype="text/html")


def _section(operation: Operation, document: Mapping[str, Any]) -> Section:
    described = document["paths"][operation.path][operation.method.lower()]
    body = operation.body
    return Section(
        operation=operation,
        parameters=parameter_rows(described),
        bodies=tuple(model.__name__ for model in body.models) if body is not None else (),
        responses=tuple(
            (status, response["description"], tuple(_media_of(response)))
            for status, response in described["responses"].items()
            if status != "default"
        ),
    )


def _media_of(response: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    for media, content in response.get("content", {}).items():
        yield media, schema_name(content["schema"])


def _schema_section(name: str, schema: Mapping[str, Any]) -> SchemaSection:
    return SchemaSection(
        name=name,
        description=schema.get("description", ""),
        fields=field_rows(schema),
        values=schema.get("enum", ()),
    )
