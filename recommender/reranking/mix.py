"""Mixing categories: each article already taken from a category makes the next one dearer."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from recommender.config import Config


class MixConfig(Config):
    """What a repeated category costs."""

    repeat_cost: float = Field(
        default=0.02,
        ge=0.0,
        le=10.0,
        description="Score that an article loses for each one of its category above it, for a "
        "reader whose taste is known.",
    )
    repeat_cost_unknown: float = Field(
        default=0.3,
        ge=0.0,
        le=10.0,
        description="The same for a reader of unknown taste: high enough to mix.",
    )


def mix_categories(
    scores: NDArray[np.float64], category: NDArray[np.int32], count: int, repeat_cost: float
) -> NDArray[np.intp]:
    """Return up to ``count`` positions of candidates in the order to show them.

    Greedy: each place goes to the highest of ``score − repeat_cost × (taken of its category)``;
    ties go to the earlier candidate.

    Parameters
    ----------
    scores, category : ndarray, shape (n,)

    Examples
    --------
    >>> mix_categories(np.array([.9, .8, .7]), np.array([1, 1, 2], np.int32), 3, 0.3).tolist()
    [0, 2, 1]
    """
    value, codes = scores.tolist(), category.tolist()
    queues: dict[int, list[int]] = {}
    for place in np.argsort(-scores, kind="stable").tolist():
        queues.setdefault(codes[place], []).append(place)
    # Only the head of a category's queue can be next, and taking it changes that category alone.
    heads = [(-value[queue[0]], queue[0], code, 0) for code, queue in queues.items()]
    heapify(heads)
    chosen: list[int] = []
    while heads and len(chosen) < count:
        _, place, code, taken = heappop(heads)
        chosen.append(place)
        if taken + 1 < len(queues[code]):
            following = queues[code][taken + 1]
            cost = repeat_cost * (taken + 1)
            heappush(heads, (cost - value[following], following, code, taken + 1))
    return np.array(chosen, dtype=np.intp)
