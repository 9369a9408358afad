"""The feed's pipeline: retrieve, blend, filter, featurise, score, re-rank, explore, explain.

Pure: it is given the reader, what trends, the catalogue's view, the site's rules and the time, and
gives an ordering. The same function serves requests and replays.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from recommender.candidates.eligibility import eligible_rows
from recommender.candidates.interests import interests_of
from recommender.candidates.situation import Situation, situation_of
from recommender.candidates.sources import IMPERSONAL, Candidates, blend, standard_sources
from recommender.catalogue.view import Rows
from recommender.domain.readers import FeedState, Preferences, ReaderState
from recommender.domain.signals import SignalsOfGuests
from recommender.domain.slates import Ordering
from recommender.feed_features import feature_rows
from recommender.feed_reasons import EXPLORE_SOURCE, Grounds, reasons_of
from recommender.feed_request import FeedRequest, Site
from recommender.reranking.calibration import guaranteed_shares, target_shares
from recommender.reranking.chance import generator_of
from recommender.reranking.diversify import Pool, Reranking, rerank
from recommender.reranking.exploration import Placement, explorable, place
from recommender.reranking.pins import pin


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
    if request.reading is not None and site.view.row(request.reading) is None:
        # What is not live says nothing of what should follow it.
        others = tuple(each for each in state.co_read if each.anchor != request.reading)
        state = replace(state, co_read=others)
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
        return blend(standard_sources(config, pinned, self._boosted()), self.situation)

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
            taken=[*self.first_page, *(candidate for _, candidate in self.pins)],
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
    if reader == ReaderState(preferences=Preferences(language=reader.preferences.language)):
        return False
    if _is_only_for_the_reader(run):
        return True
    about_reading = tuple(each for each in run.state.co_read if each.anchor == run.request.reading)
    nobody = ReaderState(seen=dict.fromkeys(run.request.shown, run.request.now))
    plain = _Run(
        run.request,
        FeedState(reader=nobody, trends=run.state.trends, co_read=about_reading),
        replace(run.site, signals=SignalsOfGuests(run.site.signals)),
    )
    own_rows, plain_rows = run.candidates.rows, plain.candidates.rows
    for mine, other in zip(run.first_page, plain.exploited(), strict=False):
        if own_rows[mine] != plain_rows[other]:
            return True
    return not np.array_equal(
        own_rows[list(run.placement.order)], plain_rows[list(plain.placement.order)]
    )


def _is_only_for_the_reader(run: _Run) -> bool:
    """Tell whether the first page shows what nobody else's sources bring: then it is customised.

    The impersonal sources bring the first of what may be shown. With the reader's data less may be,
    so what they do not bring to the reader they bring to nobody; only explored articles take turns.
    """
    candidates, explore = run.candidates, run.site.config.sources.explore
    rows = candidates.rows[run.first_page]
    brought = zip(candidates.names, candidates.brought, strict=True)
    common = np.concatenate([each for name, each in brought if name in IMPERSONAL])
    too_old = run.site.view.published[rows] < run.request.now - 3_600.0 * explore.hours
    known = run.situation.trending_at(rows) >= explore.known_value
    own = ~np.isin(rows, common) & (too_old | known)
    return not candidates.failed and bool(own.any())


def _ordering(run: _Run, placement: Placement) -> Ordering:
    order, candidates, view = list(placement.order), run.candidates, run.site.view
    rows = candidates.rows[order]
    sources = [
        EXPLORE_SOURCE if explored else candidates.names[candidates.source[candidate]]
        for candidate, explored in zip(order, placement.explored.tolist(), strict=True)
    ]
    contributions = run.ranker.contributions(run.features[order])
    return Ordering(
        articles=tuple(view.ids[row] for row in rows.tolist()),
        scores=contributions.sum(axis=1),
        sources=tuple(sources),
        propensities=placement.propensities,
        features=run.features[order],
        contributions=contributions,
        reasons=reasons_of(
            Grounds(
                view=view,
                situation=run.situation,
                co_read=run.state.co_read,
                threshold=run.site.trending.threshold,
                rows=rows,
                contributions=contributions,
            ),
            sources,
        ),
    )
