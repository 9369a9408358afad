"""Two rankings in one feed: nothing twice, both sides alike, and draws that know of no coin."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest

from recommender.candidates.rules import NO_RULES, compile_rules
from recommender.catalogue.live import LiveCatalogue
from recommender.catalogue.view import CatalogueView
from recommender.domain.ids import ArticleId, ReaderId
from recommender.domain.interactions import HistoryEntry, Kind
from recommender.domain.readers import FeedState, ReaderState, Trends
from recommender.domain.rules import Action, SiteRule, Target
from recommender.domain.signals import NoSignals
from recommender.domain.slates import Ordering
from recommender.experiments.interleaving import team_draft
from recommender.experiments.overrides import overridden
from recommender.feed import arrange
from recommender.feed_interleaving import arrange_interleaved
from recommender.feed_request import FeedConfig, FeedRequest, Site
from recommender.feed_run import Run
from recommender.ranking.weighted import WeightedRanker
from recommender.reranking.exploration import ExplorationConfig
from recommender.trending.ladder import TrendingConfig

NOW = 1_767_225_600.0
HOUR = 3_600.0
REQUEST = FeedRequest(reader=ReaderId("anna"), size=10, token="0" * 16, now=NOW)
TRENDS = Trends(articles=(), ladders=np.empty((0, 4)), since=np.empty(0))
CONTROL = FeedConfig(ahead=10, exploration=ExplorationConfig(first=4, every=5))
OTHER = overridden(CONTROL, {"weights.similarity": 0.0, "weights.freshness": 3.0})
"""What is new comes first, whatever the reader likes."""

OLDEST = overridden(CONTROL, {"weights.similarity": 0.0, "weights.freshness": -3.0})
"""What is old comes first: of a story it has another article than the others."""

EVERYTHING: dict[str, object] = {"sources.explore.count": 60}
"""All of the articles may be drawn."""

NEW_ONES: dict[str, object] = EVERYTHING | {
    "sources.explore.hours": 20.0,
    "sources.similar": 10,
    "sources.session": 0,
    "sources.next": 0,
    "sources.fresh": 0,
}
"""The old ones are unknown to the control, which may draw the newer one of each story."""


def topic(name: str, number: int, stories: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002
    """Return 20 articles that fan out a little; with stories, n and n + 10 tell the same."""
    found = {}
    for n in range(20):
        vector = [0.0] * 4
        vector[number], vector[-1] = math.cos(0.03 * n), math.sin(0.03 * n)
        fields: dict[str, Any] = {"category": name, "published_at": NOW - (2 * n + number) * HOUR}
        found[f"{name}{n}"] = (
            tuple(vector),
            fields | ({"story": f"{name}{n % 10}"} if stories else {}),
        )
    return found


@pytest.fixture
def view(catalogue: Callable[..., LiveCatalogue]) -> CatalogueView:
    return catalogue(**topic("food", 0), **topic("football", 1), **topic("cup", 2, True)).view


@pytest.fixture
def state() -> FeedState:
    liked = HistoryEntry(article=ArticleId("food3"), kind=Kind.LIKE, occurred_at=NOW - HOUR)
    reader = ReaderState(history=(liked,), seen={liked.article: liked.occurred_at})
    return FeedState(reader=reader, trends=TRENDS)


def site(view: CatalogueView, config: FeedConfig = CONTROL, **fields: Any) -> Site:
    plain = {"rules": NO_RULES, "signals": NoSignals(), "trending": TrendingConfig()}
    ranker = WeightedRanker(config.weights)
    around = plain | {"ranker": ranker, "co_read_half_life_hours": 24.0} | fields
    return Site(view=view, config=config, **around)


def merged(view: CatalogueView, state: FeedState, number: int = 0, **fields: Any) -> Ordering:
    request = replace(REQUEST, token=f"{number:016x}")
    control, other = site(view, **fields), site(view, OTHER, **fields)
    return arrange_interleaved(request, state, control, other).ordering


def test_equal_rankings_change_nothing_but_the_teams(view: CatalogueView, state: FeedState) -> None:
    for number in range(20):
        request = replace(REQUEST, token=f"{number:016x}")
        one = arrange(request, state, site(view))
        both = arrange_interleaved(request, state, site(view), site(view))
        assert both.ordering.articles == one.ordering.articles
        assert both.ordering.sources == one.ordering.sources
        assert both.ordering.reasons == one.ordering.reasons
        for name in ("scores", "propensities", "features", "contributions"):
            assert np.array_equal(getattr(both.ordering, name), getattr(one.ordering, name))
        assert np.array_equal(both.rows, one.rows)
        told = (both.policy, both.customised, both.complete, both.failed)
        assert told == (one.policy, one.customised, one.complete, one.failed)
        assert one.ordering.teams is None
        assert one.ordering.credits is None
        assert set(both.ordering.teams or ()) == {"a", "b", ""}
        assert set(both.ordering.credits or ()) == {0.0}, "all is each one's alike"


@pytest.mark.parametrize("config", [OTHER, OLDEST], ids=["newest", "oldest"])
@pytest.mark.parametrize("sources", [{}, EVERYTHING, NEW_ONES], ids=["some", "all", "new"])
def test_no_article_and_no_story_comes_twice(
    catalogue: Callable[..., LiveCatalogue],
    state: FeedState,
    config: FeedConfig,
    sources: dict[str, object],
) -> None:
    """Of 30 stories, each told by a new and an old article, one is known already."""
    topics = [topic(name, axis, True) for axis, name in enumerate(("food", "football", "cup"))]
    view = catalogue(**topics[0], **topics[1], **topics[2]).view
    control = overridden(CONTROL, sources)
    for number in range(30):
        request = replace(REQUEST, token=f"{number:016x}")
        made = arrange_interleaved(request, state, site(view, control), site(view, config))
        articles = made.ordering.articles
        stories = {view.story.name(view.row(each) or 0) for each in articles}
        assert len(articles) == len(set(articles)) == len(stories) == 20


def test_the_teams_pick_in_turns_and_each_picks_the_best_that_it_has(
    view: CatalogueView, state: FeedState
) -> None:
    for number in range(30):
        made = merged(view, state, number)
        teams = [each for each in made.teams or () if each]
        rounds = [set(teams[n : n + 2]) for n in range(0, len(teams) - 1, 2)]
        assert all(each == {"a", "b"} for each in rounds)
    first = Counter((merged(view, state, n).teams or ())[0] for n in range(100))
    assert 30 <= first["a"] <= 70, "a fair coin; outside of this once in 30,000 times"


def test_what_is_drawn_or_pinned_is_of_no_team(view: CatalogueView, state: FeedState) -> None:
    pin = SiteRule(action=Action.PIN, target=Target.ARTICLE, value="food12", position=2)
    made = merged(view, state, rules=compile_rules((pin,), view, NOW))
    assert made.articles[1] == "food12"
    for source, team, chance in zip(made.sources, made.teams or (), made.propensities, strict=True):
        assert (team == "") == (source in {"explore", "pinned"})
        assert (chance < 1.0) == (source == "explore")
    assert "explore" in made.sources


def test_what_is_drawn_or_pinned_is_credited_to_nobody(
    view: CatalogueView, state: FeedState
) -> None:
    pin = SiteRule(action=Action.PIN, target=Target.ARTICLE, value="food12", position=2)
    made = merged(view, state, rules=compile_rules((pin,), view, NOW))
    told = zip(made.teams or (), made.credits or (), strict=True)
    assert {credit for team, credit in told if team == ""} == {0.0}
    assert any(made.credits or ())


def test_credits_are_those_of_a_draft_of_the_articles_of_both_rankings(
    view: CatalogueView, state: FeedState
) -> None:
    """What both rankings hold is one article there, whoever brings it."""
    undrawn = {"exploration.enabled": False}
    fresher = {"weights.freshness": 2.0}
    sites = [site(view, overridden(CONTROL, each)) for each in (undrawn, undrawn | fresher)]
    runs = [Run(REQUEST, state, each) for each in sites]
    rankings = [run.candidates.rows[run.ranking([])].tolist() for run in runs]
    codes = view.story.codes.tolist()
    found: dict[tuple[int, str], float] = {}
    wanted: dict[tuple[int, str], float] = {}
    for number in range(200):
        request = replace(REQUEST, token=f"{number:016x}")
        made = arrange_interleaved(request, state, *sites).ordering
        found |= dict(zip(enumerate(made.articles[:6]), made.credits or (), strict=False))
        drafted = team_draft(
            *rankings, 6, Random(number), story_of=lambda row: codes[row] or -1 - row
        )
        articles = [view.ids[row] for row in drafted.order]
        wanted |= dict(zip(enumerate(articles), drafted.credits.tolist(), strict=True))
    assert found == wanted
    assert any(abs(each) not in {0.0, 1.0} for each in found.values())


def test_each_articles_numbers_are_of_the_ranking_that_brought_it(
    view: CatalogueView, state: FeedState
) -> None:
    made = merged(view, state)
    weights = {"a": WeightedRanker(CONTROL.weights), "b": WeightedRanker(OTHER.weights)}
    for place, team in enumerate(made.teams or ()):
        row = made.features[place : place + 1]
        assert made.contributions[place] == pytest.approx(
            weights[team or "a"].contributions(row)[0]
        )
    assert made.scores == pytest.approx(made.contributions.sum(axis=1))


def test_who_is_drawn_with_which_probability_does_not_depend_on_the_coins(
    view: CatalogueView, state: FeedState
) -> None:
    """At one place an article is always as likely, and those of a place sum to 1."""
    chances: defaultdict[int, dict[str, set[float]]] = defaultdict(dict)
    orders = set()
    for number in range(300):
        made = merged(view, state, number)
        orders.add(tuple(made.teams or ()))
        for place in (3, 8):
            assert made.sources[place] == "explore"
            of_place = chances[place].setdefault(made.articles[place], set())
            of_place.add(round(float(made.propensities[place]), 12))
    assert len(orders) > 100
    for drawn in chances.values():
        assert all(len(each) == 1 for each in drawn.values())
        assert sum(min(each) for each in drawn.values()) == pytest.approx(1.0)
    assert not set(chances[3]) & set(chances[8])


def test_nothing_is_drawn_that_a_first_page_would_have_shown_anyway(
    view: CatalogueView, state: FeedState
) -> None:
    promised = set()
    for config in (CONTROL, OTHER):
        run = Run(REQUEST, state, site(view, config))
        promised |= {view.ids[row] for row in run.candidates.rows[run.first_page]}
    for number in range(100):
        made = merged(view, state, number)
        drawn = [a for a, s in zip(made.articles, made.sources, strict=True) if s == "explore"]
        assert not promised & set(drawn)


def test_a_merged_feed_is_customised_where_the_reader_changes_it(
    view: CatalogueView, state: FeedState
) -> None:
    stranger = FeedState(reader=ReaderState(), trends=TRENDS)
    for known, is_customised in ((state, True), (stranger, False)):
        made = arrange_interleaved(REQUEST, known, site(view), site(view, OTHER))
        assert made.customised is is_customised


def test_a_merged_feed_of_all_there_is_ends_there(
    catalogue: Callable[..., LiveCatalogue], state: FeedState
) -> None:
    small = catalogue(**dict(list(topic("food", 0).items())[:8])).view
    made = arrange_interleaved(REQUEST, state, site(small), site(small, OTHER))
    assert len(made.ordering) == 7, "all but the one that was read"
    assert made.complete


def test_length_and_chance_are_the_controls(view: CatalogueView, state: FeedState) -> None:
    bold = overridden(OTHER, {"exploration.first": 2, "exploration.every": 2, "ahead": 40})
    made = arrange_interleaved(REQUEST, state, site(view), site(view, bold)).ordering
    assert made.articles == merged(view, state).articles
