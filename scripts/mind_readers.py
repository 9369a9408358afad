"""MIND's ``behaviors.tsv`` in, readers with their history and one impression out.

Columns, parted by tabs: impression id, user id, time, history (oldest first), impression
(``N1-1`` was clicked, ``N2-0`` was not); see
https://github.com/msnews/msnews.github.io/blob/master/assets/doc/introduction.md.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from recommender.domain.ids import ArticleId
from recommender.errors import SourceError

BEHAVIORS_FILE = "behaviors.tsv"
COLUMNS = 5
TIME_FORMAT = "%m/%d/%Y %I:%M:%S %p"


@dataclass(frozen=True, slots=True, kw_only=True)
class MindReader:
    """A reader at the moment of one impression.

    Parameters
    ----------
    at : float
        Of the impression, seconds since the epoch; MIND names no zone, UTC is taken.
    history : tuple of ArticleId
        Articles clicked before, oldest first.
    offered, clicked : tuple of ArticleId
        The impression's articles, and those of them that were clicked.
    """

    id: str
    at: float
    history: tuple[ArticleId, ...]
    offered: tuple[ArticleId, ...]
    clicked: tuple[ArticleId, ...]

    @property
    def articles(self) -> frozenset[ArticleId]:
        """Everything that the reader met."""
        return frozenset((*self.history, *self.offered))


def mind_readers(folder: Path, count: int, *, least_history: int, seed: int) -> list[MindReader]:
    """Return ``count`` readers, each at their first impression, or all there are.

    Parameters
    ----------
    folder : Path
        Holds ``behaviors.tsv``.
    least_history : int
        Different articles that a reader must have clicked before.
    seed : int
        Of the choice, which depends on nothing else.

    Raises
    ------
    SourceError
        The file cannot be read, or is no behaviors.tsv.
    """
    first: dict[str, MindReader] = {}
    for reader in _readers(folder / BEHAVIORS_FILE):
        if len(reader.history) >= least_history:
            first.setdefault(reader.id, reader)
    chance = random.Random(seed)  # noqa: S311  # a choice that can be repeated, not a secret
    chosen = chance.sample(sorted(first), min(count, len(first)))
    return [first[each] for each in chosen]


def _readers(path: Path) -> Iterator[MindReader]:
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _reader(line.rstrip("\n").split("\t"), f"{path}:{number}")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path} cannot be read: {error}") from error


def _reader(columns: list[str], place: str) -> MindReader:
    if len(columns) != COLUMNS:
        raise SourceError(f"{place}: wanted {COLUMNS} columns parted by tabs, got {len(columns)}")
    _, user, at, history, impression = columns
    offered = [each.rsplit("-", 1) for each in impression.split()]
    if not all(len(each) == 2 and each[1] in {"0", "1"} for each in offered):  # noqa: PLR2004
        raise SourceError(f"{place}: wanted ids that end in -0 or -1 in the last column")
    try:
        seconds = datetime.strptime(at, TIME_FORMAT).replace(tzinfo=UTC).timestamp()
    except ValueError as error:
        raise SourceError(
            f"{place}: wanted a time like 11/12/2019 2:14:46 PM, got {at!r}"
        ) from error
    return MindReader(
        id=user,
        at=seconds,
        history=tuple(dict.fromkeys(map(ArticleId, history.split()))),
        offered=tuple(dict.fromkeys(ArticleId(name) for name, _ in offered)),
        clicked=tuple(dict.fromkeys(ArticleId(name) for name, was in offered if was == "1")),
    )
