"""Pins: articles that the editors gave a place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from recommender.reranking.exploration import Placement


def pin(placement: Placement, pins: Sequence[tuple[int, int]], *, depth: int) -> Placement:
    """Put the pinned candidates at their positions; everything else moves down for them.

    Nothing is drawn about a pin: its propensity is 1, and those of the others stay, because the
    same pins would have moved them whatever was drawn. A candidate may be pinned only if it was
    kept from being drawn (see :func:`recommender.reranking.exploration.explorable`).

    Parameters
    ----------
    pins : sequence of (position, candidate)
        Positions from 1, in this ordering. Of two pins at one position the later one in the
        sequence moves down by one. Past the end, a pin follows directly.

    Examples
    --------
    >>> before = Placement(order=(4, 7, 2), propensities=np.ones(3), explored=np.zeros(3, bool))
    >>> pin(before, [(2, 9), (1, 2)], depth=4).order
    (2, 9, 4, 7)
    """
    pinned = {candidate for _, candidate in pins}
    rows = zip(placement.order, placement.propensities.tolist(), placement.explored, strict=True)
    kept = [row for row in rows if row[0] not in pinned]
    last = 0
    for position, candidate in sorted(pins, key=lambda each: each[0]):
        last = max(position, last + 1)
        kept.insert(last - 1, (candidate, 1.0, False))
    kept = kept[:depth]
    return Placement(
        order=tuple(candidate for candidate, _, _ in kept),
        propensities=np.array([chance for _, chance, _ in kept], np.float64),
        explored=np.array([drawn for _, _, drawn in kept], np.bool_),
    )
