"""Rankers compared on the same impressions: means, intervals, paired differences, groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.intervals import Difference, Estimate, Resamples
from recommender.evaluation.metrics.ranking import ranking_metrics
from recommender.evaluation.rankers import Scored
from recommender.evaluation.slices import Group

Values = Mapping[str, NDArray[np.float64]]
"""Of each metric the value of each impression, shape (m,), NaN where it is undefined."""

GROUPED = "auc"
"""The metric that is shown by group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedDifference:
    """By how much ``ranker`` is better than ``against``, metric by metric."""

    ranker: str
    against: str
    metrics: Mapping[str, Difference]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Rankers on the same impressions.

    Parameters
    ----------
    impressions, readers, rows : int
        How many they were measured on; a guest is a reader each time.
    rankers : mapping
        Of each ranker's name and each metric the mean; None where it is undefined everywhere.
    undefined : mapping of str to int
        Of each metric how many impressions have none; it depends on the clicks alone.
    differences : tuple of PairedDifference
        Each ranker against the first, and against the one before it.
    """

    impressions: int
    readers: int
    rows: int
    rankers: Mapping[str, Mapping[str, Estimate | None]]
    undefined: Mapping[str, int]
    differences: tuple[PairedDifference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupComparison:
    """Rankers on a group of impressions: the mean of ``GROUPED`` of each."""

    group: str
    impressions: int
    rankers: Mapping[str, Estimate | None]


def values_of(scored: Scored, table: FeatureTable) -> Values:
    """Return the metrics of each impression."""
    return ranking_metrics(scored.scores, table.clicked, table.starts).by_name()


def compare(values: Mapping[str, Values], table: FeatureTable, seed: int) -> Comparison:
    """Return how the rankers whose ``values`` these are compare on the table's impressions.

    Parameters
    ----------
    values : mapping of str to Values
        By name of the ranker.
    seed : int
        Of the draws behind intervals.
    """
    resamples = Resamples(table.readers, seed)
    first: Values = next(iter(values.values()), {})
    return Comparison(
        impressions=len(table),
        readers=len(np.unique(table.readers[table.readers >= 0])) + int((table.readers < 0).sum()),
        rows=len(table.rows),
        rankers={name: resamples.means_of_defined(of) for name, of in values.items()},
        undefined={metric: int(np.isnan(of).sum()) for metric, of in first.items()},
        differences=tuple(
            PairedDifference(
                ranker=one,
                against=other,
                metrics=_differences(resamples, values[one], values[other]),
            )
            for one, other in _pairs(list(values))
        ),
    )


def compare_groups(
    values: Mapping[str, Values], table: FeatureTable, groups: Sequence[Group], seed: int
) -> tuple[GroupComparison, ...]:
    """Return how the rankers compare within each group."""
    compared = []
    for group in groups:
        resamples = Resamples(table.readers[group.chosen], seed)
        within = {name: of[GROUPED][group.chosen] for name, of in values.items()}
        compared.append(
            GroupComparison(
                group=group.name,
                impressions=int(group.chosen.sum()),
                rankers=resamples.means_of_defined(within),
            )
        )
    return tuple(compared)


def _pairs(names: Sequence[str]) -> list[tuple[str, str]]:
    first = [(name, names[0]) for name in names[1:]]
    neighbours = list(zip(names[2:], names[1:], strict=False))
    return first + neighbours


def _differences(resamples: Resamples, one: Values, other: Values) -> dict[str, Difference]:
    pairs = {metric: (one[metric], other[metric]) for metric in one}
    return resamples.differences(
        {
            metric: (ours, theirs)
            for metric, (ours, theirs) in pairs.items()
            if not np.isnan(ours - theirs).all()
        }
    )
