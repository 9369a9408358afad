"""One reader's session moved into another's, over shards, while either of them goes on reading.

Two shards share no script. So what is there is copied, and then exactly that is let go of, until
nothing is left: whatever breaks off in between is in both places, and taking it in again changes
nothing. Counts of what was met would change: they are let go of first and added then, so that
breaking off in between loses some and never counts them twice.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from recommender.domain.ids import ReaderId, SiteId
from recommender.errors import InvalidInput
from recommender.store.connection import Redis, script, store_errors
from recommender.store.events import FUTURE_SECONDS
from recommender.store.keys import ShardKeys, shard_of
from recommender.store.limits import DAY_SECONDS, ReaderLimits

ROUNDS_MAX = 20
"""Times that a session is read until nothing of it is left. Somebody who still sends interactions
under the old id can leave some; they are kept there, and the next merge takes them."""

Members = list[tuple[bytes, bytes]]
"""Members of a sorted set with their scores, as Redis writes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """How much one merge moved.

    Parameters
    ----------
    history, seen, hidden : int
        Entries that were taken from the old reader, before the bounds of the new one.
    complete : bool
        Whether nothing was left under the old id.
    """

    history: int
    seen: int
    hidden: int
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    """What a merge moves, as it was read: one moment."""

    history: Members
    seen: Members
    hidden: Members
    events: Members
    merged: Members
    preferences: bytes


class SessionMerger:
    """Merges readers of one site."""

    def __init__(self, client: Redis, site: SiteId, limits: ReaderLimits) -> None:
        self._site = site
        self._limits = limits
        self._read = script(client, "read_session")
        self._merge = script(client, "merge_reader")
        self._release = script(client, "release_reader")
        self._take_met = script(client, "reader_topics", "take_met")

    def merge(self, source: ReaderId, target: ReaderId, now: float) -> Moved:
        """Move what is kept of ``source`` to ``target``, and remember that it was.

        Parameters
        ----------
        now : float
            Seconds since the epoch, for the list of merged readers.

        Raises
        ------
        InvalidInput
            More readers than ``max_merged`` would be merged into ``target``; nothing was changed.
        """
        moved = [0, 0, 0]
        left = 1
        with store_errors("merging readers"):
            for _ in range(ROUNDS_MAX):
                session = self._session(source)
                self._take_in(target, source, session, now)
                left, met, topics = self._let_go(source, session)
                self._take_in_met(target, source, met, topics)
                parts = (session.history, session.seen, session.hidden)
                moved = [before + len(part) for before, part in zip(moved, parts, strict=True)]
                if not left:
                    break
        history, seen, hidden = moved
        return Moved(history=history, seen=seen, hidden=hidden, complete=not left)

    def _session(self, source: ReaderId) -> _Session:
        keys = self._keys(source)
        names = [keys.history, keys.seen, keys.hidden, keys.events, keys.merged, keys.preferences]
        answer: Any = self._read(keys=[name(source) for name in names])
        history, seen, hidden, events, merged = map(members, answer[:5])
        return _Session(
            history=history,
            seen=seen,
            hidden=hidden,
            events=events,
            merged=merged,
            preferences=answer[5],
        )

    def _take_in(self, target: ReaderId, source: ReaderId, session: _Session, now: float) -> None:
        keys, limits = self._keys(target), self._limits
        names = [keys.history, keys.seen, keys.hidden, keys.events, keys.merged, keys.preferences]
        names.append(keys.met)
        merged = [pair for pair in session.merged if pair[0] != target.encode()]
        merged.append((source.encode(), f"{now:.17g}".encode()))
        parts = [session.history, session.seen, session.hidden, session.events, merged]
        taken: Any = self._merge(
            keys=[name(target) for name in names],
            args=[
                limits.max_history,
                limits.max_seen,
                limits.max_hidden,
                limits.max_event_ids,
                limits.max_merged,
                int(limits.reader_ttl_days * DAY_SECONDS),
                math.ceil(limits.event_window_days * DAY_SECONDS + FUTURE_SECONDS),
                session.preferences,
                *_arguments(parts),
            ],
        )
        if not taken:
            most = f"at most {limits.max_merged:,} sessions merged into one reader"
            wanted = f"{most}, those that were merged into them included"
            raise InvalidInput("from", wanted, f"{source!r}, with {len(merged) - 1:,} of its own")

    def _let_go(self, source: ReaderId, session: _Session) -> tuple[int, list[bytes], list[bytes]]:
        """Return how much is left, and what was met and is let go of.

        That is ids and records of articles, and names and records of topics.
        """
        keys = self._keys(source)
        names = [keys.history, keys.seen, keys.hidden, keys.merged, keys.preferences, keys.met]
        names.append(keys.reader_topics)
        parts = [session.history, session.seen, session.hidden, session.merged]
        arguments = [session.preferences, *_arguments(parts)]
        answer: Any = self._release(keys=[name(source) for name in names], args=arguments)
        left, met, topics = answer
        return int(left), met, topics

    def _take_in_met(
        self, target: ReaderId, source: ReaderId, met: list[bytes], topics: list[bytes]
    ) -> None:
        keys, limits = self._keys(target), self._limits
        names = [keys.met, keys.seen, keys.reader_topics, keys.merged]
        bounds: list[Any] = [
            limits.reader_ttl_seconds,
            source,
            limits.max_reader_topics,
            len(met) // 2,
        ]
        if met or topics:
            self._take_met(keys=[name(target) for name in names], args=[*bounds, *met, *topics])

    def _keys(self, reader: ReaderId) -> ShardKeys:
        return ShardKeys(self._site, shard_of(reader, self._limits.shards))


def members(flat: Sequence[bytes]) -> Members:
    """Return the members of a sorted set from a script's flat list."""
    return list(zip(flat[::2], flat[1::2], strict=True))


def _arguments(parts: Sequence[Members]) -> list[Any]:
    flat = [value for part in parts for pair in part for value in pair]
    return [*map(len, parts), *flat]
