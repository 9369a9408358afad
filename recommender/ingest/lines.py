"""Lines of a file, streamed as bytes, with a limit on the length of one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from recommender.errors import SourceError

LINE_MAX_BYTES = 1024 * 1024
"""Longest line of a JSON Lines or MIND file that is read, in bytes (1 MiB)."""

RECORD_MAX_CHARACTERS = 64 * 1024
"""Characters of a rejected record that are kept for a retry (64 KiB of plain ASCII)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line that is not blank.

    Parameters
    ----------
    place : str
        ``"name:number"``; the first line is 1.
    content : bytes
        Without the line end; only the first ``LINE_MAX_BYTES`` where ``too_long``.
    """

    place: str
    content: bytes
    too_long: bool


def read_lines(path: Path) -> Iterator[Line]:
    """Yield the lines of ``path`` that are not blank; memory holds one at a time.

    Raises
    ------
    SourceError
        The file cannot be opened or read.
    """
    try:
        yield from _numbered_lines(path)
    except OSError as error:
        raise SourceError(
            f"{path}: wanted a readable file, got {error.strerror or error}; "
            "check the path and its permissions"
        ) from error


def shortened(content: bytes) -> str:
    """Return ``content`` as text for a rejection's record; bytes that are no UTF-8 become ``�``."""
    return content[: 4 * RECORD_MAX_CHARACTERS].decode("utf-8", "replace")[:RECORD_MAX_CHARACTERS]


def _numbered_lines(path: Path) -> Iterator[Line]:
    with path.open("rb") as file:
        number = 0
        while content := file.readline(LINE_MAX_BYTES + 2):
            number += 1
            body = content.rstrip(b"\r\n")
            too_long = len(body) > LINE_MAX_BYTES
            while content and not content.endswith(b"\n"):
                content = file.readline(LINE_MAX_BYTES)
            if body.strip():
                place = f"{path.name}:{number}"
                yield Line(place=place, content=body[:LINE_MAX_BYTES], too_long=too_long)
