from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from recommender.candidates.interests import InterestConfig, interests_of
from recommender.candidates.situation import LAST_READ, Situation, situation_of
from recommender.catalogue.live import LiveCatalogue
from recommender.catalogue.view import CatalogueView
from recommender.domain.ids import ArticleId
from recommender.domain.interactions import HistoryEntry, Kind
from recommender.domain.readers import CoRead, FeedState, Preferences, ReaderState, Trends
from recommender.trending.decay import decay_rate, level
from recommender.trending.ladder import TrendingConfig

NOW = 1_767_225_600.0
HOUR = 3_600.0
TRENDING = TrendingConfig(half_lives_hours=(1.0, 4.0), served_hours=4.0, surge_hours=(1.0, 4.0))
FAST, SLOW = TRENDING.rates
CO_READ_HOURS = 24.0
CO_READ_RATE = decay_rate(CO_READ_HOURS)
NOTHING = Trends(articles=(), ladders=np.empty((0, 2)), since=np.empty(0))


@pytest.fixture
def view(catalogue: Callable[..., LiveCatalogue]) -> CatalogueView:
    return catalogue(
        a=((1, 0), {"category": "food", "source": "Herald", "story": "s1"}),
        b=((0, 1), {"category": "travel", "subcategory": "trains", "story": "s1"}),
        c=((-1, 0), {"category": "food", "source": "Post", "story": "s2"}),
        d=((0, -1), {}),
    ).view


def clicks(*events: tuple[float, float]) -> list[float]:
    """Return the ladder of one article from (hours ago, weight)."""
    return [
        float(np.logaddexp.reduce([level(NOW - ago * HOUR, rate, w) for ago, w in events]))
        for rate in TRENDING.rates
    ]


def trends(**ladders: list[float]) -> Trends:
    return Trends(
        articles=tuple(map(ArticleId, ladders)),
        ladders=np.array(list(ladders.values())),
        since=np.full(len(ladders), np.nan),
    )


def situation(
    view: CatalogueView, *history: HistoryEntry, reading: str | None = None, **state: Any
) -> Situation:
    reader = ReaderState(history=history, preferences=state.pop("preferences", Preferences()))
    return situation_of(
        FeedState(reader=reader, trends=state.pop("trends", NOTHING), **state),
        view,
        view.eligible(NOW),
        interests_of(history, view, NOW, InterestConfig(session_minutes=30.0)),
        trending=TRENDING,
        co_read_half_life_hours=CO_READ_HOURS,
        reading=None if reading is None else ArticleId(reading),
        now=NOW,
    )


def clicked(article: str, *, hours_ago: float = 0.0) -> HistoryEntry:
    return HistoryEntry(
        article=ArticleId(article), kind=Kind.CLICK, occurred_at=NOW - hours_ago * HOUR
    )


def test_trends_have_their_values_now_and_their_surges(view: CatalogueView) -> None:
    found = situation(
        view, trends=trends(gone=clicks((0, 9)), c=clicks((0, 6)), a=clicks((4, 8), (0, 1)))
    )
    assert [view.ids[row] for row in found.trend_rows] == ["c", "a"]
    assert found.trend_values == pytest.approx([6, 8 / 2 + 1])
    assert found.trend_surges == pytest.approx(
        [FAST / SLOW, FAST * (8 / 2**4 + 1) / (SLOW * (8 / 2 + 1))]
    )
    assert found.top_trending == pytest.approx(6)


def test_values_are_looked_up_by_row_and_0_for_the_rest(view: CatalogueView) -> None:
    found = situation(view, trends=trends(c=clicks((0, 6)), a=clicks((0, 2))))
    rows = np.array([3, 2, 1, 0])
    assert found.trending_at(rows) == pytest.approx([0, 6, 0, 2])
    assert found.surge_at(rows) == pytest.approx([0, 4, 0, 4])
    assert found.co_read_at(rows).tolist() == [0, 0, 0, 0]
    assert len(found.trending_at(rows[:0])) == 0


