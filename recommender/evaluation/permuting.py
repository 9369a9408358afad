"""Permutation importance: how much worse a ranker orders lists when a feature says nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.intervals import Estimate, Resamples
from recommender.evaluation.metrics.ranking import ranking_metrics
from recommender.ranking.features import FEATURES

SAMPLED = 2_000
"""Impressions on which features are permuted: each is scored once more for every feature."""

GROUPS = {each.name: each.told_as for each in FEATURES}
"""Of each feature the parameter that it is part of when the ranking is explained."""

Rows = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Permuted:
    """AUC that is lost, impression by impression, on a sample of them.

    Parameters
    ----------
    readers : ndarray, shape (s,), int64
        Of the sampled impressions; -1 for guests.
    features, groups : mapping of str to ndarray, shape (s,), float64
        Of each feature, and of all features of a group together.
    """

    readers: NDArray[np.int64]
    features: Mapping[str, NDArray[np.float64]]
    groups: Mapping[str, NDArray[np.float64]]

    @classmethod
    def joined(cls, parts: Sequence[Permuted]) -> Permuted:
        """Return what was found on one or more samples, of rankers with the same features."""

        def all_of(many: Sequence[Mapping[str, NDArray[np.float64]]]) -> dict[str, Any]:
            return {name: np.concatenate([each[name] for each in many]) for name in many[0]}

        return cls(
            readers=np.concatenate([each.readers for each in parts]),
            features=all_of([each.features for each in parts]),
            groups=all_of([each.groups for each in parts]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Importance:
    """Mean AUC that is lost on a sample of impressions, with its interval over readers."""

    impressions: int
    features: Mapping[str, Estimate]
    groups: Mapping[str, Estimate]


def permuted(
    scores: Callable[[Rows], NDArray[np.float64]], table: FeatureTable, size: int, seed: int
) -> Permuted:
    """Return the AUC that a ranker loses when features are exchanged between candidates.

    The values of a feature are dealt anew among all candidates of the sampled impressions, so that
    they keep their distribution and tell nothing of the candidate (Breiman, Random Forests,
    Machine Learning 2001; Fisher, Rudin and Dominici, All Models Are Wrong, but Many Are Useful,
    JMLR 2019). A feature that is the same throughout each list stays so, its values are dealt among
    lists: within a list it never told candidates apart. The features of a group move together, as
    one candidate had them. All are dealt by the same draw, on the same impressions.

    Parameters
    ----------
    scores : callable
        From rows, shape (n, f), to the score of each, shape (n,).
    size : int
        How many impressions are sampled, of those that have an AUC; all where there are fewer.
    """
    draws = np.random.default_rng(seed)
    sample = table.take(_sampled(table, size, draws))
    given = np.ascontiguousarray(sample.rows)
    deal = _Deal(
        rows=draws.permutation(len(given)),
        lists=draws.permutation(len(sample)),
        owners=sample.impression_of_rows,
        starts=sample.starts[:-1],
    )

    def auc(rows: Rows) -> NDArray[np.float64]:
        return ranking_metrics(scores(rows), sample.clicked, sample.starts).auc

    whole = auc(given)

    def lost(names: Sequence[str]) -> NDArray[np.float64]:
        places = [sample.names.index(name) for name in names]
        return whole - auc(deal.without(given, places))

    return Permuted(
        readers=sample.readers,
        features={name: lost([name]) for name in sample.names},
        groups={group: lost(names) for group, names in _grouped(sample.names)},
    )


def importance_of(found: Permuted, seed: int) -> Importance:
    """Return the means, the most important first, with the intervals that ``seed`` draws."""
    resamples = Resamples(found.readers, seed)
    return Importance(
        impressions=len(found.readers),
        features=_ordered(resamples.means(found.features)),
        groups=_ordered(resamples.means(found.groups)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Deal:
    """Who gets whose values: another row for each row, and another list for each list."""

    rows: NDArray[np.int64]
    lists: NDArray[np.int64]
    owners: NDArray[np.intp]
    starts: NDArray[np.int64]

    def without(self, rows: Rows, places: Sequence[int]) -> Rows:
        """Return the rows with the columns ``places`` dealt anew."""
        values = rows[:, places]
        of_lists = values[self.starts]
        same = (values == of_lists[self.owners]).all()
        changed = rows.copy()
        changed[:, places] = of_lists[self.lists][self.owners] if same else values[self.rows]
        return changed


def _sampled(table: FeatureTable, size: int, draws: np.random.Generator) -> NDArray[np.bool_]:
    clicks = np.bincount(table.impression_of_rows, table.clicked, minlength=len(table))
    telling = np.flatnonzero((clicks > 0) & (clicks < np.diff(table.starts)))
    chosen = np.zeros(len(table), np.bool_)
    chosen[draws.choice(telling, min(size, len(telling)), replace=False)] = True
    return chosen


def _grouped(names: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    for group in dict.fromkeys(GROUPS[name] for name in names if name in GROUPS):
        yield group, [name for name in names if GROUPS.get(name) == group]


def _ordered(means: Mapping[str, Estimate]) -> dict[str, Estimate]:
    return dict(sorted(means.items(), key=lambda each: (-each[1].mean, each[0])))
