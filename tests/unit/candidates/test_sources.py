from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from recommender.candidates.crowd import Fresh, Surging, Trending, TrendingTopics
from recommender.candidates.explore import Explore, ExploreConfig
from recommender.candidates.interests import Interests
from recommender.candidates.situation import Situation
from recommender.candidates.sources import (
    QUIET_SECONDS,
    CandidateSource,
    Named,
    SourceConfig,
    blend,
    standard_sources,
)
from recommender.candidates.taste import CoRead, Followed, Next, Session, Similar
from recommender.catalogue.live import LiveCatalogue
from recommender.catalogue.view import Rows
from recommender.domain.ids import ArticleId
from recommender.domain.readers import Preferences

NOW = 1_767_225_600.0
HOUR = 3_600.0
NONE = np.empty(0, np.intp)


@pytest.fixture
def situation(catalogue: Callable[..., LiveCatalogue]) -> Situation:
    """Five articles, e the newest; d, c and b trend, d most; c is not eligible; mean not 0."""
    view = catalogue(
        a=((1, 0), {"published_at": NOW - 5, "category": "food", "source": "Herald"}),
        b=((0.8, 0.6), {"published_at": NOW - 4, "category": "food"}),
        c=((0.6, 0.8), {"published_at": NOW - 3, "expires_at": NOW - 1, "category": "food"}),
        d=((0, 1), {"published_at": NOW - 2, "category": "travel"}),
        e=((-1, 0), {"published_at": NOW - 1}),
    ).view
    return Situation(
        view=view,
        eligible=view.eligible(NOW),
        interests=Interests(
            vectors=np.empty((0, 2), np.float32),
            weights=np.empty(0, np.float32),
            members=(),
            session=np.zeros(2, np.float32),
            aversions=np.empty((0, 2), np.float32),
            affinity=np.zeros(3, np.float32),
            liked=NONE,
            strength=np.empty(0),
            mean=np.zeros(2, np.float32),
            recent=np.zeros(2, np.float32),
            strongest=np.empty((0, 2), np.float32),
            last_read=None,
            recency=0.0,
        ),
        preferences=Preferences(),
        trend_rows=view.rows_of([ArticleId("d"), ArticleId("c"), ArticleId("b")]),
        trend_values=np.array([9.0, 8.0, 2.0]),
        trend_surges=np.array([1.5, 8.0, 3.0]),
        co_read_rows=view.rows_of([ArticleId("a"), ArticleId("c"), ArticleId("e")]),
        co_read_values=np.array([1.0, 5.0, 2.0]),
        open_row=None,
        anchor=None,
        presence=0.0,
        now=NOW,
    )


def with_interests(situation: Situation, **fields: Any) -> Situation:
    arrays = {name: np.array(value, np.float32) for name, value in fields.items()}
    return replace(situation, interests=replace(situation.interests, **arrays))


def towards(situation: Situation, *vectors: tuple[float, float]) -> Situation:
    return with_interests(situation, vectors=vectors, weights=[1 / len(vectors)] * len(vectors))


def names(situation: Situation, rows: Iterable[int]) -> str:
    return "".join(situation.view.ids[row] for row in rows)


def brought(source: CandidateSource, situation: Situation) -> str:
    return names(situation, source.candidates(situation))


def test_similar_brings_the_nearest_eligible(situation: Situation) -> None:
    assert sorted(brought(Similar(1, 0), towards(situation, (1, 0)))) == ["a"]


def test_what_is_no_nearer_than_the_average_is_not_near(situation: Situation) -> None:
    """The mean has .28 in the direction of a; d has 0 and e has −1."""
    assert sorted(brought(Similar(5, 0), towards(situation, (1, 0)))) == ["a", "b"]


def test_every_interest_brings_its_nearest(situation: Situation) -> None:
    assert sorted(brought(Similar(2, 0), towards(situation, (1, 0), (-1, 0)))) == ["a", "e"]


def test_what_is_near_two_interests_comes_once(situation: Situation) -> None:
    assert sorted(brought(Similar(4, 0), towards(situation, (1, 0), (0.8, 0.6)))) == ["a", "b"]


@pytest.mark.parametrize(
    ("count", "least", "weights", "shares"),
    [
        (100, 10, [0.9, 0.1], [10 + 72, 10 + 8]),
        (100, 0, [0.9, 0.1], [90, 10]),
        (10, 10, [0.9, 0.1], [5, 5]),
        (1, 10, [0.9, 0.1], [1, 0]),
    ],
)
def test_interests_share_by_weight_over_the_least(
    count: int, least: int, weights: list[float], shares: list[int]
) -> None:
    assert Similar(count, least).shares(np.array(weights, np.float32)) == shares


def test_similar_brings_nothing_without_an_interest(situation: Situation) -> None:
    assert brought(Similar(3, 1), situation) == ""


def test_session_brings_what_is_near_the_last_minutes(situation: Situation) -> None:
    assert brought(Session(1), situation) == ""
    assert brought(Session(1), with_interests(situation, session=[0, 1])) == "d"


def test_next_brings_what_is_near_the_article_read(situation: Situation) -> None:
    assert brought(Next(2), situation) == ""
    reading_e = replace(situation, anchor=4, presence=1.0)
    assert brought(Next(1), reading_e) == "e"


def test_co_read_brings_what_most_read(situation: Situation) -> None:
    assert brought(CoRead(5), situation) == "ea"
    assert brought(CoRead(1), situation) == "e"


