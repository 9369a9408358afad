"""What is kept of a reader, read in one round trip; taste is derived from it elsewhere."""

from __future__ import annotations

from typing import Any

import orjson

from recommender.domain.ids import ArticleId, ReaderId, SiteId
from recommender.domain.interactions import HistoryEntry, Interaction, Kind
from recommender.domain.readers import CoRead, FeedState, Preferences, ReaderState
from recommender.store.co_read import CoReadStore
from recommender.store.connection import Redis, script, store_errors
from recommender.store.keys import ShardKeys, shard_of
from recommender.store.limits import ReaderLimits
from recommender.store.trending import TrendingStore
from recommender.trending.ladder import WEIGHTS

HOUR_SECONDS = 3_600.0

SEEN_HOURS = 72.0
"""Hours, before the last article met, for which the seconds of those met are told."""

LONG_AGO = 0.0
"""The second that stands for all those before."""

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
_KINDS = {code: kind for kind, code in _CODES.items()}

READ_CODES = "".join(_CODES[kind] for kind in WEIGHTS)
"""Codes of the kinds that count as having read an article: those that count as attention."""

ANCHORS = 3
"""How many of the articles that a reader read last tell what is read along."""

PARTNERS = 20
"""How many articles read along with each of them are told."""


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
        self._co_reads = CoReadStore(client, site, limits)
        self._read = script(client, "read_feed_state")

    def feed_state(
        self,
        reader: ReaderId,
        reading: ArticleId | None,
        trending: int,
        seen_hours: float = SEEN_HOURS,
    ) -> FeedState:
        """Read a reader, the site's top ``trending`` articles, and what is read along.

        One script, and so one moment, where the site has one shard; else what the other shards
        hold is read right after. Of a reader who wants no personal feed nothing is read but the
        preferences.

        Parameters
        ----------
        reading : ArticleId or None
            The article that the reader looks at now: the first anchor of what is read along. The
            others are the last ones that the reader read.
        seen_hours : float
            How long, before the last article met, the seconds of ``ReaderState.seen`` are told;
            what was met before stands there with the second 0.
        """
        keys = ShardKeys(self._site, shard_of(reader, self._limits.shards))
        own = [
            keys.preferences(reader),
            keys.history(reader),
            keys.seen(reader),
            keys.hidden(reader),
        ]
        return self._state(keys, own, reading, trending, seen_hours)

    def guest_state(self, reading: ArticleId | None, trending: int) -> FeedState:
        """Read what a guest's feed needs; no key of any reader is touched."""
        return self._state(ShardKeys(self._site, 0), [], reading, trending, 0.0)

    def _state(
        self,
        keys: ShardKeys,
        own: list[str],
        reading: ArticleId | None,
        trending: int,
        seen_hours: float,
    ) -> FeedState:
        alone = self._limits.shards == 1
        args = [
            trending if alone else 0,
            self._trending.packed_bytes,
            reading or "",
            ANCHORS,
            PARTNERS if alone else 0,
            keys.co_read_prefix,
            READ_CODES,
            seen_hours * HOUR_SECONDS,
            self._limits.reader_ttl_seconds,
        ]
        with store_errors("reading a reader"):
            ids, ladders, along, preferences, history, older, newer, hidden = self._read(
                keys=[keys.trending, keys.decay, *own], args=args
            )
        past = lines(history)
        return FeedState(
            reader=ReaderState(
                history=tuple(map(history_entry, past[::2], map(float, past[1::2]))),
                seen=seen_of(older, newer),
                hidden=tuple(map(ArticleId, lines(hidden))),
                preferences=preferences_of(preferences),
            ),
            trends=(
                self._trending.unpacked(lines(ids), ladders)
                if alone
                else self._trending.trends(trending)
            ),
            co_read=_co_read(along) if alone else self._co_reads.of(_anchors(along), PARTNERS),
        )


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


def preferences_of(packed: bytes | None) -> Preferences:
    """Return stored preferences; the default ones where nothing is stored."""
    if packed is None:
        return Preferences()
    kept: dict[str, Any] = orjson.loads(packed)
    return Preferences(
        topics=tuple(kept["topics"]),
        followed_sources=tuple(kept["followed_sources"]),
        muted_sources=tuple(kept["muted_sources"]),
        language=kept["language"],
        personalised=kept["personalised"],
    )


def lines(joined: bytes) -> list[str]:
    """Return the parts of a list that a script joined by line feeds."""
    return joined.decode().split("\n") if joined else []


def scores_by_article(joined: bytes) -> dict[ArticleId, float]:
    """Return article → score of a joined list of ids and scores."""
    parts = lines(joined)
    return dict(zip(map(ArticleId, parts[::2]), map(float, parts[1::2]), strict=True))


def seen_of(older: bytes, newer: bytes) -> dict[ArticleId, float]:
    """Return the articles that were seen with their seconds, from the two lists of a script."""
    return dict.fromkeys(map(ArticleId, lines(older)), LONG_AGO) | scores_by_article(newer)


def _anchors(along: list[bytes]) -> list[ArticleId]:
    return [ArticleId(anchor.decode()) for anchor in along[::2]]


def _co_read(along: list[bytes]) -> tuple[CoRead, ...]:
    return tuple(
        CoRead(anchor=anchor, partners=tuple(scores_by_article(joined).items()))
        for anchor, joined in zip(_anchors(along), along[1::2], strict=True)
        if joined
    )


def history_entry(member: str, second: float) -> HistoryEntry:
    """Return one interaction as :func:`history_member` kept it, with its second."""
    code, dwell, article = member.split(":", 2)
    return HistoryEntry(
        article=ArticleId(article),
        kind=_KINDS[code],
        occurred_at=second,
        dwell_seconds=float(dwell) if dwell else None,
    )
