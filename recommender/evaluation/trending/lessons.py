"""What tuning learns from: lists of articles as they stood, and the clicks that came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InvalidInput
from recommender.evaluation.data_sets.types import Impressions
from recommender.evaluation.metrics.ranking import ranking_metrics
from recommender.evaluation.trending.in_lists import ladders_at
from recommender.evaluation.trending.lists import dcg, top_of
from recommender.evaluation.trending.moments import Clicks, Moment
from recommender.trending.forecast import facts_of
from recommender.trending.ladder import TrendingConfig

MIN_HOURS = 48
"""Hours with clicks below which nothing is tuned: two days, so that each hour of one came twice."""

MIN_LISTS = 1_000
"""Lists with a click below which nothing is tuned."""

TOP = 20
"""Length of the list whose worth is tuned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """m lists in order of time, and what was clicked of them.

    Parameters
    ----------
    at : ndarray, shape (m,), float64, seconds since the epoch
    starts : ndarray, shape (m + 1,), int64
        Where each list's rows begin.
    facts : ndarray, shape (rows, rungs), float64
        See ``recommender.trending.forecast``.
    coming : ndarray, shape (rows,), float64
        Clicks that came; of each list at least one.
    ideal : ndarray, shape (m,), float64
        Discounted clicks of the best list of ``TOP`` articles, whether they are among the rows
        or not.
    """

    at: NDArray[np.float64]
    starts: NDArray[np.int64]
    facts: NDArray[np.float64]
    coming: NDArray[np.float64]
    ideal: NDArray[np.float64]

    def __len__(self) -> int:
        """How many lists there are."""
        return len(self.at)

    def shares(self) -> NDArray[np.float64]:
        """Return each row's share of its list's clicks, over the number of lists."""
        lengths = np.diff(self.starts)
        sums = np.add.reduceat(self.coming, self.starts[:-1])
        return np.asarray(self.coming / np.repeat(sums, lengths) / len(self))

    def only(self, kept: NDArray[np.bool_]) -> Lessons:
        """Return some of the lists."""
        lengths = np.diff(self.starts)
        rows = np.repeat(kept, lengths)
        return Lessons(
            at=self.at[kept],
            starts=np.concatenate(([0], np.cumsum(lengths[kept]))),
            facts=self.facts[rows],
            coming=self.coming[rows],
            ideal=self.ideal[kept],
        )


def lessons_of_hours(moments: Iterable[Moment], config: TrendingConfig) -> Lessons:
    """Return the top of each hour's trending list with the clicks of that hour.

    Raises
    ------
    InvalidInput
        There are fewer than ``MIN_HOURS`` hours in which something of the list was clicked.
    """
    found = []
    for moment in moments:
        served = moment.levels(config.served_hours)
        top = top_of(served, config.reordered)
        top = top[served[top] > -np.inf]
        coming = moment.coming[top]
        if coming.any():
            ladders = moment.ladder(top, config.half_lives_hours)
            facts = facts_of(ladders, config.rates, moment.now)
            found.append(
                (moment.now, facts, coming, dcg(moment.coming[top_of(moment.coming, TOP)]))
            )
    if len(found) < MIN_HOURS:
        raise InvalidInput(
            "log",
            f"at least {MIN_HOURS} hours with clicks on what had clicks before",
            str(len(found)),
        )
    at, facts_, coming_, ideal = zip(*found, strict=True)
    return Lessons(
        at=np.array(at),
        starts=np.concatenate(([0], np.cumsum([len(each) for each in coming_]))),
        facts=np.concatenate(facts_),
        coming=np.concatenate(coming_),
        ideal=np.array(ideal),
    )


def lessons_of_lists(clicks: Clicks, impressions: Impressions, config: TrendingConfig) -> Lessons:
    """Return logged lists with what was counted strictly before each, and what was clicked.

    Raises
    ------
    InvalidInput
        There are fewer than ``MIN_LISTS`` lists with a click.
    """
    clicked = clicked_lists(impressions)
    if np.count_nonzero(clicked) < MIN_LISTS:
        raise InvalidInput(
            "log", f"at least {MIN_LISTS} lists with a click", str(np.count_nonzero(clicked))
        )
    at = np.repeat(impressions.at, np.diff(impressions.starts))
    ladders = ladders_at(clicks, impressions.candidates, at, config.half_lives_hours)
    # Each row has a moment of its own: its levels are moved to that of the first one.
    moved = ladders - np.outer(at - at[0], config.rates)
    lessons = Lessons(
        at=impressions.at,
        starts=impressions.starts,
        facts=facts_of(moved, config.rates, at[0]),
        coming=impressions.clicked.astype(np.float64),
        ideal=np.ones(len(impressions)),
    )
    return lessons.only(clicked)


def clicked_lists(impressions: Impressions) -> NDArray[np.bool_]:
    """Return in which lists something was clicked, shape (m,)."""
    clicks = np.concatenate(([0], np.cumsum(impressions.clicked)))
    return np.diff(clicks[impressions.starts]) > 0


def ndcg_of_hours(lessons: Lessons, scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return nDCG@20 of each list, with clicks as gain, against the best list of all articles."""
    worth = np.empty(len(lessons))
    for place, (start, end) in enumerate(zip(lessons.starts, lessons.starts[1:], strict=False)):
        listed = top_of(scores[start:end], TOP)
        worth[place] = dcg(lessons.coming[start:end][listed]) / lessons.ideal[place]
    return worth


def auc_of_lists(lessons: Lessons, scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the AUC of each list, NaN where all of it was clicked."""
    return ranking_metrics(scores, lessons.coming > 0.0, lessons.starts).auc
