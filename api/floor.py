"""What a request costs here at the very least: one Redis round trip and a ready body.

The benchmark serves this under the same gunicorn set-up as the API, as the floor for its ratios.
``NEWSFEED_FLOOR_BYTES`` sets the size of the body.
"""

from __future__ import annotations

import atexit
import os
from contextlib import ExitStack

from flask import Flask, Response

from recommender.bootstrap import open_site
from recommender.settings import load_settings


def create() -> Flask:
    """Return an app whose ``/v1/feed`` answers a body made in advance."""
    opened = ExitStack()
    wiring = opened.enter_context(open_site(load_settings()))
    atexit.register(opened.close)
    app = Flask(__name__)
    body = b'"' + b"x" * (int(os.environ.get("NEWSFEED_FLOOR_BYTES", "10000")) - 2) + b'"'

    @app.get("/v1/feed")
    def feed() -> Response:
        wiring.redis_answers()
        return Response(body, mimetype="application/json")

    @app.get("/health/ready")
    def ready() -> Response:
        return Response(b"{}", mimetype="application/json")

    return app
