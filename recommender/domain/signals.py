"""What is counted of articles, of topics and of one reader with them, as of one moment.

Levels are those of forward decay in the log domain (see ``recommender.trending.decay``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

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

CATEGORY, SUBCATEGORY, TAG = "c", "s", "t"
"""What a topic's name begins with: ``c:sport``, ``s:football``, ``t:cup``; ``""`` counts all."""

OWN_TOPICS = (f"{CATEGORY}:", f"{SUBCATEGORY}:")
"""What the names of those topics begin with that are counted for each reader: tags are too many."""


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
    topics : mapping of str to float
        Level of what readers did with each topic that was asked for, and of all (``""``); without
        those that nobody read.
    own : ReaderSignals or None
        None for a guest.
    own_topics : mapping of str to (float, float)
        How often the reader was shown and clicked articles of each category and subcategory that
        was asked for; without those of which there is neither, and empty for a guest.
    """

    levels: NDArray[np.float64]
    site_levels: NDArray[np.float64]
    biases: NDArray[np.float64]
    biased_at: NDArray[np.float64]
    first_shown: NDArray[np.float64]
    topics: Mapping[str, float]
    own: ReaderSignals | None
    own_topics: Mapping[str, tuple[float, float]]


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
