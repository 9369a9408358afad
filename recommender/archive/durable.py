"""Files that are there whole or not at all, written by one program at a time.

Content goes to a temporary name beside its place, is forced to the disk, and is renamed; then the
folders are forced to the disk. What is cut off on the way leaves a temporary file at most.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from recommender.errors import ArchiveError

LOCK = "archive.lock"
TEMPORARY = ".tmp"

LEFTOVERS = ("*/*/.shard=*" + TEMPORARY, "*/*/*/.shard=*" + TEMPORARY)
"""Where temporary files may lie below the root: no other file of that folder is touched."""


@contextlib.contextmanager
def written_by_one(root: Path) -> Iterator[None]:
    """Hold the archive's folder, made if absent; temporary files of a killed program go first.

    The lock vanishes with the process that holds it, however that ends.

    Raises
    ------
    ArchiveError
        Another program holds it, or it cannot be written.
    """
    with _writing(root):
        _make(root)
        lock = (root / LOCK).open("a")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ArchiveError(
                f"{root}: another archiver is at work in this folder; try again when it has ended"
            ) from error
        with _writing(root):
            for pattern in LEFTOVERS:
                for leftover in root.glob(pattern):
                    leftover.unlink()
            for folder in (root, *root.glob("*/"), *root.glob("*/*/")):
                _force(folder)  # a killed program may have made folders and not come to this
        yield


def publish(path: Path, content: bytes) -> None:
    """Put ``content`` in the place of ``path``; when this returns, it survives a power failure.

    Raises
    ------
    ArchiveError
        The disk is full, say; what was at ``path`` is still there.
    """
    with _writing(path):
        _make(path.parent)
        temporary = path.with_name(f".{path.name}{TEMPORARY}")
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _force(path.parent)


def _make(folder: Path) -> None:
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir()
        _force(folder.parent)


def _force(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ArchiveError(
            f"{path} cannot be written: {error.strerror or error}. Nothing that is not safely in "
            "the archive has left the logs; put this right and run the program again"
        ) from error
