"""Trending over several shards against the same events in one."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.domain.ids import ArticleId, EventId, ReaderId, SiteId
from recommender.domain.interactions import Interaction, Kind
from recommender.store.co_read import CoReadStore
from recommender.store.connection import Redis
from recommender.store.events import Event, EventStore
from recommender.store.keys import shard_of
from recommender.store.limits import ReaderLimits
from recommender.store.readers import ReaderStore
from recommender.store.trending import TrendingStore
from recommender.trending.ladder import TrendingConfig

NOW = 1_767_225_600.0
TRENDING = TrendingConfig()
CATEGORIES = ("food", "travel")

clicks = st.lists(
    st.tuples(
        st.integers(0, 11),  # reader
        st.integers(0, 19),  # article
        st.floats(0, 12 * 3_600),  # age in seconds
    ),
    max_size=60,
)


def record_all(
    client: Redis, site: SiteId, shards: int, done: list[tuple[int, int, float]]
) -> TrendingStore:
    limits = ReaderLimits(shards=shards)
    store = EventStore(client, site, limits, TRENDING)
    for number, (reader, article, age) in enumerate(done):
        click = Interaction(
            id=EventId(str(number)),
            reader=ReaderId(f"r{reader}"),
            article=ArticleId(f"a{article}"),
            kind=Kind.CLICK,
            occurred_at=NOW - age,
        )
        store.record(
            click.reader, [Event(interaction=click, category=CATEGORIES[article % 2])], NOW
        )
    return TrendingStore(client, site, limits, TRENDING)


@settings(max_examples=40)
@given(
    done=clicks,
    count=st.integers(1, 25),
    category=st.sampled_from([None, *CATEGORIES, "nobody's"]),
)
def test_three_shards_tell_the_same_top_as_one(
    client: Redis, done: list[tuple[int, int, float]], count: int, category: str | None
) -> None:
    client.flushall()
    one = record_all(client, SiteId("one"), 1, done).top(category, count)
    three = record_all(client, SiteId("three"), 3, done).top(category, count)
    assert [ladder.tolist() for _, ladder in three] == [
        pytest.approx(ladder.tolist(), abs=1e-9) for _, ladder in one
    ]
    rung = TRENDING.served_rung
    # Equal levels may differ in their last digit by the order of addition: the order of such a
    # pair, and which of them is last, is open.
    levels = [ladder[rung] for _, ladder in one]
    if len(one) < count and all(a - b > 1e-9 for a, b in pairwise(levels)):
        assert [article for article, _ in three] == [article for article, _ in one]


@settings(max_examples=20)
@given(done=clicks, count=st.integers(0, 25))
def test_trends_are_the_same_over_three_shards_and_one(
    client: Redis, done: list[tuple[int, int, float]], count: int
) -> None:
    client.flushall()
    one = record_all(client, SiteId("one"), 1, done).trends(count)
    three = record_all(client, SiteId("three"), 3, done).trends(count)
    assert len(one.articles) == min(count, len({article for _, article, _ in done}))
    assert three.ladders == pytest.approx(one.ladders, abs=1e-9)
    assert three.since.shape == one.since.shape == (len(one.articles),)


@settings(max_examples=20)
@given(done=clicks)
def test_what_is_counted_of_given_articles_comes_in_their_order(
    client: Redis, done: list[tuple[int, int, float]]
) -> None:
    client.flushall()
    trending = record_all(client, SiteId("three"), 3, done)
    every = trending.trends(25)
    asked = [*reversed(every.articles), ArticleId("nobody's")]
    found = trending.of(asked)
    assert found.articles == tuple(asked)
    assert np.array_equal(found.ladders[:-1], every.ladders[::-1])
    assert np.array_equal(found.since[:-1], every.since[::-1], equal_nan=True)
    assert np.all(found.ladders[-1] == -np.inf)
    assert np.isnan(found.since[-1])


@settings(max_examples=40)
@given(done=clicks)
def test_three_shards_tell_the_same_pairs_as_one(
    client: Redis, done: list[tuple[int, int, float]]
) -> None:
    client.flushall()
    anchors = [ArticleId(f"a{number}") for number in range(20)]
    told = []
    for site, shards in (("one", 1), ("three", 3)):
        record_all(client, SiteId(site), shards, done)
        store = CoReadStore(client, SiteId(site), ReaderLimits(shards=shards))
        told.append({each.anchor: dict(each.partners) for each in store.of(anchors, 50)})
    one, three = told
    assert three.keys() == one.keys()
    for anchor, partners in one.items():
        assert three[anchor] == pytest.approx(partners, abs=1e-9)


def test_an_article_trends_over_shards_since_it_does_where_it_is_highest(client: Redis) -> None:
    readers = {shard_of(ReaderId(f"r{n}"), 3): n for n in range(50)}
    done = [(readers[shard], 0, 0.0) for shard in (0, 1, 1)]
    trending = record_all(client, SiteId("three"), 3, done)
    # Its share of 5 is 5/3: one click in shard 0 is below, two in shard 1 are above.
    assert trending.trends(1).since.tolist() == [NOW]


def test_a_state_over_shards_holds_what_one_shard_would_tell(client: Redis) -> None:
    done = [(reader, article, 60.0 * article) for reader in range(6) for article in range(4)]
    states = []
    for site, shards in (("one", 1), ("three", 3)):
        trending = record_all(client, SiteId(site), shards, done)
        readers = ReaderStore(client, SiteId(site), ReaderLimits(shards=shards), trending)
        states.append(readers.feed_state(ReaderId("r2"), ArticleId("a3"), 10))
        states.append(readers.guest_state(ArticleId("a3"), 10))
    for one, three in ((states[0], states[2]), (states[1], states[3])):
        assert three.reader == one.reader
        assert three.trends.articles == one.trends.articles
        assert three.trends.ladders == pytest.approx(one.trends.ladders, abs=1e-9)
        assert [each.anchor for each in three.co_read] == [each.anchor for each in one.co_read]
        for mine, theirs in zip(three.co_read, one.co_read, strict=True):
            assert dict(mine.partners) == pytest.approx(dict(theirs.partners), abs=1e-9)
    assert [each.anchor for each in states[0].co_read] == ["a3", "a0", "a1", "a2"]
    assert [each.anchor for each in states[1].co_read] == ["a3"]


def test_an_article_that_leads_nowhere_can_still_lead_altogether(client: Redis) -> None:
    readers = {shard_of(ReaderId(f"r{n}"), 3): n for n in range(50)}
    done = [(readers[shard], 9, 0.0) for shard in range(3)]
    done += [(readers[shard], shard, 0.0) for shard in range(3) for _ in range(2)]
    top = record_all(client, SiteId("three"), 3, done).top(None, 1)
    assert [article for article, _ in top] == ["a9"]
