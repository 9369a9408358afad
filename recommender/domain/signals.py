"""What is counted of articles, of topics and of one reader with them, as of one moment.

Levels are those of forward decay in the log domain (see ``recommender.trending.decay``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from recommender.domain.ids import ArticleId, ReaderId

FAMILIES = ("clicks", "views", "shown", "expected")
"""What is counted of an article, in order: clicks; reads; impressions; and, for each click that
points to its slate, the share 1/n of each of the slate's n articles: what a click by chance gives.
"""

RUNGS_HOURS = (0.25, 1.0, 4.0, 24.0)
"""Half-lives of the counts, in hours. They are part of the features' schema, so no setting."""

BIASES = ((0.3, 24.0), (0.6, 12.0), (0.3, float("inf")))
"""Learning rate and half-life, in hours, of each Plackett-Luce bias of an article."""

TOPIC_HALF_LIFE_HOURS = 72.0
"""Half-life of what is counted of topics."""

AUDIENCE_HALF_LIFE_HOURS = 24.0
"""Half-life of what is counted of the tastes of an article's readers."""

TASTE_NUMBERS = 64
"""In how many numbers a reader's taste is told."""

CATEGORY, SUBCATEGORY, TAG = "c", "s", "t"
"""What a topic's name begins with: ``c:sport``, ``s:football``, ``t:cup``."""

ALL = ""
"""The topic that counts everything."""

OWN_TOPICS = (f"{CATEGORY}:", f"{SUBCATEGORY}:")
"""What the names of those topics begin with that are counted for each reader: tags are too many."""


class TopicCounts(NamedTuple):
    """How many articles of a topic one reader was shown, clicked, and read; or of all.

    A click counts as a reading as well, and so does each reading again.
    """

    shown: int = 0
    clicked: int = 0
    read: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderSignals:
    """What one reader did with each of n articles. Seconds are NaN where there is none.

    Parameters
    ----------
    shown : ndarray, shape (n,), float64
        Impressions since the last click on it.
    first_shown, last_shown : ndarray, shape (n,), float64, whole seconds since the epoch
        Of those impressions.
    clicked : ndarray, shape (n,), float64
        Clicks.
    last_clicked : ndarray, shape (n,), float64, whole seconds since the epoch
    """

    shown: NDArray[np.float64]
    first_shown: NDArray[np.float64]
    last_shown: NDArray[np.float64]
    clicked: NDArray[np.float64]
    last_clicked: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audiences:
    """Whose clicks n articles had: counts and tastes of their readers, faded to one second.

    A reader counts for an article with the first click on it, if anything was read before that.

    Parameters
    ----------
    counts : ndarray, shape (n,), float64
    tastes : ndarray, shape (n, TASTE_NUMBERS), float64
        Sums of tastes (see ``recommender.trending.tastes``).
    site_count : float
        Of all articles together.
    site_tastes : ndarray, shape (TASTE_NUMBERS,), float64
    second : float, seconds since the epoch
        NaN where nothing is counted.
    """

    counts: NDArray[np.float64]
    tastes: NDArray[np.float64]
    site_count: float
    site_tastes: NDArray[np.float64]
    second: float


def no_audiences(count: int) -> Audiences:
    """Return those of ``count`` articles that nobody clicked."""
    return Audiences(
        counts=np.zeros(count),
        tastes=np.zeros((count, TASTE_NUMBERS)),
        site_count=0.0,
        site_tastes=np.zeros(TASTE_NUMBERS),
        second=math.nan,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What is counted of n articles.

    Parameters
    ----------
    levels : ndarray, shape (n, families, rungs), float64
        −inf where nothing is counted.
    site_levels : ndarray, shape (families, rungs), float64
        The same of all articles together; of ``expected`` it is that of the clicks in slates.
    biases : ndarray, shape (n, biases), float64
        As of the second ``biased_at``, since which they fade.
    biased_at, first_shown : ndarray, shape (n,), float64, seconds since the epoch
        NaN where there is none.
    audiences : Audiences
        Of nobody for a guest, who has no taste to compare with theirs.
    topics : mapping of str to float
        Level of what readers did with each topic that was asked for, and of all (``""``); without
        those that nobody read.
    own : ReaderSignals or None
        None for a guest.
    own_topics : mapping of str to TopicCounts
        What the reader did with articles of each category and subcategory that is remembered,
        whether asked for or not, and with all (``""``); empty for a guest.
    """

    levels: NDArray[np.float64]
    site_levels: NDArray[np.float64]
    biases: NDArray[np.float64]
    biased_at: NDArray[np.float64]
    first_shown: NDArray[np.float64]
    audiences: Audiences
    topics: Mapping[str, float]
    own: ReaderSignals | None
    own_topics: Mapping[str, TopicCounts]


class SignalSource(Protocol):
    """Where signals come from: Redis for a feed, the replayed state for a measurement."""

    def of(
        self, reader: ReaderId | None, articles: Sequence[ArticleId], topics: Sequence[str]
    ) -> Signals:
        """Return what is counted now of ``articles`` and ``topics``."""
        ...


class NoSignals:
    """A site of which nothing is counted."""

    def of(
        self, reader: ReaderId | None, articles: Sequence[ArticleId], topics: Sequence[str]
    ) -> Signals:
        """Return that nothing is counted of ``articles``, ``topics`` and ``reader``."""
        del reader, topics
        count, families, rungs = len(articles), len(FAMILIES), len(RUNGS_HOURS)
        return Signals(
            levels=np.full((count, families, rungs), -np.inf),
            site_levels=np.full((families, rungs), -np.inf),
            biases=np.zeros((count, len(BIASES))),
            biased_at=np.full(count, np.nan),
            first_shown=np.full(count, np.nan),
            audiences=no_audiences(count),
            topics={},
            own=None,
            own_topics={},
        )


class SignalsOfGuests:
    """What a source counts, without what any reader did.

    Parameters
    ----------
    source : SignalSource
    """

    def __init__(self, source: SignalSource) -> None:
        self._source = source

    def of(
        self, reader: ReaderId | None, articles: Sequence[ArticleId], topics: Sequence[str]
    ) -> Signals:
        """Return what is counted now of ``articles`` and ``topics``, as for a guest."""
        del reader
        return self._source.of(None, articles, topics)
