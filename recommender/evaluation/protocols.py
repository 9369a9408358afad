"""What the features of learned rankers may tell: of the list, and of what the crowd was shown."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

import numpy as np

from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.within_lists import standard_scores
from recommender.ranking.features import FEATURES

EXPOSURE = frozenset(each.name for each in FEATURES if each.exposure)
"""Features that are made of impressions of the crowd."""

LIST_SIZE = "list_size"


class FeatureProtocol(StrEnum):
    """Which features learned rankers see."""

    A = "a"
    B = "b"
    C = "c"

    @property
    def rule(self) -> str:
        """What it allows, in words."""
        match self:
            case FeatureProtocol.A:
                return "list-free: each article is scored from the reader, the article and the time"
            case FeatureProtocol.B:
                return "list-aware: A, with the size of the list and each feature's standing in it"
            case FeatureProtocol.C:
                return "A without what is counted of the crowd's impressions"


def under(protocol: FeatureProtocol, table: FeatureTable) -> FeatureTable:
    """Return the table with the feature columns that the protocol allows."""
    match protocol:
        case FeatureProtocol.A:
            return table
        case FeatureProtocol.B:
            return _list_aware(table)
        case FeatureProtocol.C:
            return table.columns(tuple(name for name in table.names if name not in EXPOSURE))


def _list_aware(table: FeatureTable) -> FeatureTable:
    sizes = np.diff(table.starts)[table.impression_of_rows]
    added = (sizes[:, np.newaxis], standard_scores(table))
    return replace(
        table,
        names=(*table.names, LIST_SIZE, *(f"{name}_in_list" for name in table.names)),
        rows=np.concatenate((table.rows, *(each.astype(np.float32) for each in added)), axis=1),
    )
