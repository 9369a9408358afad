"""Which entries the archive holds, told by the names of its files alone.

``FOLDER/SITE/slates/day=2026-01-01/shard=0_1767225600000-0_1767225661005-2_84.parquet`` holds the
84 entries of shard 0's log of slates from the first id to the last; ``interactions`` beside it
likewise. The day is the entries' own, in UTC. A file of the same name was made from the same
entries, and every entry up to the last id of a shard has been archived: there is no other record
of how far the archive reaches.

Erasing a reader takes rows out of a file and leaves its name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from recommender.errors import SourceError
from recommender.store.log_reader import START, EntryId, Log

_ID = r"([0-9]{1,14}-[0-9]{1,20})"
_NAME = re.compile(rf"shard=([0-9]{{1,4}})_{_ID}_{_ID}_([0-9]+)\.parquet", re.ASCII)
_DAY = "day="


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveFile:
    """One file of the archive.

    Parameters
    ----------
    folder : Path
        Of one log of one site.
    first, last : EntryId
        Of the same day.
    entries : int
        How many it was written with.
    """

    folder: Path
    shard: int
    first: EntryId
    last: EntryId
    entries: int

    @property
    def path(self) -> Path:
        """Where it is.

        Examples
        --------
        >>> first, last = EntryId.parse("1767225599998-0"), EntryId.parse("1767225599999-7")
        >>> ArchiveFile(folder=Path("slates"), shard=2, first=first, last=last, entries=9).path.name
        'shard=2_1767225599998-0_1767225599999-7_9.parquet'
        """
        name = f"shard={self.shard}_{self.first}_{self.last}_{self.entries}.parquet"
        return self.folder / f"{_DAY}{self.first.day}" / name


def log_folder(site_folder: Path, log: Log) -> Path:
    """Return the folder of one log of a site."""
    return site_folder / log.value


def files_of(folder: Path) -> tuple[ArchiveFile, ...]:
    """Return the files of a log's folder: by shard, oldest first.

    Raises
    ------
    SourceError
        A Parquet file has no name of the archive's, or two of them hold the same entries.
    """
    found = files_in(folder)
    for before, after in pairwise(found):
        if before.shard == after.shard and after.first <= before.last:
            raise SourceError(
                f"{before.path} and {after.path}: wanted every entry once, got entries that both "
                "claim; take the one away that was put there by hand"
            )
    return found


def files_in(folder: Path) -> tuple[ArchiveFile, ...]:
    """Return the same files, though some hold the same entries.

    Raises
    ------
    SourceError
        A Parquet file has no name of the archive's.
    """
    found = [_parse(folder, path) for path in folder.glob("*/*.parquet")]
    return tuple(sorted(found, key=lambda each: (each.shard, each.first)))


def reach(files: Sequence[ArchiveFile], shard: int) -> EntryId:
    """Return the last archived entry of a shard; ``START`` where there is none."""
    return max((each.last for each in files if each.shard == shard), default=START)


def _parse(folder: Path, path: Path) -> ArchiveFile:
    parts = _NAME.fullmatch(path.name)
    if parts is not None:
        found = ArchiveFile(
            folder=folder,
            shard=int(parts[1]),
            first=EntryId.parse(parts[2]),
            last=EntryId.parse(parts[3]),
            entries=int(parts[4]),
        )
        if found.path == path:
            return found
    raise SourceError(f"{path}: wanted only files that the archive named itself, got this one")
