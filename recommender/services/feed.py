"""Use case: a personal feed, page by page. One read, array arithmetic, one write for each page."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from recommender.candidates.eligibility import still_eligible
from recommender.candidates.filters import FeedFilter
from recommender.candidates.rules import CompiledRules, RuleCompiler
from recommender.catalogue.view import CatalogueView, Rows
from recommender.clock import Clock
from recommender.disclosure.labels import Disclosure, feed_disclosure
from recommender.disclosure.messages import pick_language, say
from recommender.domain.ids import ReaderId, SiteId, SlateId
from recommender.domain.readers import FeedState, ReaderState
from recommender.domain.signals import SignalSource
from recommender.domain.slates import Slate, Snapshot
from recommender.errors import CursorExpired, InvalidInput, StoreError
from recommender.feed import arrange
from recommender.feed_request import FeedConfig, FeedRequest, Site
from recommender.ranking.features import FEATURE_NAMES
from recommender.services.asking import Ask, AskMore, read, written
from recommender.services.cursors import CursorSigner
from recommender.services.follower import CatalogueFollower
from recommender.services.paging import Page, chosen_places, cut
from recommender.services.ranking import RankerKeeper
from recommender.services.showing import Presenter, Shown
from recommender.store.limits import ReaderLimits
from recommender.store.pages import PageStore
from recommender.store.readers import ReaderStore
from recommender.store.slates import Committed, SlateLog
from recommender.trending.ladder import TrendingConfig

TRIES = 32
"""How often a page is made anew because the reader was served something else meanwhile."""

GUEST_DRAWS_SECONDS = 3_600
"""Feeds without a reader's data draw alike for so long: all of them are one feed."""

