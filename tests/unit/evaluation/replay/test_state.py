"""The state of a site, event by event."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.domain.ids import ArticleId, ReaderId
from recommender.evaluation.data_sets.types import NONE, Articles
from recommender.evaluation.replay.state import ReplayedState
from recommender.store.limits import ReaderLimits
from recommender.trending.decay import value
from recommender.trending.ladder import TrendingConfig

NOON = 1_767_268_800.0
ANNA = 0
LISTED = np.array([0, 1])


@pytest.fixture
def state(articles: Articles) -> ReplayedState:
    return ReplayedState(articles, ReaderLimits(), TrendingConfig())


def test_clicks_and_reads_make_trends_by_their_weights(state: ReplayedState) -> None:
    state.read(ANNA, 1, NOON, 12.0)
    state.click(ANNA, 0, NOON, LISTED)
    trends = state.feed_state(ANNA, None, 10, NOON).trends
    assert trends.articles == ("a0", "a1")
    rungs = [
        value(trends.ladders[:, n], rate, NOON) for n, rate in enumerate(TrendingConfig().rates)
    ]
    for rung in rungs:
        assert rung == pytest.approx([1.0, 0.25])


def test_only_so_many_trends_are_told_as_are_asked_for(state: ReplayedState) -> None:
    for code in (0, 1, 1, 2, 2, 2):
        state.click(ANNA, code, NOON, None)
    assert state.feed_state(ANNA, None, 2, NOON).trends.articles == ("a2", "a1")


def test_histories_brought_along_replace_the_memory_and_count_nowhere_else(
    state: ReplayedState,
) -> None:
    state.click(ANNA, 0, NOON, LISTED)
    state.begin_history(ANNA, [(2, NOON - 9.0, 30.0), (3, NOON - 5.0, float("nan"))])
    told = [
        (each.article, each.kind.value, each.dwell_seconds) for each in state.history(ANNA).entries
    ]
    assert told == [("a3", "click", None), ("a2", "read", 30.0)]
    assert state.clicks.tolist() == [1, 0, 0, 0, 0, 0]
    assert state.feed_state(ANNA, None, 9, NOON).trends.articles == ("a0",)


def test_of_what_a_reader_begins_with_all_counts_for_topics_and_the_newest_is_history(
    articles: Articles,
) -> None:
    """a0 … are of what the fixture says; what was shown before stays, what was read is replaced."""
    limits = ReaderLimits().model_copy(update={"max_history": 1})
    state = ReplayedState(articles, limits, TrendingConfig())
    state.shown(ANNA, LISTED, NOON)
    state.click(ANNA, 0, NOON, LISTED)
    state.begin_history(ANNA, zip([2, 3, 3], [NOON - 9.0] * 3, [30.0] * 3, strict=True))
    counts = state.of(ReaderId(str(ANNA)), [], []).own_topics[""]
    assert counts == (2, 1, 3)
    assert len(state.history(ANNA).entries) == 1


def test_a_click_before_anything_is_asked_is_of_the_taste_that_a_reader_begins_with(
    state: ReplayedState,
) -> None:
    state.begin_history(ANNA, [(2, NOON - 9.0, 30.0)])
    state.click(ANNA, 0, NOON, LISTED)
    state.click(ANNA, 0, NOON + 1.0, LISTED)
    state.click(NONE, 0, NOON + 2.0, LISTED)
    found = state.of(ReaderId(str(ANNA)), [ArticleId("a0")], [])
    assert found.audiences.counts.tolist() == [1.0]
    assert found.own_topics[""].read == 1 + 2


def test_of_guests_nothing_is_remembered(state: ReplayedState) -> None:
    state.shown(NONE, LISTED, NOON)
    state.read(NONE, 3, NOON, None)
    state.click(NONE, 0, NOON, LISTED)
    told = state.feed_state(NONE, ArticleId("a3"), 9, NOON)
    assert told.reader.history == ()
    assert told.co_read == ()
    assert set(told.trends.articles) == {"a0", "a3"}
    found = state.of(None, [ArticleId("a0"), ArticleId("a1")], [])
    assert found.own is None
    assert (found.levels[:, 2] > -np.inf).all()  # shown, to whomever
    own = state.of(ReaderId(str(NONE)), [ArticleId("a0")], ["c:sport"])
    assert own.own is not None
    assert (own.own.shown, own.own.clicked) == (0.0, 0.0)
    assert not own.own_topics


def test_what_a_reader_met_is_told_of_that_reader_alone(state: ReplayedState) -> None:
    state.shown(ANNA, LISTED, NOON + 0.75)
    state.click(ANNA, 0, NOON + 9.0, LISTED)
    for reader, shown, clicked in ((ANNA, [0.0, 1.0], [1.0, 0.0]), (1, [0.0, 0.0], [0.0, 0.0])):
        own = state.of(ReaderId(str(reader)), [ArticleId("a0"), ArticleId("a1")], []).own
        assert own is not None
        assert own.shown.tolist() == shown
        assert own.clicked.tolist() == clicked
