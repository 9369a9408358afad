"""``/``, ``/openapi.json`` and ``/docs``: what the API says of itself; plain HTML, no scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from typing import Any

from flask import Flask, Response, render_template, request

from api.describe import Row, curl, field_rows, parameter_rows, schema_name
from api.errors import NOT_READY, PROBLEMS
from api.openapi import SUMMARY, TITLE, openapi_document, version
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
    responses : tuple of (str, str, str or None)
        Status, meaning and the name of the schema.
    """

    operation: Operation
    parameters: Sequence[Row]
    bodies: tuple[str, ...]
    responses: tuple[tuple[str, str, str | None], ...]


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
        version=version(),
        site=wiring.site,
        sections=sections,
        schemas=schemas,
        problems=[*PROBLEMS.values(), NOT_READY],
        curl=lambda operation: curl(operation, request.host_url, now),
    )
    return Response(html, headers=PAGE_HEADERS, mimetype="text/html")


def _section(operation: Operation, document: Mapping[str, Any]) -> Section:
    described = document["paths"][operation.path][operation.method.lower()]
    body = operation.body
    return Section(
        operation=operation,
        parameters=parameter_rows(described),
        bodies=(body.record.__name__, body.batch.__name__) if body is not None else (),
        responses=tuple(
            (status, response["description"], _schema_of(response))
            for status, response in described["responses"].items()
            if status != "default"
        ),
    )


def _schema_of(response: Mapping[str, Any]) -> str | None:
    media = list(response.get("content", {}).values())
    return schema_name(media[0]["schema"]) if media else None


def _schema_section(name: str, schema: Mapping[str, Any]) -> SchemaSection:
    return SchemaSection(
        name=name,
        description=schema.get("description", ""),
        fields=field_rows(schema),
        values=schema.get("enum", ()),
    )