TOKEN_BYTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One page of a feed.

    Parameters
    ----------
    id : SlateId
        Of the slate in the log.
    next : str or None
        Cursor of the next page; None where nothing is left.
    next_expires_at : float or None
        Second from which that cursor leads nowhere.
    empty : str or None
        Why there is nothing to show, in words; None where there is something.
    """

    id: SlateId
    slate: Slate
    shown: tuple[Shown, ...]
    language: str
    personalised: bool
    disclosure: Disclosure
    next: str | None
    next_expires_at: float | None
    empty: str | None


class FeedService:
    """Serves the feeds of one site."""

    def __init__(
        self,
        *,
        site: SiteId,
        readers: ReaderStore,
        pages: PageStore,
        slates: SlateLog,
        signals: SignalSource,
        rankers: RankerKeeper,
        follower: CatalogueFollower,
        presenter: Presenter,
        signer: CursorSigner,
        config: FeedConfig,
        limits: ReaderLimits,
        trending: TrendingConfig,
        clock: Clock,
    ) -> None:
        self._site = site
        self._readers = readers
        self._pages = pages
        self._slates = slates
        self._signals = signals
        self._rankers = rankers
        self._follower = follower
        self._presenter = presenter
        self._signer = signer
        self._config = config
        self._limits = limits
        self._trending = trending
        self._clock = clock
        self._rules = RuleCompiler()
        self._failures: Counter[str] = Counter()

    @property
    def source_failures(self) -> Mapping[str, int]:
        """How often each candidate source failed and was skipped, in this process."""
        return self._failures

    def feed(self, ask: Ask) -> Feed:
        """Return a first page of up to ``size`` articles; it is logged before this returns.

        Raises
        ------
        InvalidInput
            The filter wants articles of the future.
        """
        now = self._clock.now()
        ask.wanted.check(now)
        for _ in range(TRIES):
            view = self._follower.catalogue.view
            state, reader = self._state(ask)
            page = self._first_page(ask, state, reader, view, now)
            committed = self._slates.commit(page.slate, page.left)
            if isinstance(committed, Committed):
                chosen = state.reader.preferences.language
                wanted = [each for each in (ask.language, chosen, *ask.accepted) if each]
                spared = state.reader if reader else ReaderState()
                offered = self._offered(view, spared, ask.wanted, now)
                return self._shown(committed.id, page, view, pick_language(wanted), offered)
        raise StoreError("the reader's feed is asked for faster than it can be made")

    def more(self, ask: AskMore) -> Feed:
        """Return a further page; it is logged before this returns.

        The snapshot's order is kept; what the reader met meanwhile, or may no longer get, is left
        out of it. When it is used up, an ordering of what is eligible now follows.

        Raises
        ------
        InvalidInput
            The cursor was not made here, or for another reader.
        CursorExpired
            Its pages are no longer kept.
        """
        now = self._clock.now()
        token, reader = self._token(ask, now)
        for _ in range(TRIES):
            view = self._follower.catalogue.view
            kept = self._pages.read_page(reader, token, self._rest_hours)
            if kept.snapshot is None or not kept.reader.preferences.personalised:
                raise CursorExpired
            preferred = kept.reader.preferences.language
            first = read(kept.snapshot.request).language
            wanted = [each for each in (ask.language, preferred, first, *ask.accepted) if each]
            language = pick_language(wanted)
            page = self._next_page(ask, kept.snapshot, kept.reader, view, now)
            committed = self._slates.commit(page.slate, page.left)
            if isinstance(committed, Committed):
                asked = read(page.left.request).wanted
                offered = self._offered(view, kept.reader, asked, now)
                return self._shown(committed.id, page, view, language, offered)
        raise StoreError("the reader's feed is asked for faster than it can be made")

    @property
    def _rest_hours(self) -> float:
        """For how long back the seconds matter at which a reader met articles."""
        return self._config.eligibility.story_rest_hours

    def _token(self, ask: AskMore, now: float) -> tuple[str, ReaderId | None]:
        """Return where the cursor leads, and whose it is.

        Who asked for a feed without personalisation got a guest's cursor, and may send their id
        along with it.
        """
        try:
            return self._signer.read(ask.cursor, ask.reader, now), ask.reader
        except InvalidInput:
            if ask.reader is None:
                raise
            return self._signer.read(ask.cursor, None, now), None

    def _state(self, ask: Ask) -> tuple[FeedState, ReaderId | None]:
        """Return the state to rank by, and whose it is: nobody's without personalisation."""
        depth = self._config.sources.trend_depth
        if ask.reader is None or not ask.personalised:
            return self._readers.guest_state(ask.reading, depth), None
        state = self._readers.feed_state(ask.reader, ask.reading, depth, self._rest_hours)
        return state, ask.reader if state.reader.preferences.personalised else None

    def _first_page(
        self,
        ask: Ask,
        state: FeedState,
        reader: ReaderId | None,
        view: CatalogueView,
        now: float,
        former: Snapshot | None = None,
    ) -> Page:
        """Order what is eligible and cut the first page off; ``former`` is what it continues."""
        token = secrets.token_hex(TOKEN_BYTES)
        size = ask.size or self._config.size
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
        site = Site(
            view=view,
            rules=self._compiled(view, now),
            signals=self._signals,
            ranker=self._rankers.ranker,
            config=self._config,
            trending=self._trending,
            co_read_half_life_hours=self._limits.co_read_half_life_hours,
        )
        arranged = arrange(request, state, site)
        self._failures.update(arranged.failed)
        snapshot = Snapshot(
            token=former.token if former else token,
            reader=reader,
            created_at=now,
            expires_at=now + self._limits.page_ttl_seconds,
            version=former.version if former else -1,
            next_position=former.next_position if former else 1,
            policy=arranged.policy,
            variant=None,
            customised=arranged.customised,
            left=arranged.ordering,
            feature_names=FEATURE_NAMES,
            shown=former.shown if former else (),
            complete=arranged.complete,
            request=written(replace(ask, language=language)),
        )
        able = list(range(len(arranged.ordering)))
        return cut(
            snapshot, able[:size], able, arranged.rows, site=self._site, token=token, now=now
        )

    def _next_page(
        self,
        ask: AskMore,
        snapshot: Snapshot,
        reader: ReaderState,
        view: CatalogueView,
        now: float,
    ) -> Page:
        size = ask.size or self._config.size
        again = replace(read(snapshot.request), reader=snapshot.reader, size=size)
        rows = view.positions(snapshot.left.articles)
        if snapshot.reader is None:
            reader = ReaderState(seen=dict.fromkeys(snapshot.shown, now))
        able = self._able(rows, reader, view, now)
        nobody = ReaderState(seen=dict.fromkeys(snapshot.shown, now))
        if able != self._able(rows, nobody, view, now):
            snapshot = replace(snapshot, customised=True)
        with_ai = view.with_ai[rows] == 1
        chosen = chosen_places(able, with_ai, size, again.wanted.max_ai_share)
        if chosen or snapshot.complete:
            token = secrets.token_hex(TOKEN_BYTES)
            return cut(snapshot, chosen, able, rows, site=self._site, token=token, now=now)
        state, owner = self._state(again)
        if owner != snapshot.reader:
            raise CursorExpired
        return self._first_page(again, state, owner, view, now, former=snapshot)

    def _able(self, rows: Rows, reader: ReaderState, view: CatalogueView, now: float) -> list[int]:
        """Return the places of what is left that may be shown still, one of each story."""
        live = np.flatnonzero(rows >= 0)
        rules = self._compiled(view, now)
        mask = still_eligible(view, rows[live], now, reader, rules, self._config.eligibility)
        first: dict[int, int] = {}
        for place in live[mask].tolist():
            first.setdefault(int(view.story.codes[rows[place]]) or -1 - place, place)
        return list(first.values())

    def _offered(
        self, view: CatalogueView, reader: ReaderState, wanted: FeedFilter, now: float
    ) -> Callable[[Rows], Rows]:
        """Return what picks the rows that may be offered as more coverage: seen or not."""
        rules, config = self._compiled(view, now), self._config.eligibility
        spared = replace(reader, seen={})

        def offered(rows: Rows) -> Rows:
            mask = still_eligible(view, rows, now, spared, rules, config)
            return rows[mask if wanted.is_empty else mask & wanted.mask(view)[rows]]

        return offered

    def _compiled(self, view: CatalogueView, now: float) -> CompiledRules:
        return self._rules.compiled(self._follower.rules, view, now)

    def _shown(
        self,
        identifier: SlateId,
        page: Page,
        view: CatalogueView,
        language: str,
        offered: Callable[[Rows], Rows],
    ) -> Feed:
        slate, left = page.slate, page.left
        ended = not len(slate.ordering) or (left.complete and not len(left.left))
        personalised = slate.reader is not None
        return Feed(
            id=identifier,
            slate=slate,
            shown=self._presenter.shown(
                slate.ordering, page.rows, view, slate.created_at, language, offered
            ),
            language=language,
            personalised=personalised,
            disclosure=feed_disclosure(
                customised=slate.customised, personalised=personalised, language=language
            ),
            next=None if ended else self._signer.sign(left.token, left.reader, left.expires_at),
            next_expires_at=None if ended else left.expires_at,
            empty=None
            if len(slate.ordering)
            else self._why_empty(slate, read(left.request), language),
        )

    def _why_empty(self, slate: Slate, asked: Ask, language: str) -> str:
        catalogue, now = self._follower.catalogue, slate.created_at
        if not len(catalogue):
            waiting = self._follower.waiting()
            if waiting:
                return say("empty.waiting", language, count=waiting)
            return say("empty.nothing", language)
        if not catalogue.view.eligible(now).any():
            return say("empty.expired", language)
        if not asked.wanted.is_empty:
            return say("empty.filtered", language)
        met = slate.reader is not None or slate.start > 1
        return say("empty.met" if met else "empty.held", language)
