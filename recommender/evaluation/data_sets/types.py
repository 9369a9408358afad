"""What every data set is read into: columns, ragged where lists differ in length."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NONE = -1
"""Code of no article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Articles:
    """n articles; elsewhere an article is its code, its place here.

    Parameters
    ----------
    texts : tuple of str
        What is embedded, see ``recommender.domain.articles.embedding_text``.
    published : ndarray, shape (n,), float64, seconds since the epoch
        NaN where it is not known.
    """

    ids: tuple[str, ...]
    titles: tuple[str, ...]
    texts: tuple[str, ...]
    categories: tuple[str | None, ...]
    subcategories: tuple[str | None, ...]
    tags: tuple[tuple[str, ...], ...]
    published: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What r readers had read before a part begins.

    Parameters
    ----------
    readers : ndarray, shape (r,), int32
        Codes of readers.
    starts : ndarray, shape (r + 1,), int64
        Where each reader's entries begin.
    articles : ndarray, shape (h,), int32
        Oldest first within a reader.
    at : ndarray, shape (h,), float64, seconds since the epoch
    dwell : ndarray, shape (h,), float32, seconds
        NaN where it is not known.
    """

    readers: NDArray[np.int32]
    starts: NDArray[np.int64]
    articles: NDArray[np.int32]
    at: NDArray[np.float64]
    dwell: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Impressions:
    """m lists that readers were offered, in order of time.

    Parameters
    ----------
    ids : ndarray, shape (m,), str
    readers : ndarray, shape (m,), int32
        Codes of readers; ``NONE`` for a guest.
    at : ndarray, shape (m,), float64, seconds since the epoch
    visible : ndarray, shape (m,), float64, seconds since the epoch
        From when on what happened in the list, and the reading of the page around it, is known.
    reading : ndarray, shape (m,), int32
        The article around the list, or ``NONE``.
    dwell : ndarray, shape (m,), float32, seconds
        How long that article was read; NaN where it is not known.
    starts : ndarray, shape (m + 1,), int64
        Where each list's rows begin.
    candidates : ndarray, shape (rows,), int32
        Codes of articles.
    clicked : ndarray, shape (rows,), bool
    """

    ids: NDArray[np.str_]
    readers: NDArray[np.int32]
    at: NDArray[np.float64]
    visible: NDArray[np.float64]
    reading: NDArray[np.int32]
    dwell: NDArray[np.float32]
    starts: NDArray[np.int64]
    candidates: NDArray[np.int32]
    clicked: NDArray[np.bool_]

    def __len__(self) -> int:
        """How many lists there are."""
        return len(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of a data set, with what its readers had read before it."""

    name: str
    history: History
    impressions: Impressions


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """Rows that were left out: where the first one is, why, and how many there are."""

    place: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """A data set.

    Parameters
    ----------
    readers : tuple of str
        Ids; elsewhere a reader is a code, its place here.
    parts : mapping of str to Part
        In order of time.
    dropped : tuple of Dropped
        What was left out while it was read.
    digest : str
        SHA-256 of the files, hexadecimal.
    """

    name: str
    articles: Articles
    readers: tuple[str, ...]
    parts: Mapping[str, Part]
    dropped: tuple[Dropped, ...]
    digest: str
