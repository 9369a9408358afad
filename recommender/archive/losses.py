"""What left a log before it was archived: counted where the server counts, else suspected.

A log drops its oldest entries where it would pass its bound. Since Redis 7 a stream counts what
was ever added to it; how much that was when the log was last archived to its end is kept beside
the archive's files, in ``shard=0.json``. That mark serves to count and nothing else: how far the
archive reaches is told by its files.

A server that does not count leaves one trace. The last archived entry is never trimmed, and a log
drops its oldest entries first: while that entry is there, all that followed it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from recommender.archive.durable import publish
from recommender.archive.files import ArchiveFile
from recommender.errors import SourceError
from recommender.store.log_reader import START, EntryId, LogState


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A log when it was last archived to its end.

    Parameters
    ----------
    through : EntryId
        Its newest entry.
    added : int or None
        Entries that had been added to it; None where the server did not count.
    """

    through: EntryId
    added: int | None


NO_MARK = Mark(through=START, added=0)
"""Of a log that was never archived to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Entries that will never be in the archive.

    Parameters
    ----------
    count : int or None
        How many; None where it cannot be known, nor whether there are any.
    """

    count: int | None
    reason: str


def read_mark(folder: Path, shard: int) -> Mark:
    """Return the mark of a shard's log; ``NO_MARK`` where there is none.

    Raises
    ------
    SourceError
        It cannot be understood.
    """
    path = _mark_path(folder, shard)
    try:
        told = orjson.loads(path.read_bytes())
        return Mark(through=EntryId.parse(told["through"]), added=told["added"])
    except FileNotFoundError:
        return NO_MARK
    except OSError as error:
        raise SourceError(f"{path}: wanted a readable file, got {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise SourceError(
            f"{path}: wanted the mark that an archiver left, got {error!r}; remove the file: "
            "entries that were lost before now are then counted anew"
        ) from error


def write_mark(folder: Path, shard: int, mark: Mark) -> None:
    """Keep the mark of a shard's log."""
    told = {"through": str(mark.through), "added": mark.added}
    publish(_mark_path(folder, shard), orjson.dumps(told))


def loss(
    *,
    before: EntryId,
    then: LogState,
    now: LogState,
    files: Sequence[ArchiveFile],
    mark: Mark,
    bound: int,
) -> Loss | None:
    """Return what was lost since the mark; None where that is nothing.

    Parameters
    ----------
    before : EntryId
        How far the archive reached at first.
    then, now : LogState
        The log at first, up to whose end it was archived, and afterwards.
    files : sequence of ArchiveFile
        All of the shard, those of this time included.
    bound : int
        Entries that the log is held to.
    """
    if then.last is None or then.last < before:
        return None if before == START else Loss(count=None, reason=_OLDER)
    if then.added is not None and mark.added is not None:
        archived = sum(each.entries for each in files if each.first > mark.through)
        return _counted(then.added - mark.added - archived, now, mark)
    if then.last == before:
        return None
    if before == START:
        return Loss(count=None, reason=_FULL) if then.length >= bound else None
    is_whole = now.first is not None and now.first <= before
    return None if is_whole else Loss(count=None, reason=_NO_TRACE)


_OLDER = (
    "the log ends before what was archived: Redis lost it or was put back to an older state, and "
    "what is logged before the server's clock passes the archive's last entry will be left out"
)
_FULL = "the log was full when it was archived for the first time: it had dropped what was older"
_NO_TRACE = (
    "the last archived entry is no longer in the log, which may have dropped what followed it; "
    "this Redis does not count (7 and later do)"
)
_DROPPED = "dropped by the log because it was full: run the archive more often, or raise its bound"


def _counted(missing: int, now: LogState, mark: Mark) -> Loss | None:
    if missing == 0:
        return None
    if missing < 0:
        return Loss(count=None, reason=_OLDER)
    may_be_erased = now.deleted is not None and now.deleted > mark.through
    return Loss(count=missing, reason=_DROPPED + (", or erased for readers" * may_be_erased))


def _mark_path(folder: Path, shard: int) -> Path:
    return folder / f"shard={shard}.json"
