"""What is kept under one reader's id: read whole, and erased whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from recommender.domain.ids import ArticleId, EventId, ReaderId, SiteId
from recommender.domain.interactions import HistoryEntry
from recommender.domain.readers import Preferences
from recommender.domain.signals import TopicCounts
from recommender.domain.slates import Snapshot
from recommender.store.connection import Redis, script, store_errors
from recommender.store.erasures import ErasureNotes
from recommender.store.keys import ShardKeys, shard_of
from recommender.store.limits import ReaderLimits
from recommender.store.merging import members
from recommender.store.pages import unpack
from recommender.store.reader_logs import ReaderLogs
from recommender.store.readers import history_entry, preferences_of
from recommender.store.signals import own_of, topic_counts

BATCH = 100
"""Lists of merged readers that are read in one round trip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """How often and when a reader was shown and clicked one article.

    Parameters
    ----------
    shown : int
        Times since the last click on it.
    first_shown, last_shown : float or None
        Seconds of these.
    """

    shown: int
    clicked: int
    first_shown: float | None
    last_shown: float | None
    last_clicked: float | None


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
    met : mapping of ArticleId to Met
        Articles of ``seen`` that were shown or clicked.
    topics : mapping of str to TopicCounts
        What was done with articles of each category and subcategory, and with all (``""``).
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
    met: Mapping[ArticleId, Met]
    topics: Mapping[str, TopicCounts]
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

    def __init__(
        self,
        client: Redis,
        site: SiteId,
        limits: ReaderLimits,
        logs: ReaderLogs,
        notes: ErasureNotes,
    ) -> None:
        self._redis = client
        self._site = site
        self._shards = limits.shards
        self._logs = logs
        self._notes = notes
        self._read = script(client, "read_session")

    def kept(self, reader: ReaderId) -> Kept:
        """Return what is kept under a reader's own keys, as of one moment."""
        keys = self._keys(reader)
        names = [keys.history, keys.seen, keys.hidden, keys.events, keys.merged]
        names += [keys.preferences, keys.pages, keys.met, keys.reader_topics]
        with store_errors("reading a reader's data"):
            # Not MULTI: a server out of memory refuses even reads in it.
            answer: Any = self._read(keys=[name(reader) for name in names])
        history, seen, hidden, events, merged = map(_seconds, answer[:5])
        preferences, pages, met, topics = answer[5:]
        return Kept(
            preferences=preferences_of(preferences) if preferences else None,
            history=tuple(history_entry(*each) for each in reversed(history.items())),
            seen={ArticleId(member): second for member, second in seen.items()},
            hidden={ArticleId(member): second for member, second in hidden.items()},
            met={ArticleId(member.decode()): _met(record) for member, record in members(met)},
            topics={name.decode(): topic_counts(record) for name, record in members(topics)},
            events={EventId(member): second for member, second in events.items()},
            merged={ReaderId(member): second for member, second in merged.items()},
            snapshots=tuple(
                unpack(packed)
                for name, packed in zip(pages[::2], pages[1::2], strict=True)
                if not name.endswith(b":v")
            ),
        )

    def family(self, reader: ReaderId) -> tuple[ReaderId, ...]:
        """Return a reader, whoever was merged into it, and into them, and so on.

        Each id comes once, before those that were merged into it alone; a circle ends where it
        began. What is merged into somebody who was merged already is found so as well.
        """
        found = {reader: None}
        newest = [reader]
        with store_errors("reading whom a reader holds"):
            while newest:
                batches = (newest[at : at + BATCH] for at in range(0, len(newest), BATCH))
                merged = [each for batch in batches for each in self._merged(batch)]
                newest = [each for each in dict.fromkeys(merged) if each not in found]
                found.update(dict.fromkeys(newest))
        return tuple(found)

    def _merged(self, readers: Sequence[ReaderId]) -> list[ReaderId]:
        with self._redis.pipeline(transaction=False) as pipe:
            for reader in readers:
                pipe.zrange(self._keys(reader).merged(reader), 0, -1)
            return [ReaderId(each.decode()) for merged in pipe.execute() for each in merged]

    def erase(self, reader: ReaderId) -> Erased:
        """Delete everything of a reader's :meth:`family`.

        The logs come first, and a list of merged readers after whatever it leads to: until it is
        gone, an erasure that broke off can be repeated. What is recorded meanwhile is erased as
        well, up to the moment when the keys are deleted. The archive is told before that, while it
        is known whom to tell of.
        """
        readers = self.family(reader)
        first = self._logs.clear(readers)
        self._notes.add(readers)
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
                names += [keys.met, keys.reader_topics, keys.preferences, keys.merged]
                deleted += int(self._redis.delete(*(name(reader) for name in names)))
        return deleted

    def _forget_merges(self, readers: Sequence[ReaderId]) -> None:
        """Take ``readers`` off the lists of other readers into whom they were merged."""
        own = {self._keys(reader).merged(reader).encode() for reader in readers}
        for shard in range(self._shards):
            pattern = ShardKeys(self._site, shard).merged(ReaderId("*"))
            for name in self._redis.scan_iter(pattern, count=1_000, _type="zset"):
                if name not in own:
                    self._redis.zrem(name, *readers)

    def _keys(self, reader: ReaderId) -> ShardKeys:
        return ShardKeys(self._site, shard_of(reader, self._shards))


def _met(record: bytes) -> Met:
    (own,) = own_of([record]).tolist()
    shown, clicked, *seconds = own
    first_shown, last_shown, last_clicked = (each or None for each in seconds)
    return Met(
        shown=int(shown),
        clicked=int(clicked),
        first_shown=first_shown,
        last_shown=last_shown,
        last_clicked=last_clicked,
    )


def _seconds(flat: Sequence[bytes]) -> dict[str, float]:
    return {member.decode(): float(second) for member, second in members(flat)}
