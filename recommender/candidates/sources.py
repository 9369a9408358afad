"""The candidate sources of a feed, and how what they bring is blended."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from recommender.candidates.crowd import Fresh, Surging, Trending, TrendingTopics
from recommender.candidates.explore import Explore, ExploreConfig
from recommender.candidates.situation import Situation
from recommender.candidates.source import CandidateSource
from recommender.candidates.taste import CoRead, Followed, Next, Session, Similar
from recommender.catalogue.view import Rows
from recommender.config import Config

log = logging.getLogger(__name__)

QUIET_SECONDS = 60.0
"""A source that fails is told of once in so many seconds: it may fail in every request."""


class SourceConfig(Config):
    """How many candidates each source may bring; 0 turns one off."""

    similar: int = Field(
        default=120, ge=0, le=5_000, description="Candidates near the reader's interests."
    )
    least_similar: int = Field(
        default=10,
        ge=0,
        le=1_000,
        description="Of these, candidates for the least of the reader's interests; the others "
        "share by weight.",
    )
    session: int = Field(
        default=30, ge=0, le=5_000, description="Candidates near what the last minutes went to."
    )
    next: int = Field(
        default=30, ge=0, le=5_000, description="Candidates near the article (last) read."
    )
    co_read: int = Field(
        default=40, ge=0, le=5_000, description="Candidates that readers of the same read as well."
    )
    followed: int = Field(
        default=40, ge=0, le=5_000, description="Newest candidates of followed topics and sources."
    )
    trending: int = Field(default=50, ge=0, le=5_000, description="Candidates that trend.")
    trending_topics: int = Field(
        default=30, ge=0, le=5_000, description="Candidates that trend in the reader's categories."
    )
    surging: int = Field(
        default=20, ge=0, le=5_000, description="Candidates read faster now than before."
    )
    boosted: int = Field(
        default=50, ge=0, le=5_000, description="Newest candidates that a rule of the site boosts."
    )
    fresh: int = Field(default=50, ge=0, le=5_000, description="Newest candidates.")
    explore: ExploreConfig = ExploreConfig()
    trend_depth: int = Field(
        default=200,
        ge=0,
        le=5_000,
        description="Trending articles looked at for trending, trending_topics and surging.",
    )


@dataclass(frozen=True, slots=True)
class Named:
    """Articles that the site's rules name."""

    rows: tuple[int, ...]
    name: str

    def candidates(self, situation: Situation) -> Rows:
        """Return the eligible ones."""
        rows = np.array(self.rows, np.intp)
        return rows[situation.eligible[rows]]


STORY = "story"
"""What brings a brief that no source brings: an article of its story did come."""

IMPERSONAL = frozenset({"pinned", "trending", "surging", "boosted", "fresh", "explore", STORY})
"""Sources that go by no data of the reader, except for what may be shown to them at all; and what
may come to anybody for one of theirs."""


def standard_sources(
    config: SourceConfig, pinned: Sequence[int] = (), boosted: Sequence[int] | Rows = ()
) -> tuple[CandidateSource, ...]:
    """Return the sources of a feed, in the order in which they name a candidate.

    Parameters
    ----------
    pinned, boosted : sequence of int
        Rows that the site's rules name, the dearest first.
    """
    return (
        Named(tuple(dict.fromkeys(pinned)), "pinned"),
        Similar(config.similar, config.least_similar),
        Session(config.session),
        Next(config.next),
        CoRead(config.co_read),
        Followed(config.followed),
        Trending(config.trending),
        TrendingTopics(config.trending_topics),
        Surging(config.surging),
        Named(tuple(int(row) for row in boosted[: config.boosted]), "boosted"),
        Fresh(config.fresh),
        Explore(config.explore),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """The blend: every candidate once, with the source that brought it first.

    Parameters
    ----------
    rows : ndarray, shape (n,)
    source : ndarray, shape (n,), int
        Index into ``names``.
    brought : tuple of ndarray
        For each source the rows that it brought, shared ones too.
    failed : tuple of str
        Names of the sources that were skipped because they failed.
    """

    rows: Rows
    source: NDArray[np.intp]
    names: tuple[str, ...]
    brought: tuple[Rows, ...]
    failed: tuple[str, ...]

    def brought_by(self, name: str) -> NDArray[np.bool_]:
        """Return the mask, shape (n,), of the candidates that a source brought, first or not."""
        return np.isin(self.rows, self.brought[self.names.index(name)])


def blend(sources: Sequence[CandidateSource], situation: Situation) -> Candidates:
    """Gather the candidates of all sources; who is first in ``sources`` names a shared one.

    A source that fails brings nothing: a feed with one source less is better than no feed.
    """
    brought, failed = [], []
    for source in sources:
        try:
            brought.append(source.candidates(situation))
        except Exception as error:  # noqa: BLE001  # whatever it is, the others go on
            brought.append(np.empty(0, np.intp))
            failed.append(source.name)
            _failures.tell(source.name, error, situation.now)
    rows = np.concatenate(brought)
    origin = np.repeat(np.arange(len(sources)), [len(each) for each in brought])
    by_row = np.argsort(rows, kind="stable")
    is_first = np.ones(len(rows), np.bool_)
    is_first[by_row[1:]] = rows[by_row[1:]] != rows[by_row[:-1]]
    return Candidates(
        rows=rows[is_first],
        source=origin[is_first],
        names=tuple(source.name for source in sources),
        brought=tuple(brought),
        failed=tuple(failed),
    )


def with_briefs(candidates: Candidates, situation: Situation) -> Candidates:
    """Return the candidates with the eligible briefs of their stories."""
    view = situation.view
    briefs = view.briefs[situation.eligible[view.briefs]]
    if not len(briefs):
        return candidates
    stories = view.story.codes
    is_told = np.zeros(len(view.story.names), np.bool_)
    is_told[stories[candidates.rows]] = True
    is_told[0] = False
    telling = briefs[is_told[stories[briefs]]]
    missing = telling[~np.isin(telling, candidates.rows)]
    return Candidates(
        rows=np.concatenate([candidates.rows, missing]),
        source=np.append(candidates.source, np.full(len(missing), len(candidates.names), np.intp)),
        names=(*candidates.names, STORY),
        brought=(*candidates.brought, telling),
        failed=candidates.failed,
    )


class _Failures:
    """Logs a failing source, but not in every request."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._told: dict[str, float] = {}

    def tell(self, name: str, error: Exception, now: float) -> None:
        with self._lock:
            if abs(now - self._told.get(name, -np.inf)) < QUIET_SECONDS:
                return
            self._told[name] = now
        log.error("candidate source %s failed and is skipped", name, exc_info=error)


_failures = _Failures()
