"""Sources that go by the reader: interests, session, the article read last, what was chosen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.candidates.situation import Situation
from recommender.candidates.source import NONE, eligible_first
from recommender.catalogue.view import Rows

NEWEST_FIRST = 20
"""Newest articles looked at, for each one wanted, before all of them are."""


@dataclass(frozen=True, slots=True)
class Similar:
    """Articles near each of the reader's interests.

    Parameters
    ----------
    least : int
        Candidates for each interest, however small; the rest of ``count`` is shared by weight.
    """

    count: int
    least: int
    name: str = "similar"

    def candidates(self, situation: Situation) -> Rows:
        """Return the nearest eligible rows by sketch: the ranker sees exact similarities."""
        interests = situation.interests
        if not self.count or not len(interests.vectors):
            return NONE
        shares = self.shares(interests.weights)
        near = [
            _near(situation, vector, share)
            for vector, share in zip(interests.vectors, shares, strict=True)
        ]
        return np.unique(np.concatenate(near))

    def shares(self, weights: NDArray[np.float32]) -> list[int]:
        """Return how many candidates each interest brings.

        Examples
        --------
        >>> Similar(count=100, least=10).shares(np.array([0.75, 0.25], np.float32))
        [70, 30]
        """
        least = min(self.least, self.count // len(weights))
        rest = self.count - least * len(weights)
        return [least + round(rest * weight) for weight in weights.tolist()]


@dataclass(frozen=True, slots=True)
class Session:
    """Articles near what the reader's last minutes went to."""

    count: int
    name: str = "session"

    def candidates(self, situation: Situation) -> Rows:
        """Return the nearest eligible rows; none where the reader has just come."""
        return _near(situation, situation.interests.session, self.count)


@dataclass(frozen=True, slots=True)
class Next:
    """Articles near the one that is being read, or was read last."""

    count: int
    name: str = "next"

    def candidates(self, situation: Situation) -> Rows:
        """Return the nearest eligible rows; none without such an article."""
        return _near(situation, situation.context, self.count)


@dataclass(frozen=True, slots=True)
class CoRead:
    """Articles that readers of the reader's last articles read as well."""

    count: int
    name: str = "co_read"

    def candidates(self, situation: Situation) -> Rows:
        """Return the eligible rows that most of them read."""
        by_count = situation.co_read_rows[np.argsort(-situation.co_read_values, kind="stable")]
        return eligible_first(situation, by_count, self.count)


@dataclass(frozen=True, slots=True)
class Followed:
    """The newest articles of the topics and sources that the reader follows."""

    count: int
    name: str = "followed"

    def candidates(self, situation: Situation) -> Rows:
        """Return the newest eligible rows of what is followed."""
        chosen = situation.preferences
        if not self.count or not (chosen.topics or chosen.followed_sources):
            return NONE
        newest = situation.view.newest
        # Those followed are mostly among the newest few: look there before looking at all.
        rows = self._newest(situation, newest[: NEWEST_FIRST * self.count])
        return rows if len(rows) == self.count else self._newest(situation, newest)

    def _newest(self, situation: Situation, rows: Rows) -> Rows:
        return eligible_first(situation, rows[situation.followed_at(rows)], self.count)


def _near(situation: Situation, direction: NDArray[np.float32], count: int) -> Rows:
    if not count or not direction.any():
        return NONE
    view = situation.view
    rows, products = view.roughly_nearest(direction, count, situation.eligible)
    # What is no nearer than the average article is not near, though nothing may be nearer.
    average = view.sketcher.sketch(view.centre) @ view.sketcher.sketch(direction)
    return rows[products > average]
