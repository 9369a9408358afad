"""What is remembered of readers, and what is read along, within bounds."""

from __future__ import annotations

import math

import pytest

from recommender.domain.ids import ArticleId, EventId, ReaderId
from recommender.domain.interactions import Interaction, Kind
from recommender.evaluation.replay.histories import ReplayedHistory, ReplayedPairs
from recommender.store.limits import ReaderLimits
from recommender.trending.decay import T0, decay_rate

A, B, C, D = (ArticleId(each) for each in "abcd")
DAY = 86_400.0


def done(article: ArticleId, second: float, kind: Kind = Kind.CLICK) -> Interaction:
    return Interaction(
        id=EventId(""),
        reader=ReaderId("anna"),
        article=article,
        kind=kind,
        occurred_at=T0 + second,
    )


def remembered(history: ReplayedHistory) -> list[tuple[str, float]]:
    return [(entry.article, entry.occurred_at - T0) for entry in history.entries]


def test_the_oldest_is_forgotten_where_there_is_no_room() -> None:
    history = ReplayedHistory(2)
    for article, second in ((A, 1.0), (B, 2.0), (C, 3.0)):
        history.remember(done(article, second))
    assert remembered(history) == [("c", 3.0), ("b", 2.0)]


def test_the_same_done_again_counts_once_with_its_last_second() -> None:
    history = ReplayedHistory(5)
    for second in (2.0, 7.0, 4.0):
        history.remember(done(A, second))
    history.remember(done(B, 5.0))
    assert remembered(history) == [("a", 7.0), ("b", 5.0)]


def test_of_one_second_the_first_by_name_is_forgotten() -> None:
    history = ReplayedHistory(2)
    for article in (C, A, B):
        history.remember(done(article, 1.0))
    assert remembered(history) == [("c", 1.0), ("b", 1.0)]


@pytest.mark.parametrize("most", [1, 2, 3, 4])
def test_a_history_begun_is_the_one_remembered_event_by_event(most: int) -> None:
    events = [done(A, 1.0), done(B, 1.0), done(C, 1.0), done(A, 3.0), done(D, 2.0), done(A, 0.5)]
    slowly = ReplayedHistory(most)
    for each in events:
        slowly.remember(each)
    newest_first = sorted(events, key=lambda each: each.occurred_at, reverse=True)
    assert remembered(ReplayedHistory(most, newest_first)) == remembered(slowly)


def test_reads_are_told_once_newest_first_and_dislikes_are_none() -> None:
    history = ReplayedHistory(9)
    for each in (done(A, 1.0), done(B, 2.0), done(A, 5.0, Kind.READ), done(C, 9.0, Kind.DISLIKE)):
        history.remember(each)
    assert [(article, at - T0) for article, at in history.reads.items()] == [("a", 5.0), ("b", 2.0)]


def test_an_article_read_for_the_first_time_is_paired_with_the_last_ones() -> None:
    limits = ReaderLimits(co_read_depth=2)
    pairs, history = ReplayedPairs(limits), ReplayedHistory(9)
    for article, second in ((A, 0.0), (B, 10.0), (C, 20.0), (D, 30.0), (D, 40.0)):
        pairs.count(history, done(article, second), T0 + second)
        history.remember(done(article, second))
    told = {each.anchor: dict(each.partners) for each in pairs.read_along(history, A, T0 + 40.0)}
    rate = decay_rate(24.0)
    assert told[D] == {B: 30.0 * rate, C: 30.0 * rate}  # not A, and the second time not at all
    assert told[A] == {B: 10.0 * rate, C: 20.0 * rate}
    assert list(told) == [A, D, C, B]  # what is being read is the first anchor


def test_the_weakest_pairs_leave_once_all_new_ones_are_in() -> None:
    limits = ReaderLimits(max_co_read=5, co_read_depth=2)
    pairs = ReplayedPairs(limits)
    target = ArticleId("t")
    for number in range(4):  # four readers of t and of one other article each
        history = ReplayedHistory(9)
        history.remember(done(ArticleId(f"p{number}"), float(number)))
        pairs.count(history, done(target, 10.0 + number), T0 + 10.0 + number)
    # A fifth reads two others before: one of them is the weakest of t's pairs, and gains.
    history = ReplayedHistory(9)
    history.remember(done(ArticleId("new"), 20.0))
    history.remember(done(ArticleId("newer"), 21.0))
    pairs.count(history, done(target, 22.0), T0 + 22.0)
    (found,) = [
        each
        for each in pairs.read_along(ReplayedHistory(9), target, T0 + 22.0)
        if each.anchor == target
    ]
    assert sorted(article for article, _ in found.partners) == ["new", "newer", "p1", "p2", "p3"]


def test_two_readers_of_a_pair_add_up() -> None:
    pairs = ReplayedPairs(ReaderLimits())
    for _ in range(2):
        history = ReplayedHistory(9)
        history.remember(done(A, 0.0))
        pairs.count(history, done(B, 0.0), T0)
    (found,) = pairs.read_along(ReplayedHistory(9), A, T0)
    assert found.partners == ((B, pytest.approx(math.log(2.0))),)


def test_pairs_are_forgotten_after_a_while_without_new_ones() -> None:
    limits = ReaderLimits(co_read_ttl_days=1.0)
    pairs, history = ReplayedPairs(limits), ReplayedHistory(9)
    history.remember(done(A, 0.0))
    pairs.count(history, done(B, 0.0), T0)
    assert pairs.read_along(ReplayedHistory(9), A, T0 + DAY - 1.0)
    assert not pairs.read_along(ReplayedHistory(9), A, T0 + DAY)
    pairs.count(history, done(C, DAY), T0 + DAY)
    (found,) = pairs.read_along(ReplayedHistory(9), A, T0 + DAY)
    assert [article for article, _ in found.partners] == [C]
