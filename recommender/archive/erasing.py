"""Readers taken out of the archive: each file that holds rows of theirs is written anew.

A file is replaced as a whole. An erasure that broke off is repeated, and does what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from recommender.archive.durable import publish
from recommender.archive.files import ArchiveFile, files_of, log_folder
from recommender.archive.tables import INTERACTIONS, SLATES, as_parquet, read_table
from recommender.domain.ids import ReaderId, SiteId
from recommender.store.log_reader import Log


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedRows:
    """How many rows were taken out, and how many files were written anew for that."""

    slates: int
    interactions: int
    files: int


class Eraser:
    """Erases readers of one site; the caller holds the archive's folder (``written_by_one``).

    Parameters
    ----------
    root : Path
        The archive's folder.
    """

    def __init__(self, root: Path, site: SiteId) -> None:
        self._folders = {log: log_folder(root / site, log) for log in Log}

    def files(self) -> int:
        """Return how many files there are to look through."""
        return sum(len(files_of(folder)) for folder in self._folders.values())

    def erase(self, readers: Collection[ReaderId], advance: Callable[[int], None]) -> ErasedRows:
        """Take out all rows of ``readers``; ``advance`` is told of files looked through.

        Raises
        ------
        ArchiveError, SourceError
            A file cannot be written, or read; the erasure is to be repeated after that.
        """
        taken: dict[Log, list[int]] = {log: [] for log in Log}
        for log, folder in self._folders.items():
            for file in files_of(folder):
                taken[log].append(self._erase_from(file, log, readers))
                advance(1)
        return ErasedRows(
            slates=sum(taken[Log.SLATES]),
            interactions=sum(taken[Log.INTERACTIONS]),
            files=sum(count > 0 for counts in taken.values() for count in counts),
        )

    def _erase_from(self, file: ArchiveFile, log: Log, readers: Collection[ReaderId]) -> int:
        wanted = SLATES if log is Log.SLATES else INTERACTIONS
        theirs = pl.col("reader").is_in(list(readers)).fill_null(value=False)  # null: a guest
        if read_table(file.path, wanted, ("reader",)).filter(theirs).is_empty():
            return 0
        table = read_table(file.path, wanted)
        kept = table.filter(~theirs)
        publish(file.path, as_parquet(kept))
        return table.height - kept.height
