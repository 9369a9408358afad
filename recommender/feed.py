"""The feed's pipeline: retrieve, blend, filter, featurise, score, re-rank, explore, explain.

Pure: it is given the reader, what trends, the catalogue's view, the site's rules and the time, and
gives an ordering. The same function serves requests and replays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from recommender.candidates.eligibility import EligibilityConfig, eligible_rows
from recommender.candidates.filters import NO_FILTER, FeedFilter
from recommender.candidates.interests import InterestConfig, interests_of
from recommender.candidates.rules import CompiledRules
from recommender.candidates.situation import Situation, situation_of
from recommender.candidates.sources import Candidates, SourceConfig, blend, standard_sources
from recommender.catalogue.view import CatalogueView, Rows
from recommender.config import Config
from recommender.disclosure.reasons import PINNED, explore_reason, more_reason, reason_of
from recommender.domain.ids import ArticleId, ReaderId
from recommender.domain.readers import FeedState, ReaderState
from recommender.domain.slates import Ordering, Reason
from recommender.ranking.features import FEATURE_NAMES, FeatureConfig, FeatureInputs, features
from recommender.ranking.weighted import Ranker, WeightedConfig, WeightedRanker
from recommender.reranking.calibration import guaranteed_shares, target_shares
from recommender.reranking.chance import generator_of
from recommender.reranking.diversify import Pool, RerankConfig, Reranking, rerank
from recommender.reranking.exploration import ExplorationConfig, Placement, explorable, place
from recommender.reranking.pins import pin
from recommender.trending.ladder import TrendingConfig

REASON_ARTICLES = 20
"""Articles of the reader's own, strongest first, among which a reason finds its example."""

ALIKE = 0.35
"""Least cosine between two articles for one to be named as the reason for the other: chosen by
eye on the sample with the default model, not measured."""

LEAST_TOLD = 0.05
"""Score that a feature must have added to be told as the reason: what is nearly nothing is none."""

PINNED_SOURCE, EXPLORE_SOURCE = "pinned", "explore"


