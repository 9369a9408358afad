"""The parts of the store over the test's Redis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from recommender.domain.articles import Article
from recommender.domain.ids import ArticleId, SiteId
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
        return ArticleStore(client, SITE, limits), PendingQueue(client, SITE, limits)

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
