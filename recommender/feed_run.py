"""One passage through the feed's pipeline, from the reader's situation to an order.

Pure, and each stage is computed when it is first needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from recommender.candidates.eligibility import eligible_rows
from recommender.candidates.interests import interests_of
from recommender.candidates.situation import Situation, situation_of
from recommender.candidates.sources import Candidates, blend, standard_sources, with_briefs
from recommender.catalogue.view import Rows
from recommender.domain.readers import FeedState, ReaderState
from recommender.domain.signals import SignalsOfGuests
from recommender.domain.slates import Ordering
from recommender.feed_features import feature_rows
from recommender.feed_reasons import EXPLORE_SOURCE, Grounds, reasons_of
from recommender.feed_request import FeedRequest, Site
from recommender.reranking.calibration import guaranteed_shares, target_shares
from recommender.reranking.chance import generator_of
from recommender.reranking.collapsing import best_of_stories
from recommender.reranking.diversify import Pool, Reranking, rerank
from recommender.reranking.exploration import Placement, explorable, place
from recommender.reranking.pins import pin


class Run:
    """The passage of one request under one variant's settings.

    Candidates are numbered from 0, in the order in which they were blended.
    """

    def __init__(self, request: FeedRequest, state: FeedState, site: Site) -> None:
        self.request, self.site = request, site
        self.state = _of_live_articles(request, state, site)
        self.depth = request.size + max(request.size, site.config.ahead)
        self.ranker = site.ranker
        self.situation = self._situation()
        self.candidates = self._retrieved()
        self.features = self._features()
        self.scores = self.ranker.scores(self.features)
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
        sources = standard_sources(config, pinned, self._boosted())
        return with_briefs(blend(sources, self.situation), self.situation)

    def _features(self) -> NDArray[np.float32]:
        boost, rows = self.site.rules.boost, self.candidates.rows
        return feature_rows(
            self.situation,
            rows,
            self.state.reader.history,
            reader=self.request.reader,
            signals=self.site.signals,
            boost=None if boost is None else boost[rows],
            config=self.site.config.features,
        )

    def _boosted(self) -> Rows:
        """Return the eligible rows that a rule boosts, the newest first."""
        if self.site.rules.boost is None:
            return np.empty(0, np.intp)
        rows = np.flatnonzero((self._boosts > 0.0) & self.situation.eligible)
        return rows[np.argsort(-self.site.view.published[rows], kind="stable")]

    @cached_property
    def _pinned(self) -> list[tuple[int, int]]:
        """The positions with the rows that the editors put there.

        Where the share of what is generated with AI is bounded, such an article has no pin: a pin
        is not counted against the bound.
        """
        view, bounded = self.site.view, self.request.wanted.max_ai_share is not None
        placed: dict[int, tuple[int, int]] = {}  # by story: the first pin of one tells it
        for position, row in self.site.rules.pins_among(self.situation.eligible):
            if position <= self.depth and not (bounded and view.with_ai[row] == 1):
                placed.setdefault(int(view.story.codes[row]) or -1 - row, (position, row))
        return list(placed.values())

    def _pins(self) -> list[tuple[int, int]]:
        """Return the positions with the candidates that the editors put there."""
        rows = self.candidates.rows
        return [(position, int(np.flatnonzero(rows == row)[0])) for position, row in self._pinned]

    @cached_property
    def _boosts(self) -> NDArray[np.float32]:
        """What the site's rules add to the score of each row of the catalogue."""
        boost = self.site.rules.boost
        return np.zeros(self.site.view.count, np.float32) if boost is None else boost

    def is_complete(self, placement: Placement, drawable: Sequence[int], retrieved: int) -> bool:
        """Tell whether an order holds all that could be shown: each story once, nothing undrawn.

        Parameters
        ----------
        drawable : sequence of int
            What its drawn places drew from.
        retrieved : int
            How many articles there were to order.
        """
        exhausted = len(placement.order) < self.depth
        all_retrieved = int(self.situation.eligible.sum()) <= retrieved
        undrawn = len(drawable) > int(placement.explored.sum())
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
            brief=view.is_brief[rows],
            buried=self._boosts[rows] < 0.0,
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
    def _undrawn_places(self) -> int:
        slots = self.site.config.exploration.slots(self.request.size)
        return max(0, self.request.size - len(slots) - len(self.pins))

    @cached_property
    def _exploited(self) -> tuple[list[int], Reranking]:
        exploited = self.exploited()
        return list(islice(exploited, self._undrawn_places)), exploited

    @property
    def first_page(self) -> list[int]:
        """The candidates of the first page that are neither drawn nor pinned, in order."""
        return self._exploited[0]

    def drawable(self, taken: Sequence[int]) -> list[int]:
        """Return the candidates that the drawn places draw from, highest score first.

        No more than can be spared: those that are not drawn come in a later ordering only.

        Parameters
        ----------
        taken : sequence of int
            Candidates that have their place, besides those that are pinned.
        """
        config, story = self.site.config.exploration, self.pool.story
        if not config.enabled:
            return []
        drawable = explorable(
            np.flatnonzero(self.candidates.brought_by(EXPLORE_SOURCE)).tolist(),
            self.pool,
            taken=[*taken, *(candidate for _, candidate in self.pins)],
            max_ai_share=self.request.wanted.max_ai_share,
        )
        stories = len(np.unique(story[story > 0])) + int((story == 0).sum())
        return drawable[: max(len(config.slots(self.depth)), stories - self.depth)]

    def ranking(self, drawable: Sequence[int]) -> list[int]:
        """Return the candidates in the order of their worth, to the depth; to be called once.

        Parameters
        ----------
        drawable : sequence of int
            Not exploited below the first page: who is drawn must not move the others.
        """
        first, following = self._exploited
        following.leave_out(drawable)
        return [*first, *islice(following, self.depth - len(first))]

    def placed(self, ranking: Sequence[int], drawable: Sequence[int]) -> Placement:
        """Return the order of a ranking, with what was drawn and pinned."""
        placed = place(
            ranking,
            drawable,
            self.scores,
            depth=self.depth,
            generator=generator_of(self.site.config.seed, self.request.reader, self.request.token),
            config=self.site.config.exploration,
        )
        return pin(placed, self.pins, depth=self.depth) if self.pins else placed

    @cached_property
    def placement(self) -> Placement:
        """The order by this run alone."""
        return self.placed(self.ranking(self.own_drawable), self.own_drawable)

    @cached_property
    def own_drawable(self) -> list[int]:
        """What the order by this run alone draws from."""
        return self.drawable(self.first_page)

    def ordering(self, placement: Placement) -> Ordering:
        """Return an order of the candidates with what is told of each."""
        order, candidates, view = list(placement.order), self.candidates, self.site.view
        rows = candidates.rows[order]
        sources = [
            EXPLORE_SOURCE if explored else candidates.names[candidates.source[candidate]]
            for candidate, explored in zip(order, placement.explored.tolist(), strict=True)
        ]
        contributions = self.ranker.contributions(self.features[order])
        owed = best_of_stories(order, self.scores, self.pool.story, self.pool.collapsing)
        return Ordering(
            articles=tuple(view.ids[row] for row in rows.tolist()),
            scores=contributions.sum(axis=1),
            sources=tuple(sources),
            propensities=placement.propensities,
            features=self.features[order],
            contributions=contributions,
            reasons=reasons_of(
                Grounds(
                    view=view,
                    situation=self.situation,
                    co_read=self.state.co_read,
                    threshold=self.site.trending.threshold,
                    rows=rows,
                    contributions=contributions,
                    owed={place: int(candidates.rows[each]) for place, each in owed.items()},
                ),
                sources,
            ),
        )

    def without_reader(self) -> Run:
        """Return the same passage with no data of the reader."""
        nobody = ReaderState(seen=dict.fromkeys(self.request.shown, self.request.now))
        about_reading = tuple(
            each for each in self.state.co_read if each.anchor == self.request.reading
        )
        return Run(
            self.request,
            FeedState(reader=nobody, trends=self.state.trends, co_read=about_reading),
            replace(self.site, signals=SignalsOfGuests(self.site.signals)),
        )


def _of_live_articles(request: FeedRequest, state: FeedState, site: Site) -> FeedState:
    """Return the state without what is read along with an article that left."""
    if request.reading is None or site.view.row(request.reading) is not None:
        return state
    # What is not live says nothing of what should follow it.
    others = tuple(each for each in state.co_read if each.anchor != request.reading)
    return replace(state, co_read=others)
