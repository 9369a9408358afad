"""A brief in the feed: with its labels in every format, gone with one of its sources."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from flask.testing import FlaskClient

from api import create_app
from recommender.bootstrap_briefs import brief_service
from recommender.briefs.config import ExtractiveConfig
from recommender.briefs.extractive import ExtractiveWriter
from recommender.clock import FixedClock
from recommender.domain.brief_records import BriefStatus, brief_id
from recommender.domain.briefs import Draft, Event, Objection, WriterKind, Writing
from recommender.domain.provenance import IPTC_BASE
from recommender.ingest.documents import parse_document
from recommender.services.brief_settings import BriefSettings, Review
from recommender.services.briefs import Result
from recommender.store.pending import Embedded
from scripts import demo_world

DIMENSION = 256
STORY = "football-01"
BRIEF = brief_id(STORY)
EVENT = demo_world.events()["carrow-vale-cup-upset"]
DUBLIN_CORE, SCHEMA_ORG = "{http://purl.org/dc/elements/1.1/}", "{https://schema.org/}"
SECONDS = 1.0
"""Within which every process leaves out what was withdrawn."""


def embed(texts: Sequence[str]) -> np.ndarray:
    """Stand in for the model: counts of words, so texts are as alike as their words are."""
    vectors = np.zeros((len(texts), DIMENSION), np.float32)
    for row, text in enumerate(texts):
        for word in text.casefold().split():
            vectors[row, zlib.crc32(word.encode()) % DIMENSION] += 1.0
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@dataclass(frozen=True)
class Quill:
    """A writer of the test that passes its quotations off as a language model's."""

    def write(self, event: Event, objections: Sequence[Objection] = ()) -> Draft:
        draft = ExtractiveWriter(embed, ExtractiveConfig()).write(event, objections)
        writing = Writing(kind=WriterKind.GENERATIVE, system="Quill", version="4.1")
        return replace(draft, writing=writing)


def work(wiring: Any) -> None:
    """Embed what waits: every article without a story of its own belongs to the one story."""
    entries = wiring.queue.take("test", 100)
    articles = wiring.article_store.texts([each.article for each in entries])
    wiring.layout.require_model("words", DIMENSION)
    wiring.queue.finish(
        [
            Embedded(
                pending=entry,
                published_at=article.published_at,
                vector=embed([article.title])[0],
                story=article.story or STORY,
            )
            for entry, article in zip(entries, articles, strict=True)
            if article is not None
        ]
    )
    wiring.follower.catch_up()


@pytest.fixture
def wiring(make_wiring: Callable[..., Any]) -> Any:
    """Give a site where briefs wait for nobody."""
    return make_wiring(briefs=BriefSettings(review=Review.NEVER))


@pytest.fixture
def told(wiring: Any, clock: FixedClock) -> Callable[..., FlaskClient]:
    """Give a function that makes two articles of an event and their brief live, and serves them."""
    now = datetime.fromtimestamp(clock.now(), UTC)
    documents = {each["id"]: each for each in demo_world.articles(now)}

    def told(*writers: tuple[WriterKind, Any]) -> FlaskClient:
        wiring.intake.submit([parse_document(documents[each]) for each in EVENT[:2]])
        work(wiring)
        (outcome,) = brief_service(wiring, embed, writers or None).run_once(10).outcomes
        assert outcome.result is Result.PUBLISHED
        work(wiring)
        return create_app(wiring).test_client()

    return told


@pytest.fixture
def following(make_wiring: Callable[..., Any]) -> Iterator[Callable[[], FlaskClient]]:
    """Give a function that serves the site by another process's means: its own follower thread."""
    started: list[Any] = []

    def following() -> FlaskClient:
        other = make_wiring()
        other.follower.start()
        started.append(other)
        return create_app(other).test_client()

    yield following
    for each in started:
        each.follower.stop()


def shown(http: FlaskClient) -> dict[str, dict[str, Any]]:
    return {each["article"]["id"]: each for each in http.get("/v1/feed").json["articles"]}


def item(http: FlaskClient) -> dict[str, Any]:
    (found,) = http.get("/v1/feed?format=jsonfeed").json["items"]
    return dict(found)


def entry(http: FlaskClient) -> ET.Element:
    document = ET.fromstring(http.get("/v1/feed?format=rss").get_data())  # noqa: S314  # our own
    (found,) = document.iter("item")
    return found


def texts(element: ET.Element, tag: str) -> list[str | None]:
    return [each.text for each in element.iter(tag)]


def test_a_compiled_brief_stands_for_its_story_and_lists_its_sources(
    told: Callable[..., FlaskClient],
) -> None:
    feed = shown(told())
    assert list(feed) == [BRIEF], "of a story there is one article"
    brief = feed[BRIEF]
    assert brief["article"]["brief"]["writer"] == "extractive"
    assert {each["id"] for each in brief["article"]["brief"]["sources"]} == set(EVENT[:2])
    assert brief["story"]["id"] == STORY
    coverage = {each["id"]: each["brief"] for each in brief["story"]["more_coverage"]}
    assert coverage == dict.fromkeys(EVENT[:2], False)
    (label,) = brief["labels"]
    assert (label["code"], label["text"]) == (
        "compiled",
        "Compiled automatically from 2 sources",
    )
    assert label["since"] == brief["article"]["published_at"]
    assert label["evidence"] == {
        "digital_source_type": "composite",
        "writer": "extractive",
        "sources": 2,
        "revision": 1,
    }
    assert brief["digital_source_type"] == f"{IPTC_BASE}composite"


