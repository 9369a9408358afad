"""Committing slates against a plain model: nothing twice, nothing lost, nothing by halves."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.domain.ids import ArticleId, ReaderId, SiteId
from recommender.domain.slates import Ordering, Reason, Slate, Snapshot
from recommender.store.connection import Redis
from recommender.store.keys import ShardKeys
from recommender.store.limits import ReaderLimits
from recommender.store.pages import PageStore
from recommender.store.slates import Committed, Conflict, SlateLog

NOW = 1_767_225_600.0
SITE, ANNA = SiteId("main"), ReaderId("anna")
ARTICLES = [ArticleId(f"a{n}") for n in range(12)]
KEYS, LIMITS = ShardKeys(SITE, 0), ReaderLimits()

orders = st.lists(st.sampled_from(ARTICLES), min_size=1, max_size=6, unique=True)


@dataclass(frozen=True)
class Open:
    """Ask for a feed: a page of the first two, and the rest left for further pages."""

    articles: list[ArticleId]


@dataclass(frozen=True)
class Turn:
    """Take a page of the snapshot of an earlier feed as it stood ``behind`` versions ago."""

    feed: int
    behind: int


@dataclass(frozen=True)
class Meet:
    """Meet articles elsewhere."""

    articles: list[ArticleId]


steps = st.lists(
    st.builds(Open, orders)
    | st.builds(Turn, st.integers(0, 3), st.integers(0, 1))
    | st.builds(Meet, orders.map(lambda order: order[:2])),
    max_size=20,
)


def ordering(articles: list[ArticleId]) -> Ordering:
    n = len(articles)
    return Ordering(
        articles=tuple(articles),
        scores=np.zeros(n),
        sources=("fresh",) * n,
        propensities=np.ones(n),
        features=np.zeros((n, 1), np.float32),
        contributions=np.zeros((n, 1)),
        reasons=(Reason(code="fresh"),) * n,
    )


def slate_of(number: int, articles: list[ArticleId]) -> Slate:
    return Slate(
        token=f"{number:016x}",
        site=SITE,
        reader=ANNA,
        created_at=NOW + number,
        policy="p",
        variant=None,
        customised=False,
        start=1,
        ordering=ordering(articles),
        feature_names=("freshness",),
        schema="s1",
    )


def first_left(slate: Slate, articles: list[ArticleId]) -> Snapshot:
    return Snapshot(
        token=slate.token,
        reader=ANNA,
        created_at=slate.created_at,
        expires_at=slate.created_at + 3_600,
        version=0,
        next_position=3,
        policy="p",
        variant=None,
        customised=False,
        left=ordering(articles),
        feature_names=slate.feature_names,
        schema=slate.schema,
        shown=(),
        complete=False,
        page_size=20,
        request=b"{}",
    )


class PlainServing:
    """What was served and what is left, remembered in lists, beside the store that is judged."""

    def __init__(self, client: Redis) -> None:
        self.client = client
        self.log, self.pages = SlateLog(client, SITE, LIMITS), PageStore(client, SITE, LIMITS)
        self.seen: set[ArticleId] = set()
        self.served: list[ArticleId] = []
        self.slates = 0
        self.versions: list[list[Snapshot]] = []
        """For each feed, every version of its snapshot, newest last."""

    def meet(self, step: Meet) -> None:
        self.client.zadd(KEYS.seen(ANNA), dict.fromkeys(step.articles, NOW))
        self.seen |= set(step.articles)

    def open(self, number: int, step: Open) -> None:
        if len(self.versions) < LIMITS.max_pages:  # what leaves then has its own test
            slate, versions = slate_of(number, step.articles[:2]), []
            if self.commit(slate, first_left(slate, step.articles[2:]), versions, stale=False):
                self.versions.append(versions)

    def turn(self, number: int, step: Turn) -> None:
        if step.feed < len(self.versions):
            versions = self.versions[step.feed]
            known = versions[-1 - min(step.behind, len(versions) - 1)]
            slate = slate_of(number, list(known.left.articles[:2]))
            left = known.left.take(range(2, max(2, len(known.left))))
            after = replace(known, version=known.version + 1, left=left)
            self.commit(slate, after, versions, stale=known is not versions[-1])

    def commit(
        self, slate: Slate, after: Snapshot, versions: list[Snapshot], *, stale: bool
    ) -> bool:
        shown = slate.ordering.articles
        answer = self.log.commit(slate, after)
        met = tuple(each for each in shown if each in self.seen)
        if met or stale:
            assert answer == Conflict(articles=met, stale=stale)
            return False
        assert isinstance(answer, Committed)
        found = self.log.find(answer.id)
        assert found is not None
        assert found.slate.ordering.articles == shown
        self.seen |= set(shown)
        self.served += shown
        self.slates += 1
        versions.append(after)
        return True

    def check(self) -> None:
        assert len(self.served) == len(set(self.served))
        assert self.client.xlen(KEYS.slates) == self.slates
        for newest in (versions[-1] for versions in self.versions):
            kept = self.pages.read_page(ANNA, newest.token)
            assert kept.snapshot is not None
            assert kept.snapshot.version == newest.version
            assert kept.snapshot.left.articles == newest.left.articles
            assert set(kept.reader.seen) == self.seen


@settings(max_examples=60)
@given(done=steps)
def test_whatever_is_asked_for_nothing_is_served_twice_and_what_is_left_stays(
    client: Redis, done: list[Open | Turn | Meet]
) -> None:
    client.flushall()
    plain = PlainServing(client)
    for number, step in enumerate(done):
        match step:
            case Meet():
                plain.meet(step)
            case Open():
                plain.open(number, step)
            case Turn():
                plain.turn(number, step)
        plain.check()
