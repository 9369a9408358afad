"""The worker with an encoder that is small enough to foresee."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import orjson
import pytest
from numpy.typing import NDArray

from recommender.errors import ModelMismatch
from recommender.ingest.documents import parse_document
from recommender.services.embedder import Embedder, WorkerConfig


class FirstLetter:
    """An encoder for tests: a title's first letter is the direction; some titles it cannot take."""

    def __init__(self, dimension: int = 26) -> None:
        self.model_id = "first-letter"
        self.dimension = dimension
        self.precision = "float32"
        self.batches: list[int] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.batches.append(len(texts))
        if any("unreadable" in text for text in texts):
            raise ValueError("cannot read this")
        letters = [ord(text[0].lower()) - ord("a") for text in texts]
        return np.eye(self.dimension, dtype=np.float32)[letters]


@pytest.fixture
def worker(wiring: Any, clock: Any) -> Callable[..., Embedder]:
    """Give a maker of workers of the test's site."""

    def worker(encoder: FirstLetter, name: str = "worker", **fields: Any) -> Embedder:
        return Embedder(
            articles=wiring.article_store,
            queue=wiring.queue,
            stories=wiring.story_keeper(encoder.dimension),
            letters=wiring.dead_letters,
            layout=wiring.layout,
            encoder=encoder,
            config=WorkerConfig(takeover_seconds=0.1, **fields),
            consumer=name,
            clock=clock,
        )

    return worker


def send(wiring: Any, *titles: str) -> None:
    """Submit articles whose ids are their titles without spaces."""
    documents = [{"id": title.replace(" ", "-"), "title": title} for title in titles]
    wiring.intake.submit([parse_document(each) for each in documents])


def test_what_waits_is_embedded_and_live_with_its_own_vector(
    wiring: Any, worker: Callable[..., Embedder]
) -> None:
    send(wiring, "apple", "bread", "cheese")
    assert worker(FirstLetter()).drain() == 3
    wiring.follower.load()
    view = wiring.follower.catalogue.view
    assert {view.ids[row]: int(view.vectors[row].argmax()) for row in range(3)} == {
        "apple": 0,
        "bread": 1,
        "cheese": 2,
    }
    assert wiring.article_store.counts() == (3, 0)


def test_what_is_embedded_goes_live_with_its_story(
    wiring: Any, worker: Callable[..., Embedder]
) -> None:
    send(wiring, "apple", "bread", "apricot")
    worker(FirstLetter()).drain()
    send(wiring, "almond")
    worker(FirstLetter(), name="other").drain()
    wiring.follower.load()
    view = wiring.follower.catalogue.view
    told = {view.ids[row]: view.story.name(row) for row in range(4)}
    assert told == {"apple": "apple", "apricot": "apple", "almond": "apple", "bread": "bread"}


def test_one_text_that_cannot_be_encoded_is_rejected_and_the_others_go_live(
    wiring: Any, worker: Callable[..., Embedder], caplog: pytest.LogCaptureFixture
) -> None:
    send(wiring, *(f"good {n}" for n in range(6)), "unreadable one", "zebra")
    assert worker(FirstLetter()).drain() == 7
    assert wiring.article_store.counts() == (7, 0)
    [letter] = wiring.dead_letters.list(10)
    assert letter.place == "worker:unreadable-one"
    assert letter.reason == "the encoder failed: cannot read this"
    assert "cannot be embedded" in caplog.text


def test_a_rejected_article_can_be_retried_from_its_dead_letter(
    wiring: Any, worker: Callable[..., Embedder]
) -> None:
    send(wiring, "unreadable one")
    worker(FirstLetter()).drain()
    record = orjson.loads(wiring.dead_letters.list(1)[0].record)
    answers = wiring.intake.submit([parse_document(record | {"title": "mended"})])
    assert [each.outcome for each in answers] == ["created"]
    assert worker(FirstLetter()).drain() == 1


def test_what_a_rejected_article_said_of_itself_is_not_lost(
    wiring: Any, worker: Callable[..., Embedder]
) -> None:
    body = "2 May 2025. It rains. [This article was generated with AI. It is experimental.]"
    wiring.intake.submit([parse_document({"id": "a", "title": "unreadable", "body": body})])
    sent = orjson.loads(wiring.article_store.get("a").card)["provenance"]
    worker(FirstLetter()).drain()
    record = orjson.loads(wiring.dead_letters.list(1)[0].record)
    wiring.intake.submit([parse_document(record | {"title": "mended"})])
    kept = wiring.article_store.get("a")
    assert len(sent["claims"]) >= 2
    assert orjson.loads(kept.card)["provenance"] == sent
    assert kept.body == "It rains."


def test_an_article_that_was_tried_too_often_is_rejected(
    wiring: Any, worker: Callable[..., Embedder]
) -> None:
    send(wiring, "apple")
    wiring.queue.take("dead", 1)
    for _ in range(4):
        wiring.queue.take_over("dead", 1, 0.0)
    embedder = worker(FirstLetter(), max_deliveries=2)
    deadline = time.monotonic() + 10
    while wiring.article_store.counts() != (0, 0) and time.monotonic() < deadline:
        embedder.drain()  # it takes over what lay idle for a tenth of a second
    [letter] = wiring.dead_letters.list(10)
    assert letter.reason == "tried 5 times in vain"


def test_articles_that_stopped_workers_held_are_embedded_one_by_one(
    wiring: Any, worker: Callable[..., Embedder]
) -> None:
    send(wiring, "apple", "bread", "cherry")
    wiring.queue.take("dead", 3)
    for _ in range(2):
        wiring.queue.take_over("dead", 3, 0.0)
    embedder = worker(FirstLetter(), max_deliveries=2)
    deadline = time.monotonic() + 10
    while wiring.article_store.counts() != (3, 0) and time.monotonic() < deadline:
        embedder.drain()
    assert wiring.article_store.counts() == (3, 0)
    assert wiring.dead_letters.list(10) == []


def test_a_removed_article_is_dropped_from_the_queue(
    wiring: Any, worker: Callable[..., Embedder]
) -> None:
    send(wiring, "apple", "bread")
    wiring.articles.remove("apple")
    assert worker(FirstLetter()).drain() == 1
    assert wiring.article_store.counts() == (1, 0)


def test_a_worker_that_is_told_to_stop_finishes_what_it_took(
    wiring: Any, worker: Callable[..., Embedder]
) -> None:
    send(wiring, *(f"a{n}" for n in range(100)))
    embedder = worker(FirstLetter(), max_window=16)
    answers = iter([False, True])
    embedder.run(lambda: next(answers, True), wait_seconds=0.01)
    live, waiting = wiring.article_store.counts()
    assert live + waiting == 100
    assert live in {32, 48}, "two windows, and the one that was read ahead"
    assert wiring.client.xpending("nf:{main:catalogue}:pending", "embedders")["pending"] == 0
    assert wiring.queue.workers(60.0) == 0, "it left the group"


def test_windows_are_no_larger_than_configured(
    wiring: Any, worker: Callable[..., Embedder]
) -> None:
    send(wiring, *(f"a{n}" for n in range(300)))
    encoder = FirstLetter()
    worker(encoder, max_window=64).drain()
    assert max(encoder.batches) <= 64
    assert sum(encoder.batches) == 300


def test_a_worker_with_another_model_is_refused_at_start(
    worker: Callable[..., Embedder],
) -> None:
    worker(FirstLetter())
    with pytest.raises(ModelMismatch, match=r"embedded with first-letter \(26 dimensions\)"):
        worker(FirstLetter(dimension=30))
