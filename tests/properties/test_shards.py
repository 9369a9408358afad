"""Trending over several shards against the same events in one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.domain.ids import ArticleId, EventId, ReaderId, SiteId
from recommender.domain.interactions import Interaction, Kind
from recommender.store.connection import Redis
from recommender.store.events import Event, EventStore
from recommender.store.keys import shard_of
from recommender.store.limits import ReaderLimits
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
def test_served_levels_are_the_same_over_three_shards_and_one(
    client: Redis, done: list[tuple[int, int, float]], count: int
) -> None:
    client.flushall()
    one = record_all(client, SiteId("one"), 1, done).levels(count)
    three = record_all(client, SiteId("three"), 3, done).levels(count)
    assert len(one) == len(three) == min(count, len({article for _, article, _ in done}))
    assert [level for _, level in three] == pytest.approx([level for _, level in one], abs=1e-9)


def test_an_article_that_leads_nowhere_can_still_lead_altogether(client: Redis) -> None:
    readers = {shard_of(ReaderId(f"r{n}"), 3): n for n in range(50)}
    done = [(readers[shard], 9, 0.0) for shard in range(3)]
    done += [(readers[shard], shard, 0.0) for shard in range(3) for _ in range(2)]
    top = record_all(client, SiteId("three"), 3, done).top(None, 1)
    assert [article for article, _ in top] == ["a9"]
