"""JSON out: every answer is written by orjson, and none is kept by a cache."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Response

HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
"""Sent with every answer: a feed is personal and its slate is logged as shown once."""


def json_response(
    document: Mapping[str, Any], status: int = 200, mimetype: str = "application/json"
) -> Response:
    """Return ``document`` as JSON; ready-made parts of it are ``orjson.Fragment``."""
    body = orjson.dumps(document)
    return Response(body, status, HEADERS, mimetype=mimetype)


def no_content() -> Response:
    """Return an answer without a body."""
    return Response(status=204, headers=HEADERS)