def test_followed_brings_the_newest_of_topics_and_sources(situation: Situation) -> None:
    assert brought(Followed(5), situation) == ""
    food = replace(situation, preferences=Preferences(topics=("food",)))
    assert brought(Followed(5), food) == "ba"
    assert brought(Followed(1), food) == "b"
    herald = replace(
        situation, preferences=Preferences(topics=("travel",), followed_sources=("Herald",))
    )
    assert brought(Followed(5), herald) == "da"


def test_trending_keeps_its_order_and_leaves_out_what_may_not_be_shown(
    situation: Situation,
) -> None:
    assert brought(Trending(5), situation) == "db"
    assert brought(Trending(1), situation) == "d"


def test_trending_topics_are_the_trends_of_what_the_reader_is_drawn_to(
    situation: Situation,
) -> None:
    assert brought(TrendingTopics(5), situation) == ""
    assert brought(TrendingTopics(5), with_interests(situation, affinity=[0, 1, -1])) == "b"


def test_surging_brings_the_most_sudden_with_some_readers(situation: Situation) -> None:
    assert brought(Surging(5), situation) == "bd"
    assert brought(Surging(1), situation) == "b"
    fading = replace(situation, trend_surges=np.array([1.0, 1.0, 0.5]))
    assert brought(Surging(5), fading) == ""
    lone = replace(situation, trend_values=np.array([1.0, 1.0, 1.0]))
    assert brought(Surging(5), lone) == ""


def test_fresh_brings_the_newest_eligible_first(situation: Situation) -> None:
    assert brought(Fresh(3), situation) == "edb"
    assert brought(Fresh(9), situation) == "edba"


def test_fresh_looks_at_all_articles_when_the_newest_are_not_eligible(
    situation: Situation,
) -> None:
    only_oldest = replace(situation, eligible=np.array([1, 0, 0, 0, 0], bool))
    assert brought(Fresh(1), only_oldest) == "a"


def test_pinned_obey_the_hard_rules(situation: Situation) -> None:
    assert brought(Named((2, 0), "pinned"), situation) == "a"


def explore(**fields: Any) -> Explore:
    return Explore(ExploreConfig(**{"count": 9, "hours": 1.0, "known_value": 3.0} | fields))


def test_explore_brings_what_is_new_and_hardly_read(situation: Situation) -> None:
    assert brought(explore(), situation) == "eba"
    assert brought(explore(known_value=2.0), situation) == "ea"
    assert brought(explore(hours=0.1), replace(situation, now=NOW + HOUR)) == ""
    assert brought(explore(count=0), situation) == ""
    assert brought(explore(pool=2), situation) == "e"


def test_the_new_take_turns_minute_by_minute(situation: Situation) -> None:
    turns = [
        brought(explore(count=2), replace(situation, now=NOW + 60 * minute)) for minute in range(3)
    ]
    assert sorted("".join(turns)) == sorted(2 * "eba")
    assert brought(explore(count=2), replace(situation, now=NOW + 59)) == turns[0]


def test_zero_turns_a_source_off(situation: Situation) -> None:
    everything = replace(
        with_interests(towards(situation, (1, 0)), session=[1, 0], affinity=[0, 1, 1]),
        preferences=Preferences(topics=("food",)),
        anchor=0,
        presence=1.0,
    )
    sources = [
        source
        for source in standard_sources(SourceConfig(), boosted=[0])
        if source.name != "pinned"
    ]
    assert all(len(source.candidates(everything)) for source in sources)
    off = SourceConfig(
        explore=ExploreConfig(count=0), **{source.name: 0 for source in sources[:-1]}
    )
    candidates = blend(standard_sources(off, boosted=[0]), everything)
    assert len(candidates.rows) == len(candidates.source) == 0
    assert candidates.failed == ()


def test_a_shared_candidate_comes_once_and_is_named_by_the_first_source(
    situation: Situation,
) -> None:
    near_a = towards(situation, (1, 0))
    candidates = blend((Similar(2, 0), Trending(2), Fresh(2)), near_a)
    named = {
        names(near_a, [row]): candidates.names[source]
        for row, source in zip(candidates.rows, candidates.source, strict=True)
    }
    assert named == {"a": "similar", "b": "similar", "d": "trending", "e": "fresh"}
    assert len(candidates.rows) == len(named)
    assert names(near_a, candidates.rows[candidates.brought_by("fresh")]) == "de"


@dataclass(frozen=True, slots=True)
class Broken:
    name: str

    def candidates(self, situation: Situation) -> Rows:
        raise ZeroDivisionError(str(situation.now))


def test_a_source_that_fails_is_skipped_and_named(situation: Situation) -> None:
    candidates = blend((Broken("first"), Trending(5), Broken("last")), situation)
    assert names(situation, candidates.rows) == "db"
    assert [candidates.names[source] for source in candidates.source] == ["trending", "trending"]
    assert candidates.failed == ("first", "last")
    assert len(blend((Broken("alone"),), situation).rows) == 0


def test_a_failing_source_is_told_of_once_a_minute(
    situation: Situation, caplog: pytest.LogCaptureFixture
) -> None:
    def told_at(seconds: float) -> int:
        caplog.clear()
        with caplog.at_level(logging.ERROR):
            blend((Broken("told"), Trending(5)), replace(situation, now=NOW + seconds))
        return sum("source told failed" in record.getMessage() for record in caplog.records)

    times = (0, QUIET_SECONDS - 1, QUIET_SECONDS, 1.5 * QUIET_SECONDS)
    assert [told_at(seconds) for seconds in times] == [1, 0, 1, 0]
