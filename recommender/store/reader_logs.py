"""What the logs hold of readers: found by a sieve on the server, checked here, and deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from recommender.domain.ids import ArticleId, EventId, ReaderId, SiteId, SlateId
from recommender.domain.interactions import Interaction, Kind
from recommender.domain.slates import LoggedSlate
from recommender.store.connection import Redis, script, store_errors
from recommender.store.keys import ShardKeys, shard_of
from recommender.store.limits import ReaderLimits
from recommender.store.slates import slate_of

BATCH = 200
"""Log entries looked at by one script: up to three milliseconds of the server's time."""

_START = "-"
"""Where a log begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedInteraction:
    """An interaction as it stands in the log; ``received_at`` is seconds since the epoch."""

    interaction: Interaction
    received_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared:
    """How many entries were deleted from the logs, and where each of them was left.

    Parameters
    ----------
    places : tuple of (str, str)
        A stream, and what to go on with in it.
    """

    interactions: int
    slates: int
    places: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Log:
    """One kind of log: its stream in a shard, and the field that holds its JSON."""

    stream: Callable[[ShardKeys], str]
    field: bytes


@dataclass(frozen=True, slots=True)
class _Entry:
    id: str
    shard: int
    fields: dict[bytes, bytes]


_INTERACTIONS = _Log(lambda keys: keys.interactions, b"e")
_SLATES = _Log(lambda keys: keys.slates, b"s")


class ReaderLogs:
    """The logs of one site, by reader."""

    def __init__(self, client: Redis, site: SiteId, limits: ReaderLimits) -> None:
        self._redis = client
        self._site = site
        self._shards = limits.shards
        self._find = script(client, "find_logged")

    def interactions(self, readers: Sequence[ReaderId]) -> Iterator[LoggedInteraction]:
        """Yield the logged interactions of ``readers``, oldest first in each shard."""
        for entry in self._entries(_INTERACTIONS, readers):
            yield interaction_of(entry.fields[b"e"])

    def slates(self, readers: Sequence[ReaderId]) -> Iterator[LoggedSlate]:
        """Yield the logged slates of ``readers``, oldest first in each shard."""
        for entry in self._entries(_SLATES, readers):
            slate = slate_of(self._site, entry.fields)
            yield LoggedSlate(id=SlateId(f"{entry.id}-{entry.shard}-{slate.token}"), slate=slate)

    def clear(self, readers: Sequence[ReaderId], since: Cleared | None = None) -> Cleared:
        """Delete the entries of ``readers``; only what was logged ``since`` an earlier call."""
        places = dict(since.places if since else ())
        interactions = self._clear(_INTERACTIONS, readers, places)
        slates = self._clear(_SLATES, readers, places)
        return Cleared(interactions=interactions, slates=slates, places=tuple(places.items()))

    def _clear(self, log: _Log, readers: Sequence[ReaderId], places: dict[str, str]) -> int:
        """Delete entries from where ``places`` says on, and move it on."""
        deleted = 0
        for keys in self._keys(readers):
            stream = log.stream(keys)
            for place, batch in self._batches(keys, log, readers, places.get(stream, _START)):
                places[stream] = place
                if batch:
                    with store_errors("erasing log entries"):
                        deleted += int(self._redis.xdel(stream, *(each.id for each in batch)))
        return deleted

    def _entries(self, log: _Log, readers: Sequence[ReaderId]) -> Iterator[_Entry]:
        for keys in self._keys(readers):
            for _, batch in self._batches(keys, log, readers, _START):
                yield from batch

    def _keys(self, readers: Sequence[ReaderId]) -> list[ShardKeys]:
        shards = sorted({shard_of(reader, self._shards) for reader in readers})
        return [ShardKeys(self._site, shard) for shard in shards]

    def _batches(
        self, keys: ShardKeys, log: _Log, readers: Sequence[ReaderId], start: str
    ) -> Iterator[tuple[str, list[_Entry]]]:
        """Yield, batch by batch, where to go on and the entries of ``readers`` in it."""
        # Only a sieve, for speed: it relies on how orjson writes, the check below does not.
        sieve = [orjson.dumps(reader) for reader in readers]
        among = frozenset(readers)
        while True:
            args: list[Any] = [start, BATCH, log.field, *sieve]
            with store_errors("reading a log"):
                answer: Any = self._find(keys=[log.stream(keys)], args=args)
            last, ids, found = answer
            if not last:
                return
            start = f"({last.decode()}"
            entries = [_entry(keys.shard, *pair) for pair in zip(ids, found, strict=True)]
            yield start, [each for each in entries if _reader_of(each, log) in among]


def _entry(shard: int, name: bytes, flat: Sequence[bytes]) -> _Entry:
    return _Entry(name.decode(), shard, dict(zip(flat[::2], flat[1::2], strict=True)))


def _reader_of(entry: _Entry, log: _Log) -> ReaderId | None:
    reader: ReaderId | None = orjson.loads(entry.fields[log.field])["user_id"]
    return reader


def interaction_of(line: bytes) -> LoggedInteraction:
    """Return the interaction that an entry of the log holds."""
    logged = orjson.loads(line)
    slate = logged["slate_id"]
    return LoggedInteraction(
        interaction=Interaction(
            id=EventId(logged["id"]),
            reader=ReaderId(logged["user_id"]),
            article=ArticleId(logged["article_id"]),
            kind=Kind(logged["kind"]),
            occurred_at=logged["occurred_at"],
            dwell_seconds=logged["dwell_seconds"],
            slate=None if slate is None else SlateId(slate),
        ),
        received_at=logged["received_at"],
    )
