"""Why each article of an ordering is there, told from the numbers that put it there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recommender.candidates.situation import Situation
from recommender.catalogue.view import CatalogueView, Rows
from recommender.disclosure.reasons import PINNED, explore_reason, more_reason, reason_of
from recommender.domain.ids import ArticleId
from recommender.domain.readers import CoRead
from recommender.domain.slates import Reason
from recommender.ranking.features import FEATURE_NAMES

PINNED_SOURCE, EXPLORE_SOURCE = "pinned", "explore"
"""Sources whose articles stand where they stand for no score."""

EXAMPLES = 20
"""Articles of the reader's own, strongest first, among which a reason finds its example."""

ALIKE = 0.35
"""Least cosine between two articles for one to be named as the reason for the other: chosen by
eye on the sample with the default model, not measured."""

LEAST_TOLD = 0.05
"""Score that a feature must have added to be told as the reason: what is nearly nothing is none."""


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """What the reasons of n articles are told from.

    Parameters
    ----------
    co_read : sequence of CoRead
        What was read along with the reader's last articles.
    rows : ndarray, shape (n,)
        Of the articles, in ``view``.
    contributions : ndarray, shape (n, f), float64
        What each feature added to each score.
    """

    view: CatalogueView
    situation: Situation
    co_read: Sequence[CoRead]
    rows: Rows
    contributions: NDArray[np.float64]

    def reason(self, place: int, source: str) -> Reason:
        """Return the reason of the article at ``place``, from 0, that ``source`` brought."""
        row = int(self.rows[place])
        category = self.view.category.name(row)
        if source == PINNED_SOURCE:
            return PINNED
        if source == EXPLORE_SOURCE:
            return explore_reason(category)
        parts = self.contributions[place].tolist()
        if max(parts) < LEAST_TOLD:
            return more_reason(category)
        strongest = FEATURE_NAMES[parts.index(max(parts))]
        return reason_of(
            strongest,
            title=self._title(strongest, place, row),
            category=category,
            followed=self._followed(row),
        )

    def _title(self, feature: str, place: int, row: int) -> str | None:
        """Return the title that the feature compares the article at a place with, if any."""
        if feature in {"similarity", "session"}:
            return self._liked[place]
        if feature == "context" and self.situation.anchor is not None:
            return self.view.titles[self.situation.anchor]
        if feature == "co_read":
            return self._read_with(self.view.ids[row])
        return None

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
