from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest

from recommender.domain.ids import ArticleId, EventId, ReaderId, SiteId, SlateId
from recommender.domain.interactions import Interaction, Kind
from recommender.errors import TooManyEvents
from recommender.store.connection import Redis
from recommender.store.events import FUTURE_SECONDS, Event, EventStore
from recommender.store.keys import ShardKeys
from recommender.store.limits import DAY_SECONDS, ReaderLimits
from recommender.trending.ladder import TrendingConfig

NOW = 1_767_225_600.0
ANNA = ReaderId("anna")
KEYS = ShardKeys(SiteId("main"), 0)
WINDOW_DAYS = 2.0


@pytest.fixture
def make_events(client: Redis) -> Callable[..., EventStore]:
    """Give a maker of event stores; bounds may be smaller than settings allow."""

    def make(max_trending: int = 20_000, **bounds: Any) -> EventStore:
        limits = ReaderLimits(event_window_days=WINDOW_DAYS).model_copy(update=bounds)
        trending = TrendingConfig().model_copy(update={"max_articles": max_trending})
        return EventStore(client, SiteId("main"), limits, trending)

    return make


def event(
    id: str,  # noqa: A002  # the field's own name
    article: str = "a",
    kind: Kind = Kind.CLICK,
    *,
    at: float = NOW,
    category: str | None = None,
    **fields: Any,
) -> Event:
    done = Interaction(
        id=EventId(id),
        reader=ANNA,
        article=ArticleId(article),
        kind=kind,
        occurred_at=at,
        **fields,
    )
    return Event(interaction=done, category=category)


def members(client: Redis, key: str) -> list[str]:
    return [each.decode() for each in client.zrange(key, 0, -1)]


def test_the_second_of_two_equal_ids_in_one_batch_is_a_duplicate(
    make_events: Callable[..., EventStore], client: Redis
) -> None:
    batch = [event("1", "a"), event("1", "b"), event("2", "c")]
    assert make_events().record(ANNA, batch, NOW) == ["accepted", "duplicate", "accepted"]
    assert members(client, KEYS.seen(ANNA)) == ["a", "c"]


def test_repeating_an_event_changes_nothing(
    make_events: Callable[..., EventStore], dump: Callable[[], dict[str, bytes]]
) -> None:
    events = make_events()
    events.record(ANNA, [event("1", category="food")], NOW)
    before = dump()
    assert events.record(ANNA, [event("1", category="food")], NOW + 60) == ["duplicate"]
    assert dump() == before


def test_an_event_id_is_its_readers_own(make_events: Callable[..., EventStore]) -> None:
    events, ben = make_events(), ReaderId("ben")
    theirs = event("1")
    theirs = replace(theirs, interaction=replace(theirs.interaction, reader=ben))
    assert events.record(ANNA, [event("1")], NOW) == ["accepted"]
    assert events.record(ben, [theirs], NOW) == ["accepted"]


def test_the_log_tells_what_was_sent_and_when_it_came(
    make_events: Callable[..., EventStore], client: Redis
) -> None:
    read = event("1", "a", Kind.READ, at=NOW - 5.5, dwell_seconds=7.25, slate=SlateId("s"))
    make_events().record(ANNA, [read], NOW)
    [(_, fields)] = client.xrange(KEYS.interactions)
    assert orjson.loads(fields[b"e"]) == {
        "id": "1",
        "user_id": "anna",
        "article_id": "a",
        "kind": "read",
        "occurred_at": NOW - 5.5,
        "received_at": NOW,
        "dwell_seconds": 7.25,
        "slate_id": "s",
    }


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_seen_and_only_what_tells_of_taste_is_history(
    make_events: Callable[..., EventStore], client: Redis, kind: Kind
) -> None:
    make_events().record(ANNA, [event("1", "a", kind)], NOW)
    assert members(client, KEYS.seen(ANNA)) == ["a"]
    assert len(members(client, KEYS.history(ANNA))) == (kind not in {"impression", "report"})
    assert members(client, KEYS.hidden(ANNA)) == (["a"] if kind in {"hide", "report"} else [])
    counts = {"click", "read", "like", "save", "share", "more_like_this"}
    assert members(client, KEYS.trending) == (["a"] if kind in counts else [])


def test_a_late_event_never_turns_back_what_is_newer(
    make_events: Callable[..., EventStore], client: Redis
) -> None:
    events = make_events()
    events.record(ANNA, [event("1", "a", Kind.HIDE, at=NOW)], NOW)
    events.record(ANNA, [event("2", "a", Kind.HIDE, at=NOW - 60)], NOW)
    for key in (KEYS.history(ANNA), KEYS.seen(ANNA), KEYS.hidden(ANNA)):
        assert [second for _, second in client.zrange(key, 0, -1, withscores=True)] == [NOW]


def test_too_many_events_apply_nothing(
    make_events: Callable[..., EventStore], dump: Callable[[], dict[str, bytes]]
) -> None:
    events = make_events(max_event_ids=3)
    events.record(ANNA, [event("1"), event("2")], NOW)
    before = dump()
    with pytest.raises(TooManyEvents, match="at most 3 events per reader are accepted in 2 days"):
        events.record(ANNA, [event("3", "b"), event("4", "c")], NOW)
    assert dump() == before
    repeated = [event("1"), event("2"), event("3"), event("3")]
    assert events.record(ANNA, repeated, NOW) == ["duplicate", "duplicate", "accepted", "duplicate"]


