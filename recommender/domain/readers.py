"""A reader, as one feed sees them, and what is known of the site at the same moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from recommender.domain.ids import ArticleId
from recommender.domain.interactions import HistoryEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a reader chose in so many words.

    Parameters
    ----------
    topics : tuple of str
        Categories followed.
    followed_sources, muted_sources : tuple of str
        Publications whose articles are wanted, and those that are never shown.
    language : str or None
        BCP 47 tag in which labels and reasons are told; None where nothing was chosen.
    personalised : bool
        False: nothing else that is known of the reader is used.
    """

    topics: tuple[str, ...] = ()
    followed_sources: tuple[str, ...] = ()
    muted_sources: tuple[str, ...] = ()
    language: str | None = None
    personalised: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderState:
    """Everything a feed needs of its reader.

    Parameters
    ----------
    history : tuple of HistoryEntry
        Newest first, one for each (article, kind, dwell).
    seen : mapping of ArticleId to float
        Articles the reader met or was served, with the second of the last time; oldest first.
    hidden : tuple of ArticleId
        Articles the reader sent away.
    """

    history: tuple[HistoryEntry, ...] = ()
    seen: Mapping[ArticleId, float] = field(default_factory=dict)
    hidden: tuple[ArticleId, ...] = ()
    preferences: Preferences = Preferences()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trends:
    """The articles that gather most attention, highest first.

    Parameters
    ----------
    ladders : ndarray, shape (t, rungs), float64
        Levels at every half-life of the site's ladder (see ``recommender.trending``).
    since : ndarray, shape (t,), float64
        Second at which the article last rose over the site's trending threshold; NaN where it
        never did.
    """

    articles: tuple[ArticleId, ...]
    ladders: NDArray[np.float64]
    since: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoRead:
    """What readers of one article, the anchor, read as well.

    Parameters
    ----------
    partners : tuple of (ArticleId, float)
        Articles with the level of their decayed count of readers, highest first.
    """

    anchor: ArticleId
    partners: tuple[tuple[ArticleId, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """A reader, what trends, and what was read along with the reader's last articles."""

    reader: ReaderState
    trends: Trends
    co_read: tuple[CoRead, ...] = ()
