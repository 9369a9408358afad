"""The logs of a site for the archive: read to an end in pages, counted, and trimmed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Generic, Self, TypeVar

from recommender.domain.ids import SiteId, SlateId
from recommender.domain.slates import LoggedSlate
from recommender.errors import StoreError
from recommender.store.connection import Redis, store_errors
from recommender.store.keys import ShardKeys
from recommender.store.limits import ReaderLimits
from recommender.store.reader_logs import LoggedInteraction, interaction_of
from recommender.store.slates import slate_of

PAGE = 500
"""Entries that one command reads."""

Record = TypeVar("Record")


class Log(StrEnum):
    """The two logs."""

    SLATES = "slates"
    INTERACTIONS = "interactions"


@dataclass(frozen=True, slots=True, order=True)
class EntryId:
    """An entry's id, which grows from entry to entry: the server's millisecond and a number.

    Examples
    --------
    >>> late = EntryId.parse("1767225599999-3")
    >>> late < EntryId.parse("1767225600000-0"), str(late), str(late.day)
    (True, '1767225599999-3', '2025-12-31')
    """

    millisecond: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an id as Redis writes it, "1767225600000-0"."""
        millisecond, number = text.split("-")
        return cls(int(millisecond), int(number))

    def __str__(self) -> str:
        return f"{self.millisecond}-{self.number}"

    @property
    def day(self) -> date:
        """The day of the entry, in UTC."""
        return datetime.fromtimestamp(self.millisecond // 1_000, UTC).date()


START = EntryId(0, 0)
"""Before every entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry(Generic[Record]):
    """One entry of a log."""

    id: EntryId
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class LogState:
    """A log of one shard, as of one moment.

    Parameters
    ----------
    length : int
        Entries that it holds.
    first : EntryId or None
        The oldest of them.
    last : EntryId or None
        The newest that there ever was; None where nothing was ever logged.
    added : int or None
        Entries that were ever added; None where the server does not count them (before Redis 7).
    deleted : EntryId or None
        The newest that was deleted by itself, as erasing a reader does; None as for ``added``.
    """

    length: int
    first: EntryId | None
    last: EntryId | None
    added: int | None
    deleted: EntryId | None


NO_LOG = LogState(length=0, first=None, last=None, added=None, deleted=None)


class LogReader:
    """The logs of one site, shard by shard."""

    def __init__(self, client: Redis, site: SiteId, limits: ReaderLimits) -> None:
        self._redis = client
        self._site = site
        self._limits = limits

    @property
    def shards(self) -> range:
        """The numbers of the site's shards."""
        return range(self._limits.shards)

    def bound(self, log: Log) -> int:
        """Return how many entries a shard's log is held to."""
        limits = self._limits
        return limits.max_slates if log is Log.SLATES else limits.max_interactions

    def state(self, log: Log, shard: int) -> LogState:
        """Return how far a log reaches."""
        stream = self._stream(log, shard)
        with store_errors("reading how far a log reaches"):
            if not self._redis.exists(stream):
                return NO_LOG
            info: Any = self._redis.xinfo_stream(stream)
        deleted, last = info.get("max-deleted-entry-id"), _id(info["last-generated-id"])
        return LogState(
            length=info["length"],
            first=_id(info["first-entry"][0]) if info["first-entry"] else None,
            last=None if last == START else last,
            added=info.get("entries-added"),
            deleted=None if deleted is None else _id(deleted),
        )

    def slates(
        self, shard: int, after: EntryId, through: EntryId
    ) -> Iterator[LogEntry[LoggedSlate]]:
        """Yield the slates logged ``after`` an entry, up to and with another, oldest first."""

        def read(entry: str, fields: dict[bytes, bytes]) -> LoggedSlate:
            slate = slate_of(self._site, fields)
            return LoggedSlate(id=SlateId(f"{entry}-{shard}-{slate.token}"), slate=slate)

        return self._entries(self._stream(Log.SLATES, shard), after, through, read)

    def interactions(
        self, shard: int, after: EntryId, through: EntryId
    ) -> Iterator[LogEntry[LoggedInteraction]]:
        """Yield the interactions logged ``after`` an entry, up to and with another."""

        def read(_: str, fields: dict[bytes, bytes]) -> LoggedInteraction:
            return interaction_of(fields[b"e"])

        return self._entries(self._stream(Log.INTERACTIONS, shard), after, through, read)

    def trim(self, log: Log, shard: int, before: EntryId) -> int:
        """Remove the entries ``before`` one; return how many they were."""
        stream, removed = self._stream(log, shard), 0
        with store_errors("trimming a log"):
            # By whole nodes, a bounded number in each command; then what is left of the last one.
            while some := self._redis.xtrim(stream, minid=str(before), approximate=True):
                removed += int(some)
            return removed + int(self._redis.xtrim(stream, minid=str(before), approximate=False))

    def _entries(
        self,
        stream: str,
        after: EntryId,
        through: EntryId,
        read: Callable[[str, dict[bytes, bytes]], Record],
    ) -> Iterator[LogEntry[Record]]:
        start = f"({after}"
        while True:
            with store_errors("reading a log"):
                page: Any = self._redis.xrange(stream, start, str(through), count=PAGE)
            for name, fields in page:
                entry = name.decode()
                yield LogEntry(id=EntryId.parse(entry), record=_read(stream, entry, fields, read))
            if len(page) < PAGE:
                return
            start = f"({page[-1][0].decode()}"

    def _stream(self, log: Log, shard: int) -> str:
        keys = ShardKeys(self._site, shard)
        return keys.slates if log is Log.SLATES else keys.interactions


def _id(name: bytes) -> EntryId:
    return EntryId.parse(name.decode())


def _read(
    stream: str,
    entry: str,
    fields: dict[bytes, bytes],
    read: Callable[[str, dict[bytes, bytes]], Record],
) -> Record:
    try:
        return read(entry, fields)
    except (KeyError, ValueError, TypeError) as error:
        raise StoreError(
            f"entry {entry} of {stream} is none that this service wrote ({error!r}); "
            f"look at it with XRANGE, and remove it with XDEL"
        ) from error
