"""The pipeline on small worlds, without Redis."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
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
from recommender.domain.readers import CoRead, FeedState, Preferences, ReaderState, Trends
from recommender.domain.rules import Action, SiteRule, Target
from recommender.domain.signals import NoSignals, ReaderSignals, Signals
from recommender.feed import Arrangement, arrange
from recommender.feed_request import FeedConfig, FeedRequest, Site
from recommender.ranking.calibration import Calibration
from recommender.ranking.features import FEATURE_NAMES
from recommender.ranking.linear import LinearRanker, reading_column
from recommender.ranking.weighted import WeightedRanker
from recommender.reranking.calibration import CalibrationConfig
from recommender.reranking.diversify import RerankConfig
from recommender.reranking.exploration import ExplorationConfig
from recommender.trending.decay import level
from recommender.trending.ladder import TrendingConfig

NOW = 1_767_225_600.0
HOUR = 3_600.0
TRENDING = TrendingConfig()
NO_TRENDS = Trends(articles=(), ladders=np.empty((0, 4)), since=np.empty(0))
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
"""Nothing but the score decides."""

DEFAULT = FeedConfig()
REQUEST = FeedRequest(reader=ReaderId("anna"), size=10, token="0" * 16, now=NOW)

Article = tuple[tuple[float, ...], dict[str, Any]]


def axis(number: int, lean: float = 0.0, dimension: int = 8) -> tuple[float, ...]:
    """Return the unit vector along an axis, leaning by an angle towards the last one."""
    vector = [0.0] * dimension
    vector[number], vector[-1] = math.cos(lean), math.sin(lean)
    return tuple(vector)


def topic(name: str, number: int, count: int, **fields: Any) -> dict[str, Article]:
    """Return ``count`` articles of a topic, an hour apart, that fan out a little."""
    return {
        f"{name}{n}": (
            axis(number, 0.03 * n),
            {"category": name, "published_at": NOW - n * HOUR, **fields},
        )
        for n in range(count)
    }


@pytest.fixture
def view(catalogue: Callable[..., LiveCatalogue]) -> CatalogueView:
    return catalogue(
        **topic("food", 0, 15), **topic("football", 1, 15), **topic("science", 2, 15)
    ).view


def read(*articles: str, kind: Kind = Kind.LIKE) -> tuple[HistoryEntry, ...]:
    return tuple(
        HistoryEntry(article=ArticleId(each), kind=kind, occurred_at=NOW - HOUR)
        for each in articles
    )


def reader(history: Sequence[HistoryEntry] = (), **fields: Any) -> FeedState:
    seen = {each.article: each.occurred_at for each in history}
    state = ReaderState(history=tuple(history), **({"seen": seen} | fields))
    return FeedState(reader=state, trends=NO_TRENDS)


def trends(**clicks: float) -> Trends:
    """Return trends of articles clicked so often, all just now."""
    order = sorted(clicks, key=lambda each: -clicks[each])
    ladders = [[float(level(NOW, rate, clicks[each])) for rate in TRENDING.rates] for each in order]
    return Trends(
        articles=tuple(map(ArticleId, order)),
        ladders=np.array(ladders),
        since=np.full(len(order), NOW),
    )


def site(view: CatalogueView, config: FeedConfig = DEFAULT, **fields: Any) -> Site:
    around = {
        "rules": NO_RULES,
        "signals": NoSignals(),
        "ranker": WeightedRanker(config.weights),
        "trending": TRENDING,
        "co_read_half_life_hours": 24.0,
    }
    return Site(view=view, config=config, **(around | fields))


def topics(made: Arrangement, count: int = 10) -> list[str]:
    return [each.rstrip("0123456789") for each in made.ordering.articles[:count]]


def test_of_a_stranger_only_freshness_is_known(view: CatalogueView) -> None:
    made = arrange(REQUEST, reader(), site(view, BY_SCORE)).ordering
    column = FEATURE_NAMES.index("freshness")
    weight = BY_SCORE.weights.freshness
    halves = [2 ** (-int(each.lstrip("abcdefilnost")) / 12) for each in made.articles]
    assert made.scores == pytest.approx([weight * each for each in halves])
    assert made.contributions[:, column] == pytest.approx(made.scores)
    assert {each.code for each in made.reasons} == {"fresh"}


@pytest.mark.parametrize("config", [DEFAULT, BY_SCORE])
@pytest.mark.parametrize("history", [(), read("food1", "food2", "science3")])
def test_contributions_sum_to_the_score(
    view: CatalogueView, config: FeedConfig, history: tuple[HistoryEntry, ...]
) -> None:
    state = replace(reader(history), trends=trends(science1=9, food5=3))
    made = arrange(REQUEST, state, site(view, config)).ordering
    assert made.contributions.sum(axis=1) == pytest.approx(made.scores, abs=1e-9)
    assert made.features.shape == (len(made), len(FEATURE_NAMES))


def test_a_reader_of_two_tastes_has_both_in_the_first_ten(view: CatalogueView) -> None:
    """Even where one is read far more than the other."""
    history = read("football1", "football2", "football3", "football4", "food1")
    shown = topics(arrange(REQUEST, reader(history), site(view)))
    assert shown.count("football") >= 4
    assert shown.count("food") >= 2


def test_a_taste_is_named_by_an_article_of_it(view: CatalogueView) -> None:
    made = arrange(REQUEST, reader(read("food1", "football1")), site(view, BY_SCORE)).ordering
    for article, told in zip(made.articles[:10], made.reasons, strict=False):
        assert told.code == "similar"
        assert told.about == f"Title {article.rstrip('0123456789')}1"


@pytest.mark.parametrize(
    "fields",
    [
        {"history": read("food1")},
        {"seen": {ArticleId("food0"): NOW - HOUR}},
        {"hidden": (ArticleId("football0"),)},
        {"preferences": Preferences(topics=("science",))},
    ],
)
def test_a_feed_is_customised_where_the_readers_data_changed_the_order(
    view: CatalogueView, fields: dict[str, Any]
) -> None:
    state = FeedState(reader=ReaderState(**fields), trends=NO_TRENDS)
    assert arrange(REQUEST, state, site(view)).customised


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"seen": {ArticleId("gone"): NOW - HOUR}},
        {"hidden": (ArticleId("gone"),)},
        {"history": read("gone")},
        {"preferences": Preferences(language="de", muted_sources=("Nobody",))},
    ],
)
def test_a_feed_is_not_customised_where_they_changed_nothing(
    view: CatalogueView, fields: dict[str, Any]
) -> None:
    state = FeedState(reader=ReaderState(**fields), trends=trends(food3=5))
    assert not arrange(REQUEST, state, site(view)).customised


def test_a_feed_of_nobody_is_never_customised(view: CatalogueView) -> None:
    """What a guest's pages have shown is left out, and that makes them no reader."""
    state = FeedState(reader=ReaderState(seen={ArticleId("food0"): NOW}), trends=NO_TRENDS)
    assert not arrange(replace(REQUEST, reader=None), state, site(view)).customised


