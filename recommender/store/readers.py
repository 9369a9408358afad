"""What is kept of a reader, read in one round trip; taste is derived from it elsewhere."""

from __future__ import annotations

from recommender.domain.ids import ArticleId, ReaderId, SiteId
from recommender.domain.interactions import HistoryEntry, Interaction, Kind
from recommender.domain.readers import FeedState, ReaderState
from recommender.store.connection import Redis, script, store_errors
from recommender.store.keys import ShardKeys, shard_of
from recommender.store.limits import ReaderLimits
from recommender.store.trending import TrendingStore, levels

DWELL_MAX_SECONDS = 3_600
"""Dwell is kept in whole seconds up to an hour: longer is a forgotten tab."""

_CODES = {
    Kind.CLICK: "c",
    Kind.READ: "r",
    Kind.LIKE: "l",
    Kind.DISLIKE: "d",
    Kind.SHARE: "s",
    Kind.SAVE: "v",
    Kind.HIDE: "h",
    Kind.MORE_LIKE_THIS: "m",
    Kind.LESS_LIKE_THIS: "n",
}
_KINDS = {code.encode(): kind for kind, code in _CODES.items()}


class ReaderStore:
    """The readers of one site.

    Parameters
    ----------
    trending : TrendingStore
        Where the site's trending list is read, over all shards.
    """

    def __init__(
        self, client: Redis, site: SiteId, limits: ReaderLimits, trending: TrendingStore
    ) -> None:
        self._site = site
        self._limits = limits
        self._trending = trending
        self._read = script(client, "read_feed_state")

    def feed_state(self, reader: ReaderId, trending: int) -> FeedState:
        """Read a reader and the site's top ``trending`` articles.

        One script, and so one moment, where the site has one shard; else the other shards' lists
        are read right after.
        """
        alone = self._limits.shards == 1
        keys = ShardKeys(self._site, shard_of(reader, self._limits.shards))
        with store_errors("reading a reader"):
            history, seen, hidden, top = self._read(
                keys=[keys.history(reader), keys.seen(reader), keys.hidden(reader), keys.trending],
                args=[trending if alone else 0],
            )
        return FeedState(
            reader=ReaderState(
                history=tuple(map(_history_entry, history[::2], history[1::2])),
                seen=tuple(ArticleId(member.decode()) for member in seen),
                hidden=tuple(ArticleId(member.decode()) for member in hidden),
            ),
            trending=levels(top) if alone else self._trending.levels(trending),
        )

    def guest_state(self, trending: int) -> FeedState:
        """Read what a guest's feed needs: the site's top ``trending`` articles, no reader."""
        return FeedState(reader=ReaderState(), trending=self._trending.levels(trending))


def history_member(done: Interaction) -> str:
    """Return how one interaction is kept in the history; empty for what says nothing of taste.

    Examples
    --------
    >>> from recommender.domain.ids import EventId
    >>> done = Interaction(id=EventId("1"), reader=ReaderId("r"), article=ArticleId("a:1"),
    ...                    kind=Kind.READ, occurred_at=0.0, dwell_seconds=41.7)
    >>> history_member(done)
    'r:42:a:1'
    """
    code = _CODES.get(done.kind)
    if code is None:
        return ""
    dwell = done.dwell_seconds
    kept = "" if dwell is None else str(round(min(dwell, DWELL_MAX_SECONDS)))
    return f"{code}:{kept}:{done.article}"


def _history_entry(member: bytes, score: bytes) -> HistoryEntry:
    code, dwell, article = member.split(b":", 2)
    return HistoryEntry(
        article=ArticleId(article.decode()),
        kind=_KINDS[code],
        occurred_at=float(score),
        dwell_seconds=float(dwell) if dwell else None,
    )
