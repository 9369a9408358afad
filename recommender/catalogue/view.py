"""One consistent look at the live catalogue, for the length of a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recommender.catalogue.columns import Coded, CodedLists
from recommender.catalogue.sketch import Sketcher
from recommender.domain.ids import ArticleId

Rows = NDArray[np.intp]
"""Row numbers of the catalogue, shape (k,)."""

UNKNOWN = -1
"""In :attr:`CatalogueView.with_ai`, of an article that does not say how it was made."""

OVERSAMPLE = 2
"""Candidates by sketch for each neighbour asked for."""

LEAST_ROUGH = 300
"""Candidates by sketch at the least: few neighbours are lost easily, and 300 cost little."""

SAMPLE_STEP = 8
"""One score in so many is looked at to guess the threshold of the highest ones."""


@dataclass(frozen=True)
class CatalogueView:
    """n rows of columns; a row is an article, alive or replaced.

    The columns are written only behind row n by the catalogue, so a view never changes, except
    that ``alive`` may turn False while it is in use: an article that left is left out at once.

    Parameters
    ----------
    ids, titles : sequence of str, at least n long
    cards : sequence of bytes
        The public JSON of each article.
    rows : mapping of ArticleId to int
        The row of each live article; may name rows at or past n, see :meth:`row`.
    vectors : ndarray, shape (n, d), float32, unit length
    sketches : ndarray, shape (n, k), float32
    published, expires : ndarray, shape (n,), float64, seconds since the epoch
    category, subcategory, source, language, story : Coded
        One name for each row, or none.
    gone_stories : mapping of ArticleId to str
        The stories of articles that left lately.
    tags : CodedLists
    with_ai : ndarray, shape (n,), int8
        1 generated with AI, 0 not, ``UNKNOWN``.
    is_brief : ndarray, shape (n,), bool
        Compiled from other articles of the site.
    quoted : CodedLists
        The sources of those articles.
    centre : ndarray, shape (d,), float32
        Mean vector of the catalogue.
    """

    count: int
    ids: Sequence[ArticleId]
    titles: Sequence[str]
    cards: Sequence[bytes]
    rows: Mapping[ArticleId, int]
    vectors: NDArray[np.float32]
    sketches: NDArray[np.float32]
    published: NDArray[np.float64]
    expires: NDArray[np.float64]
    category: Coded
    subcategory: Coded
    source: Coded
    language: Coded
    story: Coded
    gone_stories: Mapping[ArticleId, str]
    tags: CodedLists
    with_ai: NDArray[np.int8]
    is_brief: NDArray[np.bool_]
    quoted: CodedLists
    alive: NDArray[np.bool_]
    centre: NDArray[np.float32]
    sketcher: Sketcher

    @cached_property
    def newest(self) -> Rows:
        """All rows, latest publication first."""
        return np.argsort(-self.published, kind="stable")

    @cached_property
    def briefs(self) -> Rows:
        """The rows that are briefs, whether they may be shown or not."""
        return np.flatnonzero(self.is_brief)

    def row(self, article: ArticleId) -> int | None:
        """Return the row of a live article, or None."""
        row = self.rows.get(article)
        return row if row is not None and row < self.count else None

    @cached_property
    def rows_by_story(self) -> tuple[Rows, NDArray[np.intp]]:
        """All rows ordered by story code, and where each code begins: shape (codes + 1,)."""
        codes = self.story.codes
        order = np.argsort(codes, kind="stable")
        starts = np.searchsorted(codes[order], np.arange(int(codes.max(initial=0)) + 2))
        return order, starts

    def told_with(self, row: int) -> Rows:
        """Return the living rows of the same story, ``row`` left out; none where it has none."""
        code = int(self.story.codes[row])
        if code == 0:
            return np.empty(0, np.intp)
        order, starts = self.rows_by_story
        rows: Rows = order[starts[code] : starts[code + 1]]
        others: Rows = rows[self.alive[rows] & (rows != row)]
        return others

    def positions(self, articles: Sequence[ArticleId]) -> Rows:
        """Return the row of each of ``articles``, in their order; -1 for those not live."""
        get = self.rows.get
        rows = np.array([get(article, -1) for article in articles], dtype=np.intp)
        rows[rows >= self.count] = -1  # it became live after this look
        return rows

    def rows_of(self, articles: Sequence[ArticleId]) -> Rows:
        """Return the rows of those of ``articles`` that are live, in their order."""
        rows = self.positions(articles)
        return rows[rows >= 0]

    def eligible(self, now: float) -> NDArray[np.bool_]:
        """Return a new mask, shape (n,), of what may be shown at ``now``: live, out, unexpired."""
        mask: NDArray[np.bool_] = (self.published <= now) & (self.expires > now)
        mask &= self.alive
        return mask

    def roughly_nearest(
        self, query: NDArray[np.float32], count: int, allowed: NDArray[np.bool_]
    ) -> tuple[Rows, NDArray[np.float32]]:
        """Return up to ``count`` allowed rows nearest to ``query`` by sketch, in no order.

        With the inner products of their sketches and that of ``query``.

        Parameters
        ----------
        query : ndarray, shape (d,)
        allowed : ndarray, shape (n,), bool
        """
        products = np.where(allowed, self.sketches @ self.sketcher.sketch(query), -np.inf)
        rows = _top(products, count)
        rows = rows[allowed[rows]]
        return rows, products[rows]

    def nearest(
        self, query: NDArray[np.float32], count: int, allowed: NDArray[np.bool_]
    ) -> tuple[Rows, NDArray[np.float32]]:
        """Return the rows nearest to ``query`` by inner product, nearest first, with the products.

        The best ``OVERSAMPLE × count``, or 300, by sketch are scored exactly; exact altogether
        where the catalogue has no more rows than that.

        Parameters
        ----------
        query : ndarray, shape (d,)
        allowed : ndarray, shape (n,), bool
        """
        rows, _ = self.roughly_nearest(query, max(OVERSAMPLE * count, LEAST_ROUGH), allowed)
        exact = self.vectors[rows] @ query
        order = np.argsort(-exact, kind="stable")[:count]
        return rows[order], exact[order]


def _top(scores: NDArray[np.floating], count: int) -> Rows:
    """Return the rows of the ``count`` highest scores, in no order.

    A threshold from every eighth score leaves few rows to choose from exactly, at a sixth of what
    partitioning all of them costs; where it leaves too few, all are partitioned.
    """
    total = len(scores)
    if count >= total:
        return np.arange(total)
    sample = scores[::SAMPLE_STEP]
    kept = min(len(sample), 3 * count // (2 * SAMPLE_STEP) + SAMPLE_STEP)
    threshold = np.partition(sample, len(sample) - kept)[len(sample) - kept]
    rows = np.flatnonzero(scores >= threshold)
    if len(rows) < count:
        rows = np.arange(total)
    if len(rows) == count:
        return rows
    return rows[np.argpartition(scores[rows], len(rows) - count)[-count:]]