def test_what_is_next_to_the_article_being_read_comes_first(view: CatalogueView) -> None:
    request = replace(REQUEST, reading=ArticleId("science4"))
    made = arrange(request, reader(), site(view)).ordering
    assert "science4" not in made.articles
    assert made.articles[0].startswith("science")
    assert (made.reasons[0].code, made.reasons[0].about) == ("context", "Title science4")


def test_readers_of_this_also_read_that(view: CatalogueView) -> None:
    partners = ((ArticleId("food9"), float(level(NOW, math.log(2) / (24 * HOUR), 8.0))),)
    state = replace(reader(), co_read=(CoRead(anchor=ArticleId("science4"), partners=partners),))
    config = BY_SCORE.model_copy(
        update={"weights": BY_SCORE.weights.model_copy(update={"co_read": 2.0})}
    )
    made = arrange(replace(REQUEST, reading=ArticleId("science4")), state, site(view, config))
    assert made.ordering.articles[0] == "food9"
    assert made.ordering.reasons[0].code == "co_read"
    assert made.ordering.reasons[0].about == "Title science4"
    assert not made.customised, "the article is the request's, not the reader's"


def test_what_trends_leads_a_strangers_feed(view: CatalogueView) -> None:
    state = FeedState(reader=ReaderState(), trends=trends(football7=30, food9=10))
    made = arrange(REQUEST, state, site(view)).ordering
    assert made.articles[0] == "football7"
    assert made.reasons[0].code == "trending"
    assert made.sources[0] == "trending"


def test_followed_topics_bring_their_articles_and_say_so(view: CatalogueView) -> None:
    state = reader(preferences=Preferences(topics=("science",)))
    made = arrange(REQUEST, state, site(view, BY_SCORE))
    assert set(topics(made, 5)) == {"science"}
    assert made.ordering.reasons[0].about == "science"


def test_a_story_is_told_once(catalogue: Callable[..., LiveCatalogue]) -> None:
    told = topic("cup", 1, 5, story="cup0")
    view = catalogue(**topic("food", 0, 5), **told).view
    shown = topics(arrange(REQUEST, reader(), site(view)))
    assert shown.count("cup") == 1
    assert shown.count("food") == 5


