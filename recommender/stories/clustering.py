"""Articles put together into stories as they arrive, by meaning and time.

Mean-link clustering, one article after the other. Two articles are as alike as the cosine of their
vectors, less a little for each day between them. A new article joins the story whose members within
the window are most like it on average, if that average reaches a threshold; else it begins a story
of its own. The average, not the nearest member or the centroid, decides: a chain of articles each a
little like the next one does not grow into one story ("weekend results", "film trailers").
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from recommender.config import Config
from recommender.domain.ids import ArticleId
from recommender.stories.bound import ROUNDING, fit

DAY_SECONDS = 86_400.0

SPARE = 1_024
"""Rows that a new block of vectors has to spare, at least."""

LOOKED_AT = 256
"""Articles near a new one whose stories are considered: the nearest ones, where there are more."""

COMPARED = 64
"""Articles of a story that a new one is compared with, the latest: what one costs is bounded."""

OFFLINE_BATCH = 128
"""Articles that :func:`group` assigns at a time."""

Number = TypeVar("Number", bound=np.generic)


class StoryConfig(Config):
    """When two articles tell one story."""

    threshold: float = Field(
        default=0.575,
        ge=0.0,
        le=1.0,
        description="Average likeness (cosine, less drift_per_day) with the articles of a story "
        "from which on a new one belongs to it. Lower puts more together.",
    )
    drift_per_day: float = Field(
        default=0.02,
        ge=0.0,
        le=1.0,
        description="Likeness that two articles lose for each day between their publications.",
    )
    window_hours: float = Field(
        default=72.0,
        gt=0.0,
        le=8_760.0,
        description="Hours beyond which two articles are not compared at all.",
    )
    max_articles: int = Field(
        default=20_000,
        ge=100,
        le=200_000,
        description="Articles that a new one is compared with, the newest of the site; each takes "
        "2 kB of a worker's memory and a little of its time.",
    )


class StoryIndex:
    """The articles that new ones are compared with, each with its story.

    Parameters
    ----------
    dimension : int
        Length d of every vector.
    """

    def __init__(self, dimension: int, config: StoryConfig) -> None:
        self._config = config
        self._ids: list[ArticleId] = []
        self._stories: list[str] = []
        self._rows: dict[ArticleId, int] = {}
        self._members: dict[str, dict[ArticleId, None]] = {}
        self._vectors: NDArray[np.float32] = np.empty((0, dimension), np.float32)
        self._published: NDArray[np.float64] = np.empty(0, np.float64)
        self._bound = fit(self._vectors)
        self._short = self._bound.shorten(self._vectors)

    def __len__(self) -> int:
        return len(self._ids)

    def put(
        self,
        ids: Sequence[ArticleId],
        vectors: NDArray[np.float32],
        published: NDArray[np.float64],
        stories: Sequence[str],
    ) -> None:
        """Hold articles whose stories are known, in place of what was held under the same ids.

        Past ``max_articles`` those published first are let go.

        Parameters
        ----------
        ids : sequence of ArticleId
            n ids, each once.
        vectors : ndarray, shape (n, d) float32, unit length
        published : ndarray, shape (n,) float64, seconds
        """
        self.forget(ids)
        self._write(vectors, published)
        for article, story in zip(ids, stories, strict=True):
            self._enter(article, story)
        self._trim()

    def assign(
        self,
        ids: Sequence[ArticleId],
        vectors: NDArray[np.float32],
        published: NDArray[np.float64],
    ) -> list[str]:
        """Find the story of each article, one after the other, and hold it from then on.

        An article that is held already is looked at as if it came for the first time.

        Parameters
        ----------
        ids : sequence of ArticleId
            n ids, each once.
        vectors : ndarray, shape (n, d) float32, unit length
        published : ndarray, shape (n,) float64, seconds

        Returns
        -------
        list of str
            n ids of stories. A story is called by the article that began it.
        """
        self.forget(ids)
        first, end = len(self._ids), len(self._ids) + len(ids)
        self._write(vectors, published)
        bounds = self._short[first:end] @ self._short[:end].T
        told: list[str] = []
        for n, article in enumerate(ids):
            near = self._near(bounds[n, : first + n])
            told.append(self._joined(first + n, near) or self._free_name(article))
            self._enter(article, told[-1])
        self._trim()
        return told

    def forget(self, ids: Iterable[ArticleId]) -> None:
        """Let articles go; ids that are not held are passed over."""
        for article in ids:
            row = self._rows.pop(article, None)
            if row is None:
                continue
            members = self._members[self._stories[row]]
            del members[article]
            if not members:
                del self._members[self._stories[row]]
            last_article, last_story = self._ids.pop(), self._stories.pop()
            last = len(self._ids)
            if row < last:  # the last row fills the hole
                self._ids[row], self._stories[row] = last_article, last_story
                self._rows[last_article] = row
                for column in (self._vectors, self._published, self._short):
                    column[row] = column[last]

    def _near(self, bounds: NDArray[np.float32]) -> NDArray[np.intp]:
        """Return the rows without which no story reaches the threshold: a mean needs one above."""
        near = np.flatnonzero(bounds >= self._config.threshold - ROUNDING)
        if len(near) <= LOOKED_AT:
            return near
        return near[np.argpartition(bounds[near], -LOOKED_AT)[-LOOKED_AT:]]

    def _joined(self, row: int, near: NDArray[np.intp]) -> str | None:
        """Return the story that an article joins, None for one of its own."""
        near = near[self._cosines(row, near) >= self._config.threshold]
        best, most = None, self._config.threshold
        for story in dict.fromkeys(self._stories[each] for each in near.tolist()):
            latest = islice(reversed(self._members[story]), COMPARED)
            mean = self._likeness(row, np.array([self._rows[each] for each in latest]))
            if mean >= most:
                best, most = story, mean
        return best

    def _likeness(self, row: int, story: NDArray[np.intp]) -> float:
        """Return the average likeness with a story's articles within the window, 0 without any."""
        days = np.abs(self._published[story] - self._published[row]) / DAY_SECONDS
        within = days * 24.0 <= self._config.window_hours
        if not within.any():
            return 0.0
        fading = self._config.drift_per_day * days[within]
        return float((self._cosines(row, story[within]) - fading).mean())

    def _cosines(self, row: int, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        cosines: NDArray[np.float32] = self._vectors[rows] @ self._vectors[row]
        return cosines

    def _free_name(self, article: ArticleId) -> str:
        """Return the name of a story that an article begins.

        It is the article's id, unless the story that it began with older content goes on.
        """
        name: str = article
        while name in self._members:
            name += "~"
        return name

    def _write(self, vectors: NDArray[np.float32], published: NDArray[np.float64]) -> None:
        """Write rows past those that are held, after making room for them."""
        held, end = len(self._ids), len(self._ids) + len(vectors)
        if end > len(self._published):
            room = end + max(SPARE, held // 2)
            self._vectors = _with_rows(self._vectors[:held], room)
            self._published = _with_rows(self._published[:held], room)
            self._short = _with_rows(self._short[:held], room)
        self._vectors[held:end], self._published[held:end] = vectors, published
        self._short[held:end] = self._bound.shorten(vectors)

    def _enter(self, article: ArticleId, story: str) -> None:
        """Hold the article whose row was written next."""
        self._rows[article] = len(self._ids)
        self._ids.append(article)
        self._stories.append(story)
        self._members.setdefault(story, {})[article] = None

    def _trim(self) -> None:
        over = len(self._ids) - self._config.max_articles
        if over > 0:
            oldest = np.argpartition(self._published[: len(self._ids)], over - 1)[:over]
            self.forget([self._ids[row] for row in oldest.tolist()])
        if self._bound.is_stale(len(self._ids)):
            self._bound = fit(self._vectors[: len(self._ids)])
            self._short = self._bound.shorten(self._vectors)


def group(
    ids: Sequence[ArticleId],
    vectors: NDArray[np.float32],
    published: NDArray[np.float64],
    config: StoryConfig,
) -> list[str]:
    """Return the story of each article of a collection, as if they came in the order given.

    Parameters
    ----------
    vectors : ndarray, shape (n, d) float32, unit length
    published : ndarray, shape (n,) float64, seconds

    Examples
    --------
    >>> rain, sport = (1.0, 0.0), (0.0, 1.0)
    >>> vectors = np.array([rain, sport, rain], np.float32)
    >>> group([ArticleId("a"), ArticleId("b"), ArticleId("c")], vectors, np.zeros(3), StoryConfig())
    ['a', 'b', 'a']
    """
    index = StoryIndex(vectors.shape[1], config)
    stories: list[str] = []
    for start in range(0, len(ids), OFFLINE_BATCH):
        part = slice(start, start + OFFLINE_BATCH)
        stories += index.assign(ids[part], vectors[part], published[part])
    return stories


def _with_rows(array: NDArray[Number], rows: int) -> NDArray[Number]:
    """Return a copy with so many rows; those after the array's own hold anything."""
    larger = np.zeros((rows, *array.shape[1:]), array.dtype)
    larger[: len(array)] = array
    return larger
