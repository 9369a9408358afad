"""What the features of a feed are made of, on a small world and without Redis."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

from recommender.candidates.interests import InterestConfig, interests_of
from recommender.candidates.situation import Situation, situation_of
from recommender.catalogue.live import LiveCatalogue
from recommender.catalogue.view import CatalogueView
from recommender.domain.ids import ArticleId, ReaderId
from recommender.domain.interactions import HistoryEntry, Kind
from recommender.domain.readers import FeedState, ReaderState, Trends
from recommender.domain.signals import (
    TOPIC_HALF_LIFE_HOURS,
    Audiences,
    NoSignals,
    Signals,
    TopicCounts,
    no_audiences,
)
from recommender.feed_features import feature_rows
from recommender.ranking.features import FEATURE_NAMES, FeatureConfig
from recommender.trending.decay import decay_rate, level
from recommender.trending.ladder import TrendingConfig
from recommender.trending.signals import reader_signals
from recommender.trending.tastes import taste_of

NOW = 1_767_225_600.0
HOUR, DAY = 3_600.0, 86_400.0
TRENDING = TrendingConfig()
NO_TRENDS = Trends(articles=(), ladders=np.empty((0, 4)), since=np.empty(0))
ANNA = ReaderId("anna")


@dataclass
class Counted:
    """A site that counts of its topics, and of a reader with them, what is given here."""

    topics: Mapping[str, float] = field(default_factory=dict)
    own_topics: Mapping[str, TopicCounts] = field(default_factory=dict)
    audiences: Audiences | None = None
    asked: list[tuple[ReaderId | None, list[str], list[str]]] = field(default_factory=list)

    def of(
        self, reader: ReaderId | None, articles: Sequence[ArticleId], topics: Sequence[str]
    ) -> Signals:
        self.asked.append((reader, list(articles), list(topics)))
        rate = decay_rate(TOPIC_HALF_LIFE_HOURS)
        levels = {name: float(level(NOW, rate, clicks)) for name, clicks in self.topics.items()}
        nothing = NoSignals().of(reader, articles, topics)
        return replace(
            nothing,
            topics=levels,
            audiences=self.audiences or nothing.audiences,
            own=reader_signals(np.zeros((len(articles), 5))),
            own_topics=self.own_topics,
        )


@pytest.fixture
def view(catalogue: Callable[..., LiveCatalogue]) -> CatalogueView:
    """Four articles around the origin: two of food, one of travel, one of nothing."""
    food = {"category": "food", "subcategory": "baking"}
    return catalogue(
        cake=((1, 0), food | {"tags": ("sweet", "tea"), "published_at": NOW - 1 * HOUR}),
        soup=((0, 1), {"category": "food", "tags": ("salt",), "published_at": NOW - 2 * HOUR}),
        train=((-1, 0), {"category": "travel", "tags": ("tea",), "published_at": NOW - 4 * HOUR}),
        plain=((0, -1), {"published_at": NOW - 8 * HOUR}),
    ).view


def did(article: str, kind: Kind = Kind.CLICK, *, days_ago: float = 1.0) -> HistoryEntry:
    return HistoryEntry(article=ArticleId(article), kind=kind, occurred_at=NOW - days_ago * DAY)


def situation(
    view: CatalogueView,
    *history: HistoryEntry,
    reading: str | None = None,
    trends: Trends = NO_TRENDS,
) -> Situation:
    return situation_of(
        FeedState(reader=ReaderState(history=history), trends=trends),
        view,
        view.eligible(NOW),
        interests_of(history, view, NOW, InterestConfig()),
        trending=TRENDING,
        co_read_half_life_hours=24.0,
        reading=None if reading is None else ArticleId(reading),
        now=NOW,
    )


def feature(
    name: str,
    view: CatalogueView,
    *history: HistoryEntry,
    counted: Counted | None = None,
    **around: Any,
) -> dict[str, float]:
    """Return one feature of every article of the catalogue."""
    rows = feature_rows(
        situation(view, *history, **around),
        np.arange(len(view.ids)),
        history,
        reader=ANNA,
        signals=counted or Counted(),
        boost=None,
        config=FeatureConfig(),
    )
    found = rows[:, FEATURE_NAMES.index(name)].tolist()
    return dict(zip(view.ids, found, strict=True))


def test_signals_are_asked_for_once_of_each_article_and_of_each_topic_by_its_kind(
    view: CatalogueView,
) -> None:
    counted = Counted()
    feature("category_lift", view, counted=counted)
    ((reader, articles, topics),) = counted.asked
    assert reader == ANNA
    assert articles == ["cake", "soup", "train", "plain"]
    assert len(topics) == len(set(topics))
    assert set(topics) == {"c:food", "c:travel", "s:baking", "t:sweet", "t:tea", "t:salt"}


def test_nobodys_signals_are_asked_for_of_a_guest(view: CatalogueView) -> None:
    counted = Counted()
    feature_rows(
        situation(view),
        np.array([2]),
        (),
        reader=None,
        signals=counted,
        boost=None,
        config=FeatureConfig(),
    )
    assert counted.asked == [(None, ["train"], ["c:travel", "t:tea"])]


def test_a_tags_lift_is_of_the_articles_liked_against_everybodys_clicks(
    view: CatalogueView,
) -> None:
    """Two articles liked, both with tea; of 150 clicks 19 were on tea: (19 + 1) / (150 + 50)."""
    counted = Counted(topics={"": 150.0, "t:tea": 19.0})
    history = (did("cake"), did("train"), did("plain", Kind.HIDE))
    found = feature("best_tag_lift", view, *history, counted=counted)
    usual = 20 / 200
    expected = math.log((2 + 5 * usual) / (2 + 5) / usual)
    assert found["train"] == pytest.approx(expected)
    usual = 1 / 200  # nobody is counted for salt
    assert found["soup"] == pytest.approx(math.log((0 + 5 * usual) / (2 + 5) / usual))
    assert found["plain"] == 0


def test_a_categorys_lift_is_of_all_that_was_ever_read(view: CatalogueView) -> None:
    """Of 30 readings 6 were of food; the history has but one article, of travel."""
    counted = Counted(
        topics={"": 150.0, "c:food": 19.0},
        own_topics={
            "": TopicCounts(read=30),
            "c:food": TopicCounts(shown=99, clicked=4, read=6),
            "c:gone": TopicCounts(read=24),
        },
    )
    found = feature("category_lift", view, did("train"), counted=counted)
    usual = 20 / 200
    expected = math.log((6 + 5 * usual) / (30 + 5) / usual)
    assert found["cake"] == found["soup"] == pytest.approx(expected)
    usual = 1 / 200  # nobody is counted for travel, nor is the reader
    assert found["train"] == pytest.approx(math.log((0 + 5 * usual) / (30 + 5) / usual))
    assert found["plain"] == 0
    recent = feature("category_recent", view, did("train", days_ago=0.0), counted=counted)
    assert recent["train"] > 0 > recent["cake"], "of late the history counts"


def test_the_audience_is_compared_with_what_the_reader_read(view: CatalogueView) -> None:
    own_topics = {"": TopicCounts(read=3), "c:food": TopicCounts(read=3)}
    taste = taste_of(own_topics)
    audiences = replace(
        no_audiences(4),
        counts=np.array([0.0, 4.0, 0.0, 0.0]),
        tastes=np.outer([0.0, 4.0, 0.0, 0.0], taste),
        site_count=40.0,
        second=NOW,
    )
    counted = Counted(own_topics=own_topics, audiences=audiences)
    found = feature("audience", view, counted=counted)
    assert found == pytest.approx({"cake": 0, "soup": 4 / math.sqrt(4 + 5), "train": 0, "plain": 0})
    assert not any(feature("audience", view, counted=Counted(audiences=audiences)).values())


def test_a_topics_lift_of_late_is_of_what_the_articles_weigh_now(view: CatalogueView) -> None:
    counted = Counted(topics={"": 150.0, "t:tea": 19.0})
    history = (did("train", days_ago=0.0), did("soup", Kind.LIKE, days_ago=0.0))
    found = feature("best_tag_recent", view, *history, counted=counted)
    made = situation(view, *history).interests
    train = float(made.strength[made.liked.tolist().index(view.row(ArticleId("train")))])
    usual = 20 / 200
    expected = math.log((train + 2 * usual) / (float(made.strength.sum()) + 2) / usual)
    assert found["train"] == pytest.approx(expected)


def test_what_was_chosen_of_a_topic_is_its_readers(view: CatalogueView) -> None:
    """Ten shown, of which one is clicked as a rule where nothing is counted; two were."""
    counted = Counted(own_topics={"c:food": TopicCounts(shown=10, clicked=2)})
    found = feature("category_choice", view, counted=counted)
    assert found["cake"] == found["soup"] == pytest.approx(math.log((2 + 1) / (1 + 1)))
    assert found["train"] == found["plain"] == 0


def test_reads_are_what_adds_to_trends_and_the_newest_counts_as_the_last(
    view: CatalogueView,
) -> None:
    history = (
        did("cake", Kind.HIDE, days_ago=0.0),
        did("cake", days_ago=1.0),
        did("cake", Kind.READ, days_ago=2.0),
        did("soup", Kind.DISLIKE),
    )
    read = feature("own_read", view, *history)
    assert read == pytest.approx({"cake": math.log(1 + 2), "soup": 0, "train": 0, "plain": 0})
    last = feature("own_last_read", view, *history)
    assert last == pytest.approx({"cake": 1 / (1 + 24), "soup": 0, "train": 0, "plain": 0})


def test_candidates_are_compared_with_the_open_article(view: CatalogueView) -> None:
    same = feature("same_category", view, reading="cake")
    assert same == {"cake": 1, "soup": 1, "train": 0, "plain": 0}
    alike = feature("same_subcategory", view, reading="cake")
    assert alike == {"cake": 1, "soup": 0, "train": 0, "plain": 0}
    assert feature("is_open", view, reading="cake")["cake"] == 1
    newer = feature("newer_than_open", view, reading="soup")
    hours = {"cake": 1, "soup": 0, "train": -2, "plain": -6}
    expected = {name: math.copysign(math.log(1 + abs(by)), by) for name, by in hours.items()}
    assert newer == pytest.approx(expected)


def test_no_category_is_no_category_in_common(view: CatalogueView) -> None:
    assert set(feature("same_category", view, reading="plain").values()) == {0}
    assert set(feature("same_subcategory", view, reading="plain").values()) == {0}
    assert set(feature("reading", view, reading="plain").values()) == {1}


@pytest.mark.parametrize("reading", [None, "gone"])
def test_the_last_read_is_not_open(view: CatalogueView, reading: str | None) -> None:
    for name in ("reading", "is_open", "same_category", "newer_than_open"):
        found = feature(name, view, did("cake", days_ago=0.0), reading=reading)
        assert set(found.values()) == {0}


def test_habits_are_of_all_that_is_remembered(view: CatalogueView) -> None:
    history = (did("gone", Kind.HIDE, days_ago=0.5), did("cake", days_ago=3.0))
    length = feature("history_length", view, *history)
    assert length == pytest.approx(dict.fromkeys(view.ids, math.log(1 + 2)))
    seen = feature("last_seen", view, *history)
    assert seen == pytest.approx(dict.fromkeys(view.ids, math.log(1 + 12)))


def test_what_is_like_what_trends_is_near_the_crowd(view: CatalogueView) -> None:
    ladder = [float(level(NOW, rate, 7.0)) for rate in TRENDING.rates]
    trends = Trends(
        articles=(ArticleId("soup"),), ladders=np.array([ladder]), since=np.array([NOW])
    )
    found = feature("crowd_similarity", view, trends=trends)
    assert found == pytest.approx({"cake": 0, "soup": 1, "train": 0, "plain": -1})
    assert feature("trending", view, trends=trends)["soup"] == pytest.approx(1)


def test_candidates_are_compared_with_each_article_that_was_read(view: CatalogueView) -> None:
    found = feature("similarity_nearest", view, did("soup"), did("train"))
    assert found == pytest.approx({"cake": 0, "soup": 1, "train": 1, "plain": 0})


def test_an_article_has_the_same_features_in_whatever_company_and_order(
    view: CatalogueView,
) -> None:
    history = (did("cake"), did("train", Kind.LIKE))
    counted = Counted(topics={"": 150.0, "c:food": 19.0, "t:tea": 9.0})

    def rows(*wanted: int) -> np.ndarray:
        return feature_rows(
            situation(view, *history, reading="soup"),
            np.array(wanted, np.intp),
            history,
            reader=ANNA,
            signals=counted,
            boost=None,
            config=FeatureConfig(),
        )

    together = rows(0, 1, 2, 3)
    assert rows(3, 0, 2, 1) == pytest.approx(together[[3, 0, 2, 1]])
    for place in range(4):
        assert rows(place) == pytest.approx(together[[place]])
    assert rows().shape == (0, len(FEATURE_NAMES))
