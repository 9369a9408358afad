from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from recommender.domain.articles import Article
from recommender.domain.ids import ArticleId, SiteId
from recommender.store import stories
from recommender.store.articles import ArticleStore
from recommender.store.connection import Redis
from recommender.store.keys import CatalogueKeys
from recommender.store.pending import Embedded, PendingQueue
from recommender.store.stories import StoryStore, ToldArticle
from recommender.store.vectors import pack_vector

NOW = 1_767_225_600.0
SITE = SiteId("main")
VECTOR = np.array([1.0, 0.0], np.float32)


@pytest.fixture
def told(
    make_store: Callable[..., tuple[ArticleStore, PendingQueue]],
    article: Callable[..., Article],
    client: Redis,
) -> StoryStore:
    """Give a store with a, b and c of the story a, d of no story, and e that waits."""
    store, queue = make_store()
    store.submit([(article(name), "1") for name in "abcde"])
    queue.finish(
        [
            Embedded(
                pending=entry,
                published_at=NOW - age,
                vector=VECTOR,
                story=None if entry.article == "d" else "a",
            )
            for age, entry in enumerate(queue.take("worker", 4))
        ]
    )
    return StoryStore(client, SITE)


def test_the_newest_come_oldest_first(told: StoryStore) -> None:
    assert told.newest(2) == ["b", "a"]
    assert told.newest(100) == ["d", "c", "b", "a"]


def test_an_article_comes_with_its_place_in_time_its_vector_and_its_story(
    told: StoryStore,
) -> None:
    [[found]] = told.told([ArticleId("b")])
    assert found == ToldArticle(
        id=ArticleId("b"), published_at=NOW - 1, vector=pack_vector(VECTOR), story="a"
    )


def test_what_is_not_live_or_of_no_story_is_left_out(told: StoryStore) -> None:
    [found] = told.told([ArticleId(name) for name in ("x", "e", "d", "c")])
    assert [each.id for each in found] == ["c"]


def test_what_left_the_window_is_left_out(told: StoryStore, client: Redis) -> None:
    client.zrem(CatalogueKeys(SITE).live, "a")
    assert list(told.told([ArticleId("a")])) == [[]]


def test_any_number_is_read_in_batches(told: StoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stories, "READ_BATCH", 2)
    found: Any = [[each.id for each in batch] for batch in told.told(told.newest(4))]
    assert found == [["c"], ["b", "a"]]
    assert list(told.told([])) == []