def test_a_met_story_rests(catalogue: Callable[..., LiveCatalogue]) -> None:
    view = catalogue(**topic("food", 0, 5), **topic("cup", 1, 5, story="cup0")).view
    state = reader(seen={ArticleId("cup2"): NOW - HOUR})
    assert "cup" not in topics(arrange(REQUEST, state, site(view)))
    state = reader(seen={ArticleId("cup2"): NOW - 25 * HOUR})
    assert "cup" in topics(arrange(REQUEST, state, site(view)))


def test_a_filter_leaves_out_what_it_names(view: CatalogueView) -> None:
    request = replace(REQUEST, wanted=parse_filter('{"category": {"none": ["food", "science"]}}'))
    made = arrange(request, reader(read("food1")), site(view))
    assert set(topics(made)) == {"football"}


def test_pins_stand_at_their_places_and_bury_takes_from_the_score(view: CatalogueView) -> None:
    rules = (
        SiteRule(action=Action.PIN, target=Target.ARTICLE, value="food14", position=2),
        SiteRule(action=Action.BURY, target=Target.CATEGORY, value="science", amount=5.0),
        SiteRule(action=Action.HOLD_OUT, target=Target.ARTICLE, value="football0"),
    )
    compiled = compile_rules(rules, view, NOW)
    request = replace(REQUEST, size=20)
    made = arrange(request, reader(), site(view, BY_SCORE, rules=compiled)).ordering
    assert made.articles[1] == "food14"
    assert (made.sources[1], made.reasons[1].code, made.propensities[1]) == ("pinned", "pinned", 1)
    assert "football0" not in made.articles
    assert all(not each.startswith("science") for each in made.articles[:28])
    boost = made.contributions[:, FEATURE_NAMES.index("boost")]
    science = [each.startswith("science") for each in made.articles]
    assert boost == pytest.approx([-5.0 if each else 0.0 for each in science])


def test_drawn_places_say_so_and_everything_else_is_certain(view: CatalogueView) -> None:
    config = DEFAULT.model_copy(
        update={"exploration": ExplorationConfig(first=3, every=5), "ahead": 0}
    )
    made = arrange(replace(REQUEST, size=10), reader(), site(view, config)).ordering
    explored = [place for place, source in enumerate(made.sources) if source == "explore"]
    assert explored == [2, 7, 12, 17]
    for place, chance in enumerate(made.propensities):
        assert (chance < 1.0) == (place in explored)
        assert (made.reasons[place].code == "explore") == (place in explored)


def test_the_draws_change_nothing_but_their_own_places(view: CatalogueView) -> None:
    state = reader(read("food1"))
    orders = {
        tuple(
            "drawn" if source == "explore" else article
            for article, source in zip(made.articles, made.sources, strict=True)
        )
        for made in (
            arrange(replace(REQUEST, token=f"{n:016x}"), state, site(view)).ordering
            for n in range(30)
        )
    }
    assert len(orders) == 1


def test_an_ordering_tells_whether_anything_comes_after_it(view: CatalogueView) -> None:
    long = DEFAULT.model_copy(update={"ahead": 40})
    assert arrange(REQUEST, reader(), site(view, long)).complete, "45 articles fit into 10 + 40"
    made = arrange(REQUEST, reader(), site(view))
    assert len(made.ordering) == 30
    assert not made.complete


def test_exploration_takes_no_article_that_the_ordering_needs(view: CatalogueView) -> None:
    made = arrange(replace(REQUEST, size=45), reader(), site(view)).ordering
    assert len(set(made.articles)) == len(made) == 45


def test_nothing_eligible_is_an_empty_ordering(catalogue: Callable[..., LiveCatalogue]) -> None:
    view = catalogue(old=(axis(0), {"expires_at": NOW - 1})).view
    made = arrange(REQUEST, reader(read("old")), site(view))
    assert len(made.ordering) == 0
    assert made.complete


def test_a_boost_brings_its_articles_in_from_anywhere(
    catalogue: Callable[..., LiveCatalogue],
) -> None:
    old = {"old": (axis(3), {"category": "history", "published_at": NOW - 900 * HOUR})}
    view = catalogue(**old, **topic("food", 0, 120)).view
    rule = SiteRule(action=Action.BOOST, target=Target.ARTICLE, value="old", amount=2.0)
    assert "old" not in arrange(REQUEST, reader(), site(view)).ordering.articles
    boosted = compile_rules((rule,), view, NOW)
    made = arrange(REQUEST, reader(), site(view, rules=boosted)).ordering
    assert made.articles[0] == "old"
    assert (made.sources[0], made.reasons[0].code) == ("boosted", "boost")


