"""Sources that go by all readers and by the clock: trending, surging, fresh."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.candidates.situation import Situation
from recommender.candidates.source import eligible_first
from recommender.catalogue.view import Rows

STEADY = 1.0
"""Surge of an article that is read as fast as ever."""

LEAST_SURGING = 2.0
"""Trending value below which no surge is looked at: one click is always sudden."""


@dataclass(frozen=True, slots=True)
class Trending:
    """Articles that gather most attention on the whole site."""

    count: int
    name: str = "trending"

    def candidates(self, situation: Situation) -> Rows:
        """Return the most trending eligible rows."""
        return eligible_first(situation, situation.trend_rows, self.count)


@dataclass(frozen=True, slots=True)
class TrendingTopics:
    """Articles that gather most attention in the categories that the reader is drawn to."""

    count: int
    name: str = "trending_topics"

    def candidates(self, situation: Situation) -> Rows:
        """Return the most trending eligible rows of those categories."""
        rows = situation.trend_rows
        drawn = situation.interests.affinity[situation.view.category.codes[rows]] > 0
        return eligible_first(situation, rows[drawn], self.count)


@dataclass(frozen=True, slots=True)
class Surging:
    """Articles that are read faster now than they were."""

    count: int
    name: str = "surging"

    def candidates(self, situation: Situation) -> Rows:
        """Return the eligible rows whose readers come in most suddenly."""
        surges = situation.trend_surges
        sudden = (surges > STEADY) & (situation.trend_values >= LEAST_SURGING)
        order = np.argsort(-surges[sudden], kind="stable")
        return eligible_first(situation, situation.trend_rows[sudden][order], self.count)


@dataclass(frozen=True, slots=True)
class Fresh:
    """The newest articles."""

    count: int
    name: str = "fresh"

    def candidates(self, situation: Situation) -> Rows:
        """Return the newest eligible rows."""
        newest = situation.view.newest
        # Most of the newest are eligible: look at a few times the count before at all of them.
        rows = eligible_first(situation, newest[: 4 * self.count], self.count)
        return rows if len(rows) == self.count else eligible_first(situation, newest, self.count)
