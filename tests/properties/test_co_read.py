"""Pairs of articles read by one reader, and since when one trends, against plain recounts."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.domain.ids import ArticleId, EventId, ReaderId, SiteId
from recommender.domain.interactions import Interaction, Kind, Outcome
from recommender.store.co_read import CoReadStore
from recommender.store.connection import Redis
from recommender.store.events import Event, EventStore
from recommender.store.keys import ShardKeys
from recommender.store.limits import ReaderLimits
from recommender.store.trending import TrendingStore
from recommender.trending.decay import value
from recommender.trending.ladder import WEIGHTS, TrendingConfig

NOW = 1_767_225_600.0
SITE = SiteId("main")
TRENDING = TrendingConfig()
READERS = ("anna", "ben")
ARTICLES = tuple(ArticleId(name) for name in ("a1", "a2", "x:a1", "y", "z", "ä", "7"))
"""One ends like another behind a colon, as members of a history do."""


def event(number: int, reader: str, article: str, kind: Kind, at: float) -> Event:
    done = Interaction(
        id=EventId(f"e{number}"),
        reader=ReaderId(reader),
        article=ArticleId(article),
        kind=kind,
        occurred_at=at,
        dwell_seconds=float(number) if kind is Kind.READ else None,
    )
    return Event(interaction=done, category=None)


events = st.builds(
    event,
    number=st.integers(0, 25),
    reader=st.sampled_from(READERS),
    article=st.sampled_from(ARTICLES),
    kind=st.sampled_from(list(Kind)),
    at=st.floats(NOW - 3 * 86_400, NOW + 300).map(lambda at: round(at, 3)),
)
sequences = st.lists(
    events, min_size=1, max_size=40, unique_by=lambda each: each.interaction.occurred_at
)
splits = st.lists(st.integers(1, 8), min_size=40, max_size=40)


def batches(sequence: list[Event], sizes: list[int]) -> Iterator[list[Event]]:
    """Split into runs of at most these sizes; each holds one reader's events, as the store asks."""
    left = list(sequence)
    for size in sizes:
        batch, left = left[:size], left[size:]
        for reader in READERS:
            mine = [each for each in batch if each.interaction.reader == reader]
            if mine:
                yield mine


class PlainPairs:
    """What was read along with what, recounted in dictionaries."""

    def __init__(self, limits: ReaderLimits) -> None:
        self.limits = limits
        self.known: set[tuple[str, str]] = set()
        self.histories: dict[str, dict[tuple[str, Kind, float | None], float]] = {}
        self.pairs: dict[tuple[str, str], list[float]] = {}

    def apply(self, batch: list[Event]) -> list[Outcome]:
        outcomes = [self._apply(each.interaction) for each in batch]
        reader = batch[0].interaction.reader
        newest = sorted(self.histories[reader].items(), key=lambda pair: -pair[1])
        self.histories[reader] = dict(newest[: self.limits.max_history])
        return outcomes

    def _apply(self, done: Interaction) -> Outcome:
        history = self.histories.setdefault(done.reader, {})
        if (done.reader, done.id) in self.known:
            return Outcome.DUPLICATE
        self.known.add((done.reader, done.id))
        if done.kind in WEIGHTS:
            read: dict[str, float] = {}
            for (article, kind, _), at in history.items():
                if kind in WEIGHTS:
                    read[article] = max(at, read.get(article, -math.inf))
            if done.article not in read:
                last = sorted(read, key=lambda other: -read[other])[: self.limits.co_read_depth]
                for other in last:
                    at = max(done.occurred_at, read[other])
                    self.pairs.setdefault((done.article, other), []).append(at)
                    self.pairs.setdefault((other, done.article), []).append(at)
        if done.kind not in {Kind.IMPRESSION, Kind.REPORT}:
            member = (done.article, done.kind, done.dwell_seconds)
            history[member] = max(done.occurred_at, history.get(member, -math.inf))
        return Outcome.ACCEPTED

    def values(self) -> dict[tuple[str, str], float]:
        half_life = self.limits.co_read_half_life_hours * 3_600
        return {
            pair: math.fsum(2.0 ** (-(NOW - at) / half_life) for at in seconds)
            for pair, seconds in self.pairs.items()
        }


def values_kept(client: Redis, limits: ReaderLimits) -> dict[tuple[str, str], float]:
    return {
        (each.anchor, article): float(value(level, limits.co_read_rate, NOW))
        for each in CoReadStore(client, SITE, limits).of(ARTICLES, 50)
        for article, level in each.partners
    }


