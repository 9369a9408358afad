"""What every candidate source sees of one request."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recommender.candidates.grouping import unit
from recommender.candidates.interests import Interests, directions
from recommender.catalogue.columns import Coded
from recommender.catalogue.view import CatalogueView, Rows
from recommender.domain.ids import ArticleId
from recommender.domain.readers import CoRead, FeedState, Preferences, Trends
from recommender.trending.decay import T0, decay_rate, surge, value
from recommender.trending.ladder import TrendingConfig
from recommender.trending.order import listed_order

LAST_READ = 0.25
"""How much the last article read matters just afterwards, against one that is being read: the
reader went on from it. On MIND more than that made the order worse."""

LEAST_PRESENCE = 0.01
"""An article read longer ago, two hours or so, is no longer where the reader is."""


@dataclass(frozen=True, kw_only=True)
class Situation:
    """A reader, the site and the catalogue at one moment, by rows of the catalogue.

    Parameters
    ----------
    eligible : ndarray, shape (n,), bool
        What the hard rules allow for this reader at this moment.
    trend_rows : ndarray, shape (t,)
        Rows of trending articles, first in the list first, see ``listed_order``.
    trend_values : ndarray, shape (t,), float64
        Their trending values now, in weighted clicks.
    trend_surges : ndarray, shape (t,), float64
        How much faster they gather clicks now than they did; 1 is steady.
    co_read_rows : ndarray, shape (c,)
        Rows of articles that readers of the reader's last articles read as well.
    co_read_values : ndarray, shape (c,), float64
        Their decayed counts of such readers now.
    open_row : int or None
        Row of the article that is being read.
    anchor : int or None
        Row of the article that is being read, else of the last one read.
    presence : float, in [0, 1]
        How much the anchor matters: 1 while it is being read, 0 without one.
    now : float
        Seconds since the epoch.
    """

    view: CatalogueView
    eligible: NDArray[np.bool_]
    interests: Interests
    preferences: Preferences
    trend_rows: Rows
    trend_values: NDArray[np.float64]
    trend_surges: NDArray[np.float64]
    co_read_rows: Rows
    co_read_values: NDArray[np.float64]
    open_row: int | None
    anchor: int | None
    presence: float
    now: float

    @property
    def top_trending(self) -> float:
        """The site's highest trending value now, 0 where nothing trends."""
        return float(self.trend_values.max(initial=0.0))

    @cached_property
    def context(self) -> NDArray[np.float32]:
        """Direction of the anchor, shape (d,), as long as it is present; zero without one."""
        if self.anchor is None:
            return np.zeros_like(self.view.centre)
        return np.asarray(directions(self.view, [self.anchor])[0] * np.float32(self.presence))

    @cached_property
    def crowd(self) -> NDArray[np.float32]:
        """Direction of what trends, each article by its value, shape (d,); zero for nothing."""
        weights = self.trend_values / max(self.top_trending, 1e-300)
        trending = directions(self.view, self.trend_rows)
        return np.asarray(unit((weights.astype(np.float32) @ trending)[np.newaxis])[0])

    def trending_at(self, rows: Rows) -> NDArray[np.float64]:
        """Return the trending value now of each of ``rows``, 0 for what does not trend."""
        return self._spread(self.trend_rows, self.trend_values)[rows]

    def surge_at(self, rows: Rows) -> NDArray[np.float64]:
        """Return the surge of each of ``rows``, 0 for what does not trend."""
        return self._spread(self.trend_rows, self.trend_surges)[rows]

    def co_read_at(self, rows: Rows) -> NDArray[np.float64]:
        """Return the count of co-readers now of each of ``rows``."""
        return self._spread(self.co_read_rows, self.co_read_values)[rows]

    def _spread(self, rows: Rows, values: NDArray[np.float64]) -> NDArray[np.float64]:
        # A number for each row of the catalogue: to zero them is quicker than to search or to sort.
        spread = np.zeros(self.view.count)
        spread[rows] = values
        return spread

    def followed_at(self, rows: Rows) -> NDArray[np.bool_]:
        """Tell which of ``rows`` are of a topic or a source that the reader follows."""
        view, followed = self.view, self._followed_codes
        return np.asarray(
            followed[0][view.category.codes[rows]]
            | followed[1][view.subcategory.codes[rows]]
            | followed[2][view.source.codes[rows]]
        )

    @cached_property
    def _followed_codes(self) -> tuple[NDArray[np.bool_], ...]:
        """Whether each category, subcategory and source is followed, by code."""
        chosen, view = self.preferences, self.view
        return (
            _among(view.category, chosen.topics),
            _among(view.subcategory, chosen.topics),
            _among(view.source, chosen.followed_sources),
        )


