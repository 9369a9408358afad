"""The logs moved into the archive: each entry exactly once, whenever the program is killed.

For each log of each shard: what is logged after the archive's last entry is read, written in
files of one day each, and only then trimmed. A killed program leaves a prefix of the log in the
archive; the next one goes on after it. Entries that still serve the service stay in the log though
they are archived, and so does the last archived one, see ``losses.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import polars as pl

from recommender.archive.durable import publish
from recommender.archive.files import ArchiveFile, files_of, log_folder, reach
from recommender.archive.losses import Loss, Mark, loss, read_mark, write_mark
from recommender.archive.tables import (
    INTERACTIONS,
    SLATES,
    as_parquet,
    interactions_table,
    read_table,
    slates_table,
)
from recommender.domain.ids import SiteId
from recommender.store.log_reader import START, EntryId, Log, LogEntry, LogReader

Record = TypeVar("Record")

ORDER = (Log.INTERACTIONS, Log.SLATES)
"""Slates come second: whatever slate an archived interaction points to was logged before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What became of one log of one shard.

    Parameters
    ----------
    entries, files, size : int
        What was added to the archive; the size in bytes.
    trimmed, left : int
        Entries that left the log, and that are still in it.
    lost : Loss or None
        What left the log before it was archived.
    """

    log: Log
    shard: int
    entries: int
    files: int
    size: int
    trimmed: int
    left: int
    lost: Loss | None


class Archiver:
    """Moves one site's logs; the caller holds the archive's folder (``written_by_one``).

    Parameters
    ----------
    root : Path
        The archive's folder.
    rows : int
        Entries of one file at most; so many are held in memory.
    """

    def __init__(self, reader: LogReader, root: Path, site: SiteId, rows: int) -> None:
        self._reader = reader
        self._site_folder = root / site
        self._rows = rows

    def waiting(self) -> int | None:
        """Return how many entries there are to move; None where the server does not count."""
        total = 0
        for log in ORDER:
            for shard in self._reader.shards:
                state = self._reader.state(log, shard)
                mark = read_mark(log_folder(self._site_folder, log), shard)
                if state.last is None:
                    continue
                if state.added is None or mark.added is None:
                    return None
                total += max(0, min(state.length, state.added - mark.added))
        return total

    def run(
        self,
        keep_from: float,
        advance: Callable[[int], None],
        warn: Callable[[Log, int, Loss], None],
    ) -> list[Moved]:
        """Archive all that is logged by now, and trim what was logged before ``keep_from``.

        Parameters
        ----------
        keep_from : float
            Seconds since the epoch.
        advance : callable
            Told of more entries that are archived.
        warn : callable
            Told of a loss, with its log and shard, before that is marked as told.

        Raises
        ------
        ArchiveError
            A file cannot be written; nothing of its log was trimmed.
        SourceError
            A file that is there already cannot be read; likewise.
        """
        kept = EntryId(int(keep_from * 1_000), 0)
        return [
            self._move(log, shard, kept, advance, warn)
            for log in ORDER
            for shard in self._reader.shards
        ]

    def _move(
        self,
        log: Log,
        shard: int,
        kept: EntryId,
        advance: Callable[[int], None],
        warn: Callable[[Log, int, Loss], None],
    ) -> Moved:
        folder = log_folder(self._site_folder, log)
        files = [each for each in files_of(folder) if each.shard == shard]
        before, then = reach(files, shard), self._reader.state(log, shard)
        size = 0
        new: list[ArchiveFile] = []
        for file, content in self._contents(log, shard, before, then.last or before):
            publish(file.path, content)
            advance(file.entries)
            new.append(file)
            size += len(content)
        files += new
        mark = read_mark(folder, shard)
        lost = loss(
            before=before,
            then=then,
            now=self._reader.state(log, shard),
            files=files,
            mark=mark,
            bound=self._reader.bound(log),
        )
        if lost is not None:
            warn(log, shard, lost)
        if then.last is not None and then.last > mark.through:
            write_mark(folder, shard, Mark(through=then.last, added=then.added))
        # A log that went back may hold entries that are not archived though their ids are passed.
        safe = START if then.last is None or then.last < before else reach(files, shard)
        return Moved(
            log=log,
            shard=shard,
            entries=sum(each.entries for each in new),
            files=len(new),
            size=size,
            trimmed=self._trim(log, shard, files, min(kept, safe)),
            left=self._reader.state(log, shard).length,
            lost=lost,
        )

    def _contents(
        self, log: Log, shard: int, after: EntryId, through: EntryId
    ) -> Iterator[tuple[ArchiveFile, bytes]]:
        """Yield the files of what was logged, oldest first, with their content."""
        for first, last, table in self._tables(log, shard, after, through):
            file = ArchiveFile(
                folder=log_folder(self._site_folder, log),
                shard=shard,
                first=first,
                last=last,
                entries=table.height,
            )
            yield file, as_parquet(table)

    def _tables(
        self, log: Log, shard: int, after: EntryId, through: EntryId
    ) -> Iterator[tuple[EntryId, EntryId, pl.DataFrame]]:
        if log is Log.SLATES:
            for slates in by_day(self._reader.slates(shard, after, through), self._rows):
                yield slates[0].id, slates[-1].id, slates_table(slates)
        else:
            for done in by_day(self._reader.interactions(shard, after, through), self._rows):
                yield done[0].id, done[-1].id, interactions_table(done)

    def _trim(self, log: Log, shard: int, files: list[ArchiveFile], before: EntryId) -> int:
        """Trim what the archive is seen to hold; return how many entries that were."""
        oldest = self._reader.state(log, shard).first
        if oldest is None or oldest >= before:
            return 0
        wanted = SLATES if log is Log.SLATES else INTERACTIONS
        for file in files:
            if file.last >= oldest and file.first < before:
                read_table(file.path, wanted)  # raises where it is not whole
        return self._reader.trim(log, shard, before)


def by_day(entries: Iterable[LogEntry[Record]], rows: int) -> Iterator[list[LogEntry[Record]]]:
    """Yield entries, in their order, in lists of one day in UTC and of at most ``rows``."""
    batch: list[LogEntry[Record]] = []
    for entry in entries:
        if batch and (len(batch) == rows or entry.id.day != batch[0].id.day):
            yield batch
            batch = []
        batch.append(entry)
    if batch:
        yield batch
