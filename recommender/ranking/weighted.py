"""The readable baseline: a weighted sum of features, whose parts are the reasons."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from recommender.config import Config
from recommender.ranking.features import FEATURE_NAMES, FEATURES


class WeightedConfig(Config):
    """Weights in the score, each -100 to 100; the other features have none."""

    similarity: float = Field(default=1.5, ge=-100, le=100, description="Weight of similarity.")
    session: float = Field(default=0.3, ge=-100, le=100, description="Weight of session.")
    aversion: float = Field(default=-0.8, ge=-100, le=100, description="Weight of aversion.")
    affinity: float = Field(default=0.4, ge=-100, le=100, description="Weight of affinity.")
    trending: float = Field(default=0.3, ge=-100, le=100, description="Weight of trending.")
    surge: float = Field(default=0.15, ge=-100, le=100, description="Weight of surge.")
    freshness: float = Field(default=0.2, ge=-100, le=100, description="Weight of freshness.")
    context: float = Field(default=1.0, ge=-100, le=100, description="Weight of context.")
    co_read: float = Field(default=0.25, ge=-100, le=100, description="Weight of co_read.")
    audience: float = Field(default=0.25, ge=-100, le=100, description="Weight of audience.")
    followed: float = Field(default=0.25, ge=-100, le=100, description="Weight of followed.")
    boost: float = Field(default=1.0, ge=-100, le=100, description="Weight of boost.")


@dataclass(frozen=True)
class WeightedRanker:
    """Score = Σ weight × feature."""

    config: WeightedConfig
    name: str = "weighted@2"

    def scores(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the sum of each row's contributions."""
        return np.asarray(self.contributions(rows).sum(axis=1))

    def contributions(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return weight × feature for each row and column."""
        # Zero added makes 0 of -0, which a feature of 0 and a weight below 0 would leave.
        return np.asarray(rows.astype(np.float64) * self.weights + 0.0)

    @property
    def effects(self) -> NDArray[np.float64]:
        """Share of each feature in the sum of abs(weight) × span, shape (f,)."""
        moved = np.abs(self.weights) * np.array([each.span for each in FEATURES])
        return np.asarray(moved / max(float(moved.sum()), 1e-300))

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """The weight of each feature, shape (f,); 0 for those that have none."""
        weighed = self.config.model_dump()
        return np.array([weighed.get(feature, 0.0) for feature in FEATURE_NAMES])
