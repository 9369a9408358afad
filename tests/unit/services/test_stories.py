"""Stories as several workers give them over one Redis."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from recommender.services.stories import StoryKeeper
from recommender.store.connection import Redis
from recommender.store.pending import Embedded
from recommender.stories.clustering import StoryConfig

NOW = 1_767_225_600.0
NORTH, EAST, SOUTH = (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)
Take = Callable[..., list[Embedded]]


@pytest.fixture
def take(wiring: Any, submit: Callable[..., Any]) -> Take:
    """Give a function that submits articles and takes them off the queue as if just embedded."""

    def take(vectors: dict[str, Sequence[float]], **fields: Any) -> list[Embedded]:
        submit(wiring, list(vectors), **fields)
        return [
            Embedded(
                pending=entry,
                published_at=NOW,
                vector=np.array(vectors[entry.article], np.float32),
            )
            for entry in wiring.queue.take("test", len(vectors))
        ]

    return take


@pytest.fixture
def keeper(wiring: Any) -> Callable[[], StoryKeeper]:
    """Give a maker of keepers of vectors of two numbers."""
    return lambda: wiring.story_keeper(2)


def told(client: Redis, *articles: str) -> list[str | None]:
    kept = [client.hget(f"nf:{{main:catalogue}}:article:{each}", "story") for each in articles]
    return [each.decode() if each else None for each in kept]


def test_articles_of_one_event_get_one_story(
    keeper: Callable[[], StoryKeeper], take: Take, client: Redis
) -> None:
    assert keeper().make_live(take({"a": NORTH, "b": EAST, "c": NORTH})) == 3
    assert told(client, "a", "b", "c") == ["a", "b", "a"]


def test_a_fresh_worker_goes_on_where_the_last_one_ended(
    keeper: Callable[[], StoryKeeper], take: Take, client: Redis
) -> None:
    keeper().make_live(take({"a": NORTH}))
    keeper().make_live(take({"b": NORTH}))
    assert told(client, "b") == ["a"]


def test_a_worker_knows_what_another_made_live_meanwhile(
    keeper: Callable[[], StoryKeeper], take: Take, client: Redis
) -> None:
    one, other = keeper(), keeper()
    one.make_live(take({"a": NORTH}))
    other.make_live(take({"b": EAST}))
    one.make_live(take({"c": EAST}))
    other.make_live(take({"d": NORTH}))
    assert told(client, "c", "d") == ["b", "a"]


def test_who_decided_by_too_little_decides_again(
    keeper: Callable[[], StoryKeeper], take: Take, client: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, fast = keeper(), keeper()
    a, b = ([each] for each in take({"a": NORTH, "b": NORTH}))
    decide = slow._with_stories
    others = iter([a])

    def overtaken(done: Sequence[Embedded]) -> list[Embedded]:
        decided = decide(done)
        for other in others:
            fast.make_live(other)
        return decided

    monkeypatch.setattr(slow, "_with_stories", overtaken)
    assert slow.make_live(b) == 1
    assert told(client, "a", "b") == ["a", "a"]


def test_a_removed_article_takes_its_story_along_only_when_it_was_alone(
    keeper: Callable[[], StoryKeeper], take: Take, client: Redis, wiring: Any
) -> None:
    worker = keeper()
    worker.make_live(take({"a": NORTH, "b": NORTH, "c": EAST}))
    wiring.articles.remove("a")
    wiring.articles.remove("c")
    worker.make_live(take({"d": NORTH, "e": EAST}))
    assert told(client, "d", "e") == ["a", "e"]


def test_a_changed_article_is_assigned_anew(
    keeper: Callable[[], StoryKeeper], take: Take, client: Redis
) -> None:
    worker = keeper()
    worker.make_live(take({"a": NORTH, "b": NORTH, "c": EAST}))
    worker.make_live(take({"b": EAST}, summary="changed"))
    assert told(client, "a", "b", "c") == ["a", "c", "c"]
    worker.make_live(take({"a": SOUTH}, summary="changed"))
    assert told(client, "a") == ["a"]


def test_what_did_not_become_live_is_not_joined(
    keeper: Callable[[], StoryKeeper], take: Take, client: Redis, wiring: Any
) -> None:
    worker = keeper()
    gone = take({"a": NORTH})
    wiring.articles.remove("a")
    assert worker.make_live(gone) == 0
    worker.make_live(take({"b": NORTH}))
    assert told(client, "b") == ["b"]


def test_an_emptied_redis_is_begun_anew(
    keeper: Callable[[], StoryKeeper], take: Take, client: Redis, wiring: Any
) -> None:
    worker = keeper()
    worker.make_live(take({"a": NORTH}))
    client.flushall()
    wiring.queue.ensure_group()
    worker.make_live(take({"b": NORTH}))
    assert told(client, "b") == ["b"]


def test_vectors_of_another_length_are_passed_over(
    keeper: Callable[[], StoryKeeper], take: Take, client: Redis, wiring: Any
) -> None:
    wiring.queue.finish(take({"a": (1.0, 0.0, 0.0)}))
    client.hset("nf:{main:catalogue}:article:a", "story", "a")
    keeper().make_live(take({"b": NORTH}))
    assert told(client, "b") == ["b"]


def test_only_the_newest_articles_are_compared(
    make_wiring: Callable[..., Any], take: Take, client: Redis
) -> None:
    worker = make_wiring(stories=StoryConfig(max_articles=100)).story_keeper(2)
    worker.make_live(take({"old": SOUTH, **{f"a{n}": NORTH for n in range(40)}}))
    later = take({f"b{n}": EAST for n in range(100)})
    worker.make_live([_published(each, NOW + 60) for each in later])
    worker.make_live([_published(each, NOW + 90) for each in take({"c": SOUTH})])
    assert told(client, "c") == ["c"]


def _published(each: Embedded, second: float) -> Embedded:
    return Embedded(pending=each.pending, published_at=second, vector=each.vector)


def test_workers_side_by_side_tell_no_event_as_two_stories(
    make_wiring: Callable[..., Any], take: Take, client: Redis
) -> None:
    angles = {f"e{n}-{k}": n * np.pi / 2 for k in range(30) for n in range(4)}
    done = take({name: (np.cos(at), np.sin(at)) for name, at in angles.items()})
    shares = [done[worker::3] for worker in range(3)]

    def work(share: list[Embedded]) -> None:
        worker = make_wiring().story_keeper(2)
        for start in range(0, len(share), 4):
            worker.make_live(share[start : start + 4])

    threads = [threading.Thread(target=work, args=(share,)) for share in shares]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    for n in range(4):
        event = told(client, *(name for name in angles if name.startswith(f"e{n}-")))
        assert len(set(event)) == 1
        assert event[0] in {name for name in angles if name.startswith(f"e{n}-")}


def test_a_story_that_is_known_is_kept_whatever_the_article_is_like(
    keeper: Callable[[], StoryKeeper], take: Take, client: Redis
) -> None:
    worker = keeper()
    worker.make_live(take({"a": NORTH, "b": EAST}))
    known, unknown = take({"c": NORTH, "d": NORTH})
    worker.make_live([dataclasses.replace(known, story="b"), unknown])
    assert told(client, "c", "d") == ["b", "a"]
