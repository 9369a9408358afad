"""The rankers that can be compared, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InvalidInput
from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.permuting import Permuted
from recommender.ranking.features import FEATURE_NAMES
from recommender.ranking.ranker import Ranker
from recommender.ranking.weighted import WeightedConfig, WeightedRanker


class RankerName(StrEnum):
    """The rankers that come with the program."""

    RANDOM = "random"
    NEWEST = "newest"
    POPULAR = "popular"
    TRENDING = "trending"
    SIMILAR = "similar"
    WEIGHTED = "weighted"
    LINEAR = "linear"
    BOOSTED = "boosted"

    @property
    def learned(self) -> bool:
        """Whether it is trained on earlier impressions."""
        return self in {RankerName.LINEAR, RankerName.BOOSTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What a ranker says of the rows of a table.

    Parameters
    ----------
    name : str
    scores : ndarray, shape (rows,), float64
        The higher, the earlier.
    probabilities : ndarray, shape (rows,), float64, or None
        Of a click, where the ranker tells them.
    effects : mapping of str to float
        Share of each feature in what moves the scores; empty where that is not known.
    permuted : Permuted or None
        What is lost without each feature, where that was measured.
    """

    name: str
    scores: NDArray[np.float64]
    probabilities: NDArray[np.float64] | None = None
    effects: Mapping[str, float] = field(default_factory=dict)
    permuted: Permuted | None = None


def plain_scores(name: RankerName, table: FeatureTable, seed: int) -> NDArray[np.float64]:
    """Return the score of each row, shape (rows,), from a ranker that learns nothing.

    Raises
    ------
    InvalidInput
        The table has not the columns that the ranker reads, or the ranker must learn.
    """
    match name:
        case RankerName.RANDOM:
            return random_scores(table, seed)
        case RankerName.NEWEST:
            return newest_scores(table)
        case RankerName.POPULAR:
            return table.popularity.astype(np.float64)
        case RankerName.TRENDING:
            return column(table, "trending")
        case RankerName.SIMILAR:
            return column(table, "similarity")
        case RankerName.WEIGHTED:
            return ranker_scores(WeightedRanker(WeightedConfig()), table)
        case RankerName.LINEAR | RankerName.BOOSTED:
            raise InvalidInput("rankers", "a ranker that learns nothing", name.value)


def newest_scores(table: FeatureTable) -> NDArray[np.float64]:
    """Return when each article was published, shape (rows,), seconds since the epoch.

    What has no date is as old as the list that offers it, as in a replay: the newest of all.
    """
    offered = table.at[table.impression_of_rows]
    return np.where(np.isnan(table.published), offered, table.published)


def ranker_scores(ranker: Ranker, table: FeatureTable) -> NDArray[np.float64]:
    """Return the score of each row, shape (rows,), from a ranker of the service.

    Raises
    ------
    InvalidInput
        The table has not all features of the service.
    """
    missing = [name for name in FEATURE_NAMES if name not in table.names]
    if missing:
        wanted = f"the features of the service, with {', '.join(missing)}"
        raise InvalidInput("data", f"{ranker.name} needs {wanted}", f"{len(table.names)} others")
    # The service's rows lie one after the other in memory: sums come out to the same last bit.
    return ranker.scores(np.ascontiguousarray(table.columns(FEATURE_NAMES).rows))


def column(table: FeatureTable, name: str) -> NDArray[np.float64]:
    """Return the feature column ``name``, shape (rows,).

    Raises
    ------
    InvalidInput
        There is none.
    """
    if name not in table.names:
        raise InvalidInput("data", f"a feature {name}", f"features {', '.join(table.names)}")
    return table.rows[:, table.names.index(name)].astype(np.float64)


def random_scores(table: FeatureTable, seed: int) -> NDArray[np.float64]:
    """Return a hash of seed, impression and article, 0 to 1, shape (rows,).

    So an article has its score wherever it stands in the list, and whatever else is in the table.
    """
    lists = np.array([_hashed(seed, name) for name in table.impressions.tolist()], np.uint64)
    of_rows = lists[table.impression_of_rows] if len(lists) else np.zeros(0, np.uint64)
    mixed = _mixed(of_rows ^ _mixed(table.articles.astype(np.uint64)))
    return (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53


def _hashed(seed: int, impression: str) -> int:
    digest = blake2b(f"{seed} {impression}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return each number scattered over all 64 bits: a step of SplitMix64.

    Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, OOPSLA 2014, with the
    constants of Stafford's variant 13.
    """
    mixed = numbers + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
