"""What one feed needs, read in one moment; what it does not need is not read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import orjson
import pytest

from recommender.domain.ids import ArticleId, EventId, ReaderId, SiteId
from recommender.domain.interactions import Interaction, Kind
from recommender.domain.readers import Preferences, ReaderState
from recommender.store.connection import Redis
from recommender.store.events import Event, EventStore
from recommender.store.keys import ShardKeys
from recommender.store.limits import ReaderLimits
from recommender.store.readers import ReaderStore
from recommender.store.trending import TrendingStore
from recommender.trending.decay import value
from recommender.trending.ladder import TrendingConfig

NOW = 1_767_225_600.0
SITE = SiteId("main")
KEYS = ShardKeys(SITE, 0)
ANNA, BEN = ReaderId("anna"), ReaderId("ben")
LIMITS, TRENDING = ReaderLimits(), TrendingConfig()
RATES = TRENDING.rates


@pytest.fixture
def readers(client: Redis) -> ReaderStore:
    return ReaderStore(client, SITE, LIMITS, TrendingStore(client, SITE, LIMITS, TRENDING))


@pytest.fixture
def record(client: Redis) -> Callable[..., None]:
    """Give a function that records what a reader did, each event under a new id."""
    store, numbers = EventStore(client, SITE, LIMITS, TRENDING), iter(range(10_000))

    def record(reader: ReaderId, kind: Kind, *articles: str, ago: float = 0.0) -> None:
        for article in articles:
            done = Interaction(
                id=EventId(str(next(numbers))),
                reader=reader,
                article=ArticleId(article),
                kind=kind,
                occurred_at=NOW - ago,
            )
            store.record(reader, [Event(interaction=done, category="food")], NOW)

    return record


@contextmanager
def commands(client: Redis) -> Iterator[list[str]]:
    """Collect what the server is asked meanwhile, scripts' own commands included."""
    met: list[str] = []
    with client.monitor() as monitor:
        yield met
        client.echo("over")
        for each in monitor.listen():
            if each["command"] == "ECHO over":
                return
            met.append(each["command"])


def put_preferences(client: Redis, reader: ReaderId, **fields: Any) -> None:
    plain: dict[str, Any] = {
        "topics": [],
        "followed_sources": [],
        "muted_sources": [],
        "language": None,
        "personalised": True,
    }
    client.set(KEYS.preferences(reader), orjson.dumps(plain | fields))


def test_an_unknown_reader_of_an_empty_site_is_a_plain_state(readers: ReaderStore) -> None:
    state = readers.feed_state(ANNA, None, 10)
    assert state.reader == ReaderState()
    assert state.co_read == ()
    assert state.trends.articles == ()
    assert state.trends.ladders.shape == (0, 4)
    assert state.trends.since.shape == (0,)


def test_trends_come_with_their_ladders_and_since_when(
    readers: ReaderStore, record: Callable[..., None]
) -> None:
    for number in range(5):
        record(ReaderId(f"r{number}"), Kind.CLICK, "hot")
    record(ANNA, Kind.SHARE, "warm", ago=4 * 3_600)
    for state in (readers.feed_state(ANNA, None, 5), readers.guest_state(None, 5)):
        trends = state.trends
        assert trends.articles == ("hot", "warm")
        one_hour, four_hours = (value(trends.ladders[:, n], RATES[n], NOW) for n in (1, 2))
        assert one_hour == pytest.approx([5.0, 3 / 16])
        assert four_hours == pytest.approx([5.0, 3 / 2])
        assert trends.since[0] == NOW
        assert np.isnan(trends.since[1])
    assert readers.feed_state(ANNA, None, 1).trends.articles == ("hot",)
    assert readers.feed_state(ANNA, None, 0).trends.articles == ()


