"""Pages of a feed in the making: an ordering of what is eligible, and what is cut off it."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from recommender.candidates.eligibility import still_eligible
from recommender.candidates.filters import FeedFilter
from recommender.candidates.rules import CompiledRules, RuleCompiler
from recommender.catalogue.view import CatalogueView, Rows
from recommender.domain.ids import ReaderId, SiteId
from recommender.domain.readers import FeedState, ReaderState
from recommender.domain.signals import SignalSource
from recommender.domain.slates import Snapshot
from recommender.feed import Arrangement, arrange
from recommender.feed_interleaving import arrange_interleaved
from recommender.feed_request import FeedConfig, FeedRequest, Site
from recommender.ranking.features import FEATURE_NAMES
from recommender.reranking.chance import GUEST_DRAWS_SECONDS
from recommender.services.asking import Ask, written
from recommender.services.assigning import Assigner, Treatment
from recommender.services.follower import CatalogueFollower
from recommender.services.paging import Page, chosen_places, cut
from recommender.store.limits import ReaderLimits
from recommender.trending.ladder import TrendingConfig

TOKEN_BYTES = 8


class PageMaker:
    """Makes the pages of one site, from what was read and before anything is written."""

    def __init__(
        self,
        *,
        site: SiteId,
        signals: SignalSource,
        assigner: Assigner,
        follower: CatalogueFollower,
        config: FeedConfig,
        limits: ReaderLimits,
        trending: TrendingConfig,
    ) -> None:
        self._site = site
        self._signals = signals
        self._assigner = assigner
        self._follower = follower
        self._config = config
        self._limits = limits
        self._trending = trending
        self._rules = RuleCompiler()
        self.failures: Counter[str] = Counter()
        """How often each candidate source failed and was skipped."""

    def first(
        self,
        ask: Ask,
        state: FeedState,
        reader: ReaderId | None,
        view: CatalogueView,
        now: float,
        former: Snapshot | None = None,
    ) -> Page:
        """Order what is eligible and cut the first page off.

        Parameters
        ----------
        reader : ReaderId or None
            Whose state it is; None for nobody's, which is not looked at.
        former : Snapshot, optional
            What the ordering continues. It is made under what is assigned now, whatever the
            former one was made under.

        Raises
        ------
        InvalidInput
            The variant that was asked for is not to be had.
        """
        treatment = self._assigner.treatment(ask, reader, state.reader, now)
        page_size = treatment.arms[0].config.size
        token = secrets.token_hex(TOKEN_BYTES)
        size = ask.size or page_size
        language = ask.language or state.reader.preferences.language
        if reader is None:  # nothing of a reader but, within a guest's pages, what they showed
            seen = dict.fromkeys(former.shown if former else (), now)
            state = replace(state, reader=ReaderState(seen=seen))
        request = FeedRequest(
            reader=reader,
            size=size,
            token=token if reader else f"hour {int(now // GUEST_DRAWS_SECONDS)}",
            now=now,
            reading=ask.reading,
            wanted=ask.wanted,
            diversity=ask.diversity,
            shown=former.shown if former else (),
        )
        sites = self._sites(treatment, view, now)
        arranged = _arranged(request, state, sites)
        self.failures.update(arranged.failed)
        arms = zip(treatment.arms, sites, strict=True)
        is_ranker_lacking = any(arm.lacks(site.ranker) for arm, site in arms)
        snapshot = Snapshot(
            token=former.token if former else token,
            reader=reader,
            created_at=now,
            expires_at=now + self._limits.page_ttl_seconds,
            version=former.version if former else -1,
            next_position=former.next_position if former else 1,
            policy=arranged.policy,
            variant=treatment.variant,
            customised=arranged.customised,
            left=arranged.ordering,
            feature_names=FEATURE_NAMES,
            schema=treatment.schema,
            shown=former.shown if former else (),
            complete=arranged.complete,
            page_size=page_size,
            request=written(replace(ask, language=language)),
            failures=len(arranged.failed) + is_ranker_lacking,
        )
        able = list(range(len(arranged.ordering)))
        return cut(
            snapshot, able[:size], able, arranged.rows, site=self._site, token=token, now=now
        )

    def _sites(self, treatment: Treatment, view: CatalogueView, now: float) -> list[Site]:
        return [
            Site(
                view=view,
                rules=self._compiled(view, now),
                signals=self._signals,
                ranker=arm.ranker,
                config=arm.config,
                trending=self._trending,
                co_read_half_life_hours=self._limits.co_read_half_life_hours,
            )
            for arm in treatment.arms
        ]

    def following(
        self,
        snapshot: Snapshot,
        asked: Ask,
        reader: ReaderState,
        view: CatalogueView,
        now: float,
    ) -> Page | None:
        """Cut the next page off a snapshot; None where nothing is left of one that goes on.

        Parameters
        ----------
        asked : Ask
            What the snapshot was asked for, with the size of this page.
        reader : ReaderState
            Of the snapshot's reader; a guest's is not looked at.
        """
        rows = view.positions(snapshot.left.articles)
        nobody = ReaderState(seen=dict.fromkeys(snapshot.shown, now))
        able = self._able(rows, nobody if snapshot.reader is None else reader, view, now)
        may_differ = snapshot.reader is not None and not snapshot.customised
        if may_differ and able != self._able(rows, nobody, view, now):
            snapshot = replace(snapshot, customised=True)
        size, share = asked.size or snapshot.page_size, asked.wanted.max_ai_share
        chosen = chosen_places(able, view.with_ai[rows] == 1, size, share)
        if not chosen and not snapshot.complete:
            return None
        token = secrets.token_hex(TOKEN_BYTES)
        return cut(snapshot, chosen, able, rows, site=self._site, token=token, now=now)

    def offered(
        self, view: CatalogueView, reader: ReaderState, wanted: FeedFilter, now: float
    ) -> Callable[[Rows], Rows]:
        """Return what picks the rows that may be offered as more coverage: seen or not."""
        rules, config = self._compiled(view, now), self._config.eligibility
        spared = replace(reader, seen={})

        def offered(rows: Rows) -> Rows:
            mask = still_eligible(view, rows, now, spared, rules, config)
            return rows[mask if wanted.is_empty else mask & wanted.mask(view)[rows]]

        return offered

    def _able(self, rows: Rows, reader: ReaderState, view: CatalogueView, now: float) -> list[int]:
        """Return the places of what is left that may be shown still, one of each story."""
        live = np.flatnonzero(rows >= 0)
        rules = self._compiled(view, now)
        mask = still_eligible(view, rows[live], now, reader, rules, self._config.eligibility)
        first: dict[int, int] = {}
        for place in live[mask].tolist():
            first.setdefault(int(view.story.codes[rows[place]]) or -1 - place, place)
        return list(first.values())

    def _compiled(self, view: CatalogueView, now: float) -> CompiledRules:
        return self._rules.compiled(self._follower.rules, view, now)


def _arranged(request: FeedRequest, state: FeedState, sites: Sequence[Site]) -> Arrangement:
    if len(sites) == 1:
        return arrange(request, state, sites[0])
    return arrange_interleaved(request, state, *sites)
