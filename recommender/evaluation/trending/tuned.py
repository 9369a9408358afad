"""Tuned settings with their proof: chosen on the earlier part of a log, judged on the later."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InvalidInput
from recommender.evaluation.data_sets.types import DataSet
from recommender.evaluation.intervals import Difference, Resamples
from recommender.evaluation.trending.in_lists import clicks_of
from recommender.evaluation.trending.lessons import (
    MIN_HOURS,
    Lessons,
    auc_of_lists,
    clicked_lists,
    lessons_of_hours,
    lessons_of_lists,
    ndcg_of_hours,
)
from recommender.evaluation.trending.moments import Clicks, blocks_of, moments
from recommender.evaluation.trending.tuning import Choice, choose, scores
from recommender.trending.ladder import TrendingConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """Settings to set, and what they are worth.

    Parameters
    ----------
    choice : Choice
        Of settings.
    measure, judged : str
        What was measured, and on how many of what.
    held_out : float
        Quality on what came later than all that tuned it.
    gain : Difference
        That over the quality of the present settings there.
    digest : str
        SHA-256 of the log.
    """

    choice: Choice
    measure: str
    judged: str
    held_out: float
    gain: Difference
    digest: str


def tuned_by_hours(
    clicks: Clicks, present: TrendingConfig, config: TrendingConfig, seed: int
) -> Tuned:
    """Tune by the next hour's clicks; the settings returned are tuned on all hours.

    Parameters
    ----------
    config : TrendingConfig
        The present settings, or those with another ladder.

    Raises
    ------
    InvalidInput
        The log is too short to tune on one half of it and to judge on the other.
    """
    lessons = lessons_of_hours(moments(clicks, config.half_lives_hours), config)
    before = lessons_of_hours(moments(clicks, present.half_lives_hours), present)
    if len(lessons) < 2 * MIN_HOURS:
        raise InvalidInput("log", f"at least {2 * MIN_HOURS} hours with clicks", str(len(lessons)))
    middle = lessons.at[len(lessons) // 2]
    early, late = lessons.only(lessons.at < middle), lessons.only(lessons.at >= middle)
    tried = choose(early, config, ndcg_of_hours)
    now = before.only(before.at >= middle)
    worth = ndcg_of_hours(late, scores(late, tried.config))
    resamples = Resamples(blocks_of(late.at), seed)
    return Tuned(
        choice=choose(lessons, config, ndcg_of_hours),
        measure="nDCG@20",
        judged=f"{len(late)} hours",
        held_out=float(worth.mean()),
        gain=resamples.difference(worth, ndcg_of_hours(now, scores(now, present))),
        digest=clicks.digest,
    )


def tuned_by_lists(
    data_set: DataSet, present: TrendingConfig, config: TrendingConfig, seed: int
) -> Tuned:
    """Tune inside logged lists: which of what was offered was clicked. The first part tunes.

    Where a log tells what was offered, that says more of what readers want than the site's
    totals: these follow what was shown, and on a quiet site they are mostly what was shown last.

    Raises
    ------
    InvalidInput
        There are too few lists, or only one part.
    """
    parts = [part.impressions for part in data_set.parts.values()]
    if len(parts) < 2:  # noqa: PLR2004  # one that tunes, one that judges
        raise InvalidInput("log", "two parts, one that tunes and one that judges", str(len(parts)))
    count = len(data_set.articles.ids)
    seen = [clicks_of(parts[:end], count, data_set.digest) for end in (1, len(parts))]
    choice = choose(lessons_of_lists(seen[0], parts[0], config), config, auc_of_lists)
    late = lessons_of_lists(seen[1], parts[-1], config)
    now = lessons_of_lists(seen[1], parts[-1], present)
    worth, worth_now = _aucs(late, choice.config), _aucs(now, present)
    readers = parts[-1].readers[clicked_lists(parts[-1])]
    return Tuned(
        choice=choice,
        measure="AUC",
        judged=f"{len(late)} lists",
        held_out=float(np.nanmean(worth)),
        gain=Resamples(readers, seed).difference(worth, worth_now),
        digest=data_set.digest,
    )


def _aucs(lessons: Lessons, config: TrendingConfig) -> NDArray[np.float64]:
    return auc_of_lists(lessons, scores(lessons, config))
