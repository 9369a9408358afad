"""Use case: a personal feed, page by page. One read, array arithmetic, one write for each page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from recommender.catalogue.view import CatalogueView, Rows
from recommender.clock import Clock
from recommender.disclosure.labels import Disclosure, feed_disclosure
from recommender.disclosure.messages import pick_language, say
from recommender.domain.ids import ReaderId, SiteId, SlateId
from recommender.domain.readers import FeedState, ReaderState
from recommender.domain.signals import SignalSource
from recommender.domain.slates import Slate, Snapshot
from recommender.errors import CursorExpired, InvalidInput, StoreError
from recommender.feed_request import FeedConfig
from recommender.services.asking import Ask, AskMore, language_of, read
from recommender.services.assigning import Assigner
from recommender.services.cursors import CursorSigner
from recommender.services.follower import CatalogueFollower
from recommender.services.making import PageMaker
from recommender.services.measuring import facts_of
from recommender.services.paging import Page
from recommender.services.showing import Presenter, Shown
from recommender.store.limits import ReaderLimits
from recommender.store.pages import PageStore
from recommender.store.readers import ReaderStore
from recommender.store.slates import Committed, SlateLog
from recommender.trending.ladder import TrendingConfig

TRIES = 32
"""How often a page is made anew because the reader was served something else meanwhile."""


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
        assigner: Assigner,
        follower: CatalogueFollower,
        presenter: Presenter,
        signer: CursorSigner,
        config: FeedConfig,
        limits: ReaderLimits,
        trending: TrendingConfig,
        clock: Clock,
    ) -> None:
        self._readers = readers
        self._pages = pages
        self._slates = slates
        self._follower = follower
        self._presenter = presenter
        self._signer = signer
        self._config = config
        self._clock = clock
        self._maker = PageMaker(
            site=site,
            signals=signals,
            assigner=assigner,
            follower=follower,
            config=config,
            limits=limits,
            trending=trending,
        )

    @property
    def source_failures(self) -> Mapping[str, int]:
        """How often each candidate source failed and was skipped, in this process."""
        return self._maker.failures

    def feed(self, ask: Ask) -> Feed:
        """Return a first page of up to ``size`` articles; it is logged before this returns.

        Raises
        ------
        InvalidInput
            The filter wants articles of the future, or the variant asked for is not to be had.
        """
        now, began = self._clock.now(), self._clock.elapsed()
        ask.wanted.check(now)
        for _ in range(TRIES):
            view = self._follower.catalogue.view
            state, reader = self._state(ask)
            preferred = state.reader.preferences.language
            wanted = [each for each in (ask.language, preferred, *ask.accepted) if each]
            page = self._maker.first(ask, state, reader, view, now)
            page = self._measured(page, view, began, wanted)
            committed = self._slates.commit(page.slate, page.left)
            if isinstance(committed, Committed):
                spared = state.reader if reader else ReaderState()
                offered = self._maker.offered(view, spared, ask.wanted, now)
                return self._shown(committed.id, page, view, pick_language(wanted), offered)
        raise StoreError("the reader's feed is asked for faster than it can be made")

    def more(self, ask: AskMore) -> Feed:
        """Return a further page; it is logged before this returns.

        The snapshot's order is kept; what the reader met meanwhile, or may no longer get, is left
        out of it, and it tells the variants that it was made under, also where their experiments
        were stopped meanwhile. When it is used up, an ordering of what is eligible now follows,
        under what is assigned now.

        Raises
        ------
        InvalidInput
            The cursor was not made here, or for another reader; or the variant that its first page
            was asked for is not to be had any more.
        CursorExpired
            Its pages are no longer kept.
        """
        now, began = self._clock.now(), self._clock.elapsed()
        token, reader = self._token(ask, now)
        for _ in range(TRIES):
            view = self._follower.catalogue.view
            kept = self._pages.read_page(reader, token, self._rest_hours)
            if kept.snapshot is None or not kept.reader.preferences.personalised:
                raise CursorExpired
            preferred = kept.reader.preferences.language
            asked = replace(read(kept.snapshot.request), reader=kept.snapshot.reader, size=ask.size)
            told = (ask.language, preferred, asked.language, *ask.accepted)
            wanted = [each for each in told if each]
            page = self._maker.following(kept.snapshot, asked, kept.reader, view, now)
            if page is None:
                page = self._continued(kept.snapshot, asked, view, now)
            page = self._measured(page, view, began, wanted)
            committed = self._slates.commit(page.slate, page.left)
            if isinstance(committed, Committed):
                language = pick_language(wanted)
                offered = self._maker.offered(view, kept.reader, asked.wanted, now)
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

    def _measured(
        self, page: Page, view: CatalogueView, began: float, wanted: Sequence[str]
    ) -> Page:
        milliseconds = 1_000.0 * (self._clock.elapsed() - began)
        facts = facts_of(page.rows, view, milliseconds, page.left.failures)
        language = None if page.slate.reader is None else language_of(wanted)
        return replace(page, slate=replace(page.slate, facts=facts, language=language))

    def _continued(self, snapshot: Snapshot, asked: Ask, view: CatalogueView, now: float) -> Page:
        """Return the first page of an ordering that goes on where the snapshot is used up."""
        state, owner = self._state(asked)
        if owner != snapshot.reader:
            raise CursorExpired
        return self._maker.first(asked, state, owner, view, now, former=snapshot)

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
