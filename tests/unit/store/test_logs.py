"""Dead letters, feed validators and slates: what is kept for later, within its bound."""

from __future__ import annotations

import numpy as np
import orjson
import pytest

from recommender.domain.ids import ArticleId, ReaderId, SiteId, SlateId
from recommender.domain.slates import Impression, Reason, Slate
from recommender.store.connection import Redis
from recommender.store.feeds import FeedValidators
from recommender.store.keys import ShardKeys, shard_of
from recommender.store.limits import CatalogueLimits, ReaderLimits
from recommender.store.rejected import RECORD_MAX, DeadLetters
from recommender.store.slates import SlateLog

SITE = SiteId("main")
NOW = 1_767_225_600.0


def test_dead_letters_come_back_newest_first_and_can_be_discarded(client: Redis) -> None:
    letters = DeadLetters(client, SITE, CatalogueLimits())
    letters.add([("f:1", "first", "{}"), ("f:2", "second", "")], NOW)
    letters.add([], NOW)
    kept = letters.list(10)
    assert [(each.place, each.reason) for each in kept] == [("f:2", "second"), ("f:1", "first")]
    assert all(each.at == pytest.approx(NOW) for each in kept)
    assert [each.place for each in letters.list(1)] == ["f:2"]
    assert letters.discard([kept[0].id, kept[0].id]) == 1
    assert letters.discard([]) == 0
    assert [each.place for each in letters.list(10)] == ["f:1"]


def test_a_dead_letter_holds_any_text_up_to_its_limit(client: Redis) -> None:
    letters = DeadLetters(client, SITE, CatalogueLimits())
    letters.add([("p", "half a pair \ud800", "ä" * RECORD_MAX)], NOW)
    kept = letters.list(1)[0]
    assert kept.reason == "half a pair ?"
    assert kept.record == "ä" * (RECORD_MAX // 2)


def test_dead_letters_are_bounded_and_the_oldest_leaves_first(client: Redis) -> None:
    letters = DeadLetters(client, SITE, CatalogueLimits(max_rejected=100))
    letters.add([(str(n), "r", "") for n in range(1_000)], NOW)
    kept = letters.list(1_000)
    assert [each.place for each in kept] == [str(n) for n in range(999, 899, -1)]


def test_a_record_that_is_rejected_again_is_one_dead_letter(client: Redis) -> None:
    letters = DeadLetters(client, SITE, CatalogueLimits())
    for _ in range(3):
        letters.add([("f:1", "why", "{}"), ("f:2", "why", "{}")], NOW)
    assert len(letters.list(10)) == 2
    assert letters.clear() == 2
    assert letters.list(10) == []


def test_validators_are_remembered_up_to_the_limit(client: Redis) -> None:
    feeds = FeedValidators(client, SITE, CatalogueLimits(max_feeds=10))
    for number in range(12):
        feeds.put(f"https://a.example/{number}", f'"{number}"', None)
    assert feeds.get("https://a.example/9") == ('"9"', None)
    assert feeds.get("https://a.example/10") == (None, None)
    feeds.put("https://a.example/9", None, "Thu, 01 Jan 2026 00:00:00 GMT")
    assert feeds.get("https://a.example/9") == (None, "Thu, 01 Jan 2026 00:00:00 GMT")


def slate(reader: str | None, identifier: str = "s1") -> Slate:
    return Slate(
        id=SlateId(identifier),
        site=SITE,
        reader=ReaderId(reader) if reader else None,
        created_at=NOW,
        policy="weighted@1",
        variant=None,
        personalised=True,
        impressions=(
            Impression(
                position=1,
                article=ArticleId("a"),
                score=0.75,
                source="similar",
                propensity=1.0,
                contributions=(("similarity", 0.5), ("freshness", 0.25)),
                reason=Reason(code="similar", text="Because"),
            ),
        ),
        features=np.array([[0.5, 0.25]], np.float32),
        feature_names=("similarity", "freshness"),
    )


def test_a_slate_is_logged_in_columns_with_its_feature_rows(client: Redis) -> None:
    SlateLog(client, SITE, ReaderLimits()).append(slate("anna"))
    [(_, fields)] = client.xrange(ShardKeys(SITE, 0).slates)
    assert orjson.loads(fields[b"s"]) == {
        "slate_id": "s1",
        "user_id": "anna",
        "created_at": NOW,
        "policy": "weighted@1",
        "variant": None,
        "personalised": True,
        "articles": ["a"],
        "scores": [0.75],
        "sources": ["similar"],
        "propensities": [1.0],
        "features": ["similarity", "freshness"],
    }
    assert np.frombuffer(fields[b"f"], "<f4").tolist() == [0.5, 0.25]


def test_a_slate_is_in_its_readers_shard_and_a_guests_in_that_of_nobody(client: Redis) -> None:
    log = SlateLog(client, SITE, ReaderLimits(shards=3))
    log.append(slate("anna"))
    log.append(slate(None, "s2"))
    for reader, identifier in ((ReaderId("anna"), "s1"), (ReaderId(""), "s2")):
        rows = client.xrange(ShardKeys(SITE, shard_of(reader, 3)).slates)
        ids = [orjson.loads(fields[b"s"])["slate_id"] for _, fields in rows]
        assert identifier in ids
