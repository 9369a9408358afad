from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from recommender.domain.articles import Article
from recommender.domain.ids import ArticleId, SiteId
from recommender.store.articles import ArticleStore
from recommender.store.changes import ChangeStream
from recommender.store.connection import Redis
from recommender.store.keys import CatalogueKeys
from recommender.store.pending import Embedded, PendingEntry, PendingQueue
from recommender.store.vectors import unpack_vectors

NOW = 1_767_225_600.0
KEYS = CatalogueKeys(SiteId("main"))
A = ArticleId("a")
OLD, NEW = (1.0, 0.0), (0.0, 1.0)
Make = Callable[..., tuple[ArticleStore, PendingQueue]]
MakeArticle = Callable[..., Article]


def embedded(
    entries: Sequence[PendingEntry], vector: tuple[float, ...] = OLD, published_at: float = NOW
) -> list[Embedded]:
    return [
        Embedded(pending=each, published_at=published_at, vector=np.array(vector, np.float32))
        for each in entries
    ]


def vector_of(store: ArticleStore, article: ArticleId) -> tuple[float, ...]:
    live = next(store.live([article]))
    return tuple(unpack_vectors([live[0].vector], 2)[0].tolist())


def changes(client: Redis) -> list[tuple[str, str]]:
    rows = client.xrange(KEYS.changes)
    return [(fields[b"op"].decode(), fields[b"id"].decode()) for _, fields in rows]


def test_an_embedded_article_is_live_and_its_entry_is_off_the_queue(
    make_store: Make, article: MakeArticle, client: Redis
) -> None:
    store, queue = make_store()
    store.submit([(article("a"), "1"), (article("b"), "1")])
    entries = queue.take("worker", 10)
    assert [each.article for each in entries] == ["a", "b"]
    assert store.counts() == (0, 2)
    assert queue.finish(embedded(entries)) == 2
    assert store.counts() == (2, 0)
    assert client.xpending(KEYS.pending, "embedders")["pending"] == 0
    assert changes(client) == [("live", "a"), ("live", "b")]
    assert vector_of(store, A) == OLD


def test_an_entry_is_handed_out_once(make_store: Make, article: MakeArticle) -> None:
    store, queue = make_store()
    store.submit([(article("a"), "1")])
    assert len(queue.take("one", 10)) == 1
    assert queue.take("other", 10) == []


def test_finishing_twice_changes_nothing_more(make_store: Make, article: MakeArticle) -> None:
    store, queue = make_store()
    store.submit([(article("a"), "1")])
    done = embedded(queue.take("worker", 10))
    queue.finish(done)
    queue.finish(done)
    assert store.counts() == (1, 0)
    assert vector_of(store, A) == OLD


def test_finishing_nothing_does_nothing(make_store: Make) -> None:
    _, queue = make_store()
    assert queue.finish([]) == 0


def test_the_story_is_written_with_the_vector_and_leaves_with_it(
    make_store: Make, article: MakeArticle
) -> None:
    store, queue = make_store()
    store.submit([(article("a"), "1")])
    [done] = embedded(queue.take("worker", 1))
    queue.finish([dataclasses.replace(done, story="s")])
    assert [each.story for each in next(store.live([A]))] == [b"s"]
    store.submit([(article("a", title="New"), "2")])
    assert [each.story for each in next(store.live([A]))] == [b"s"], "until the new content is live"
    queue.finish(embedded(queue.take("worker", 1)))
    assert [each.story for each in next(store.live([A]))] == [None]


def test_what_was_decided_before_another_article_became_live_is_not_written(
    make_store: Make, article: MakeArticle, client: Redis
) -> None:
    store, queue = make_store()
    stream = ChangeStream(client, SiteId("main"))
    store.submit([(article(name), "1") for name in "abc"])
    first, second, third = (embedded([each]) for each in queue.take("worker", 3))
    empty = stream.position()
    assert queue.finish_after(empty, first) == 1
    before = client.dump(KEYS.article(ArticleId("b")))
    assert queue.finish_after(empty, second) is None
    assert client.dump(KEYS.article(ArticleId("b"))) == before
    assert store.counts() == (1, 2)
    assert queue.finish_after(stream.position(), second) == 1
    assert queue.finish_after(stream.position(), []) == 0
    assert queue.finish_after(stream.position(), third) == 1


def test_what_left_or_what_else_changed_does_not_stand_in_the_way(
    make_store: Make, article: MakeArticle, client: Redis
) -> None:
    store, queue = make_store()
    stream = ChangeStream(client, SiteId("main"))
    store.submit([(article(name), "1") for name in "ab"])
    first, second = (embedded([each]) for each in queue.take("worker", 2))
    queue.finish(first)
    position = stream.position()
    store.remove(A, NOW)
    client.xadd(KEYS.changes, {"op": "rules"})
    assert queue.finish_after(position, second) == 1


def test_older_content_never_goes_live_over_newer(make_store: Make, article: MakeArticle) -> None:
    store, queue = make_store()
    store.submit([(article("a"), "old")])
    slow = queue.take("slow", 1)
    store.submit([(article("a", title="New"), "new")])
    assert queue.finish(embedded(slow, OLD)) == 0
    assert store.counts() == (0, 1)
    assert queue.finish(embedded(queue.take("fast", 1), NEW)) == 1
    assert vector_of(store, A) == NEW
    assert queue.finish(embedded(slow, OLD)) == 0
    assert vector_of(store, A) == NEW


def test_an_article_that_is_removed_while_it_is_embedded_stays_removed(
    make_store: Make, article: MakeArticle
) -> None:
    store, queue = make_store()
    store.submit([(article("a"), "1")])
    entries = queue.take("worker", 1)
    store.remove(A, NOW)
    assert queue.finish(embedded(entries)) == 0
    assert (store.get(A), store.counts()) == (None, (0, 0))


