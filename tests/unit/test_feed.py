"""The pipeline on a world of three articles, with every number by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest

from recommender.catalogue.live import LiveCatalogue
from recommender.catalogue.view import CatalogueView
from recommender.domain.ids import ArticleId, ReaderId, SiteId, SlateId
from recommender.domain.interactions import HistoryEntry, Kind
from recommender.domain.readers import FeedState, ReaderState
from recommender.feed import FeedConfig, FeedRequest, build_slate
from recommender.ranking.weighted import WeightedConfig
from recommender.reranking.mix import MixConfig
from recommender.trending.decay import decay_rate, level

NOW = 1_767_225_600.0
HOUR = 3_600.0
RATE = decay_rate(4.0)
CONFIG = FeedConfig(
    weights=WeightedConfig(similarity=1.0, affinity=0.5, trending=0.25, freshness=0.125),
    mix=MixConfig(repeat_cost=0.0, repeat_cost_unknown=0.0),
)
REQUEST = FeedRequest(
    site=SiteId("main"),
    reader=ReaderId("anna"),
    size=10,
    slate=SlateId("s"),
    now=NOW,
    trending_rate=RATE,
)
NOBODY = FeedState(reader=ReaderState(), trending=())


@pytest.fixture
def view(catalogue: Callable[..., LiveCatalogue]) -> CatalogueView:
    """East and west differ from the mean as they stand; the third is the mean itself."""
    return catalogue(
        east=((1, 0), {"category": "food", "published_at": NOW}),
        west=((-1, 0), {"category": "travel", "published_at": NOW - 12 * HOUR}),
        mild=((0, 0), {"category": "food", "published_at": NOW - 24 * HOUR}),
    ).view


def liked(article: str) -> HistoryEntry:
    return HistoryEntry(article=ArticleId(article), kind=Kind.LIKE, occurred_at=NOW)


def scores(view: CatalogueView, state: FeedState, config: FeedConfig = CONFIG) -> dict[str, float]:
    built = build_slate(REQUEST, state, view, config)
    return {each.article: each.score for each in built.slate.impressions}


def test_of_a_stranger_only_freshness_is_known(view: CatalogueView) -> None:
    assert scores(view, NOBODY) == pytest.approx(
        {"east": 0.125, "west": 0.125 / 2, "mild": 0.125 / 4}
    )


def test_taste_adds_similarity_and_affinity(view: CatalogueView) -> None:
    state = replace(NOBODY, reader=ReaderState(history=(liked("east"),)))
    assert scores(view, state) == pytest.approx(
        {"east": 1 + 0.5 + 0.125, "mild": 0 + 0.5 + 0.125 / 4, "west": -1 + 0 + 0.125 / 2}
    )


def test_attention_counts_by_its_logarithm_against_the_top_article(view: CatalogueView) -> None:
    trending = (
        (ArticleId("gone"), float(level(NOW, RATE, 40.0))),
        (ArticleId("west"), float(level(NOW, RATE, 15.0))),
        (ArticleId("mild"), float(level(NOW, RATE, 3.0))),
    )
    state = replace(NOBODY, trending=trending)
    assert scores(view, state) == pytest.approx(
        {
            "west": 0.25 + 0.125 / 2,
            "mild": 0.25 * math.log(1 + 3) / math.log(1 + 15) + 0.125 / 4,
            "east": 0.125,
        }
    )


def test_contributions_sum_to_the_score_and_the_largest_is_the_reason(
    view: CatalogueView,
) -> None:
    state = replace(NOBODY, reader=ReaderState(history=(liked("east"),)))
    shown = build_slate(REQUEST, state, view, CONFIG).slate.impressions
    assert [each.score for each in shown] == [sum(p for _, p in e.contributions) for e in shown]
    assert [each.reason.code for each in shown] == ["similar", "topic", "fresh"]
    assert [each.position for each in shown] == [1, 2, 3]


def test_seen_and_hidden_are_left_out(view: CatalogueView) -> None:
    reader = ReaderState(seen=(ArticleId("east"),), hidden=(ArticleId("west"),))
    assert scores(view, replace(NOBODY, reader=reader)).keys() == {"mild"}


def test_a_repeated_category_costs_more_where_taste_is_unknown(view: CatalogueView) -> None:
    config = CONFIG.model_copy(update={"mix": MixConfig(repeat_cost=0, repeat_cost_unknown=1)})
    assert list(scores(view, NOBODY, config)) == ["east", "west", "mild"]
    fresh_food = replace(NOBODY, trending=((ArticleId("mild"), float(level(NOW, RATE, 40.0))),))
    assert list(scores(view, fresh_food, config)) == ["mild", "west", "east"]
    assert list(scores(view, fresh_food)) == ["mild", "east", "west"]


def test_rows_are_the_slates_articles(view: CatalogueView) -> None:
    built = build_slate(REQUEST, NOBODY, view, CONFIG)
    assert [view.ids[row] for row in built.rows] == [e.article for e in built.slate.impressions]
    assert built.slate.features.shape == (3, 4)


def test_the_size_cuts_the_end_off(view: CatalogueView) -> None:
    built = build_slate(replace(REQUEST, size=2), NOBODY, view, CONFIG)
    assert [each.article for each in built.slate.impressions] == ["east", "west"]