def test_a_generative_brief_names_its_system_and_is_experimental(
    told: Callable[..., FlaskClient],
) -> None:
    http = told((WriterKind.GENERATIVE, Quill()))
    brief = shown(http)[BRIEF]
    label, experimental = brief["labels"]
    assert (label["code"], experimental["code"]) == ("generated_with_ai", "experimental")
    assert label["text"] == "Generated with AI: Quill 4.1"
    assert label["evidence"] == {
        "digital_source_type": "trainedAlgorithmicMedia",
        "ai_system": "Quill",
        "ai_system_version": "4.1",
    }
    assert brief["digital_source_type"] == f"{IPTC_BASE}trainedAlgorithmicMedia"
    without = http.get("/v1/feed", query_string={"filter": '{"generated_with_ai": "exclude"}'})
    (instead,) = without.json["articles"]
    assert instead["article"]["id"] in EVENT[:2]


@pytest.mark.parametrize(
    ("kind", "source_type", "labels"),
    [
        (WriterKind.EXTRACTIVE, "composite", ["compiled"]),
        (WriterKind.GENERATIVE, "trainedAlgorithmicMedia", ["generated_with_ai", "experimental"]),
    ],
)
def test_json_feed_and_rss_carry_the_labels_the_sources_and_how_it_was_made(
    told: Callable[..., FlaskClient], kind: WriterKind, source_type: str, labels: list[str]
) -> None:
    http = told(*([(kind, Quill())] if kind is WriterKind.GENERATIVE else []))
    extension = item(http)["_newsfeed"]
    assert extension["digital_source_type"] == IPTC_BASE + source_type
    assert [each["code"] for each in extension["labels"]] == labels
    assert extension["brief"]["writer"] == kind
    sources = extension["brief"]["sources"]
    assert {each["id"] for each in sources} == set(EVENT[:2])
    rss = entry(http)
    assert texts(rss, f"{SCHEMA_ORG}digitalSourceType") == [IPTC_BASE + source_type]
    assert texts(rss, f"{DUBLIN_CORE}source") == [each["url"] or each["title"] for each in sources]
    domains = [each.text for each in rss.iter("category") if each.get("domain") == "labels"]
    assert domains == labels
    assert rss.findtext("description", "").endswith(f"[{extension['labels'][-1]['text']}]")


def test_a_brief_trends_only_while_it_does(
    wiring: Any, told: Callable[..., FlaskClient], do: Callable[..., list[str]], clock: FixedClock
) -> None:
    http = told()
    for reader in ("anna", "bert", "carl", "dora", "emil"):
        do(wiring, reader, "click", BRIEF)
    assert [each["code"] for each in shown(http)[BRIEF]["labels"]] == ["trending", "compiled"]
    clock.advance(3_600.0)
    assert [each["code"] for each in shown(http)[BRIEF]["labels"]] == ["compiled"]


def test_where_an_article_tells_the_story_its_brief_is_the_first_of_more_coverage(
    wiring: Any, told: Callable[..., FlaskClient], clock: FixedClock
) -> None:
    http = told()
    pin = {"action": "pin", "article": EVENT[0], "position": 1}
    assert http.put("/v1/rules", json={"rules": [pin]}).status_code == 200
    clock.advance(3_600.0)
    later = datetime.fromtimestamp(clock.now(), UTC).isoformat()
    document = {"id": "later", "title": "Later news of the cup", "published_at": later}
    wiring.intake.submit([parse_document(document)])
    work(wiring)
    feed = shown(http)
    assert list(feed) == [EVENT[0]]
    coverage = feed[EVENT[0]]["story"]["more_coverage"]
    listed = [(each["id"], each["brief"]) for each in coverage]
    assert listed == [(BRIEF, True), ("later", False), (EVENT[1], False)]


def test_with_one_of_two_sources_the_brief_leaves_every_feed_and_its_history_stays(
    wiring: Any, told: Callable[..., FlaskClient], following: Callable[[], FlaskClient]
) -> None:
    http = told()
    other = following()
    assert list(shown(other)) == [BRIEF]
    deadline = time.monotonic() + SECONDS
    assert http.delete(f"/v1/articles/{EVENT[1]}").status_code in {200, 204}
    while BRIEF in shown(other):
        assert time.monotonic() < deadline
    assert list(shown(other)) == [EVENT[0]]
    kept = wiring.brief_review.history(BRIEF).newest
    assert kept.status is BriefStatus.WITHDRAWN
    assert [each.article for each in kept.sources] == EVENT[:2]
    assert kept.draft.headline.text
