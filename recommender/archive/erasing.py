"""Erased readers taken out of the archive: each file that holds rows of theirs is written anew.

Whoever was erased from the service is noted there, and forgotten only when all files are without
them. A file is replaced as a whole. What broke off is repeated, and does what is left.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from recommender.archive.durable import publish
from recommender.archive.files import ArchiveFile, files_of, log_folder
from recommender.archive.tables import INTERACTIONS, SLATES, as_parquet, read_table
from recommender.domain.ids import ReaderId, SiteId
from recommender.store.erasures import ErasureNotes, digest
from recommender.store.log_reader import Log


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedRows:
    """What was taken out.

    Parameters
    ----------
    readers : int
        Readers that had been erased from the service, whether there were rows of theirs or not.
    slates, interactions : int
        Rows.
    files : int
        Written anew for that.
    incomplete : bool
        Whether some erasures may have been dropped before the archive learned of them.
    """

    readers: int
    slates: int
    interactions: int
    files: int
    incomplete: bool


class Eraser:
    """Erases the noted readers of a site; the caller holds the folder (``written_by_one``).

    Parameters
    ----------
    root : Path
        The archive's folder.
    """

    def __init__(self, notes: ErasureNotes, root: Path, site: SiteId) -> None:
        self._notes = notes
        self._folders = {log: log_folder(root / site, log) for log in Log}

    def erase(self) -> ErasedRows:
        """Take out all rows of the readers who are noted as erased.

        Raises
        ------
        ArchiveError, SourceError
            A file cannot be written, or read; the readers stay noted.
        """
        noted = self._notes.waiting()
        taken: dict[Log, list[int]] = {log: [] for log in Log}
        for log, folder in self._folders.items():
            for file in files_of(folder) if noted.digests else ():
                taken[log].append(self._erase_from(file, log, noted.digests))
        self._notes.forget(noted)
        return ErasedRows(
            readers=len(noted.digests),
            slates=sum(taken[Log.SLATES]),
            interactions=sum(taken[Log.INTERACTIONS]),
            files=sum(count > 0 for counts in taken.values() for count in counts),
            incomplete=noted.is_full,
        )

    def _erase_from(self, file: ArchiveFile, log: Log, digests: Collection[str]) -> int:
        wanted = SLATES if log is Log.SLATES else INTERACTIONS
        met = read_table(file.path, wanted, ("reader",))["reader"].drop_nulls().unique()
        erased = [reader for reader in met if digest(ReaderId(reader)) in digests]
        if not erased:
            return 0
        theirs = pl.col("reader").is_in(erased).fill_null(value=False)  # null: a guest
        table = read_table(file.path, wanted)
        kept = table.filter(~theirs)
        publish(file.path, as_parquet(kept))
        return table.height - kept.height
