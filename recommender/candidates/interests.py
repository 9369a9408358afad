"""A reader's taste, derived at the moment it is needed from recent interactions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from recommender.catalogue.view import CatalogueView, Rows
from recommender.config import Config
from recommender.domain.interactions import HistoryEntry, Kind


class InterestConfig(Config):
    """How interactions become interest."""

    half_life_days: float = Field(
        default=3.0,
        ge=0.05,
        le=365.0,
        description="Days after which an interaction counts half for taste.",
    )
    full_read_seconds: float = Field(
        default=60.0,
        ge=1.0,
        le=3_600.0,
        description="Dwell that makes a read count like a like, in seconds.",
    )


_WEIGHTS = {
    Kind.CLICK: 1.0,
    Kind.READ: 1.0,
    Kind.LIKE: 2.0,
    Kind.SAVE: 2.0,
    Kind.SHARE: 2.0,
    Kind.MORE_LIKE_THIS: 3.0,
    Kind.DISLIKE: -2.0,
    Kind.HIDE: -1.0,
    Kind.LESS_LIKE_THIS: -3.0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """What a reader is drawn to, as of now.

    Parameters
    ----------
    vector : ndarray, shape (d,), float32, unit length or zero
        Weighted mean of the articles' vectors, less the catalogue's mean: what sets this reader
        apart from the crowd of articles.
    affinity : ndarray, shape (categories,), float32, in [-1, 1]
        Signed share of the reader's attention for each category of the catalogue.
    rows : ndarray, shape (m,)
        Catalogue rows of the articles liked, strongest first: what a reason may name.
    """

    vector: NDArray[np.float32]
    affinity: NDArray[np.float32]
    rows: Rows

    @property
    def is_known(self) -> bool:
        """Whether anything is known of the reader's taste."""
        return bool(self.vector.any() or self.affinity.any())


def interest_of(
    history: Sequence[HistoryEntry], view: CatalogueView, now: float, config: InterestConfig
) -> Interest:
    """Derive taste from ``history``; articles that left the catalogue no longer count."""
    rows, weights = _weighted_rows(history, view, now, config)
    affinity = np.zeros(len(view.categories), np.float32)
    if not len(rows):
        return Interest(vector=np.zeros_like(view.centre), affinity=affinity, rows=rows)
    total = np.abs(weights).sum()
    affinity += np.bincount(view.category[rows], weights / total, minlength=len(affinity))
    affinity[0] = 0.0  # "no category" is no topic
    liked = weights > 0
    strongest = np.argsort(-weights[liked], kind="stable")
    summed = (weights / total).astype(np.float32) @ (view.vectors[rows] - view.centre)
    norm = float(np.linalg.norm(summed))
    vector = summed / np.float32(norm) if norm > 0 else summed
    return Interest(vector=vector, affinity=affinity, rows=rows[liked][strongest])


def _weighted_rows(
    history: Sequence[HistoryEntry], view: CatalogueView, now: float, config: InterestConfig
) -> tuple[Rows, NDArray[np.float64]]:
    # A plain loop: for some dozens of entries array operations cost more than they save.
    rate = math.log(2.0) / (config.half_life_days * 86_400)
    totals: dict[int, float] = {}
    for entry in history:
        row = view.row(entry.article)
        if row is not None:
            fade = math.exp(-rate * max(0.0, now - entry.occurred_at))
            weight = _weight(entry, config.full_read_seconds) * fade
            totals[row] = totals.get(row, 0.0) + weight
    # A read without dwell, or a like taken back, weighs nothing: it says nothing of taste.
    weighing = {row: weight for row, weight in totals.items() if weight}
    return np.array(list(weighing), dtype=np.intp), np.array(list(weighing.values()))


def _weight(entry: HistoryEntry, full_read_seconds: float) -> float:
    weight = _WEIGHTS[entry.kind]
    if entry.dwell_seconds is not None:
        weight *= 2.0 * min(1.0, entry.dwell_seconds / full_read_seconds)
    return weight
