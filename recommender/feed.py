"""The feed's pipeline: retrieve, blend, filter, featurise, score, re-rank, explain.

Pure: it is given the reader, what trends, the catalogue's view and the time, and gives a slate. The
same function serves requests and replays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from recommender.candidates.eligibility import eligible_rows
from recommender.candidates.interests import Interest, InterestConfig, interest_of
from recommender.candidates.sources import (
    Candidates,
    Situation,
    SourceConfig,
    blend,
    standard_sources,
)
from recommender.catalogue.view import CatalogueView, Rows
from recommender.config import Config
from recommender.disclosure.reasons import reason_of
from recommender.domain.ids import ReaderId, SiteId, SlateId
from recommender.domain.readers import FeedState
from recommender.domain.slates import Impression, Slate
from recommender.ranking.features import FEATURE_NAMES, FeatureConfig, FeatureInputs, features
from recommender.ranking.weighted import Ranker, WeightedConfig, WeightedRanker
from recommender.reranking.mix import MixConfig, mix_categories
from recommender.trending.decay import value

REASON_ARTICLES = 20
"""Articles of the reader's own, strongest first, among which a reason finds its example."""

ALIKE = 0.35
"""Least cosine between two articles for one to be named as the reason for the other: chosen by
eye on the sample with the default model, not measured."""

SOURCE_FEATURES = {"similar": "similarity", "trending": "trending", "fresh": "freshness"}
"""The feature by which each candidate source chooses."""


class FeedConfig(Config):
    """A variant of the feed is one value of this."""

    size: int = Field(
        default=20,
        ge=1,
        le=100,
        description="Articles of a slate when none is asked for.",
    )
    sources: SourceConfig = SourceConfig()
    interests: InterestConfig = InterestConfig()
    features: FeatureConfig = FeatureConfig()
    weights: WeightedConfig = WeightedConfig()
    mix: MixConfig = MixConfig()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRequest:
    """One request for a slate.

    Parameters
    ----------
    reader : ReaderId or None
        None for a guest.
    now : float
        Seconds since the epoch.
    trending_rate : float
        Decay rate, per second, of the trending levels in the feed state.
    """

    site: SiteId
    reader: ReaderId | None
    size: int
    slate: SlateId
    now: float
    trending_rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltSlate:
    """A slate and the rows of ``view`` that it shows, in order."""

    slate: Slate
    rows: Rows


def build_slate(
    request: FeedRequest, state: FeedState, view: CatalogueView, config: FeedConfig
) -> BuiltSlate:
    """Return the slate for ``request``; empty where nothing is eligible."""
    reader = state.reader
    interest = interest_of(reader.history, view, request.now, config.interests)
    trending_rows, trending_values = _trending_now(request, state, view)
    situation = Situation(
        view=view,
        eligible=eligible_rows(view, request.now, (reader.seen, reader.hidden)),
        interest=interest,
        trending=trending_rows,
    )
    candidates = blend(standard_sources(config.sources), situation)
    rows = _features(request, situation, trending_values, candidates, config)
    ranker: Ranker = WeightedRanker(config.weights)
    contributions = ranker.contributions(rows)
    scores = contributions.sum(axis=1)
    chosen = mix_categories(
        scores,
        view.category[candidates.rows],
        request.size,
        config.mix.repeat_cost if interest.is_known else config.mix.repeat_cost_unknown,
    )
    slate = Slate(
        id=request.slate,
        site=request.site,
        reader=request.reader,
        created_at=request.now,
        policy=ranker.name,
        variant=None,
        personalised=interest.is_known and len(chosen) > 0,
        impressions=_impressions(situation, candidates, contributions, chosen),
        features=rows[chosen],
        feature_names=FEATURE_NAMES,
    )
    return BuiltSlate(slate=slate, rows=candidates.rows[chosen])


def _trending_now(
    request: FeedRequest, state: FeedState, view: CatalogueView
) -> tuple[Rows, NDArray[np.float64]]:
    """Return rows and values now of the live articles that trend, highest first."""
    rows = view.positions([article for article, _ in state.trending])
    levels = np.array([level for _, level in state.trending])
    live = rows >= 0
    return rows[live], value(levels[live], request.trending_rate, request.now)


def _features(
    request: FeedRequest,
    situation: Situation,
    trending_values: NDArray[np.float64],
    candidates: Candidates,
    config: FeedConfig,
) -> NDArray[np.float32]:
    view = situation.view
    of_every_row = np.zeros(view.count)
    of_every_row[situation.trending] = trending_values
    return features(
        FeatureInputs(
            vectors=view.vectors[candidates.rows],
            category=view.category[candidates.rows],
            published=view.published[candidates.rows],
            trending=of_every_row[candidates.rows],
            top_trending=float(trending_values[0]) if len(trending_values) else 0.0,
            interest=situation.interest.vector,
            affinity=situation.interest.affinity,
            now=request.now,
        ),
        config.features,
    )


def _impressions(
    situation: Situation,
    candidates: Candidates,
    contributions: NDArray[np.float64],
    chosen: NDArray[np.intp],
) -> tuple[Impression, ...]:
    view = situation.view
    rows = candidates.rows[chosen]
    codes = view.category[rows].tolist()
    sources = candidates.source[chosen].tolist()
    added = contributions[chosen].tolist()
    examples = _examples(view, situation.interest, rows)
    shown = []
    for place, row in enumerate(rows.tolist()):
        parts = added[place]
        source = candidates.names[sources[place]]
        category = view.categories[codes[place]] or None
        shown.append(
            Impression(
                position=place + 1,
                article=view.ids[row],
                score=sum(parts),
                source=source,
                propensity=1.0,  # the order is deterministic
                contributions=tuple(zip(FEATURE_NAMES, parts, strict=True)),
                reason=reason_of(_strongest(parts, source), category, examples[place]),
            )
        )
    return tuple(shown)


def _strongest(parts: Sequence[float], source: str) -> str:
    """Return the feature that added most; where none added anything, what the source stands for."""
    most = max(parts)
    return FEATURE_NAMES[parts.index(most)] if most > 0.0 else SOURCE_FEATURES[source]


def _examples(view: CatalogueView, interest: Interest, rows: Rows) -> list[str | None]:
    liked = interest.rows[:REASON_ARTICLES]
    if not len(liked) or not len(rows):
        return [None] * len(rows)
    cosines = view.vectors[rows] @ view.vectors[liked].T
    return [
        view.titles[liked[each]] if cosine >= ALIKE else None
        for each, cosine in zip(
            cosines.argmax(axis=1).tolist(), cosines.max(axis=1).tolist(), strict=True
        )
    ]
