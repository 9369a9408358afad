from __future__ import annotations

import pytest

from recommender.domain.ids import SiteId
from recommender.store.changes import ChangeStream
from recommender.store.connection import Redis
from recommender.store.keys import CatalogueKeys

KEY = CatalogueKeys(SiteId("main")).changes


@pytest.fixture
def stream(client: Redis) -> ChangeStream:
    return ChangeStream(client, SiteId("main"))


def tell(client: Redis, *changes: str) -> None:
    """Write changes like ``"live a"``."""
    for change in changes:
        op, article = change.split()
        client.xadd(KEY, {"op": op, "id": article})


def test_a_stream_without_entries_is_covered_from_its_start(stream: ChangeStream) -> None:
    assert stream.position() == "0-0"
    assert stream.covers("0-0")
    assert stream.since("0-0", 0.001).position == "0-0"


def test_only_what_came_after_the_position_is_told(stream: ChangeStream, client: Redis) -> None:
    tell(client, "live a")
    position = stream.position()
    tell(client, "live b", "gone a")
    changes = stream.since(position, 0.001)
    assert (changes.live, changes.gone) == (("b",), ("a",))
    assert changes.position == stream.position()


def test_the_last_change_of_an_article_counts(stream: ChangeStream, client: Redis) -> None:
    tell(client, "live z")
    position = stream.position()
    tell(client, "live a", "gone a", "live a", "live b", "gone b")
    changes = stream.since(position, 0.001)
    assert (changes.live, changes.gone) == (("a",), ("b",))


def test_changed_rules_are_told_apart_from_articles(stream: ChangeStream, client: Redis) -> None:
    tell(client, "live z")
    position = stream.position()
    assert not stream.since(position, 0.001).rules
    client.xadd(KEY, {"op": "rules"})
    tell(client, "gone a")
    changes = stream.since(position, 0.001)
    assert (changes.live, changes.gone, changes.rules) == ((), ("a",), True)


def test_a_position_is_covered_until_what_follows_it_was_trimmed(
    stream: ChangeStream, client: Redis
) -> None:
    tell(client, "live a")
    position = stream.position()
    tell(client, "live b", "live c")
    assert stream.covers(position)
    client.xtrim(KEY, maxlen=1, approximate=False)
    assert not stream.covers(position)
    assert stream.covers(stream.position())


def test_a_stream_that_was_flushed_covers_nothing_older(
    stream: ChangeStream, client: Redis
) -> None:
    tell(client, "live a")
    position = stream.position()
    client.delete(KEY)
    assert not stream.covers(position)


def test_changed_experiments_are_told_apart_from_rules(stream: ChangeStream, client: Redis) -> None:
    client.xadd(KEY, {"op": "experiments"})
    changes = stream.since("0-0", 0.001)
    assert (changes.live, changes.rules, changes.experiments) == ((), False, True)