class FeedConfig(Config):
    """A variant of the feed is one value of this."""

    size: int = Field(
        default=20,
        ge=1,
        le=100,
        description="Articles of a page when no size is asked for.",
    )
    ahead: int = Field(
        default=20,
        ge=0,
        le=500,
        description="Articles ordered beyond the first page, for the next ones to come from.",
    )
    seed: int = Field(
        default=1,
        ge=0,
        le=2**63 - 1,
        description="Seed of all chance in feeds: draws repeat with the seed, reader and slate.",
    )
    eligibility: EligibilityConfig = EligibilityConfig()
    sources: SourceConfig = SourceConfig()
    interests: InterestConfig = InterestConfig()
    features: FeatureConfig = FeatureConfig()
    weights: WeightedConfig = WeightedConfig()
    rerank: RerankConfig = RerankConfig()
    exploration: ExplorationConfig = ExplorationConfig()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRequest:
    """One request for an ordering.

    Parameters
    ----------
    reader : ReaderId or None
        None where no reader's data are used.
    size : int
        Articles of a page.
    token : str
        What the slate's draws are derived from, with the seed and the reader.
    now : float
        Seconds since the epoch.
    reading : ArticleId or None
        The article that the reader has before them.
    diversity : float or None
        The dial, 0 to 1; the site's where None.
    """

    reader: ReaderId | None
    size: int
    token: str
    now: float
    reading: ArticleId | None = None
    wanted: FeedFilter = NO_FILTER
    diversity: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What an ordering depends on besides its request and the reader.

    Parameters
    ----------
    co_read_half_life_hours : float
        Of the counts in the feed state.
    """

    view: CatalogueView
    rules: CompiledRules
    config: FeedConfig
    trending: TrendingConfig
    co_read_half_life_hours: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """An ordering of up to a page and ``ahead`` articles; empty where nothing is eligible.

    Parameters
    ----------
    rows : ndarray, shape (n,)
        Where its articles are in the view.
    customised : bool
        Whether it differs from the ordering without the reader's data.
    complete : bool
        Whether nothing else could be shown: nothing comes after it.
    failed : tuple of str
        Candidate sources that were skipped because they failed.
    """

    ordering: Ordering
    rows: Rows
    policy: str
    customised: bool
    complete: bool
    failed: tuple[str, ...]


def arrange(request: FeedRequest, state: FeedState, site: Site) -> Arrangement:
    """Return the ordering for ``request``."""
    run = _Run(request, state, site)
    placement = run.placement
    return Arrangement(
        ordering=_ordering(run, placement),
        rows=run.candidates.rows[list(placement.order)],
        policy=run.ranker.name,
        customised=request.reader is not None and _is_customised(run),
        complete=run.is_complete,
        failed=run.candidates.failed,
    )


class _Run:
    """One passage through the pipeline; each stage is computed when it is first needed."""

    def __init__(self, request: FeedRequest, state: FeedState, site: Site) -> None:
        self.request, self.state, self.site = request, state, site
        self.depth = request.size + site.config.ahead
        self.ranker: Ranker = WeightedRanker(site.config.weights)
        self.situation = self._situation()
        self.candidates = self._retrieved()
        self.features = _features(self.situation, self.candidates.rows, site)
        self.contributions = self.ranker.contributions(self.features)
        self.scores = self.contributions.sum(axis=1)
        self.pins = self._pins()

    def _situation(self) -> Situation:
        request, site, reader = self.request, self.site, self.state.reader
        eligible = eligible_rows(
            site.view, request.now, reader, request.wanted, site.rules, site.config.eligibility
        )
        return situation_of(
            self.state,
            site.view,
            eligible,
            interests_of(
                reader.history,
                site.view,
                request.now,
                site.config.interests,
                reader.preferences.topics,
            ),
            trending=site.trending,
            co_read_half_life_hours=site.co_read_half_life_hours,
            reading=request.reading,
            now=request.now,
        )

    def _retrieved(self) -> Candidates:
        config = self.site.config.sources
        if config.fresh < self.depth:  # else a long page of a quiet site could not be filled
            config = config.model_copy(update={"fresh": self.depth})
        pinned = [row for _, row in self._pinned]
        return blend(standard_sources(config, pinned), self.situation)

    @cached_property
    def _pinned(self) -> list[tuple[int, int]]:
        """The positions with the rows that the editors put there.

        Where the share of what is generated with AI is bounded, such an article has no pin: a pin
        is not counted against the bound.
        """
        with_ai, bounded = self.site.view.with_ai, self.request.wanted.max_ai_share is not None
        return [
            (position, row)
            for position, row in self.site.rules.pins_among(self.situation.eligible)
            if position <= self.depth and not (bounded and with_ai[row] == 1)
        ]

    def _pins(self) -> list[tuple[int, int]]:
        """Return the positions with the candidates that the editors put there."""
        rows = self.candidates.rows
        return [(position, int(np.flatnonzero(rows == row)[0])) for position, row in self._pinned]

    @property
    def is_complete(self) -> bool:
        """Whether the order holds all that could be shown: each story once, nothing undrawn."""
        exhausted = len(self.placement.order) < self.depth
        all_retrieved = int(self.situation.eligible.sum()) <= len(self.candidates.rows)
        undrawn = len(self.drawable) > int(self.placement.explored.sum())
        return exhausted and all_retrieved and not undrawn

    @cached_property
    def pool(self) -> Pool:
        """The candidates as the re-ranking sees them."""
        view, rows, config = self.site.view, self.candidates.rows, self.site.config
        category = view.category.codes[rows]
        affinity = self.situation.interests.affinity
        fresh_since = self.request.now - 3_600.0 * config.rerank.fresh_hours
        return Pool(
            scores=self.scores,
            sketches=view.sketches[rows],
            category=category,
            source=view.source.codes[rows],
            story=view.story.codes[rows],
            fresh=view.published[rows] > fresh_since,
            with_ai=view.with_ai[rows] == 1,
            target=target_shares(affinity, category, config.rerank.calibration),
            guaranteed=guaranteed_shares(affinity, config.rerank.calibration),
        )

    def exploited(self) -> Reranking:
        """Return the candidates in the order of their worth, each chosen when it is asked for."""
        request, config = self.request, self.site.config.rerank
        return rerank(
            self.pool,
            config,
            size=request.size,
            diversity=config.diversity if request.diversity is None else request.diversity,
            max_ai_share=request.wanted.max_ai_share,
            pinned=[candidate for _, candidate in self.pins],
        )

    @property
    def first_exploited(self) -> int:
        """How many places of the first page are neither drawn nor pinned."""
        slots = self.site.config.exploration.slots(self.request.size)
        return max(0, self.request.size - len(slots) - len(self.pins))

    @cached_property
    def _exploited(self) -> tuple[list[int], Reranking]:
        """The exploited candidates of the first page, and those that follow."""
        exploited = self.exploited()
        return list(islice(exploited, self.first_exploited)), exploited

    @cached_property
    def drawable(self) -> list[int]:
        """The candidates that the drawn places draw from, highest score first.

        No more than can be spared: those that are not drawn come in a later ordering only.
        """
        config, story = self.site.config.exploration, self.pool.story
        if not config.enabled:
            return []
        drawable = explorable(
            np.flatnonzero(self.candidates.brought_by(EXPLORE_SOURCE)).tolist(),
            self.pool,
            taken=[*self._exploited[0], *(candidate for _, candidate in self.pins)],
            max_ai_share=self.request.wanted.max_ai_share,
        )
        stories = len(np.unique(story[story > 0])) + int((story == 0).sum())
        return drawable[: max(len(config.slots(self.depth)), stories - self.depth)]

    @cached_property
    def placement(self) -> Placement:
        """The order, with what was drawn and pinned."""
        first, following = self._exploited
        # What may be drawn is not exploited further down: who is drawn must not move the others.
        following.leave_out(self.drawable)
        placed = place(
            [*first, *islice(following, self.depth - len(first))],
            self.drawable,
            self.scores,
            depth=self.depth,
            generator=generator_of(self.site.config.seed, self.request.reader, self.request.token),
            config=self.site.config.exploration,
        )
        return pin(placed, self.pins, depth=self.depth) if self.pins else placed


def _is_customised(run: _Run) -> bool:
    """Tell whether the order differs from the one without the reader's data, chance apart.

    Most orders differ in the first places, so those are compared before all is computed.
    """
    reader = run.state.reader
    if reader == ReaderState(preferences=replace(reader.preferences, language=None)) and not (
        reader.preferences.topics
        or reader.preferences.followed_sources
        or reader.preferences.muted_sources
    ):
        return False
    about_reading = tuple(each for each in run.state.co_read if each.anchor == run.request.reading)
    plain = _Run(
        run.request,
        FeedState(reader=ReaderState(), trends=run.state.trends, co_read=about_reading),
        run.site,
    )
    first = run.first_exploited
    own_rows, plain_rows = run.candidates.rows, plain.candidates.rows
    for mine, other in zip(
        islice(run.exploited(), first), islice(plain.exploited(), first), strict=False
    ):
        if own_rows[mine] != plain_rows[other]:
            return True
    return not np.array_equal(
        own_rows[list(run.placement.order)], plain_rows[list(plain.placement.order)]
    )


def _features(situation: Situation, rows: Rows, site: Site) -> NDArray[np.float32]:
    view, interests, boost = site.view, situation.interests, site.rules.boost
    return features(
        FeatureInputs(
            vectors=view.vectors[rows],
            category=view.category.codes[rows],
            published=view.published[rows],
            trending=situation.trending_at(rows),
            surge=situation.surge_at(rows),
            co_read=situation.co_read_at(rows),
            followed=situation.followed_at(rows),
            boost=None if boost is None else boost[rows],
            top_trending=situation.top_trending,
            centre=view.centre,
            interests=interests.vectors,
            weights=interests.weights,
            session=interests.session,
            context=situation.context,
            aversions=interests.aversions,
            affinity=interests.affinity,
            now=situation.now,
        ),
        site.config.features,
    )


def _ordering(run: _Run, placement: Placement) -> Ordering:
    order, candidates, view = list(placement.order), run.candidates, run.site.view
    rows = candidates.rows[order]
    sources = [
        EXPLORE_SOURCE if explored else candidates.names[candidates.source[candidate]]
        for candidate, explored in zip(order, placement.explored.tolist(), strict=True)
    ]
    contributions = run.contributions[order]
    return Ordering(
        articles=tuple(view.ids[row] for row in rows.tolist()),
        scores=run.scores[order],
        sources=tuple(sources),
        propensities=placement.propensities,
        features=run.features[order],
        contributions=contributions,
        reasons=_reasons(run, rows, sources, contributions, placement.explored),
    )


def _reasons(
    run: _Run,
    rows: Rows,
    sources: Sequence[str],
    contributions: NDArray[np.float64],
    explored: NDArray[np.bool_],
) -> tuple[Reason, ...]:
    view, examples = run.site.view, _Examples(run, rows)
    told = []
    for place_, (row, source, parts) in enumerate(
        zip(rows.tolist(), sources, contributions.tolist(), strict=True)
    ):
        category = view.category.name(row)
        if source == PINNED_SOURCE:
            told.append(PINNED)
        elif explored[place_]:
            told.append(explore_reason(category))
        elif max(parts) < LEAST_TOLD:
            told.append(more_reason(category))
        else:
            strongest = FEATURE_NAMES[parts.index(max(parts))]
            told.append(
                reason_of(
                    strongest,
                    title=examples.title(strongest, place_, row),
                    category=category,
                    followed=examples.followed(row),
                )
            )
    return tuple(told)


class _Examples:
    """What the reasons of an ordering may name."""

    def __init__(self, run: _Run, rows: Rows) -> None:
        self._run, self._rows, self._view = run, rows, run.site.view

    def title(self, feature: str, place_: int, row: int) -> str | None:
        """Return the title that the feature compares the article at a place with, if any."""
        if feature in {"similarity", "session"}:
            return self._liked[place_]
        if feature == "context" and self._run.situation.anchor is not None:
            return self._view.titles[self._run.situation.anchor]
        if feature == "co_read":
            return self._read_with(self._view.ids[row])
        return None

    def followed(self, row: int) -> str | None:
        """Return the followed topic or source that a row belongs to."""
        chosen, view = self._run.state.reader.preferences, self._view
        if not (chosen.topics or chosen.followed_sources):
            return None
        topics = (view.category.name(row), view.subcategory.name(row))
        source = view.source.name(row)
        found = [each for each in topics if each in chosen.topics]
        return next(iter(found), source if source in chosen.followed_sources else None)

    @cached_property
    def _liked(self) -> list[str | None]:
        """For each place, the reader's own article that is most like it, where one is like it."""
        view, liked = self._view, self._run.situation.interests.liked[:REASON_ARTICLES]
        if not len(liked) or not len(self._rows):
            return [None] * len(self._rows)
        cosines = view.vectors[self._rows] @ view.vectors[liked].T
        return [
            view.titles[liked[each]] if cosine >= ALIKE else None
            for each, cosine in zip(
                cosines.argmax(axis=1).tolist(), cosines.max(axis=1).tolist(), strict=True
            )
        ]

    def _read_with(self, article: ArticleId) -> str | None:
        levels = {
            each.anchor: level
            for each in self._run.state.co_read
            for partner, level in each.partners
            if partner == article
        }
        row = self._view.row(max(levels, key=levels.__getitem__)) if levels else None
        return None if row is None else self._view.titles[row]
