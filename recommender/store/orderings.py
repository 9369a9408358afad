"""How an ordering is written, in the log of slates and in snapshots alike.

Columns of JSON, one value for each position, and two tables of numbers, little-endian: features
(n × f float32) and contributions (float64) of those features alone that contribute anywhere, since
most columns of a slate leave its scores alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from recommender.domain.slates import Ordering, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedOrdering:
    """An ordering of n articles as it is written.

    Parameters
    ----------
    columns : mapping of str to sequence
        For JSON: columns of n values, or None, the names of the ``features``, and of those
        ``contributed``.
    features, contributions : bytes
    """

    columns: Mapping[str, Any]
    features: bytes
    contributions: bytes


def pack_ordering(ordering: Ordering, names: Sequence[str]) -> PackedOrdering:
    """Return ``ordering`` packed; ``names`` are those of its f features, each another one."""
    contributed = np.flatnonzero(ordering.contributions.any(axis=0))
    return PackedOrdering(
        columns={
            "articles": ordering.articles,
            "scores": ordering.scores.tolist(),
            "sources": ordering.sources,
            "propensities": ordering.propensities.tolist(),
            "reasons": [(each.code, each.about) for each in ordering.reasons],
            "teams": ordering.teams,
            "credits": ordering.credits,
            "features": names,
            "contributed": [names[each] for each in contributed.tolist()],
        },
        features=ordering.features.astype("<f4").tobytes(),
        contributions=ordering.contributions[:, contributed].astype("<f8").tobytes(),
    )


def unpack_ordering(columns: Mapping[str, Any], features: bytes, contributions: bytes) -> Ordering:
    """Return the ordering that :func:`pack_ordering` packed."""
    n, names, contributed = len(columns["articles"]), columns["features"], columns["contributed"]
    table = np.zeros((n, len(names)))
    places = [names.index(each) for each in contributed]
    table[:, places] = np.frombuffer(contributions, "<f8").reshape(n, len(contributed))
    # Neither was there in what was written before.
    teams, credits_ = columns.get("teams"), columns.get("credits")
    return Ordering(
        articles=tuple(columns["articles"]),
        scores=np.array(columns["scores"], np.float64),
        sources=tuple(columns["sources"]),
        propensities=np.array(columns["propensities"], np.float64),
        features=np.frombuffer(features, "<f4").reshape(n, len(names)),
        contributions=table,
        reasons=tuple(Reason(code=code, about=about) for code, about in columns["reasons"]),
        teams=None if teams is None else tuple(teams),
        credits=None if credits_ is None else tuple(credits_),
    )
