"""The script that applies interactions against a plain model of what it promises."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.domain.ids import ArticleId, EventId, ReaderId, SiteId
from recommender.domain.interactions import Interaction, Kind, Outcome
from recommender.domain.readers import ReaderState
from recommender.store.connection import Redis
from recommender.store.events import HIDING, Event, EventStore
from recommender.store.keys import ShardKeys
from recommender.store.limits import ReaderLimits
from recommender.store.readers import ReaderStore
from recommender.store.trending import TrendingStore
from recommender.trending.decay import value
from recommender.trending.ladder import WEIGHTS, TrendingConfig

NOW = 1_767_225_600.0
SITE = SiteId("main")
KEYS = ShardKeys(SITE, 0)
READERS = (ReaderId("anna"), ReaderId("ben"))
ARTICLES = [ArticleId(f"a{n}") for n in range(4)]
TRENDING = TrendingConfig()
SMALL = ReaderLimits().model_copy(update={"max_history": 4, "max_seen": 3, "max_hidden": 2})
"""Bounds that a few events reach; the settings themselves allow no smaller than 10 and 100."""


@st.composite
def events(draw: st.DrawFn) -> Event:
    kind = draw(st.sampled_from(list(Kind)))
    age = draw(st.one_of(st.floats(-300, 7 * 86_400), st.integers(0, 5).map(float)))
    done = Interaction(
        id=EventId(draw(st.sampled_from([f"e{n}" for n in range(25)]))),
        reader=draw(st.sampled_from(READERS)),
        article=draw(st.sampled_from(ARTICLES)),
        kind=kind,
        occurred_at=NOW - age,
        dwell_seconds=draw(st.sampled_from([None, 0.0, 20.4, 4_000.0]))
        if kind is Kind.READ
        else None,
    )
    return Event(interaction=done, category=draw(st.sampled_from([None, "food", "travel"])))


sequences = st.lists(events(), min_size=1, max_size=40)
splits = st.lists(st.integers(1, 8), min_size=40, max_size=40)


class PlainSite:
    """What one site remembers, in dictionaries: every rule written as directly as can be."""

    def __init__(self, limits: ReaderLimits) -> None:
        self.limits = limits
        self.known: set[tuple[str, str]] = set()
        self.log: list[tuple[str, str]] = []
        self.lists: dict[tuple[str, str], dict[Any, float]] = {}
        self.counted: dict[str, list[tuple[float, float]]] = {}
        self.category: dict[str, str | None] = {}

    def apply(self, event: Event) -> Outcome:
        done = event.interaction
        if (done.reader, done.id) in self.known:
            return Outcome.DUPLICATE
        self.known.add((done.reader, done.id))
        self.log.append((done.reader, done.id))
        self._remember("seen", done, done.article)
        if done.kind not in {Kind.IMPRESSION, Kind.REPORT}:
            dwell = done.dwell_seconds
            kept = None if dwell is None else float(round(min(dwell, 3_600)))
            self._remember("history", done, (done.article, done.kind, kept))
        if done.kind in HIDING:
            self._remember("hidden", done, done.article)
        if done.kind in WEIGHTS:
            self.counted.setdefault(done.article, []).append((done.occurred_at, WEIGHTS[done.kind]))
            self.category[done.article] = event.category
        return Outcome.ACCEPTED

    def _remember(self, name: str, done: Interaction, member: Any) -> None:
        kept = self.lists.setdefault((name, done.reader), {})
        kept[member] = max(done.occurred_at, kept.get(member, -math.inf))

    def newest(self, name: str, reader: str, most: int) -> dict[Any, float]:
        kept = self.lists.get((name, reader), {})
        return dict(sorted(kept.items(), key=lambda pair: -pair[1])[:most])

    def values(self, half_life_hours: float) -> dict[str, float]:
        return {
            article: math.fsum(
                weight * 2.0 ** (-(NOW - at) / (half_life_hours * 3_600)) for at, weight in counted
            )
            for article, counted in self.counted.items()
        }


def batches(sequence: list[Event], sizes: list[int]) -> Iterator[list[Event]]:
    """Split into runs of at most these sizes; each holds one reader's events, as the store asks."""
    left = list(sequence)
    for size in sizes:
        batch, left = left[:size], left[size:]
        for reader in READERS:
            mine = [each for each in batch if each.interaction.reader == reader]
            if mine:
                yield mine


def state_of(client: Redis, reader: ReaderId, limits: ReaderLimits) -> ReaderState:
    trending = TrendingStore(client, SITE, limits, TRENDING)
    readers = ReaderStore(client, SITE, limits, trending)
    return readers.feed_state(reader, None, 0, seen_hours=24 * 365).reader


