"""The candidate sources: each brings rows of the catalogue and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from recommender.candidates.interests import Interest
from recommender.catalogue.view import CatalogueView, Rows
from recommender.config import Config


class SourceConfig(Config):
    """How many candidates each source may bring; 0 turns one off."""

    similar: int = Field(
        default=150, ge=0, le=5_000, description="Candidates near the reader's interests."
    )
    trending: int = Field(default=50, ge=0, le=5_000, description="Candidates that trend.")
    fresh: int = Field(default=50, ge=0, le=5_000, description="Newest candidates.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What every source sees of one request.

    Parameters
    ----------
    eligible : ndarray, shape (n,), bool
        What the hard rules allow for this reader at this moment.
    trending : ndarray, shape (t,)
        Rows of trending articles, highest first.
    """

    view: CatalogueView
    eligible: NDArray[np.bool_]
    interest: Interest
    trending: Rows


class CandidateSource(Protocol):
    """Brings candidates. Their order says nothing: the ranker makes one."""

    @property
    def name(self) -> str:
        """How the source is called in slates and logs."""
        ...

    def candidates(self, situation: Situation) -> Rows:
        """Return eligible rows without repeats."""
        ...


@dataclass(frozen=True, slots=True)
class Similar:
    """Articles near the reader's interest; none for a reader without one."""

    count: int
    name: str = "similar"

    def candidates(self, situation: Situation) -> Rows:
        """Return the nearest eligible rows by sketch: the ranker sees exact similarities."""
        if not self.count or not situation.interest.vector.any():
            return np.empty(0, np.intp)
        return situation.view.roughly_nearest(
            situation.interest.vector, self.count, situation.eligible
        )


@dataclass(frozen=True, slots=True)
class Trending:
    """Articles that gather most attention now."""

    count: int
    name: str = "trending"

    def candidates(self, situation: Situation) -> Rows:
        """Return the most trending eligible rows."""
        rows = situation.trending
        return rows[situation.eligible[rows]][: self.count]


@dataclass(frozen=True, slots=True)
class Fresh:
    """The newest articles."""

    count: int
    name: str = "fresh"

    def candidates(self, situation: Situation) -> Rows:
        """Return the newest eligible rows."""
        newest = situation.view.newest
        # Most of the newest are eligible: look at a few times the count before at all of them.
        for depth in (4 * self.count, len(newest)):
            rows = newest[:depth]
            rows = rows[situation.eligible[rows]][: self.count]
            if len(rows) == self.count:
                break
        return rows


def standard_sources(config: SourceConfig) -> tuple[CandidateSource, ...]:
    """Return the sources of the first version, in the order in which they name a candidate."""
    return (Similar(config.similar), Trending(config.trending), Fresh(config.fresh))


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """The blend: every candidate once, with the source that brought it first.

    Parameters
    ----------
    rows : ndarray, shape (n,)
    source : ndarray, shape (n,), int
        Index into ``names``.
    """

    rows: Rows
    source: NDArray[np.intp]
    names: tuple[str, ...]


def blend(sources: Sequence[CandidateSource], situation: Situation) -> Candidates:
    """Gather the candidates of all sources; who is first in ``sources`` names a shared one."""
    brought = [source.candidates(situation) for source in sources]
    rows = np.concatenate(brought)
    origin = np.repeat(np.arange(len(sources)), [len(each) for each in brought])
    by_row = np.argsort(rows, kind="stable")
    is_first = np.ones(len(rows), np.bool_)
    is_first[by_row[1:]] = rows[by_row[1:]] != rows[by_row[:-1]]
    return Candidates(
        rows=rows[is_first],
        source=origin[is_first],
        names=tuple(source.name for source in sources),
    )