def test_nothing_trends_on_a_new_site(view: CatalogueView) -> None:
    found = situation(view, trends=Trends(articles=(), ladders=np.empty(0), since=np.empty(0)))
    assert found.top_trending == 0
    assert found.crowd.tolist() == [0, 0]
    assert found.trending_at(np.arange(4)).tolist() == [0, 0, 0, 0]


def test_the_crowd_points_to_what_trends_by_its_value(view: CatalogueView) -> None:
    found = situation(view, trends=trends(a=clicks((0, 4)), b=clicks((0, 3))))
    assert found.crowd == pytest.approx([4 / 5, 3 / 5])
    against = situation(view, trends=trends(a=clicks((0, 4)), c=clicks((0, 4))))
    assert against.crowd.tolist() == [0, 0]


def test_what_hardly_trends_any_more_still_has_a_direction(view: CatalogueView) -> None:
    """A thousand hours ago, at a half-life of four: 2^-250 clicks."""
    found = situation(view, trends=trends(a=clicks((1_000, 4)), b=clicks((1_000, 3))))
    assert found.crowd == pytest.approx([4 / 5, 3 / 5])


def test_co_readers_of_several_articles_add_up(view: CatalogueView) -> None:
    def count(hours_ago: float, readers: float) -> float:
        return float(level(NOW - hours_ago * HOUR, CO_READ_RATE, readers))

    found = situation(
        view,
        co_read=(
            CoRead(
                anchor=ArticleId("a"),
                partners=((ArticleId("c"), count(0, 3)), (ArticleId("gone"), count(0, 2))),
            ),
            CoRead(
                anchor=ArticleId("d"),
                partners=((ArticleId("c"), count(24, 4)), (ArticleId("b"), count(48, 4))),
            ),
        ),
    )
    assert found.co_read_at(np.arange(4)) == pytest.approx([0, 4 / 4, 3 + 4 / 2, 0])


def test_the_article_being_read_is_the_context_and_neither_it_nor_its_story_comes_next(
    view: CatalogueView,
) -> None:
    eligible = view.eligible(NOW)
    found = situation(view, clicked("c"), reading="a")
    assert found.context == pytest.approx([1, 0])
    assert found.open_row == found.anchor == view.row(ArticleId("a"))
    assert found.eligible.tolist() == [False, False, True, True]
    assert eligible.all()


def test_the_last_read_is_a_fading_context(view: CatalogueView) -> None:
    found = situation(view, clicked("c", hours_ago=0.5))
    assert found.context == pytest.approx([-LAST_READ / 2, 0])
    assert found.open_row is None
    assert found.eligible.all()
    assert situation(view, clicked("c", hours_ago=24)).anchor is None


@pytest.mark.parametrize("reading", [None, "gone"])
def test_without_an_article_there_is_no_context(view: CatalogueView, reading: str | None) -> None:
    found = situation(view, reading=reading)
    assert found.context.tolist() == [0, 0]
    assert found.open_row is None
    assert found.presence == 0
    assert found.eligible.all()


@pytest.mark.parametrize(
    ("preferences", "followed"),
    [
        (Preferences(), ""),
        (Preferences(topics=("food",)), "ac"),
        (Preferences(topics=("trains",)), "b"),
        (Preferences(followed_sources=("Herald",)), "a"),
        (Preferences(topics=("travel", "unheard of"), followed_sources=("Post",)), "bc"),
        (Preferences(topics=("",), followed_sources=("",)), ""),
    ],
)
def test_followed_are_topics_and_sources(
    view: CatalogueView, preferences: Preferences, followed: str
) -> None:
    mask = situation(view, preferences=preferences).followed_at(np.arange(4))
    assert "".join(view.ids[row] for row in np.flatnonzero(mask)) == followed