def ladders(client: Redis) -> dict[str, tuple[np.ndarray, str]]:
    """Return article → (levels, category) of the whole decay hash."""
    size = 8 * (len(TRENDING.rates) + 1)
    return {
        article.decode(): (np.frombuffer(packed[:size], "<f8")[:-1], packed[size:].decode())
        for article, packed in client.hgetall(KEYS.decay).items()
    }


def check_lists_agree(client: Redis) -> None:
    """Hold the trending list, the category lists and the decay hash to one another."""
    found = ladders(client)
    scores = {a.decode(): s for a, s in client.zrange(KEYS.trending, 0, -1, withscores=True)}
    assert scores == {a: levels[TRENDING.served_rung] for a, (levels, _) in found.items()}
    for category in ("food", "travel"):
        listed = client.zrange(KEYS.trending_in(category), 0, -1, withscores=True)
        assert {a.decode(): s for a, s in listed} == {
            article: scores[article] for article, (_, its) in found.items() if its == category
        }


def distinct_seconds(sequence: list[Event]) -> bool:
    """Tell that no two events share a second, so that no bound has to break a tie."""
    seconds = [each.interaction.occurred_at for each in sequence]
    return len(set(seconds)) == len(seconds)


@settings(max_examples=60)
@given(sequence=sequences, sizes=splits)
def test_any_order_repeats_and_batches_leave_what_the_plain_model_holds(
    client: Redis, sequence: list[Event], sizes: list[int]
) -> None:
    client.flushall()
    limits = ReaderLimits()
    store, plain = EventStore(client, SITE, limits, TRENDING), PlainSite(limits)
    for batch in batches(sequence, sizes):
        outcomes = store.record(batch[0].interaction.reader, batch, NOW)
        assert outcomes == [plain.apply(each) for each in batch]

    for reader in READERS:
        state = state_of(client, reader, limits)
        assert {
            (e.article, e.kind, e.dwell_seconds): e.occurred_at for e in state.history
        } == plain.newest("history", reader, limits.max_history)
        assert [e.occurred_at for e in state.history] == sorted(
            (e.occurred_at for e in state.history), reverse=True
        )
        assert state.seen == plain.newest("seen", reader, limits.max_seen)
        assert set(state.hidden) == plain.newest("hidden", reader, limits.max_hidden).keys()

    logged = [orjson.loads(fields[b"e"]) for _, fields in client.xrange(KEYS.interactions)]
    assert [(line["user_id"], line["id"]) for line in logged] == plain.log

    found = ladders(client)
    for rung, hours in enumerate(TRENDING.half_lives_hours):
        now_values = {
            article: float(value(levels[rung], TRENDING.rates[rung], NOW))
            for article, (levels, _) in found.items()
        }
        assert now_values == pytest.approx(plain.values(hours), rel=1e-9, abs=1e-300)
    assert {article: category or None for article, (_, category) in found.items()} == plain.category
    check_lists_agree(client)


@settings(max_examples=40)
@given(sequence=sequences.filter(distinct_seconds), sizes=splits)
def test_bounded_lists_keep_the_newest_whatever_the_order_of_arrival(
    client: Redis, sequence: list[Event], sizes: list[int]
) -> None:
    client.flushall()
    store, plain = EventStore(client, SITE, SMALL, TRENDING), PlainSite(SMALL)
    for batch in batches(sequence, sizes):
        store.record(batch[0].interaction.reader, batch, NOW)
        for each in batch:
            plain.apply(each)
    for reader in READERS:
        state = state_of(client, reader, SMALL)
        history = {(e.article, e.kind, e.dwell_seconds): e.occurred_at for e in state.history}
        assert history == plain.newest("history", reader, SMALL.max_history)
        assert set(state.seen) == plain.newest("seen", reader, SMALL.max_seen).keys()
        assert set(state.hidden) == plain.newest("hidden", reader, SMALL.max_hidden).keys()


@settings(max_examples=40)
@given(sequence=sequences, sizes=splits, most=st.integers(1, 4))
def test_trending_stays_bounded_and_its_lists_agree_whatever_is_evicted(
    client: Redis, sequence: list[Event], sizes: list[int], most: int
) -> None:
    client.flushall()
    config = TRENDING.model_copy(update={"max_articles": most})
    store = EventStore(client, SITE, ReaderLimits(), config)
    for batch in batches(sequence, sizes):
        store.record(batch[0].interaction.reader, batch, NOW)
        assert client.zcard(KEYS.trending) <= most
        check_lists_agree(client)
