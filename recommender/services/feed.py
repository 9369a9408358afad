"""Use case: a personal feed. One read, array arithmetic, one write."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from recommender.clock import Clock
from recommender.domain.ids import ReaderId, SiteId, SlateId
from recommender.domain.readers import FeedState
from recommender.domain.slates import Slate
from recommender.feed import FeedConfig, FeedRequest, build_slate
from recommender.services.follower import CatalogueFollower
from recommender.store.readers import ReaderStore
from recommender.store.slates import SlateLog
from recommender.trending.ladder import TrendingConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A slate with the cards to show it.

    Parameters
    ----------
    cards : tuple of bytes
        Public JSON of each article, in the slate's order.
    empty : str or None
        Why there is nothing to show, in words; None where there is something.
    """

    slate: Slate
    cards: tuple[bytes, ...]
    empty: str | None


class FeedService:
    """Serves the feeds of one site."""

    def __init__(
        self,
        *,
        site: SiteId,
        readers: ReaderStore,
        slates: SlateLog,
        follower: CatalogueFollower,
        config: FeedConfig,
        trending: TrendingConfig,
        clock: Clock,
    ) -> None:
        self._site = site
        self._readers = readers
        self._slates = slates
        self._follower = follower
        self._config = config
        self._rate = trending.served_rate
        self._clock = clock

    def feed(self, reader: ReaderId | None, size: int | None) -> Feed:
        """Return a slate of up to ``size`` articles; it is logged before this returns.

        Parameters
        ----------
        reader : ReaderId or None
            None for a guest, who gets what is trending and fresh.
        """
        view = self._follower.catalogue.view
        state = self._state(reader)
        request = FeedRequest(
            site=self._site,
            reader=reader,
            size=size or self._config.size,
            slate=SlateId(uuid.uuid4().hex),
            now=self._clock.now(),
            trending_rate=self._rate,
        )
        built = build_slate(request, state, view, self._config)
        self._slates.append(built.slate)
        cards = tuple(view.cards[row] for row in built.rows)
        return Feed(
            slate=built.slate, cards=cards, empty=None if cards else self._why_empty(request.now)
        )

    def _state(self, reader: ReaderId | None) -> FeedState:
        depth = self._config.sources.trending
        if reader is None:
            return self._readers.guest_state(depth)
        return self._readers.feed_state(reader, depth)

    def _why_empty(self, now: float) -> str:
        catalogue = self._follower.catalogue
        if not len(catalogue) and (waiting := self._follower.waiting()):
            return f"No article is live yet: {waiting} wait for a worker to embed them."
        if not len(catalogue):
            return (
                "No article is live yet: send some to POST /v1/articles or with "
                "python -m scripts.ingest, and let a worker embed them."
            )
        if not catalogue.view.eligible(now).any():
            return "Every live article has expired or is dated in the future."
        return "This reader has seen, or hidden, every article that may be shown now."
