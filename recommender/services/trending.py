"""Use case: what trends now, and what surges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.clock import Clock
from recommender.services.follower import CatalogueFollower
from recommender.store.trending import TrendingStore
from recommender.trending.decay import surge, value
from recommender.trending.ladder import TrendingConfig
from recommender.trending.order import listed_order


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendingArticle:
    """One article of the trending list.

    Parameters
    ----------
    value : float
        Decayed weighted interactions now, at the served half-life.
    surge : float
        Rate over the fast half-life over rate over the slow one; 1 is steady.
    """

    card: bytes
    value: float
    surge: float


class TrendingService:
    """Serves the trending lists of one site."""

    def __init__(
        self,
        trending: TrendingStore,
        follower: CatalogueFollower,
        config: TrendingConfig,
        clock: Clock,
    ) -> None:
        self._trending = trending
        self._follower = follower
        self._config = config
        self._clock = clock

    @property
    def half_life_hours(self) -> float:
        """Half-life of the served values, in hours."""
        return self._config.served_hours

    def top(self, category: str | None, limit: int) -> list[TrendingArticle]:
        """Return up to ``limit`` eligible articles, first in the list first.

        The order is ``listed_order`` of the eligible articles: by value, or, at a tuned site, its
        top by what is expected next. Articles that have expired or left still hold their counters:
        the list is read deeper until enough eligible ones are found or it ends.
        """
        view, now = self._follower.catalogue.view, self._clock.now()
        eligible = view.eligible(now)
        wanted = limit if self._config.forecast is None else max(limit, self._config.reordered)
        depth = 2 * wanted
        while True:
            top = self._trending.top(category, depth)
            rows = [(view.row(article), ladder) for article, ladder in top]
            kept = [(row, ladder) for row, ladder in rows if row is not None and eligible[row]]
            if category is not None:
                kept = [pair for pair in kept if view.category.name(pair[0]) == category]
            if len(kept) >= wanted or len(top) < depth:
                break
            depth *= 4
        kept = self._in_order(kept, now)[:limit]
        return [
            TrendingArticle(card=view.cards[row], value=float(now_value), surge=float(rise))
            for (row, _), now_value, rise in zip(
                kept,
                *self._measure([ladder for _, ladder in kept], now),
                strict=True,
            )
        ]

    def _in_order(
        self, kept: list[tuple[int, np.ndarray]], now: float
    ) -> list[tuple[int, np.ndarray]]:
        if not kept:
            return []
        ladders = np.stack([ladder for _, ladder in kept])
        return [kept[place] for place in listed_order(ladders, now, self._config)]

    def _measure(self, ladders: list[np.ndarray], now: float) -> tuple[np.ndarray, np.ndarray]:
        if not ladders:
            return np.empty(0), np.empty(0)
        levels, rates = np.stack(ladders), self._config.rates
        served, (fast, slow) = self._config.served_rung, self._config.surge_rungs
        return (
            value(levels[:, served], rates[served], now),
            surge(levels[:, fast], levels[:, slow], rates[fast], rates[slow], now),
        )
