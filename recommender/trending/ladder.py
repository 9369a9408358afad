"""The ladder of half-lives that is kept for every article, and which rungs are served."""

from __future__ import annotations

from functools import cached_property
from typing import Self

from pydantic import Field, model_validator

from recommender.config import Config
from recommender.domain.interactions import Kind
from recommender.trending.decay import decay_rate
from recommender.trending.forecast import ForecastConfig

WEIGHTS = {
    Kind.CLICK: 1.0,
    Kind.READ: 0.25,
    Kind.LIKE: 2.0,
    Kind.SAVE: 2.0,
    Kind.SHARE: 3.0,
    Kind.MORE_LIKE_THIS: 1.0,
}
"""What one interaction of each kind adds to an article's trending value; others add nothing.

Those of clicks and reads were measured on EB-NeRD's training part (AUC of the count at 4 h): .716
of clicks alone, .710 with reads at a quarter, .691 with reads in full: a page is read for many
reasons besides having been chosen from a list. Not none, for sites that tell of reads only."""

LOW_HOURS, HIGH_HOURS = 0.05, 720.0
"""Range of a half-life, in hours."""


class TrendingConfig(Config):
    """How attention is counted and how fast it fades."""

    half_lives_hours: tuple[float, ...] = Field(
        default=(0.25, 1.0, 4.0, 24.0),
        min_length=1,
        max_length=8,
        description="Half-lives kept for every article, in hours, ascending, each 0.05 to 720.",
    )
    served_hours: float = Field(
        default=4.0,
        description="Half-life of the served trending list, in hours; one of half_lives_hours.",
    )
    surge_hours: tuple[float, float] = Field(
        default=(1.0, 24.0),
        description="Fast and slow half-life that surge compares, in hours; both of the ladder.",
    )
    threshold: float = Field(
        default=5.0,
        gt=0.0,
        le=1_000_000.0,
        description="Value from which an article counts as trending, in weighted interactions at "
        "the served half-life.",
    )
    forecast: ForecastConfig | None = Field(
        default=None,
        description="Order of the list's top by the clicks expected next, as JSON from "
        "python -m scripts.tune trending; by value where not set.",
    )
    reordered: int = Field(
        default=200,
        ge=1,
        le=5_000,
        description="Articles of highest value that the forecast, where one is set, orders.",
    )
    max_articles: int = Field(
        default=20_000,
        ge=100,
        le=1_000_000,
        description="Articles with counters in each shard; the least trending one leaves first.",
    )

    @model_validator(mode="after")
    def _check_rungs(self) -> Self:
        rungs = self.half_lives_hours
        if list(rungs) != sorted(set(rungs)) or not all(
            LOW_HOURS <= h <= HIGH_HOURS for h in rungs
        ):
            raise ValueError(f"half_lives_hours must ascend, each {LOW_HOURS} to {HIGH_HOURS}")
        if not {self.served_hours, *self.surge_hours} <= set(rungs):
            raise ValueError("served_hours and surge_hours must be among half_lives_hours")
        if self.surge_hours[0] >= self.surge_hours[1]:
            raise ValueError("surge_hours must be a fast half-life and then a slower one")
        if self.forecast is not None and self.forecast.rungs != len(rungs):
            raise ValueError("forecast must be tuned for as many half-lives as half_lives_hours")
        return self

    @cached_property
    def rates(self) -> tuple[float, ...]:
        """Decay rates of the rungs, per second."""
        return tuple(decay_rate(hours) for hours in self.half_lives_hours)

    @property
    def served_rung(self) -> int:
        """Index of the served half-life, from 0."""
        return self.half_lives_hours.index(self.served_hours)

    @property
    def served_rate(self) -> float:
        """Decay rate of the served half-life, per second."""
        return decay_rate(self.served_hours)

    @property
    def surge_rungs(self) -> tuple[int, int]:
        """Indices of the fast and the slow half-life, from 0."""
        fast, slow = self.surge_hours
        return self.half_lives_hours.index(fast), self.half_lives_hours.index(slow)
