"""A served site, and a client that holds every answer to its schema."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from api import create_app
from api.openapi import openapi_document
from api.routes import OPERATIONS
from recommender.bootstrap import Wiring
from recommender.clock import FixedClock
from recommender.settings import Settings
from recommender.store.connection import connect
from recommender.store.embedded import EmbeddedServer
from recommender.store.pending import Embedded

DIMENSION = 8
DOCUMENT = openapi_document(OPERATIONS)


@pytest.fixture
def serve() -> Callable[[Wiring], FlaskClient]:
    """Give a function that serves a wired site, its catalogue loaded, to a client."""

    def serve(wiring: Wiring) -> FlaskClient:
        app = create_app(wiring)
        app.test_client_class = StrictClient
        wiring.follower.load()
        return app.test_client()

    return serve


@pytest.fixture
def http(wiring: Wiring, serve: Callable[[Wiring], FlaskClient]) -> FlaskClient:
    return serve(wiring)


@pytest.fixture
def newsroom_of(
    make_live: Callable[..., None], submit: Callable[..., Any]
) -> Callable[[Wiring], Newsroom]:
    return lambda wiring: Newsroom(wiring, make_live, submit)


@pytest.fixture
def newsroom(wiring: Wiring, newsroom_of: Callable[[Wiring], Newsroom]) -> Newsroom:
    return newsroom_of(wiring)


@pytest.fixture
def stopped(
    tmp_path: Path, clock: FixedClock, serve: Callable[[Wiring], FlaskClient]
) -> Iterator[FlaskClient]:
    """Give a client of a site that was served, and whose Redis then went away."""
    with EmbeddedServer(tmp_path / "redis") as server:
        client = connect(server.url)
        http = serve(Wiring(Settings(), client, clock))
    yield http
    client.close()


@dataclass(frozen=True)
class Newsroom:
    """Makes articles live the way a worker does, with vectors that can be checked by eye."""

    wiring: Wiring
    make_live: Callable[..., None]
    wait: Callable[..., Any]

    def publish(self, article: str, *axes: int, **fields: Any) -> None:
        """Make one article live; its vector points evenly along ``axes`` (the first if none)."""
        vector = np.zeros(DIMENSION)
        vector[list(axes or (0,))] = 1.0
        self.make_live(self.wiring, {article: vector / np.linalg.norm(vector)}, **fields)

    def tell(self, story: str, *articles: str, **fields: Any) -> None:
        """Make articles of one story live, each with a vector of its own."""
        self.wait(self.wiring, articles, **fields)
        now = self.wiring.clock.now()
        self.wiring.layout.require_model("test-model", DIMENSION)
        vectors = np.eye(DIMENSION, dtype=np.float32)
        taken = self.wiring.queue.take("test", 1_000)
        self.wiring.queue.finish(
            [
                Embedded(pending=entry, published_at=now, vector=vectors[place], story=story)
                for place, entry in enumerate(taken)
            ]
        )
        self.wiring.follower.catch_up()

    def submit(self, article: str, **fields: Any) -> None:
        """Let one article wait for its embedding."""
        self.wait(self.wiring, [article], **fields)


class StrictClient(FlaskClient):
    """Holds every JSON answer to the OpenAPI document, and every score to its contributions."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        asked, content = response.request, response.get_data()
        if asked.method == "HEAD":
            assert not content
            return response
        if response.mimetype.endswith("json"):
            document = json.loads(content)
            check(document, self._schema(response))
            for each in scored(document):
                assert abs(sum(each["contributions"].values()) - each["score"]) <= 1e-6
        if response.status_code >= 400:
            assert response.mimetype == "application/problem+json"
            assert json.loads(content)["status"] == response.status_code
        return response

    def _schema(self, response: TestResponse) -> dict[str, Any]:
        asked = response.request
        try:
            urls = self.application.url_map.bind("localhost")
            name, _ = urls.match(asked.path, asked.method)
        except HTTPException:
            return {"$ref": "#/components/schemas/Problem"}
        for path in DOCUMENT["paths"].values():
            for operation in path.values():
                if operation["operationId"] == name:
                    answers = operation["responses"]
                    found = answers.get(str(response.status_code), answers["default"])
                    return found["content"][response.mimetype]["schema"]
        return {"type": "object"}  # the start page and the document itself


def scored(document: Any) -> Iterator[dict[str, Any]]:
    """Yield whatever an answer explains a score of: in a feed of either format, or alone."""
    articles = document.get("articles", [])
    items = [each["_newsfeed"] for each in document.get("items", [])]
    for each in (document, *articles, *items):
        if "contributions" in each:
            yield each


def check(instance: Any, schema: dict[str, Any]) -> None:
    Draft202012Validator({**schema, "components": DOCUMENT["components"]}).validate(instance)
