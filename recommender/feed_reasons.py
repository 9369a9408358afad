"""Why each article of an ordering is there, told from the numbers that put it there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recommender.candidates.situation import Situation
from recommender.catalogue.view import CatalogueView, Rows
from recommender.disclosure.reasons import (
    PINNED,
    explore_reason,
    more_reason,
    reason_of,
    story_reason,
)
from recommender.domain.ids import ArticleId
from recommender.domain.readers import CoRead
from recommender.domain.slates import Reason
from recommender.ranking.features import FEATURES

PINNED_SOURCE, EXPLORE_SOURCE = "pinned", "explore"
"""Sources whose articles stand where they stand for no score."""

LATELY = 0.5
"""Recency of the last read from which it was read just now: within ``session_minutes``."""

_OF_THE_CROWD = frozenset({"trending", "surge"})
_COMPARING = frozenset({"similarity", "session", "context", "co_read"})

_UNTOLD = frozenset({"aversion", "repetition", "habit"})
"""Parameters that are no reason to show anything."""

_TOLD = tuple(dict.fromkeys(each.told_as for each in FEATURES))
_PARTS = np.array([[each.told_as == told for told in _TOLD] for each in FEATURES], np.float64)

EXAMPLES = 20
"""Articles of the reader's own, strongest first, among which a reason finds its example."""

ALIKE = 0.35
"""Least cosine between two articles for one to be named as the reason for the other: chosen by
eye on the sample with the default model, not measured."""

LEAST_TOLD = 0.05
"""Score that a feature must have added to be told as the reason: what is nearly nothing is none."""

LEAST_CLOSE = 0.2
"""Score that similarity must have added to be told where no article of the reader's is alike."""


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """What the reasons of n articles are told from.

    Parameters
    ----------
    co_read : sequence of CoRead
        What was read along with the reader's last articles.
    threshold : float
        Trending value from which an article is said to be read by many.
    rows : ndarray, shape (n,)
        Of the articles, in ``view``.
    contributions : ndarray, shape (n, f), float64
        What each feature added to each score.
    owed : mapping of int to int
        Of the briefs whose places are owed to other articles of their stories: by place, the row of
        that article.
    """

    view: CatalogueView
    situation: Situation
    co_read: Sequence[CoRead]
    threshold: float
    rows: Rows
    contributions: NDArray[np.float64]
    owed: Mapping[int, int]

    def reason(self, place: int, source: str) -> Reason:
        """Return the reason of the article at ``place``, from 0, that ``source`` brought.

        What its features are told as, of which most was added and something true can be told.
        """
        row = int(self.rows[place])
        category = self.view.category.name(row)
        if source == PINNED_SOURCE:
            return PINNED
        if source == EXPLORE_SOURCE:
            return explore_reason(category)
        if place in self.owed:
            return story_reason(self.view.titles[self.owed[place]])
        for feature, added in self._strongest[place]:
            told = self._told(feature, added, place, row)
            if told is not None:
                return told
        return more_reason(category)

    def _told(self, feature: str, added: float, place: int, row: int) -> Reason | None:
        """Return what can be told of a feature that added to a score; None where nothing can."""
        category = self.view.category.name(row)
        if feature in _UNTOLD:
            return None
        if feature in _OF_THE_CROWD:
            many = self._attention[place] >= self.threshold
            return reason_of(feature, category=category) if many else None
        if feature in _COMPARING:
            title = self._title(feature, place, row)
            close = feature == "similarity" and added >= LEAST_CLOSE
            return reason_of(feature, title=title) if title or close else None
        if feature == "affinity" and category is None:
            return None
        return reason_of(feature, category=category, followed=self._followed(row))

    def _title(self, feature: str, place: int, row: int) -> str | None:
        """Return the title that the feature compares the article at a place with, if any."""
        interests = self.situation.interests
        if feature == "context":
            return self._beside(row, self.situation.anchor)
        if feature == "session":
            return self._beside(row, interests.last_read) if interests.recency > LATELY else None
        if feature == "co_read":
            return self._read_with(self.view.ids[row])
        return self._liked[place]

    def _beside(self, row: int, other: int | None) -> str | None:
        """Return the title at the row ``other`` where the article at ``row`` is like it."""
        vectors = self.view.vectors
        if other is None or float(vectors[row] @ vectors[other]) < ALIKE:
            return None
        return self.view.titles[other]

    def _followed(self, row: int) -> str | None:
        """Return the followed topic or source that a row belongs to."""
        chosen, view = self.situation.preferences, self.view
        if not (chosen.topics or chosen.followed_sources):
            return None
        topics = (view.category.name(row), view.subcategory.name(row))
        source = view.source.name(row)
        found = [each for each in topics if each in chosen.topics]
        return next(iter(found), source if source in chosen.followed_sources else None)

    @cached_property
    def _strongest(self) -> list[list[tuple[str, float]]]:
        """What the features of each place are told as, with what they added, the most first."""
        parts = self.contributions @ _PARTS
        orders = np.argsort(-parts, axis=1, kind="stable").tolist()
        return [
            [(_TOLD[column], added[column]) for column in order if added[column] >= LEAST_TOLD]
            for order, added in zip(orders, parts.tolist(), strict=True)
        ]

    @cached_property
    def _attention(self) -> list[float]:
        """The trending value now of each article."""
        values: list[float] = self.situation.trending_at(self.rows).tolist()
        return values

    @cached_property
    def _liked(self) -> list[str | None]:
        """For each place, the reader's own article that is most like it, where one is like it."""
        view, liked = self.view, self.situation.interests.liked[:EXAMPLES]
        if not len(liked) or not len(self.rows):
            return [None] * len(self.rows)
        cosines = view.vectors[self.rows] @ view.vectors[liked].T
        return [
            view.titles[liked[each]] if cosine >= ALIKE else None
            for each, cosine in zip(
                cosines.argmax(axis=1).tolist(), cosines.max(axis=1).tolist(), strict=True
            )
        ]

    def _read_with(self, article: ArticleId) -> str | None:
        levels = {
            each.anchor: level
            for each in self.co_read
            for partner, level in each.partners
            if partner == article
        }
        row = self.view.row(max(levels, key=levels.__getitem__)) if levels else None
        return None if row is None else self.view.titles[row]


def reasons_of(grounds: Grounds, sources: Sequence[str]) -> tuple[Reason, ...]:
    """Return the reason of each article; ``sources`` brought them, in the same order."""
    return tuple(grounds.reason(place, source) for place, source in enumerate(sources))
