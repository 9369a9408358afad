"""A place in a text, and what has been read already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Span(Protocol):
    """Something that stands in a text from `start` up to `end`."""

    @property
    def start(self) -> int:
        """Place of its first character."""
        ...

    @property
    def end(self) -> int:
        """Place after its last character."""
        ...


def is_free(start: int, end: int, taken: Sequence[Span]) -> bool:
    """Tell whether none of the spans touches the characters from `start` up to `end`."""
    return all(end <= span.start or span.end <= start for span in taken)


def blanked(text: str, taken: Sequence[Span]) -> str:
    """Return the text with the spans' characters as underscores, all places staying the same."""
    characters = list(text)
    for span in taken:
        characters[span.start : span.end] = "_" * (span.end - span.start)
    return "".join(characters)
