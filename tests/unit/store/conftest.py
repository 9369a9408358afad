"""The parts of the store over the test's Redis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from recommender.clock import FixedClock
from recommender.domain.articles import Article
from recommender.domain.ids import ArticleId, ReaderId, SiteId
from recommender.domain.slates import Ordering, Reason, Slate, Snapshot
from recommender.store.articles import ArticleStore
from recommender.store.connection import Redis
from recommender.store.limits import CatalogueLimits
from recommender.store.pending import PendingQueue

NOW = 1_767_225_600.0
SITE = SiteId("main")


@pytest.fixture
def make_store(client: Redis) -> Callable[..., tuple[ArticleStore, PendingQueue]]:
    """Give a maker of the two halves of a catalogue; bounds may be smaller than settings allow."""

    def make(**bounds: Any) -> tuple[ArticleStore, PendingQueue]:
        limits = CatalogueLimits().model_copy(update=bounds)
        queue = PendingQueue(client, SITE, limits, FixedClock(NOW))
        return ArticleStore(client, SITE, limits), queue

    return make


@pytest.fixture
def article() -> Callable[..., Article]:
    def article(id: str, **fields: Any) -> Article:  # noqa: A002  # the field's own name
        return Article(id=ArticleId(id), **({"title": f"Title {id}", "published_at": NOW} | fields))

    return article


@pytest.fixture
def dump(client: Redis) -> Callable[[], dict[str, bytes]]:
    """Give a function that returns the whole database, key by key."""

    def dump() -> dict[str, bytes]:
        return {key.decode(): client.dump(key) for key in client.scan_iter()}

    return dump


@pytest.fixture
def ordering() -> Callable[..., Ordering]:
    """Give a maker of orderings of these articles; two features whose sum is the score."""

    def ordering(*articles: str) -> Ordering:
        n = len(articles)
        features = np.arange(2 * n, dtype=np.float32).reshape(n, 2)
        contributions = features.astype(np.float64) / 3
        return Ordering(
            articles=tuple(map(ArticleId, articles)),
            scores=contributions.sum(axis=1),
            sources=("similar",) * n,
            propensities=np.linspace(1.0, 0.5, n),
            features=features,
            contributions=contributions,
            reasons=tuple(Reason(code="similar", about=f"Like {each}") for each in articles),
        )

    return ordering


@pytest.fixture
def slate(ordering: Callable[..., Ordering]) -> Callable[..., Slate]:
    """Give a maker of slates of a reader, or of a guest where the reader is None."""

    def slate(reader: str | None, *articles: str, number: int = 1, **fields: Any) -> Slate:
        plain: dict[str, Any] = {
            "created_at": NOW,
            "policy": "weighted@2",
            "variant": None,
            "customised": True,
            "start": 1,
            "feature_names": ("similarity", "freshness"),
            "schema": "s1",
        }
        return Slate(
            token=f"{number:016x}",
            site=SITE,
            reader=None if reader is None else ReaderId(reader),
            ordering=ordering(*articles),
            **(plain | fields),
        )

    return slate


@pytest.fixture
def left(ordering: Callable[..., Ordering]) -> Callable[..., Snapshot]:
    """Give a maker of snapshots that leave ``articles`` after a slate."""

    def left(slate: Slate, *articles: str, **fields: Any) -> Snapshot:
        plain: dict[str, Any] = {
            "token": slate.token,
            "created_at": slate.created_at,
            "expires_at": slate.created_at + 3_600.0,
            "version": 0,
            "next_position": 1 + len(slate.ordering),
            "shown": (),
            "complete": True,
            "page_size": 20,
            "request": b'{"size":1}',
        }
        return Snapshot(
            reader=slate.reader,
            policy=slate.policy,
            variant=slate.variant,
            customised=slate.customised,
            feature_names=slate.feature_names,
            schema=slate.schema,
            left=ordering(*articles),
            **(plain | fields),
        )

    return left
