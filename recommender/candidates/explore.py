"""New and uncertain articles: those of which too little is known to rank them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pydantic import Field

from recommender.candidates.situation import Situation
from recommender.candidates.source import NONE, eligible_first
from recommender.catalogue.view import Rows
from recommender.config import Config

TURN_SECONDS = 60.0
"""After so long others take their turn."""


class ExploreConfig(Config):
    """What counts as new or uncertain."""

    count: int = Field(
        default=30, ge=0, le=5_000, description="New or uncertain candidates; 0 turns it off."
    )
    hours: float = Field(
        default=48.0,
        ge=0.1,
        le=8_760.0,
        description="Age up to which an article is explored, in hours.",
    )
    pool: int = Field(
        default=2_000,
        ge=1,
        le=100_000,
        description="Newest articles at most that take turns in being explored.",
    )
    known_value: float = Field(
        default=3.0,
        ge=0.01,
        le=1e6,
        description="Trending value, in weighted clicks, from which enough is known of an article.",
    )


@dataclass(frozen=True, slots=True)
class Explore:
    """Articles of the last days that hardly anybody read yet.

    All take turns, ``count`` of them a minute, so that none has to wait for luck.
    """

    config: ExploreConfig
    name: str = "explore"

    def candidates(self, situation: Situation) -> Rows:
        """Return the eligible new rows whose turn it is, newest first."""
        config, view = self.config, situation.view
        uncertain = np.ones(view.count, np.bool_)
        uncertain[situation.trend_rows[situation.trend_values >= config.known_value]] = False
        newest = view.newest[: config.pool]
        is_new = situation.now - view.published[newest] <= 3_600.0 * config.hours
        rows = eligible_first(situation, newest[is_new & uncertain[newest]], len(newest))
        if not config.count or not len(rows):
            return NONE
        turn = config.count * int(situation.now // TURN_SECONDS) % len(rows)
        return np.roll(rows, -turn)[: config.count]