def test_an_entry_whose_article_was_removed_can_be_dropped(
    make_store: Make, article: MakeArticle, client: Redis
) -> None:
    store, queue = make_store()
    store.submit([(article("a"), "1")])
    store.remove(A, NOW)
    entries = queue.take("worker", 1)
    assert store.texts([each.article for each in entries]) == [None]
    queue.drop(entries)
    queue.drop([])
    assert store.counts() == (0, 0)
    assert client.xpending(KEYS.pending, "embedders")["pending"] == 0


def test_an_article_removed_and_sent_anew_never_gets_the_first_ones_vector(
    make_store: Make, article: MakeArticle
) -> None:
    store, queue = make_store()
    store.submit([(article("a"), "old")])
    slow = queue.take("slow", 1)
    store.remove(A, NOW)
    store.submit([(article("a", title="New"), "new")])
    assert queue.finish(embedded(queue.take("fast", 1), NEW)) == 1
    assert queue.finish(embedded(slow, OLD)) == 0
    assert vector_of(store, A) == NEW


def test_past_the_window_the_oldest_leaves_and_its_change_is_told(
    make_store: Make, article: MakeArticle, client: Redis
) -> None:
    store, queue = make_store(max_articles=2)
    for age, name in enumerate(["a", "b", "c"]):
        store.submit([(article(name, published_at=NOW + age), "1")])
        queue.finish(embedded(queue.take("worker", 1), published_at=NOW + age))
    assert store.live_ids() == ["b", "c"]
    assert store.get(A) is None
    assert changes(client) == [("live", "a"), ("live", "b"), ("live", "c"), ("gone", "a")]


def test_a_stopped_workers_entries_are_taken_over_and_none_is_lost_or_doubled(
    make_store: Make, article: MakeArticle, client: Redis
) -> None:
    store, queue = make_store()
    store.submit([(article(f"a{n}"), "1") for n in range(20)])
    dead = queue.take("dead", 12)
    queue.finish(embedded(dead[:5]))
    rest = queue.take("heir", 100)
    taken = queue.take_over("heir", 100, 0.0)
    assert [each.article for each in taken] == [each.article for each in [*dead[5:], *rest]]
    assert {each.deliveries for each in taken} == {2}
    assert queue.finish(embedded(taken)) == 15
    assert store.counts() == (20, 0)
    assert sorted(name for _, name in changes(client)) == sorted(f"a{n}" for n in range(20))
    assert queue.take_over("heir", 100, 0.0) == []


def test_a_working_workers_entries_are_left_to_it(make_store: Make, article: MakeArticle) -> None:
    store, queue = make_store()
    store.submit([(article("a"), "1")])
    queue.take("busy", 1)
    assert queue.take_over("other", 10, 60.0) == []


def test_every_takeover_counts_as_a_delivery(make_store: Make, article: MakeArticle) -> None:
    store, queue = make_store()
    store.submit([(article("a"), "1")])
    assert queue.take("w", 1)[0].deliveries == 1
    assert [queue.take_over("w", 1, 0.0)[0].deliveries for _ in range(3)] == [2, 3, 4]


def test_an_article_given_up_is_a_dead_letter_and_can_be_sent_again(
    make_store: Make, article: MakeArticle, client: Redis
) -> None:
    store, queue = make_store()
    store.submit([(article("a"), "1")])
    queue.give_up(queue.take("worker", 1)[0])
    assert store.counts() == (0, 0)
    assert not client.exists(KEYS.article(A)), "what nobody will ever evict must not stay"
    assert store.submit([(article("a"), "1")]) == ["created"]


def test_a_live_article_whose_change_is_given_up_stays_live(
    make_store: Make, article: MakeArticle
) -> None:
    store, queue = make_store()
    store.submit([(article("a"), "1")])
    queue.finish(embedded(queue.take("worker", 1)))
    store.submit([(article("a", title="New"), "2")])
    queue.give_up(queue.take("worker", 1)[0])
    assert store.counts() == (1, 0)
    assert store.submit([(article("a", title="New"), "2")]) == ["updated"]


def test_giving_up_older_content_leaves_the_newer_queued(
    make_store: Make, article: MakeArticle
) -> None:
    store, queue = make_store()
    store.submit([(article("a"), "1")])
    older = queue.take("worker", 1)[0]
    store.submit([(article("a", title="New"), "2")])
    queue.give_up(older)
    assert queue.finish(embedded(queue.take("worker", 1), NEW)) == 1
    assert store.submit([(article("a", title="New"), "2")]) == ["unchanged"]


def test_a_worker_with_nothing_in_hand_leaves_the_group(
    make_store: Make, article: MakeArticle
) -> None:
    store, queue = make_store()
    store.submit([(article("a"), "1")])
    queue.take("idle", 1)
    assert queue.workers(60.0) == 1
    queue.leave("idle")
    assert queue.workers(60.0) == 1, "it still holds an entry that another must take over"
    queue.finish(embedded(queue.take_over("heir", 1, 0.0)))
    queue.leave("idle")
    queue.leave("heir")
    assert queue.workers(60.0) == 0


def test_the_group_is_made_once_however_many_workers_come(make_store: Make) -> None:
    make_store()
    _, queue = make_store()
    assert queue.take("worker", 1) == []


@pytest.mark.parametrize("count", [1, 128])
def test_a_batch_of_any_size_is_one_script(
    make_store: Make, article: MakeArticle, count: int
) -> None:
    store, queue = make_store()
    store.submit([(article(f"a{n}"), "1") for n in range(count)])
    assert queue.finish(embedded(queue.take("worker", count))) == count
