"""The live catalogue: appended to by one follower thread, looked at by every request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from recommender.catalogue.columns import NameColumn, NameListColumn
from recommender.catalogue.sketch import fit
from recommender.catalogue.view import UNKNOWN, CatalogueView
from recommender.domain.ids import ArticleId

SPARE = 1_024
"""Rows that a new block of columns has to spare, at least."""

GONE_MAX = 20_000
"""Articles that left of which the story is remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """One live article as the catalogue takes it; times in seconds since the epoch.

    Parameters
    ----------
    generated_with_ai : bool or None
        None is unknown.
    story : str or None
        Id of the story that it belongs to; None where it was told of no story.
    is_brief : bool
        Whether it was compiled from other articles of the site.
    quoted : tuple of str
        The sources of those articles.
    """

    id: ArticleId
    title: str
    card: bytes
    published_at: float
    expires_at: float | None = None
    category: str | None = None
    subcategory: str | None = None
    source: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    generated_with_ai: bool | None = None
    story: str | None = None
    is_brief: bool = False
    quoted: tuple[str, ...] = ()


class LiveCatalogue:
    """Columns with room to grow, of which :attr:`view` is the part that is complete.

    Rows are only appended: a changed article gets a new row and its old one dies. When the room is
    used up, the living move to new columns with as much room again. Requests that still hold an
    older view keep the older columns.

    Parameters
    ----------
    dimension : int
        d, the length of every vector.
    """

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._lock = Lock()
        self._gone_stories: dict[ArticleId, str] = {}
        self._sketcher = fit(np.empty((0, dimension), np.float32))
        self._allocate(SPARE)
        self._view = self._look()

    def _allocate(self, room: int) -> None:
        self._count = 0
        self._ids: list[ArticleId] = []
        self._titles: list[str] = []
        self._cards: list[bytes] = []
        self._rows: dict[ArticleId, int] = {}
        self._vectors: NDArray[np.float32] = np.zeros((room, self._dimension), np.float32)
        self._sketches: NDArray[np.float32] = np.zeros(
            (room, self._sketcher.axes.shape[1]), np.float32
        )
        self._published: NDArray[np.float64] = np.zeros(room, np.float64)
        self._expires: NDArray[np.float64] = np.zeros(room, np.float64)
        self._category = NameColumn(room)
        self._subcategory = NameColumn(room)
        self._source = NameColumn(room)
        self._language = NameColumn(room)
        self._story = NameColumn(room)
        self._tags = NameListColumn()
        self._quoted = NameListColumn()
        self._with_ai: NDArray[np.int8] = np.full(room, UNKNOWN, np.int8)
        self._is_brief: NDArray[np.bool_] = np.zeros(room, np.bool_)
        self._alive: NDArray[np.bool_] = np.zeros(room, np.bool_)

    @property
    def view(self) -> CatalogueView:
        """The newest complete look; hold it for the length of one request."""
        return self._view

    def __len__(self) -> int:
        """How many articles are live."""
        return len(self._rows)

    def apply(
        self,
        entries: Sequence[CatalogueEntry],
        vectors: NDArray[np.float32],
        gone: Sequence[ArticleId] = (),
    ) -> None:
        """Take in articles that became live or changed, and drop those that left.

        Parameters
        ----------
        vectors : ndarray, shape (len(entries), d), float32, unit length
        """
        with self._lock:
            for article in gone:
                self._remember_story(article)
                self._bury(article)
            if self._count + len(entries) > len(self._alive):
                self._compact(len(entries))
            start = self._count
            for offset, entry in enumerate(entries):
                self._append(start + offset, entry)
            self._vectors[start : self._count] = vectors
            self._refresh(start)

    def _append(self, row: int, entry: CatalogueEntry) -> None:
        self._bury(entry.id)
        self._ids.append(entry.id)
        self._titles.append(entry.title)
        self._cards.append(entry.card)
        self._published[row] = entry.published_at
        self._expires[row] = np.inf if entry.expires_at is None else entry.expires_at
        self._category.put(row, entry.category)
        self._subcategory.put(row, entry.subcategory)
        self._source.put(row, entry.source)
        self._language.put(row, entry.language)
        self._story.put(row, entry.story)
        self._tags.put(row, entry.tags)
        self._quoted.put(row, entry.quoted)
        self._with_ai[row] = UNKNOWN if entry.generated_with_ai is None else entry.generated_with_ai
        self._is_brief[row] = entry.is_brief
        self._alive[row] = True
        self._rows[entry.id] = row
        self._count = row + 1

    def _remember_story(self, article: ArticleId) -> None:
        row = self._rows.get(article)
        story = None if row is None else self._story.look(self._count).name(row)
        if story is not None:
            self._gone_stories[article] = story
            if len(self._gone_stories) > GONE_MAX:
                del self._gone_stories[next(iter(self._gone_stories))]

    def _bury(self, article: ArticleId) -> None:
        row = self._rows.pop(article, None)
        if row is not None:
            self._alive[row] = False

    def _refresh(self, start: int) -> None:
        if self._sketcher.is_stale(self._count):
            self._sketcher = fit(self._vectors[: self._count])
            # New array: a request may be reading the old sketches with the old axes.
            self._sketches = np.empty_like(self._sketches)
            start = 0
        self._sketches[start : self._count] = self._sketcher.sketch(
            self._vectors[start : self._count]
        )
        self._view = self._look()

    def _compact(self, more: int) -> None:
        old, living = self._view, np.flatnonzero(self._alive[: self._count])
        kept, rows = len(living), living.tolist()
        self._allocate(2 * (kept + more) + SPARE)
        self._ids.extend(old.ids[row] for row in rows)
        self._titles.extend(old.titles[row] for row in rows)
        self._cards.extend(old.cards[row] for row in rows)
        self._rows.update((article, row) for row, article in enumerate(self._ids))
        for column, source in (
            (self._vectors, old.vectors),
            (self._sketches, old.sketches),
            (self._published, old.published),
            (self._expires, old.expires),
            (self._with_ai, old.with_ai),
            (self._is_brief, old.is_brief),
        ):
            column[:kept] = source[living]
        for names, former in (
            (self._category, old.category),
            (self._subcategory, old.subcategory),
            (self._source, old.source),
            (self._language, old.language),
            (self._story, old.story),
        ):
            names.take(former, living)
        self._tags.take(old.tags, living)
        self._quoted.take(old.quoted, living)
        self._alive[:kept] = True
        self._count = kept

    def _look(self) -> CatalogueView:
        count = self._count
        vectors = self._vectors[:count]
        return CatalogueView(
            count=count,
            ids=self._ids,
            titles=self._titles,
            cards=self._cards,
            rows=self._rows,
            vectors=vectors,
            sketches=self._sketches[:count],
            published=self._published[:count],
            expires=self._expires[:count],
            category=self._category.look(count),
            subcategory=self._subcategory.look(count),
            source=self._source.look(count),
            language=self._language.look(count),
            story=self._story.look(count),
            gone_stories=self._gone_stories,
            tags=self._tags.look(count),
            with_ai=self._with_ai[:count],
            is_brief=self._is_brief[:count],
            quoted=self._quoted.look(count),
            alive=self._alive[:count],
            centre=self._centre(vectors),
            sketcher=self._sketcher,
        )

    def _centre(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        if not len(vectors):
            return np.zeros(self._dimension, np.float32)
        return np.asarray(vectors[:: max(1, len(vectors) // 5_000)].mean(axis=0))