def test_what_is_buried_comes_last_though_the_reader_likes_its_topic(view: CatalogueView) -> None:
    rule = SiteRule(action=Action.BURY, target=Target.CATEGORY, value="food", amount=5.0)
    rules = compile_rules((rule,), view, NOW)
    made = arrange(REQUEST, reader(read("food1", "food2")), site(view, BY_SCORE, rules=rules))
    assert "food" not in topics(made)


def test_nothing_is_said_to_be_read_by_many_that_is_not(view: CatalogueView) -> None:
    for clicks, code in ((1.0, "fresh"), (TRENDING.threshold, "trending")):
        made = arrange(REQUEST, replace(reader(), trends=trends(food0=clicks)), site(view)).ordering
        assert (made.articles[0], made.reasons[0].code) == ("food0", code)


class ShownInVain(NoSignals):
    """A site where each reader, but no guest, was shown one article nine times."""

    def __init__(self, article: str) -> None:
        self.article = article

    def of(
        self, reader: ReaderId | None, articles: Sequence[ArticleId], topics: Sequence[str]
    ) -> Signals:
        nothing, never = super().of(reader, articles, topics), np.full(len(articles), np.nan)
        own = ReaderSignals(
            shown=np.array([9.0 * (each == self.article) for each in articles]),
            first_shown=never,
            last_shown=never,
            clicked=np.zeros(len(articles)),
            last_clicked=never,
        )
        return nothing if reader is None else replace(nothing, own=own)


def learned(**weights: float) -> LinearRanker:
    """Return a ranker of these weights."""
    of_all = np.array([weights.get(name, 0.0) for name in FEATURE_NAMES])
    return LinearRanker(
        name="learned",
        weights=of_all,
        beside=np.zeros_like(of_all),
        squares=np.zeros_like(of_all),
        low=np.full_like(of_all, -1e6),
        high=np.full_like(of_all, 1e6),
        reading=reading_column(FEATURE_NAMES),
        calibration=Calibration(scores=(0.0,), chances=(0.5,)),
        effects=np.zeros_like(of_all),
    )


def test_a_feed_is_customised_where_what_was_counted_of_the_reader_changed_the_order(
    view: CatalogueView,
) -> None:
    """Nothing else is known of the reader than an article that is gone."""
    around = site(
        view, BY_SCORE, ranker=learned(freshness=0.5, own_shown=-1), signals=ShownInVain("food0")
    )
    made = arrange(REQUEST, reader(read("gone")), around)
    assert "food0" not in made.ordering.articles[:3]
    assert made.customised
    nobody = replace(REQUEST, reader=None)
    assert not arrange(nobody, reader(read("gone")), around).customised


def test_what_is_told_alike_is_a_reason_together(view: CatalogueView) -> None:
    """What is like the one article read adds .2 thrice, of which one alone is less than .5."""
    likes = dict.fromkeys(("similarity_mean", "similarity_recent", "similarity_nearest"), 0.2)
    for weights, code in ((likes, "similar"), ({"similarity_mean": 0.2}, "fresh")):
        around = site(view, BY_SCORE, ranker=learned(freshness=0.5, **weights))
        made = arrange(REQUEST, reader(read("food1")), around).ordering
        assert (made.articles[0], made.reasons[0].code) == ("food0", code)


def test_how_much_is_read_is_no_reason_for_any_article(view: CatalogueView) -> None:
    ranker = learned(history_length=5.0, last_seen=5.0, freshness=0.5)
    made = arrange(REQUEST, reader(read("food1")), site(view, BY_SCORE, ranker=ranker)).ordering
    assert made.scores[0] > 0.5
    assert {each.code for each in made.reasons} <= {"fresh", "more"}


@pytest.mark.parametrize("age_hours", [0, 100])
@pytest.mark.parametrize("history", [(), read("food1"), read("food1", "science7"), read("gone")])
def test_customised_is_what_a_comparison_of_both_orders_says(
    catalogue: Callable[..., LiveCatalogue],
    monkeypatch: pytest.MonkeyPatch,
    age_hours: int,
    history: tuple[HistoryEntry, ...],
) -> None:
    """Whichever way it is found out: here once with the short cut, and once without."""
    worlds = {}
    for number, name in enumerate(("food", "football", "science")):
        worlds |= topic(name, number, 40)
    for _, fields in worlds.values():
        fields["published_at"] -= age_hours * HOUR
    view = catalogue(**worlds).view
    state = replace(reader(history), trends=trends(science1=9, food5=3))
    made = arrange(REQUEST, state, site(view)).customised
    monkeypatch.setattr("recommender.feed._is_only_for_the_reader", lambda _: False)
    assert made == arrange(REQUEST, state, site(view)).customised