def test_old_event_ids_make_room_for_new_ones(make_events: Callable[..., EventStore]) -> None:
    events = make_events(max_event_ids=1)
    events.record(ANNA, [event("1")], NOW)
    later = NOW + WINDOW_DAYS * DAY_SECONDS + FUTURE_SECONDS + 2
    assert events.record(ANNA, [event("2", at=later)], later) == ["accepted"]


def test_an_id_is_known_for_as_long_as_its_event_would_be_accepted(
    make_events: Callable[..., EventStore], client: Redis
) -> None:
    events, ahead = make_events(), NOW + FUTURE_SECONDS
    events.record(ANNA, [event("1", at=ahead)], NOW)
    last_moment = ahead + WINDOW_DAYS * DAY_SECONDS
    assert events.record(ANNA, [event("1", at=ahead)], last_moment) == ["duplicate"]
    assert client.ttl(KEYS.events(ANNA)) >= WINDOW_DAYS * DAY_SECONDS + FUTURE_SECONDS - 1


def test_whatever_is_kept_of_a_reader_expires(
    make_events: Callable[..., EventStore], client: Redis
) -> None:
    make_events().record(ANNA, [event("1", "a", Kind.HIDE)], NOW)
    for key in (KEYS.history(ANNA), KEYS.seen(ANNA), KEYS.hidden(ANNA)):
        assert 179 * DAY_SECONDS < client.ttl(key) <= 180 * DAY_SECONDS


def test_an_article_that_changed_its_category_moves_to_the_new_list(
    make_events: Callable[..., EventStore], client: Redis
) -> None:
    events = make_events()
    events.record(ANNA, [event("1", category="food")], NOW)
    events.record(ANNA, [event("2", category="travel")], NOW)
    assert members(client, KEYS.trending_in("food")) == []
    assert members(client, KEYS.trending_in("travel")) == ["a"]
    events.record(ANNA, [event("3", category=None)], NOW)
    assert members(client, KEYS.trending_in("travel")) == []
    assert members(client, KEYS.trending) == ["a"]


def test_the_least_trending_article_is_evicted_from_every_list(
    make_events: Callable[..., EventStore], client: Redis
) -> None:
    events = make_events(max_trending=2)
    batch = [
        event("1", "low", category="food"),
        event("2", "high", category="food"),
        event("3", "high", category="food"),
        event("4", "middle", Kind.LIKE, at=NOW - 60, category="travel"),
    ]
    events.record(ANNA, batch, NOW)
    assert members(client, KEYS.trending) == ["middle", "high"]
    assert members(client, KEYS.trending_in("food")) == ["high"]
    assert {field.decode() for field in client.hkeys(KEYS.decay)} == {"middle", "high"}


def test_what_comes_last_and_weighs_least_is_not_taken_in(
    make_events: Callable[..., EventStore], client: Redis
) -> None:
    events = make_events(max_trending=1)
    events.record(ANNA, [event("1", "first", category="food")], NOW)
    events.record(ANNA, [event("2", "late", at=NOW - 3_600, category="travel")], NOW)
    assert members(client, KEYS.trending) == ["first"]
    assert members(client, KEYS.trending_in("travel")) == []


def partners(client: Redis, article: str) -> list[str]:
    return sorted(members(client, KEYS.co_read(ArticleId(article))))


def test_an_article_is_paired_once_with_what_its_reader_read_before(
    make_events: Callable[..., EventStore], client: Redis
) -> None:
    events = make_events()
    events.record(ANNA, [event("1", "a"), event("2", "b"), event("3", "c", Kind.DISLIKE)], NOW)
    assert (partners(client, "a"), partners(client, "b")) == (["b"], ["a"])
    once = client.zrange(KEYS.co_read(ArticleId("a")), 0, -1, withscores=True)
    again = [event("2", "b"), event("4", "b", Kind.READ, dwell_seconds=9.0), event("5", "a")]
    events.record(ANNA, [*again, event("6", "a", Kind.IMPRESSION), event("7", "c", Kind.HIDE)], NOW)
    assert client.zrange(KEYS.co_read(ArticleId("a")), 0, -1, withscores=True) == once
    assert partners(client, "c") == []


def test_a_newly_read_article_is_paired_with_the_last_few_only(
    make_events: Callable[..., EventStore], client: Redis
) -> None:
    events = make_events(co_read_depth=2)
    for number, article in enumerate("abcd"):
        events.record(ANNA, [event(article, article, at=NOW + number)], NOW)
    assert partners(client, "d") == ["b", "c"]
    assert partners(client, "a") == ["b", "c"]


def test_pairs_expire_a_week_after_the_last_one(
    make_events: Callable[..., EventStore], client: Redis
) -> None:
    make_events().record(ANNA, [event("1", "a"), event("2", "b")], NOW)
    for article in ("a", "b"):
        left = client.ttl(KEYS.co_read(ArticleId(article)))
        assert 7 * DAY_SECONDS - 60 < left <= 7 * DAY_SECONDS


def test_depth_nought_keeps_no_pairs(make_events: Callable[..., EventStore], client: Redis) -> None:
    make_events(co_read_depth=0).record(ANNA, [event("1", "a"), event("2", "b")], NOW)
    assert not list(client.scan_iter(f"{KEYS.co_read_prefix}*"))
