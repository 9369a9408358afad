"""A reader, as one feed sees them."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.domain.ids import ArticleId
from recommender.domain.interactions import HistoryEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderState:
    """Everything a feed needs of its reader.

    Parameters
    ----------
    history : tuple of HistoryEntry
        Newest first, one for each (article, kind, dwell).
    seen, hidden : tuple of ArticleId
        Articles the reader met, and those sent away.
    """

    history: tuple[HistoryEntry, ...] = ()
    seen: tuple[ArticleId, ...] = ()
    hidden: tuple[ArticleId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """A reader and what is trending, as of one moment.

    Parameters
    ----------
    trending : tuple of (ArticleId, float)
        Articles with their level at the served half-life, highest first.
    """

    reader: ReaderState
    trending: tuple[tuple[ArticleId, float], ...]