@settings(max_examples=80)
@given(
    sequence=sequences,
    sizes=splits,
    depth=st.integers(0, 7),
    most=st.sampled_from([3, 100]),
)
def test_pairs_are_what_a_plain_recount_finds_whatever_comes_late_or_twice(
    client: Redis, sequence: list[Event], sizes: list[int], depth: int, most: int
) -> None:
    client.flushall()
    limits = ReaderLimits(co_read_depth=depth).model_copy(update={"max_history": most})
    store, plain = EventStore(client, SITE, limits, TRENDING), PlainPairs(limits)
    for batch in batches(sequence, sizes):
        assert store.record(batch[0].interaction.reader, batch, NOW) == plain.apply(batch)
    assert values_kept(client, limits) == pytest.approx(plain.values(), rel=1e-9)


@settings(max_examples=30)
@given(
    ages=st.lists(st.floats(0, 86_400), min_size=len(ARTICLES), max_size=len(ARTICLES)),
    order=st.permutations(range(len(ARTICLES))),
)
def test_the_order_of_arrival_changes_no_pair_of_articles_read_once(
    client: Redis, ages: list[float], order: list[int]
) -> None:
    limits, told = ReaderLimits(co_read_depth=len(ARTICLES)), []
    for arrival in (range(len(ARTICLES)), order):
        client.flushall()
        store = EventStore(client, SITE, limits, TRENDING)
        for n in arrival:
            click = event(n, "anna", ARTICLES[n], Kind.CLICK, NOW - ages[n])
            store.record(ReaderId("anna"), [click], NOW)
        told.append(values_kept(client, limits))
    assert told[1] == pytest.approx(told[0], rel=1e-9)
    assert len(told[0]) == len(ARTICLES) * (len(ARTICLES) - 1)


@settings(max_examples=30)
@given(sequence=sequences, sizes=splits, most=st.integers(1, 4))
def test_lists_of_pairs_stay_bounded(
    client: Redis, sequence: list[Event], sizes: list[int], most: int
) -> None:
    client.flushall()
    limits = ReaderLimits().model_copy(update={"max_co_read": most})
    store, keys = EventStore(client, SITE, limits, TRENDING), ShardKeys(SITE, 0)
    for batch in batches(sequence, sizes):
        store.record(batch[0].interaction.reader, batch, NOW)
        for name in client.scan_iter(f"{keys.co_read_prefix}*"):
            assert client.zcard(name) <= most
            assert 7 * 86_400 - 60 < client.ttl(name) <= 7 * 86_400


@settings(max_examples=60)
@given(
    batched=st.lists(
        st.tuples(st.lists(events, min_size=1, max_size=6), st.integers(0, 4 * 3_600)),
        min_size=1,
        max_size=12,
    ),
    threshold=st.sampled_from([1.0, 2.0, 2.5, 5.0]),
)
def test_an_article_trends_since_the_receipt_at_which_its_value_last_rose_over_the_threshold(
    client: Redis, batched: list[tuple[list[Event], int]], threshold: float
) -> None:
    client.flushall()
    config = TrendingConfig(threshold=threshold)
    limits, anna, now = ReaderLimits(), ReaderId("anna"), NOW
    store = EventStore(client, SITE, limits, config)
    counted: dict[str, list[tuple[float, float]]] = {}
    since: dict[str, float] = {}
    known: set[str] = set()
    for batch, pause in batched:
        now += pause
        store.record(anna, batch, now)
        for done in (each.interaction for each in batch):
            if done.id in known or known.add(done.id) or done.kind not in WEIGHTS:
                continue
            past = counted.setdefault(done.article, [])
            before = plain_value(past, now)
            past.append((done.occurred_at, WEIGHTS[done.kind]))
            if before < threshold * (1 - 1e-9) <= plain_value(past, now):
                since[done.article] = now
    trends = TrendingStore(client, SITE, limits, config).of(sorted(counted))
    told = dict(zip(trends.articles, trends.since.tolist(), strict=True))
    assert {article: at for article, at in told.items() if not math.isnan(at)} == since


def plain_value(counted: list[tuple[float, float]], now: float) -> float:
    """Return the decayed weight at ``now``, half-life 4 hours."""
    return math.fsum(weight * 2.0 ** (-(now - at) / (4 * 3_600)) for at, weight in counted)
