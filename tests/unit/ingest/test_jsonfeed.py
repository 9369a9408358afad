"""JSON Feed 1.0 and 1.1."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.ingest.documents import ArticleDocument
from recommender.ingest.feeds import FeedReading, read_feed

PLACE = "https://a.example/feed.json"
V1_1 = "https://jsonfeed.org/version/1.1"


def feed(*items: Any, version: Any = V1_1, **more: Any) -> FeedReading:
    content = {"version": version, "title": "The Daily", "items": list(items)} | more
    return read_feed(json.dumps(content).encode(), PLACE, "application/feed+json")


def test_an_item_fills_the_document() -> None:
    reading = feed(
        {
            "id": "urn:a:1",
            "url": "https://a.example/1",
            "title": "R&D <news>",
            "content_html": "<p>It rains.</p><p>A lot.</p>",
            "summary": "It rains.",
            "image": "https://a.example/1.jpg",
            "date_published": "2026-01-31T10:00:00+01:00",
            "authors": [{"name": "Jo"}],
            "tags": ["Weather", "north"],
        },
        language="en-GB",
    )
    assert (reading.format, reading.title, reading.rejections) == ("json11", "The Daily", ())
    assert reading.documents == (
        ArticleDocument(
            id="urn:a:1",
            url="https://a.example/1",
            title="R&amp;D &lt;news>",
            summary="It rains.",
            body="It rains.\n\nA lot.",
            category="weather",
            tags=["weather", "north"],
            source="The Daily",
            author="Jo",
            language="en-GB",
            image="https://a.example/1.jpg",
            published_at=datetime(2026, 1, 31, 9, tzinfo=UTC),
        ),
    )
    assert reading.documents[0].title == "R&D <news>", "a JSON Feed's title is plain text"


def test_version_1_names_its_author_alone() -> None:
    item = {"id": 7, "content_text": "2 < 3 & so on", "author": {"name": "Jo"}}
    reading = feed(item, version="https://jsonfeed.org/version/1")
    (document,) = reading.documents
    assert (reading.format, document.author) == ("json1", "Jo")
    (named,) = feed(item | {"id": "7"}).documents
    assert document.id == named.id, "a number counts as its text"
    assert document.title == document.body == "2 < 3 & so on"


def test_the_external_address_stands_in_for_the_items_own() -> None:
    (document,) = feed({"title": "A", "external_url": "https://b.example/"}).documents
    assert document.id == document.url == "https://b.example/"


@pytest.mark.parametrize("date", ["yesterday", "2026-01-31T10:00:00", 1_700_000_000, None])
def test_a_date_without_zone_or_sense_is_no_date(date: Any) -> None:
    (document,) = feed({"id": "1", "title": "A", "date_published": date}).documents
    assert document.published_at is None


def test_a_bad_item_does_not_cost_the_others() -> None:
    reading = feed("text", {"id": "1"}, {"id": "urn:2", "title": "A", "tags": "x", "url": 3})
    assert [document.id for document in reading.documents] == ["urn:2"]
    assert [rejection.place for rejection in reading.rejections] == [f"{PLACE}#1", f"{PLACE}#2"]
    assert reading.rejections[0].reason == "item: must be a JSON object, got str"


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b'{"version": "https://jsonfeed.org/version/1.1"}',
        b'{"version": "https://jsonfeed.org/version/1.1", "items": {}}',
        b'{"version": "2.0", "items": []}',
        b'{"version": ["x"], "items": []}',
        b'{"version": "https://jsonfeed.org/version/1.1", "items": [], "title": "caf\xe9"}',
    ],
)
def test_json_that_is_no_json_feed_gives_one_rejection(content: bytes) -> None:
    reading = read_feed(content, PLACE)
    assert (reading.format, reading.documents) == ("", ())
    assert reading.rejections[0].reason.startswith("feed: must be a JSON Feed")


def test_a_byte_order_mark_and_white_space_may_come_first() -> None:
    content = json.dumps({"version": V1_1, "items": []}).encode()
    assert read_feed(b"\xef\xbb\xbf \n" + content, PLACE).format == "json11"


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.just("name"), inner, max_size=1)
    ),
    max_leaves=4,
)
MEMBERS = ["id", "url", "title", "content_html", "content_text", "summary", "image", "tags"]
MORE_MEMBERS = ["date_published", "date_modified", "authors", "author", "language"]


@given(st.dictionaries(st.sampled_from(MEMBERS + MORE_MEMBERS), VALUES))
def test_any_item_is_a_document_or_a_rejection(item: dict[str, Any]) -> None:
    content = {"version": V1_1, "items": [item]}
    try:
        encoded = json.dumps(content, allow_nan=False).encode()
    except ValueError:
        return
    reading = read_feed(encoded, PLACE)
    assert len(reading.documents) + len(reading.rejections) == 1
