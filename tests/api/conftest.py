"""A served site, and a client that holds every answer to its schema."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
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
from recommender.bootstrap_briefs import brief_service
from recommender.briefs.extractive import ExtractiveWriter
from recommender.clock import FixedClock
from recommender.domain.briefs import Draft, Event, Objection, WriterKind, Writing
from recommender.domain.ids import ArticleId, EventId, ReaderId
from recommender.domain.interactions import Interaction, Kind
from recommender.ingest.documents import parse_document
from recommender.services.brief_settings import BriefSettings, Review
from recommender.services.briefs import Outcome
from recommender.settings import Settings
from recommender.store.connection import connect
from recommender.store.embedded import EmbeddedServer
from recommender.store.pending import Embedded
from scripts import demo_world

DIMENSION = 8
WORDS = 256
"""Length of the vectors that count words."""
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
def wiring(make_wiring: Callable[..., Any]) -> Any:
    """Give a site where briefs wait for nobody."""
    return make_wiring(briefs=BriefSettings(review=Review.NEVER))


@pytest.fixture
def newsroom_of(
    make_live: Callable[..., None], submit: Callable[..., Any]
) -> Callable[[Wiring], Newsroom]:
    return lambda wiring: Newsroom(wiring, make_live, submit)


@pytest.fixture
def newsroom(wiring: Wiring, newsroom_of: Callable[[Wiring], Newsroom]) -> Newsroom:
    return newsroom_of(wiring)


@pytest.fixture
def extractive() -> ExtractiveWriter:
    return ExtractiveWriter(count_words, BriefSettings().extractive)


@pytest.fixture
def model(extractive: ExtractiveWriter) -> Callable[..., Model]:
    """Give a function that makes a generative writer, whose drafts may be spoilt."""
    return lambda *spoil: Model(extractive, *spoil)


@pytest.fixture
def press(wiring: Wiring) -> Press:
    return Press(wiring)


@pytest.fixture
def press_of() -> Callable[[Wiring], Press]:
    return Press


@pytest.fixture
def event() -> list[str]:
    """Give the ids of four articles of the sample that tell one event, each of another source."""
    return list(demo_world.events()["carrow-vale-cup-upset"])


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


@dataclass(frozen=True)
class Press:
    """Makes articles of the sample live as stories, and has briefs written of them."""

    wiring: Wiring

    def tell(self, story: str, *articles: str, **fields: Any) -> None:
        """Make articles of the sample live as one story; ``fields`` are put over theirs."""
        now = datetime.fromtimestamp(self.wiring.clock.now(), UTC)
        known = {each["id"]: each for each in demo_world.articles(now)}
        documents = [parse_document(known[each] | fields) for each in articles]
        self.wiring.intake.submit(documents)
        self.embed(story)

    def write(self, **settings: Any) -> list[Outcome]:
        """Have briefs written of what there is to tell, and make them live."""
        service = brief_service(self.wiring, count_words, **settings)
        outcomes = list(service.run_once(10).outcomes)
        self.embed(None)
        return outcomes

    def click(self, reader: str, article: str) -> None:
        """Let a reader open an article now."""
        done = Interaction(
            id=EventId(f"{reader}-{article}"),
            reader=ReaderId(reader),
            article=ArticleId(article),
            kind=Kind.CLICK,
            occurred_at=self.wiring.clock.now(),
        )
        self.wiring.interactions.record([done])

    def embed(self, story: str | None) -> None:
        """Do the worker's part: what comes without a story of its own belongs to ``story``."""
        entries = self.wiring.queue.take("test", 1_000)
        articles = self.wiring.article_store.texts([each.article for each in entries])
        self.wiring.layout.require_model("words", WORDS)
        self.wiring.queue.finish(
            [
                Embedded(
                    pending=entry,
                    published_at=article.published_at,
                    vector=count_words([article.title])[0],
                    story=article.story or story,
                )
                for entry, article in zip(entries, articles, strict=True)
                if article is not None
            ]
        )
        self.wiring.follower.catch_up()


def count_words(texts: Sequence[str]) -> np.ndarray:
    """Stand in for the model: counts of words, so texts are as alike as their words are."""
    vectors = np.zeros((len(texts), WORDS), np.float32)
    for row, text in enumerate(texts):
        for word in text.casefold().split():
            vectors[row, zlib.crc32(word.encode()) % WORDS] += 1.0
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@dataclass
class Model:
    """A generative writer: what the extractive one writes, changed by ``spoil``."""

    extractive: ExtractiveWriter
    spoil: Callable[[Draft], Draft] = lambda draft: draft

    def write(self, event: Event, objections: Sequence[Objection] = ()) -> Draft:
        draft = self.extractive.write(event, objections)
        writing = Writing(kind=WriterKind.GENERATIVE, system="some-model", version="some-model-2")
        return self.spoil(replace(draft, writing=writing))


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
        if response.status_code >= 400 and response.mimetype != "text/html":
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
