"""What is kept under one reader's id: read whole, and erased whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recommender.domain.ids import ArticleId, EventId, ReaderId, SiteId
from recommender.domain.interactions import HistoryEntry
from recommender.domain.readers import Preferences
from recommender.domain.slates import Snapshot
from recommender.store.connection import Redis, store_errors
from recommender.store.keys import ShardKeys, shard_of
from recommender.store.limits import ReaderLimits
from recommender.store.pages import unpack
from recommender.store.reader_logs import ReaderLogs
from recommender.store.readers import history_entry, preferences_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is kept under one reader's id, its log entries left out.

    Parameters
    ----------
    preferences : Preferences or None
        None where nothing was chosen.
    history : tuple of HistoryEntry
        Newest first.
    seen, hidden : mapping of ArticleId to float
        Seconds since the epoch, oldest first.
    events : mapping of EventId to float
        Second of receipt.
    merged : mapping of ReaderId to float
        Readers that were merged into this one, with the second.
    snapshots : tuple of Snapshot
        What further pages come from.
    """

    preferences: Preferences | None
    history: tuple[HistoryEntry, ...]
    seen: Mapping[ArticleId, float]
    hidden: Mapping[ArticleId, float]
    events: Mapping[EventId, float]
    merged: Mapping[ReaderId, float]
    snapshots: tuple[Snapshot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How much was erased: keys, and entries of the two logs."""

    keys: int
    interactions: int
    slates: int


class ReaderData:
    """All data of one site's readers."""

    def __init__(self, client: Redis, site: SiteId, limits: ReaderLimits, logs: ReaderLogs) -> None:
        self._redis = client
        self._site = site
        self._shards = limits.shards
        self._logs = logs

    def kept(self, reader: ReaderId) -> Kept:
        """Return what is kept under a reader's own keys, as of one moment."""
        keys = self._keys(reader)
        with store_errors("reading a reader's data"), self._redis.pipeline() as pipe:
            pipe.get(keys.preferences(reader))
            pipe.zrange(keys.history(reader), 0, -1, desc=True, withscores=True)
            for name in (keys.seen, keys.hidden, keys.events, keys.merged):
                pipe.zrange(name(reader), 0, -1, withscores=True)
            pipe.hgetall(keys.pages(reader))
            preferences, history, seen, hidden, events, merged, pages = pipe.execute()
        return Kept(
            preferences=None if preferences is None else preferences_of(preferences),
            history=tuple(history_entry(each.decode(), second) for each, second in history),
            seen={ArticleId(member.decode()): second for member, second in seen},
            hidden={ArticleId(member.decode()): second for member, second in hidden},
            events={EventId(member.decode()): second for member, second in events},
            merged={ReaderId(member.decode()): second for member, second in merged},
            snapshots=tuple(
                unpack(packed) for name, packed in pages.items() if not name.endswith(b":v")
            ),
        )

    def erase(self, reader: ReaderId) -> Erased:
        """Delete everything of a reader and of whoever was merged into it.

        The logs come first, and the list of merged readers last: until it is gone, an erasure that
        broke off can be repeated. What is recorded meanwhile is erased as well, up to the moment
        when the keys are deleted.
        """
        readers = (reader, *self.kept(reader).merged)
        first = self._logs.clear(readers)
        keys = self._clear_keys(readers)
        then = self._logs.clear(readers, since=first)
        return Erased(
            keys=keys,
            interactions=first.interactions + then.interactions,
            slates=first.slates + then.slates,
        )

    def _clear_keys(self, readers: Sequence[ReaderId]) -> int:
        deleted = 0
        with store_errors("erasing a reader"):
            self._forget_merges(readers)
            for reader in reversed(readers):
                keys = self._keys(reader)
                names = [keys.history, keys.seen, keys.hidden, keys.events, keys.pages]
                names += [keys.preferences, keys.merged]
                deleted += int(self._redis.delete(*(name(reader) for name in names)))
        return deleted

    def _forget_merges(self, readers: Sequence[ReaderId]) -> None:
        """Take ``readers`` off the lists of other readers into whom they were merged."""
        own = self._keys(readers[0]).merged(readers[0]).encode()
        for shard in range(self._shards):
            pattern = ShardKeys(self._site, shard).merged(ReaderId("*"))
            for name in self._redis.scan_iter(pattern, count=1_000, _type="zset"):
                if name != own:
                    self._redis.zrem(name, *readers)

    def _keys(self, reader: ReaderId) -> ShardKeys:
        return ShardKeys(self._site, shard_of(reader, self._shards))
