"""Briefs in the pipeline: each stands for its story, within its share. Small worlds, no Redis."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from recommender.candidates.filters import parse_filter
from recommender.candidates.rules import NO_RULES, compile_rules
from recommender.catalogue.live import LiveCatalogue
from recommender.catalogue.view import CatalogueView
from recommender.domain.ids import ArticleId, ReaderId
from recommender.domain.interactions import HistoryEntry, Kind
from recommender.domain.readers import FeedState, Preferences, ReaderState, Trends
from recommender.domain.rules import Action, SiteRule, Target
from recommender.domain.signals import NoSignals
from recommender.domain.slates import Ordering
from recommender.feed import arrange
from recommender.feed_interleaving import arrange_interleaved
from recommender.feed_request import FeedConfig, FeedRequest, Site
from recommender.ranking.weighted import WeightedRanker
from recommender.reranking.calibration import CalibrationConfig
from recommender.reranking.diversify import RerankConfig
from recommender.reranking.exploration import ExplorationConfig
from recommender.trending.decay import level
from recommender.trending.ladder import TrendingConfig

NOW = 1_767_225_600.0
HOUR = 3_600.0
TRENDING = TrendingConfig()
BY_SCORE = FeedConfig(
    rerank=RerankConfig(
        diversity=0.0,
        max_source_share=1.0,
        max_category_share=1.0,
        fresh_share=0.0,
        calibration=CalibrationConfig(weight=0.0),
    ),
    exploration=ExplorationConfig(enabled=False),
)
"""Nothing but the score decides, and the share of briefs."""

REQUEST = FeedRequest(reader=ReaderId("anna"), size=10, token="0" * 16, now=NOW)

World = Callable[..., CatalogueView]


@pytest.fixture
def world(catalogue: Callable[..., LiveCatalogue]) -> World:
    """Give a maker of catalogues of 60 new articles and of ``stories`` old ones.

    Story n is told by ``s{n}a`` and ``s{n}b``, three days old, and by the brief ``brief{n}``, a day
    older still: no source but one that goes by the story brings it.
    """

    def world(stories: int = 1, **brief: Any) -> CatalogueView:
        found: dict[str, tuple[tuple[float, ...], dict[str, Any]]] = {
            f"new{n}": (axis(0, 0.01 * n), {"category": "new", "published_at": NOW - n * HOUR})
            for n in range(60)
        }
        for n in range(stories):
            of = {"story": f"s{n}a", "category": "cup"}
            told = of | {"published_at": NOW - 72 * HOUR, "source": "The Pitch"}
            found[f"s{n}a"] = (axis(1 + n % 6, 0.1), told)
            found[f"s{n}b"] = (axis(1 + n % 6, 0.2), told)
            own = {"published_at": NOW - 96 * HOUR, "source": "Briefs", "is_brief": True}
            found[f"brief{n}"] = (axis(1 + n % 6, 0.15), of | own | brief)
        return catalogue(**found).view

    return world


def axis(number: int, lean: float) -> tuple[float, ...]:
    vector = [0.0] * 8
    vector[number], vector[-1] = math.cos(lean), math.sin(lean)
    return tuple(vector)


def trends(**clicks: float) -> Trends:
    order = sorted(clicks, key=lambda each: -clicks[each])
    ladders = [[float(level(NOW, rate, clicks[each])) for rate in TRENDING.rates] for each in order]
    return Trends(
        articles=tuple(map(ArticleId, order)),
        ladders=np.array(ladders).reshape(-1, 4),
        since=np.full(len(order), NOW),
    )


CUP = trends(s0b=30)
"""One article of the story 0 is read by many."""


def site(view: CatalogueView, config: FeedConfig = BY_SCORE, *rules: SiteRule) -> Site:
    return Site(
        view=view,
        rules=compile_rules(rules, view, NOW) if rules else NO_RULES,
        signals=NoSignals(),
        ranker=WeightedRanker(config.weights),
        config=config,
        trending=TRENDING,
        co_read_half_life_hours=24.0,
    )


def served(
    view: CatalogueView,
    *rules: SiteRule,
    state: FeedState | None = None,
    config: FeedConfig = BY_SCORE,
    **request: Any,
) -> Ordering:
    nobody = FeedState(reader=ReaderState(), trends=CUP)
    asked = replace(REQUEST, **request)
    return arrange(asked, state or nobody, site(view, config, *rules)).ordering


def test_a_brief_comes_for_an_article_of_its_story_and_stands_in_its_place(world: World) -> None:
    made = served(world())
    assert made.articles[0] == "brief0"
    assert not {"s0a", "s0b"} & set(made.articles)
    assert made.sources[0] == "story"
    assert (made.reasons[0].code, made.reasons[0].about) == ("story", "Title s0b")


def test_what_is_told_of_a_score_stays_the_rankers(world: World) -> None:
    made = served(world())
    assert made.scores[0] < made.scores[1], "the place is owed to the story, not to the score"
    assert made.contributions.sum(axis=1) == pytest.approx(made.scores)


def test_a_brief_that_scores_most_of_its_story_has_its_own_reason(world: World) -> None:
    made = served(world(), state=FeedState(reader=ReaderState(), trends=trends(brief0=30)))
    assert (made.articles[0], made.sources[0]) == ("brief0", "trending")
    assert made.reasons[0].code == "trending"


def test_a_brief_of_a_story_that_nothing_brings_stays_out(world: World) -> None:
    nothing = FeedState(reader=ReaderState(), trends=trends())
    assert "brief0" not in served(world(), state=nothing).articles


def test_a_page_has_its_share_of_briefs_and_then_the_best_articles_tell(world: World) -> None:
    many = trends(**{f"s{n}b": 40.0 - n for n in range(8)})
    state = FeedState(reader=ReaderState(), trends=many)
    made = served(world(stories=8), state=state)
    assert made.articles[:8] == ("brief0", "brief1", *(f"s{n}b" for n in range(2, 8)))
    rerank = BY_SCORE.rerank.model_copy(update={"max_brief_share": 0.5})
    wider = BY_SCORE.model_copy(update={"rerank": rerank})
    made = served(world(stories=8), state=state, config=wider)
    assert [each.startswith("brief") for each in made.articles[:8]] == [True] * 5 + [False] * 3


@pytest.mark.parametrize("target", [(Target.SOURCE, "Briefs"), (Target.ARTICLE, "brief0")])
def test_a_buried_brief_stands_for_nothing(world: World, target: tuple[Target, str]) -> None:
    kind, value = target
    rule = SiteRule(action=Action.BURY, target=kind, value=value, amount=1.0)
    made = served(world(), rule)
    assert made.articles[0] == "s0b"
    assert "brief0" not in made.articles


def test_a_pinned_article_keeps_its_place_and_tells_the_story(world: World) -> None:
    rule = SiteRule(action=Action.PIN, target=Target.ARTICLE, value="s0a", position=3)
    made = served(world(), rule)
    assert made.articles[2] == "s0a"
    assert not {"brief0", "s0b"} & set(made.articles)


def test_a_pinned_brief_has_its_place_and_the_editors_reason(world: World) -> None:
    rule = SiteRule(action=Action.PIN, target=Target.ARTICLE, value="brief0", position=3)
    made = served(world(), rule)
    assert made.articles[2] == "brief0"
    assert (made.sources[2], made.reasons[2].code) == ("pinned", "pinned")


@pytest.mark.parametrize(
    "without",
    [
        {"preferences": Preferences(muted_sources=("Briefs",))},
        {"preferences": Preferences(muted_sources=("The Mail",))},
        {"hidden": (ArticleId("brief0"),)},
    ],
    ids=["muted", "one of its sources muted", "hidden"],
)
def test_for_a_brief_that_the_reader_does_not_want_the_article_comes(
    world: World, without: dict[str, Any]
) -> None:
    view = world(quoted=("The Pitch", "The Mail"))
    made = served(view, state=FeedState(reader=ReaderState(**without), trends=CUP))
    assert made.articles[0] == "s0b"
    assert "brief0" not in made.articles


@pytest.mark.parametrize("met", ["brief0", "s0a"])
def test_a_story_of_which_anything_was_met_rests_with_its_brief(world: World, met: str) -> None:
    state = FeedState(reader=ReaderState(seen={ArticleId(met): NOW - HOUR}), trends=CUP)
    assert not {"brief0", "s0a", "s0b"} & set(served(world(), state=state).articles)


@pytest.mark.parametrize(("with_ai", "first"), [(False, "brief0"), (True, "s0b")])
def test_who_wants_nothing_generated_with_ai_still_gets_what_was_compiled(
    world: World,
    with_ai: bool,  # noqa: FBT001
    first: str,
) -> None:
    wanted = parse_filter('{"generated_with_ai": "exclude"}')
    made = served(world(generated_with_ai=with_ai), wanted=wanted)
    assert made.articles[0] == first


def test_neither_a_brief_nor_its_story_is_drawn(world: World) -> None:
    view = world(stories=5, published_at=NOW)
    exploring = BY_SCORE.model_copy(update={"exploration": ExplorationConfig(first=2, every=2)})
    for number in range(20):
        made = served(view, config=exploring, token=f"{number:016x}")
        drawn = {
            each for each, by in zip(made.articles, made.sources, strict=True) if by == "explore"
        }
        assert drawn
        assert all(each.startswith("new") for each in drawn)


def test_a_strangers_feed_with_a_brief_is_not_customised(world: World) -> None:
    state = FeedState(reader=ReaderState(hidden=(ArticleId("gone"),)), trends=CUP)
    assert not arrange(REQUEST, state, site(world())).customised


@pytest.mark.parametrize("muted", [(), ("The Pitch",), ("Briefs",)])
@pytest.mark.parametrize("liked", [(), ("s1a",), ("s0a", "new50")])
def test_customised_is_what_a_comparison_of_both_orders_says(
    world: World, monkeypatch: pytest.MonkeyPatch, muted: tuple[str, ...], liked: tuple[str, ...]
) -> None:
    """Whichever way it is found out: here once with the short cut, and once without."""
    history = tuple(
        HistoryEntry(article=ArticleId(each), kind=Kind.LIKE, occurred_at=NOW - 50 * HOUR)
        for each in liked
    )
    preferences = Preferences(muted_sources=muted)
    state = FeedState(reader=ReaderState(history=history, preferences=preferences), trends=CUP)
    around = site(world(stories=6))
    made = arrange(REQUEST, state, around).customised
    monkeypatch.setattr("recommender.feed._is_only_for_the_reader", lambda _: False)
    assert made == arrange(REQUEST, state, around).customised


def test_an_ordering_of_all_there_is_is_complete(world: World) -> None:
    """Sixty articles and a brief for its story are all."""
    state = FeedState(reader=ReaderState(), trends=CUP)
    made = arrange(replace(REQUEST, size=100), state, site(world()))
    assert len(made.ordering) == 60 + 1
    assert made.complete


def test_two_rankings_merged_tell_a_story_once_and_alike_ones_stay_what_they_are(
    world: World,
) -> None:
    view = world(stories=6)
    state = FeedState(reader=ReaderState(), trends=trends(**{f"s{n}b": 40 - n for n in range(6)}))
    rerank = BY_SCORE.rerank.model_copy(update={"max_brief_share": 0.5, "diversity": 0.5})
    other = BY_SCORE.model_copy(update={"rerank": rerank})
    for number in range(20):
        request = replace(REQUEST, token=f"{number:016x}")
        one = arrange(request, state, site(view)).ordering
        alike = arrange_interleaved(request, state, site(view), site(view)).ordering
        assert (alike.articles, alike.reasons) == (one.articles, one.reasons)
        both = arrange_interleaved(request, state, site(view), site(view, other))
        told = view.story.codes[both.rows]
        assert len(set(told[told > 0].tolist())) == int((told > 0).sum())