def situation_of(
    state: FeedState,
    view: CatalogueView,
    eligible: NDArray[np.bool_],
    interests: Interests,
    *,
    trending: TrendingConfig,
    co_read_half_life_hours: float,
    reading: ArticleId | None,
    now: float,
) -> Situation:
    """Return what the sources see; what left the catalogue is left out.

    Parameters
    ----------
    eligible : ndarray, shape (n,), bool
        Is not changed.
    reading : ArticleId or None
        The article that the reader has before them: neither it nor its story comes next. One that
        is not live counts as none.
    now : float
        Seconds since the epoch.
    """
    trend_rows, trend_values, trend_surges = _trends(state.trends, view, trending, now)
    co_read_rows, co_read_values = _co_read(
        state.co_read, view, decay_rate(co_read_half_life_hours), now
    )
    open_row = view.row(reading) if reading is not None else None
    if open_row is not None:
        eligible = eligible.copy()
        eligible[[open_row, *view.told_with(open_row)]] = False
    anchor, presence = _anchor(open_row, interests)
    return Situation(
        view=view,
        eligible=eligible,
        interests=interests,
        preferences=state.reader.preferences,
        trend_rows=trend_rows,
        trend_values=trend_values,
        trend_surges=trend_surges,
        co_read_rows=co_read_rows,
        co_read_values=co_read_values,
        open_row=open_row,
        anchor=anchor,
        presence=presence,
        now=now,
    )


def _anchor(open_row: int | None, interests: Interests) -> tuple[int | None, float]:
    """Return the article that comes before the next one, and how much it matters."""
    if open_row is not None:
        return open_row, 1.0
    presence = LAST_READ * interests.recency
    return (interests.last_read, presence) if presence >= LEAST_PRESENCE else (None, 0.0)


def _trends(
    trends: Trends, view: CatalogueView, config: TrendingConfig, now: float
) -> tuple[Rows, NDArray[np.float64], NDArray[np.float64]]:
    if not trends.articles:
        return np.empty(0, np.intp), np.empty(0), np.empty(0)
    rows = view.positions(trends.articles)
    live = np.flatnonzero(rows >= 0)
    live = live[listed_order(trends.ladders[live], now, config)]
    ladders = trends.ladders[live]
    fast, slow = config.surge_rungs
    surges = surge(ladders[:, fast], ladders[:, slow], config.rates[fast], config.rates[slow], now)
    return rows[live], value(ladders[:, config.served_rung], config.served_rate, now), surges


def _co_read(
    lists: tuple[CoRead, ...], view: CatalogueView, rate: float, now: float
) -> tuple[Rows, NDArray[np.float64]]:
    # A plain loop: the lists are short.
    past = rate * (now - T0)
    counts: dict[int, float] = {}
    for each in lists:
        rows = view.positions([article for article, _ in each.partners]).tolist()
        for row, (_, level) in zip(rows, each.partners, strict=True):
            if row >= 0:
                counts[row] = counts.get(row, 0.0) + math.exp(level - past)
    return np.array(list(counts), np.intp), np.array(list(counts.values()))


def _among(column: Coded, wanted: Sequence[str]) -> NDArray[np.bool_]:
    codes = column.codes_of(wanted) if wanted else []
    mask = np.zeros(len(column.names), np.bool_)  # after the codes: names may grow meanwhile
    mask[codes] = True
    return mask
