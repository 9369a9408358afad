"""Dead letters and feed validators: what is kept for later, within its bound."""

from __future__ import annotations

import pytest

from recommender.domain.ids import SiteId
from recommender.store.connection import Redis
from recommender.store.feeds import FeedValidators
from recommender.store.limits import CatalogueLimits
from recommender.store.rejected import RECORD_MAX, DeadLetters

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
