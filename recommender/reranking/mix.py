"""Mixing categories: each article already taken from a category makes the next one dearer."""

from __future__ import annotations

from collections import deque
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
    order = np.argsort(-scores, kind="stable").tolist()
    queues: dict[int, deque[int]] = {}
    for place, code in zip(order, category[order].tolist(), strict=True):
        queues.setdefault(code, deque()).append(place)
    # Only the head of a category's queue can be next, and taking it changes that category alone.
    heads = [(-float(scores[queue[0]]), queue.popleft(), code) for code, queue in queues.items()]
    heapify(heads)
    taken = dict.fromkeys(queues, 0)
    chosen: list[int] = []
    while heads and len(chosen) < count:
        _, place, code = heappop(heads)
        chosen.append(place)
        taken[code] += 1
        if queues[code]:
            following = queues[code].popleft()
            value = float(scores[following]) - repeat_cost * taken[code]
            heappush(heads, (-value, following, code))
    return np.array(chosen, dtype=np.intp)
