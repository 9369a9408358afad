"""The signals in Redis against the plain model of their mathematics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.domain.ids import ArticleId, EventId, ReaderId, SiteId, SlateId
from recommender.domain.interactions import Interaction, Kind, Outcome
from recommender.domain.signals import OWN_TOPICS, Audiences, Signals
from recommender.domain.slates import Ordering, Reason, Slate
from recommender.store.connection import Redis
from recommender.store.events import Event, EventStore
from recommender.store.keys import ShardKeys, shard_of
from recommender.store.limits import ReaderLimits
from recommender.store.signals import SignalStore
from recommender.store.slates import Committed, SlateLog
from recommender.trending.ladder import WEIGHTS, TrendingConfig
from recommender.trending.signals import SignalModel

NOW = 1_767_225_600.0
DAY = 86_400.0
SITE = SiteId("main")
READERS = [ReaderId("anna"), ReaderId("ben"), ReaderId("cleo")]  # of shards 0, 2 and 1 of three
ARTICLES = [ArticleId(f"a{n}") for n in range(4)]
TOPICS = ["c:sport", "c:food", "s:football", "t:cup", "t:final"]
RELATIVE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Did:
    """One event, in codes; ``slate`` is one of those served, of ``Missing``, or none."""

    id: int
    reader: int
    article: int
    kind: Kind
    second: float
    slate: int | None
    topics: tuple[int, ...]


some_articles = st.lists(st.integers(0, len(ARTICLES) - 1), unique=True, max_size=len(ARTICLES))
some_topics = st.lists(st.integers(0, len(TOPICS) - 1), unique=True, max_size=3).map(tuple)
ages = st.floats(-300.0, 7 * DAY) | st.integers(-300, 3_600).map(float)
dids = st.builds(
    Did,
    id=st.integers(0, 60),
    reader=st.integers(0, len(READERS) - 1),
    article=st.integers(0, len(ARTICLES) - 1),
    kind=st.sampled_from([*[Kind.CLICK] * 5, *[Kind.IMPRESSION] * 5, *Kind]),
    second=ages.map(lambda age: NOW - age),
    slate=st.none() | st.integers(0, 4),
    topics=some_topics,
)
served = st.tuples(st.none() | st.integers(0, len(READERS) - 1), some_articles)
worlds = st.tuples(
    st.lists(served, min_size=1, max_size=4), st.lists(dids, min_size=20, max_size=60)
)


class Site:
    """A site of some shards beside the model of it; both are told the same."""

    def __init__(self, client: Redis, shards: int) -> None:
        limits = ReaderLimits(shards=shards)
        self.shards = shards
        self.log = SlateLog(client, SITE, limits)
        self.events = EventStore(client, SITE, limits, TrendingConfig())
        self.signals = SignalStore(client, SITE, limits)
        self.model = SignalModel(len(ARTICLES), TOPICS)
        self.slates: dict[SlateId, tuple[int | None, list[int]]] = {}

    def serve(self, owner: int | None, codes: list[int]) -> None:
        """Log a slate of a reader's or, in the shard of nobody, of a guest's."""
        answer = self.log.commit(slate(len(self.slates), owner, codes), None)
        if isinstance(answer, Committed):  # else the reader was served one of the articles before
            self.slates[answer.id] = owner, codes

    def record(self, batch: Sequence[Did]) -> None:
        """Record one reader's events, and apply those that were accepted to the model."""
        reader = READERS[batch[0].reader]
        outcomes = self.events.record(reader, [self.event(each) for each in batch], NOW)
        for did, outcome in zip(batch, outcomes, strict=True):
            if outcome is Outcome.ACCEPTED:
                self.apply(did)

    def event(self, did: Did) -> Event:
        done = Interaction(
            id=EventId(f"e{did.id}"),
            reader=READERS[did.reader],
            article=ARTICLES[did.article],
            kind=did.kind,
            occurred_at=did.second,
            slate=self.slate_id(did),
        )
        return Event(interaction=done, category=None, topics=[TOPICS[code] for code in did.topics])

    def slate_id(self, did: Did) -> SlateId | None:
        if did.slate is None:
            return None
        served = [*self.slates, SlateId("1-1-0-0123456789abcdef")]
        return served[did.slate % len(served)]

    def apply(self, did: Did) -> None:
        code, model = did.article, self.model
        if did.kind is Kind.IMPRESSION:
            model.impressions(np.array([code]), did.second)
            model.met_shown(did.reader, [code], did.second)
            model.topics_shown(did.reader, own_topics(did))
        elif did.kind is Kind.READ:
            model.view(code, did.second)
            model.topics_view(did.reader, own_topics(did))
        elif did.kind is Kind.CLICK:
            model.click(code, did.second, self.listed(did))
            model.met_click(did.reader, code, did.second)
            model.topics_click(did.reader, own_topics(did))
        if did.kind in WEIGHTS:
            model.attention(np.array(did.topics, np.int64), WEIGHTS[did.kind], did.second)

    def listed(self, did: Did) -> np.ndarray | None:
        """Return the slate of a click where the reader's shard has it and it was theirs."""
        owner, codes = self.slates.get(self.slate_id(did) or SlateId(""), (None, []))
        nobody = shard_of(ReaderId(""), self.shards)
        here = owner is not None or shard_of(READERS[did.reader], self.shards) == nobody
        return np.array(codes, np.int64) if codes and here and owner in (None, did.reader) else None


