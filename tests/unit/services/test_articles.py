"""What an article says of itself: lifted before anything is stored or embedded."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from recommender.disclosure.claims import lift
from recommender.disclosure.labels import article_labels, facts_of
from recommender.domain.articles import Article, embedding_text
from recommender.domain.provenance import Claim, ClaimCode
from recommender.ingest.documents import ArticleDocument, parse_document
from recommender.ingest.feeds import read_feed
from recommender.ingest.plain import TextFacts, read_text_file
from recommender.services.articles import as_told
from recommender.store.cards import article_of, card_of, instant_seconds

NOW = 1_767_225_600.0
DAY = 86_400.0
FOUR = {"trending", "generated_with_ai", "customised", "experimental"}

LABELS = (
    "[This story is trending online and was written with AI. Your feed is personalised.]\n"
    "[AI features are still experimental.]"
)
TEXT = f"""May 2nd 2025.
The ferry to Oslo stayed in port on Thursday after a storm had torn its moorings.
Passengers were taken to the railway station by bus, and will have their fares paid back.
{LABELS}
"""


def told(received_at: float = NOW, **fields: Any) -> Article:
    return as_told(parse_document({"id": "a", "title": "T"} | fields), received_at)


def ingested(file: Path) -> Article:
    document = read_text_file(file, TextFacts(), lambda text: lift(text).text)
    assert isinstance(document, ArticleDocument)
    return as_told(document, NOW)


@pytest.fixture
def ferry(tmp_path: Path) -> Article:
    file = tmp_path / "ferry.txt"
    file.write_text(TEXT, encoding="utf-8")
    return ingested(file)


def test_a_text_loses_its_dateline_and_labels_to_its_claims(ferry: Article) -> None:
    assert ferry.title.startswith("The ferry to Oslo stayed in port")
    assert ferry.body is not None
    assert ferry.body.startswith("The ferry")
    assert ferry.body.endswith("paid back.")
    assert {each.code.value for each in ferry.provenance.claims} == FOUR | {"dateline"}
    assert ferry.published_at == instant_seconds("2025-05-02T00:00:00Z")
    for words in ("May 2nd", "trending", "AI", "personalised", "experimental", "["):
        assert words not in embedding_text(ferry)


def test_its_labels_follow_the_live_state_and_not_its_claims(ferry: Article) -> None:
    card = orjson.loads(card_of(ferry))
    assert card["provenance"]["generated_with_ai"] is True
    assert card["provenance"]["digital_source_type"] is None, "the publisher said nothing"
    quiet = article_labels(facts_of(card, trending_value=4.0, threshold=5.0), "en")
    assert [label.code.value for label in quiet] == ["generated_with_ai", "experimental"]
    loud = article_labels(facts_of(card, trending_value=5.0, threshold=5.0), "en")
    assert [label.code.value for label in loud] == ["trending", "generated_with_ai", "experimental"]


@pytest.mark.data
@pytest.mark.skipif("NEWSFEED_DATA" not in os.environ, reason="NEWSFEED_DATA names no data folder")
def test_the_seed_article_is_read_the_same_way() -> None:
    files = sorted((Path(os.environ["NEWSFEED_DATA"]) / "seed").glob("*.txt"))
    assert files
    for file in files:
        article, raw = ingested(file), file.read_text(encoding="utf-8")
        claims = article.provenance.claims
        assert {each.code.value for each in claims} == FOUR | {"dateline"}
        assert article.provenance.generated_with_ai
        assert article.published_at == instant_seconds("2024-11-02T00:00:00Z")
        embedded = embedding_text(article)
        assert not [each.text for each in claims if each.text in embedded]
        assert "[" in raw
        assert "[" not in f"{article.title}{article.body}"
        assert article.body is not None
        assert article.body.split()[-5:] == raw.partition("[")[0].split()[-5:]


def test_claims_of_body_and_summary_are_kept_once() -> None:
    article = told(body="Rain fell. [AI-generated]", summary="Rain. [AI-generated] [Trending]")
    assert (article.body, article.summary) == ("Rain fell.", "Rain.")
    assert article.provenance.claims == (
        Claim(code=ClaimCode.GENERATED_WITH_AI, text="AI-generated"),
        Claim(code=ClaimCode.TRENDING, text="Trending"),
    )


def test_a_text_of_labels_alone_leaves_no_body() -> None:
    article = told(body="[AI-generated]")
    assert (article.title, article.body) == ("T", None)
    assert article.provenance.generated_with_ai


def test_what_claims_nothing_is_left_as_it_is() -> None:
    article = told(body="Rain fell (again). [Photo: AP]", title="T (trending)")
    assert (article.body, article.title) == ("Rain fell (again). [Photo: AP]", "T (trending)")
    assert article.provenance.claims == ()
    assert article.provenance.generated_with_ai is None


@pytest.mark.parametrize(
    ("dateline", "published_at"),
    [
        ("OSLO, 2 May 2025 —", instant_seconds("2025-05-02T00:00:00Z")),
        ("OSLO, 2 May (NTB) —", instant_seconds("2025-05-02T00:00:00Z")),
        ("OSLO, 29 February (NTB) —", instant_seconds("2024-02-29T00:00:00Z")),
        ("OSLO, 3 January (NTB) —", instant_seconds("2025-01-03T00:00:00Z")),
        ("OSLO, 1 January (NTB) —", NOW + 60.0),
        ("OSLO, 2 January (NTB) —", NOW + 60.0),
        ("1 January 2026.", NOW + 60.0),
        ("2 January 2026.", NOW + 60.0),
        ("2 May 0099.", NOW + 60.0),
    ],
)
def test_a_past_dateline_dates_what_has_no_date(dateline: str, published_at: float) -> None:
    """On its own day, and before it, the time of receiving says more."""
    article = told(NOW + 60.0, body=f"{dateline} Rain fell.")
    assert article.body == "Rain fell."
    assert article.published_at == published_at


def test_a_known_article_keeps_its_date_unless_its_dateline_is_earlier() -> None:
    later, earlier = (
        parse_document({"id": "a", "title": "T", "body": f"OSLO, {day} (Wire) — Rain fell."})
        for day in ("5 March", "1 March")
    )
    known, now = instant_seconds("2026-03-03T10:00:00Z"), instant_seconds("2026-03-12T10:00:00Z")
    assert as_told(later, now, known).published_at == known
    assert as_told(earlier, now, known).published_at == instant_seconds("2026-03-01T00:00:00Z")


def test_experimental_is_lifted_where_the_other_text_claims_ai() -> None:
    article = told(body="Rain fell. [Experimental]", summary="Rain. [AI-generated]")
    assert (article.body, article.summary) == ("Rain fell.", "Rain.")
    assert {each.code.value for each in article.provenance.claims} == {
        "experimental",
        "generated_with_ai",
    }
    alone = told(body="Rain fell. [Experimental]", summary="Rain.")
    assert (alone.body, alone.provenance.claims) == ("Rain fell. [Experimental]", ())


def test_a_text_file_is_not_titled_by_the_label_above_it(tmp_path: Path) -> None:
    file = tmp_path / "rain.txt"
    file.write_text("[AI-generated]\nOSLO, 2 May 2025 — Rain fell on Oslo.\nIt was wet.")
    article = ingested(file)
    assert (article.title, article.body) == (
        "Rain fell on Oslo.",
        "Rain fell on Oslo.\n\nIt was wet.",
    )
    assert article.published_at == instant_seconds("2025-05-02T00:00:00Z")
    assert article.provenance.generated_with_ai


def test_the_publishers_date_goes_before_the_dateline() -> None:
    article = told(body="2 May 2025. Rain fell.", published_at="2025-05-03T10:00:00Z")
    assert article.published_at == instant_seconds("2025-05-03T10:00:00Z")


def test_a_title_made_from_the_text_loses_what_the_text_loses() -> None:
    for text in (
        "2 May 2025. Rain fell on Oslo. [AI-generated]",
        "[AI-generated]\n2 May 2025. Rain fell on Oslo.",
    ):
        item = {"id": "1", "content_text": text}
        feed = {"version": "https://jsonfeed.org/version/1.1", "items": [item]}
        (document,) = read_feed(json.dumps(feed).encode(), "f.json").documents
        assert as_told(document, NOW).title == "Rain fell on Oslo."


def test_a_card_gives_back_the_article_with_its_claims() -> None:
    article = told(body="Rain fell. [AI-generated]", digitalSourceType="humanEdits")
    card = card_of(article)
    assert article_of(card, None).provenance == article.provenance
    made = orjson.loads(card)["provenance"]
    assert made["claims"] == [{"code": "generated_with_ai", "text": "AI-generated"}]
    assert (made["digital_source_type"], made["generated_with_ai"]) == ("humanEdits", True)


def test_an_older_card_is_an_article_without_claims() -> None:
    card = orjson.loads(card_of(told()))
    del card["provenance"]["claims"]
    assert article_of(orjson.dumps(card), None).provenance.claims == ()


def test_the_intake_stores_and_queues_the_lifted_text(
    wiring: Any, submit: Callable[..., Any]
) -> None:
    submit(wiring, ["a"], body="2 May 2025. Rain fell. [AI-generated]")
    stored = wiring.articles.get("a")
    card = orjson.loads(stored.card)
    assert stored.body == "Rain fell."
    assert card["published_at"] == "2025-05-02T00:00:00.000Z"
    assert [each["code"] for each in card["provenance"]["claims"]] == [
        "dateline",
        "generated_with_ai",
    ]
    (waiting,) = wiring.article_store.texts(["a"])
    assert embedding_text(waiting) == "Title a\nRain fell."


def test_sent_again_it_is_unchanged_and_changed_it_keeps_its_day(
    wiring: Any, submit: Callable[..., Any], clock: Any
) -> None:
    text = "1 January 2026. Rain fell."
    assert submit(wiring, ["a"], body=text) == ["created"]
    clock.advance(DAY)
    assert submit(wiring, ["a"], body=text) == ["unchanged"]
    assert submit(wiring, ["a"], body=f"{text} It was wet.") == ["updated"]
    card = orjson.loads(wiring.articles.get("a").card)
    assert instant_seconds(card["published_at"]) == NOW