def test_what_is_read_along_is_told_of_the_article_at_hand_and_of_the_last_three(
    readers: ReaderStore, record: Callable[..., None]
) -> None:
    for number, article in enumerate(["a", "b", "c", "d", "e"]):
        record(ANNA, Kind.CLICK, article, ago=600 - number)
    record(ANNA, Kind.DISLIKE, "never", ago=1)
    record(ANNA, Kind.LIKE, "e")
    record(BEN, Kind.CLICK, "x", "y")
    assert [each.anchor for each in readers.feed_state(ANNA, None, 0).co_read] == ["e", "d", "c"]
    state = readers.feed_state(ANNA, ArticleId("d"), 0)
    assert [each.anchor for each in state.co_read] == ["d", "e", "c", "b"]
    guest = readers.guest_state(ArticleId("x"), 0)
    [with_x] = guest.co_read
    assert with_x.anchor == "x"
    assert [article for article, _ in with_x.partners] == ["y"]
    assert value([with_x.partners[0][1]], LIMITS.co_read_rate, NOW) == pytest.approx([1.0])


def test_an_anchor_that_nothing_was_read_along_with_is_left_out(
    readers: ReaderStore, record: Callable[..., None]
) -> None:
    record(ANNA, Kind.CLICK, "alone")
    assert readers.feed_state(ANNA, ArticleId("nobody's"), 0).co_read == ()


def test_at_most_twenty_are_told_strongest_first(
    readers: ReaderStore, record: Callable[..., None]
) -> None:
    for number in range(25):
        for reader in range(1 + (number == 7)):
            record(ReaderId(f"r{number}-{reader}"), Kind.CLICK, "a", f"b{number}", ago=number)
    [told] = readers.guest_state(ArticleId("a"), 0).co_read
    assert [article for article, _ in told.partners[:3]] == ["b7", "b0", "b1"]
    assert len(told.partners) == 20


def test_seconds_are_told_of_what_was_seen_lately(
    readers: ReaderStore, record: Callable[..., None]
) -> None:
    record(ANNA, Kind.IMPRESSION, "long ago", ago=5 * 86_400)
    record(ANNA, Kind.IMPRESSION, "today", ago=60)
    record(ANNA, Kind.IMPRESSION, "now")
    seen = readers.feed_state(ANNA, None, 0).reader.seen
    assert list(seen.items()) == [("long ago", 0.0), ("today", NOW - 60), ("now", NOW)]
    seen = readers.feed_state(ANNA, None, 0, seen_hours=5 * 24.0).reader.seen
    assert seen["long ago"] == NOW - 5 * 86_400


def test_preferences_come_along(readers: ReaderStore, client: Redis) -> None:
    put_preferences(client, ANNA, topics=["food", "ski"], muted_sources=["Daily"], language="fr")
    assert readers.feed_state(ANNA, None, 0).reader.preferences == Preferences(
        topics=("food", "ski"), muted_sources=("Daily",), language="fr"
    )


def test_of_a_reader_who_wants_no_personal_feed_only_the_preferences_are_read(
    readers: ReaderStore, record: Callable[..., None], client: Redis
) -> None:
    record(ANNA, Kind.CLICK, "a", "b")
    put_preferences(client, ANNA, personalised=False, topics=["food"])
    with commands(client) as met:
        state = readers.feed_state(ANNA, ArticleId("a"), 5)
    chosen = Preferences(topics=("food",), personalised=False)
    assert state.reader == ReaderState(preferences=chosen)
    assert [each.anchor for each in state.co_read] == ["a"]
    assert set(state.trends.articles) == {"a", "b"}
    touched = [each for each in met if "reader:anna" in each and not each.startswith("EVAL")]
    assert [each.split()[0].upper() for each in touched] == ["GET", "EXPIRE"]
    assert all("reader:anna:preferences" in each for each in touched)


def test_for_a_guest_no_key_of_any_reader_is_touched(
    readers: ReaderStore, record: Callable[..., None], client: Redis
) -> None:
    record(ANNA, Kind.CLICK, "a", "b")
    with commands(client) as met:
        readers.guest_state(ArticleId("a"), 5)
    assert met
    assert not [each for each in met if ":reader:" in each]