def own_topics(did: Did) -> list[int]:
    """Return those topics of an event that are counted for its reader."""
    return [code for code in did.topics if TOPICS[code].startswith(OWN_TOPICS)]


def slate(number: int, owner: int | None, codes: list[int]) -> Slate:
    n = len(codes)
    return Slate(
        token=f"{number + 1:016x}",
        site=SITE,
        reader=None if owner is None else READERS[owner],
        created_at=NOW,
        policy="test",
        variant=None,
        customised=False,
        start=1,
        ordering=Ordering(
            articles=tuple(ARTICLES[code] for code in codes),
            scores=np.zeros(n),
            sources=("fresh",) * n,
            propensities=np.ones(n),
            features=np.zeros((n, 1), np.float32),
            contributions=np.zeros((n, 1)),
            reasons=(Reason(code="fresh"),) * n,
        ),
        feature_names=("only",),
        schema="s1",
    )


def batches(dids: Sequence[Did]) -> list[list[Did]]:
    """Split into runs of one reader's events."""
    runs: list[list[Did]] = []
    for did in dids:
        if not runs or runs[-1][0].reader != did.reader:
            runs.append([])
        runs[-1].append(did)
    return runs


def check(found: Signals, wanted: Signals, names: Sequence[str]) -> None:
    for name in names:
        one, other = getattr(found, name), getattr(wanted, name)
        assert one.shape == other.shape, name
        np.testing.assert_allclose(one, other, rtol=RELATIVE, atol=1e-12, err_msg=name)
    assert found.topics == pytest.approx(dict(wanted.topics), rel=RELATIVE)
    assert found.own_topics == wanted.own_topics


def check_audiences(found: Audiences, wanted: Audiences) -> None:
    """Sums of tastes are kept in single precision, so a last bit may differ."""
    for each in fields(wanted):
        one, other = getattr(found, each.name), getattr(wanted, each.name)
        assert np.shape(one) == np.shape(other), each.name
        relative = 1e-6 if "tastes" in each.name else RELATIVE
        np.testing.assert_allclose(one, other, rtol=relative, atol=1e-6, err_msg=each.name)


def check_own(found: Signals, wanted: Signals) -> None:
    for each in fields(wanted.own):
        np.testing.assert_array_equal(
            getattr(found.own, each.name), getattr(wanted.own, each.name), err_msg=each.name
        )


COUNTED = ("levels", "site_levels", "first_shown")
LEARNT = ("biases", "biased_at")


@pytest.mark.parametrize(("shards", "names"), [(1, COUNTED + LEARNT), (3, COUNTED)])
@settings(max_examples=30)
@given(world=worlds)
def test_what_redis_counts_is_what_the_model_counts(
    client: Redis, shards: int, names: tuple[str, ...], world: tuple[list[Any], list[Did]]
) -> None:
    """Late events, repeated ones, clicks without slates and in others'; biases of one shard."""
    client.flushall()
    site = Site(client, shards)
    for owner, codes in world[0]:
        site.serve(owner, codes)
    for batch in batches(world[1]):
        site.record(batch)
    everything, topics = np.arange(len(ARTICLES)), np.arange(len(TOPICS))
    for code, reader in enumerate(READERS):
        found = site.signals.of(reader, ARTICLES, TOPICS)
        wanted = site.model.of(code, everything, topics)
        check(found, wanted, names)
        check_own(found, wanted)
        check_audiences(found.audiences, wanted.audiences)


@settings(max_examples=30)
@given(done=st.lists(dids, min_size=1, max_size=60), most=st.integers(1, 4))
def test_what_is_counted_stays_bounded_and_what_was_met_is_seen(
    client: Redis, done: list[Did], most: int
) -> None:
    client.flushall()
    bounds = {"max_signals": most, "max_topics": most, "max_seen": most}
    bounds["max_reader_topics"] = most
    limits = ReaderLimits().model_copy(update=bounds)
    site, keys = Site(client, 1), ShardKeys(SITE, 0)
    site.events = EventStore(client, SITE, limits, TrendingConfig())
    site.log = SlateLog(client, SITE, limits)
    site.serve(None, [0, 1, 2, 3])
    for batch in batches(done):
        site.record(batch)
        articles = set(client.hkeys(keys.signals)) - {b""}
        topics = client.zrange(keys.topics, 0, -1)
        assert len(articles) <= most
        assert set(client.hkeys(keys.audiences)) <= articles | {b""}
        assert len(topics) <= max(most, 1)
        assert not topics or b"" in topics
        reader = READERS[batch[0].reader]
        seen = client.zrange(keys.seen(reader), 0, -1)
        assert set(client.hkeys(keys.met(reader))) <= set(seen)
        assert len(seen) <= most
        assert len(set(client.hkeys(keys.reader_topics(reader))) - {b""}) <= most
