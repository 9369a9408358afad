from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from recommender.domain.articles import Article
from recommender.domain.ids import ArticleId
from recommender.domain.provenance import DigitalSourceType, Provenance
from recommender.store.articles import ArticleStore, Submission
from recommender.store.cards import article_of, card_of, pack_body
from recommender.store.pending import Embedded, PendingQueue
from recommender.store.vectors import pack_vector, unpack_vectors

NOW = 1_767_225_600.0
A, B = ArticleId("a"), ArticleId("b")
Make = Callable[..., tuple[ArticleStore, PendingQueue]]
MakeArticle = Callable[..., Article]


def go_live(queue: PendingQueue, published_at: float = NOW, count: int = 100) -> int:
    vector = np.array([1, 0], np.float32)
    return queue.finish(
        [
            Embedded(pending=entry, published_at=published_at, vector=vector)
            for entry in queue.take("worker", count)
        ]
    )


def test_an_article_is_created_once_then_unchanged_and_updated_when_it_changes(
    make_store: Make, article: MakeArticle
) -> None:
    store, _ = make_store()
    assert store.submit([(article("a"), "one")]) == [Submission.CREATED]
    assert store.submit([(article("a"), "one")]) == [Submission.UNCHANGED]
    assert store.submit([(article("a", title="New"), "two")]) == [Submission.UPDATED]
    assert store.counts() == (0, 1), "one article has one place in the queue"
    found = store.texts([A])[0]
    assert found is not None
    assert found.title == "New"


def test_each_article_of_a_batch_has_its_own_answer(make_store: Make, article: MakeArticle) -> None:
    store, _ = make_store(max_pending=2)
    batch = [(article(name), name) for name in ("a", "a", "b", "c")]
    assert store.submit(batch) == ["created", "unchanged", "created", "full"]
    assert store.get(ArticleId("c")) is None


def test_a_full_queue_stores_nothing_and_loses_nothing(
    make_store: Make, article: MakeArticle, dump: Callable[[], Any]
) -> None:
    store, queue = make_store(max_pending=1)
    store.submit([(article("a"), "one")])
    before = dump()
    assert store.submit([(article("b"), "x"), (article("a"), "two")]) == ["full", "full"]
    assert dump() == before
    go_live(queue)
    assert store.submit([(article("b"), "x")]) == ["created"]


def test_what_is_older_than_a_full_window_is_not_stored(
    make_store: Make, article: MakeArticle
) -> None:
    store, queue = make_store(max_articles=2)
    store.submit([(article("a"), "a"), (article("b"), "b")])
    go_live(queue)
    older = (article("c", published_at=NOW - 1), "c")
    assert store.submit([older]) == [Submission.TOO_OLD]
    assert store.get(ArticleId("c")) is None
    assert store.submit([(article("a", published_at=NOW - 1), "a2")]) == [Submission.UPDATED]


def test_a_removed_article_is_gone_everywhere_and_its_change_is_told(
    make_store: Make, article: MakeArticle, client: Any
) -> None:
    store, queue = make_store()
    store.submit([(article("a"), "a"), (article("b"), "b")])
    go_live(queue)
    assert store.remove(A, NOW)
    assert not store.remove(A, NOW)
    assert (store.get(A), store.live_ids(), store.counts()) == (None, [B], (1, 0))
    changes = [fields for _, fields in client.xrange("nf:{main:catalogue}:changes")]
    assert changes[-1] == {b"op": b"gone", b"id": b"a"}
    assert len(changes) == 3


def test_an_article_is_read_back_as_it_was_stored(make_store: Make) -> None:
    store, _ = make_store()
    stored = Article(
        id=A,
        title="Title “quoted”",
        published_at=-5.5,
        url="https://a.example/1",
        summary="S",
        body="Body\n\nmore",
        category="food",
        subcategory="bread",
        tags=("x", "y"),
        source="The Source",
        author="Ann",
        language="en",
        image="https://a.example/1.png",
        expires_at=NOW + 0.125,
        provenance=Provenance(
            digital_source_type=DigitalSourceType.COMPOSITE, ai_system="m", ai_system_version="2"
        ),
    )
    store.submit([(stored, "f")])
    assert store.texts([A, B]) == [stored, None]
    got = store.get(A)
    assert got is not None
    assert (got.body, got.live) == ("Body\n\nmore", False)
    assert store.cards([B, A]) == [None, got.card]


def test_a_body_that_was_taken_out_is_gone(make_store: Make, article: MakeArticle) -> None:
    store, _ = make_store()
    store.submit([(article("a", body="long"), "1"), (article("a"), "2")])
    got = store.get(A)
    assert got is not None
    assert got.body is None


@pytest.mark.parametrize("expires_at", [None, 0.0, -1.0, NOW])
def test_an_expiry_survives_the_card_even_at_the_epoch(expires_at: float | None) -> None:
    stored = Article(id=A, title="T", published_at=-10.0, expires_at=expires_at)
    assert article_of(card_of(stored), pack_body(None)) == stored


def test_a_stored_vector_keeps_its_direction_to_a_thousandth() -> None:
    random = np.random.default_rng(1)
    vectors = random.normal(size=(50, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    back = unpack_vectors([pack_vector(each) for each in vectors], 384)
    assert np.linalg.norm(back, axis=1) == pytest.approx(np.ones(50))
    assert np.abs(back @ back.T - vectors @ vectors.T).max() < 1e-3
    assert unpack_vectors([], 384).shape == (0, 384)
