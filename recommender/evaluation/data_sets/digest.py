"""One digest over the files that a data set was read from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from recommender.errors import SourceError


def files_digest(folder: Path, paths: Iterable[Path]) -> str:
    """Return the SHA-256 of files and of their names, hexadecimal.

    Parameters
    ----------
    folder : Path
        What the names are relative to, so that a moved data set keeps its digest.
    paths : iterable of Path
        Files below ``folder``; their order does not count.

    Raises
    ------
    SourceError
        A file cannot be read.
    """
    whole = hashlib.sha256()
    for path in sorted(paths):
        # Each file by a digest of its own: no content can run into the next one's name.
        whole.update(f"{path.relative_to(folder).as_posix()}\0{_file_digest(path)}\n".encode())
    return whole.hexdigest()


def _file_digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise SourceError(
            f"{path}: wanted a readable file, got {error.strerror or error}"
        ) from error
