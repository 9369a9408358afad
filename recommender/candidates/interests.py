"""A reader's interests, derived at the moment they are needed from recent interactions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from recommender.candidates.grouping import by_group, group, unit
from recommender.catalogue.view import CatalogueView, Rows
from recommender.config import Config
from recommender.domain.interactions import HistoryEntry, Kind


class InterestConfig(Config):
    """How interactions become interests."""

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
    max_interests: int = Field(
        default=5,
        ge=1,
        le=20,
        description="Interests that a reader's articles are grouped into; 1 is their mean.",
    )
    alike: float = Field(
        default=0.3,
        ge=0.0,
        le=1.0,
        description="Least cosine, less the catalogue's mean, of two articles of one interest.",
    )
    session_minutes: float = Field(
        default=30.0,
        ge=1.0,
        le=1_440.0,
        description="Minutes that make up the reader's present session; after as many, the last "
        "article read matters half as much for what comes next.",
    )
    topic_weight: float = Field(
        default=2.0,
        ge=0.0,
        le=100.0,
        description="Clicks of today that choosing a topic counts for; it never fades.",
    )


WEIGHTS = {
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
"""What one interaction of each kind says of its reader's taste, in clicks."""

FULL_AVERSION = 3.0
"""Weight against an article that turns the reader away in full: one LESS_LIKE_THIS of today."""

MAX_STRONGEST = 30
"""Articles read that candidates are compared with one by one, the strongest ones."""

MAX_AVERSIONS = 10
"""Articles turned away from that are kept in mind, the strongest ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interests:
    """What a reader is drawn to and turned away from, as of now.

    Directions are those of article vectors less the catalogue's mean: what sets this reader apart
    from the crowd of articles.

    Parameters
    ----------
    vectors : ndarray, shape (k, d), float32, unit length
        The interests, strongest first.
    weights : ndarray, shape (k,), float32
        Share of each interest in the reader's attention; they sum to 1.
    members : tuple of ndarray
        For each interest the rows of its articles, strongest first.
    session : ndarray, shape (d,), float32, unit length or zero
        Where the last minutes went.
    aversions : ndarray, shape (a, d), float32, length in (0, 1]
        What was turned away from; the length is how strongly.
    affinity : ndarray, shape (categories,), float32, in [-1, 1]
        Signed share of the reader's attention for each category of the catalogue.
    liked : ndarray, shape (m,)
        Rows of the articles liked, strongest first: what a reason may name.
    strength : ndarray, shape (m,), float64
        What each of them weighs, in clicks of now.
    mean, recent : ndarray, shape (d,), float32, unit length or zero
        Where all of them point, alike and by their strength.
    strongest : ndarray, shape (up to ``MAX_STRONGEST``, d), float32, unit length or zero
        Directions of the strongest of them.
    last_read : int or None
        Row of the last article that was read or liked.
    recency : float, in [0, 1]
        How present it is: 1 now, half after every ``session_minutes``; 0 where there is none.
    """

    vectors: NDArray[np.float32]
    weights: NDArray[np.float32]
    members: tuple[Rows, ...]
    session: NDArray[np.float32]
    aversions: NDArray[np.float32]
    affinity: NDArray[np.float32]
    liked: Rows
    strength: NDArray[np.float64]
    mean: NDArray[np.float32]
    recent: NDArray[np.float32]
    strongest: NDArray[np.float32]
    last_read: int | None
    recency: float

    @property
    def is_known(self) -> bool:
        """Whether anything is known of the reader's taste."""
        return bool(len(self.vectors) or len(self.aversions) or self.affinity.any())


def interests_of(
    history: Sequence[HistoryEntry],
    view: CatalogueView,
    now: float,
    config: InterestConfig,
    topics: Sequence[str] = (),
) -> Interests:
    """Derive interests from ``history``; articles that left the catalogue no longer count.

    Parameters
    ----------
    history : sequence of HistoryEntry
        Newest first.
    now : float
        Seconds since the epoch.
    topics : sequence of str
        Categories that the reader chose; those of no article count for nothing.
    """
    met = _met(history, view, now, config)
    weights = _weights_by_row(met)
    rows = sorted(weights, key=weights.__getitem__, reverse=True)
    units = directions(view, rows)
    liked = sum(weight > 0 for weight in weights.values())
    strength = np.array([weights[row] for row in rows])
    last = next((each for each in met if each.weight > 0 and weights.get(each.row, 0.0) > 0), None)
    vectors, shares, groups = _grouped(units[:liked], strength[:liked], config)
    strongest = np.array(rows[:liked], np.intp)
    lately = _weights_lately(met, rows[:liked], config)
    alike = np.ones(liked)
    mean, recent, session = _towards(units[:liked], np.stack((alike, strength[:liked], lately)))
    return Interests(
        vectors=vectors,
        weights=shares,
        members=tuple(strongest[each] for each in groups),
        session=session,
        aversions=_aversions(units[liked:][::-1], strength[liked:][::-1]),
        affinity=_affinity(weights, view, topics, config.topic_weight),
        liked=strongest,
        strength=strength[:liked],
        mean=mean,
        recent=recent,
        strongest=units[: min(liked, MAX_STRONGEST)],
        last_read=last.row if last else None,
        recency=0.5 ** (last.age / (60.0 * config.session_minutes)) if last else 0.0,
    )


def directions(view: CatalogueView, rows: Sequence[int] | Rows) -> NDArray[np.float32]:
    """Return the vectors of ``rows`` less the catalogue's mean, shape (m, d), unit or zero."""
    return unit(view.vectors[np.asarray(rows, dtype=np.intp)] - view.centre)


def _towards(units: NDArray[np.float32], weights: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the directions, shape (k, d), of the sums by each of k weights, shape (k, m)."""
    # Against the strongest: what is years old weighs too little for single precision.
    relative = weights / weights.max(axis=1, keepdims=True, initial=1e-300)
    return unit(relative.astype(np.float32) @ units)


class _Met(NamedTuple):
    """One interaction with a living article: its weight now, and its age in seconds."""

    row: int
    weight: float
    age: float


def _met(
    history: Sequence[HistoryEntry], view: CatalogueView, now: float, config: InterestConfig
) -> list[_Met]:
    # A plain loop: for some dozens of entries array operations cost more than they save.
    rate = math.log(2.0) / (config.half_life_days * 86_400)
    rows = view.positions([entry.article for entry in history]).tolist()
    met = []
    for row, entry in zip(rows, history, strict=True):
        if row >= 0:
            age = max(0.0, now - entry.occurred_at)
            met.append(_Met(row, _weight(entry, config) * math.exp(-rate * age), age))
    return met


def _weight(entry: HistoryEntry, config: InterestConfig) -> float:
    weight = WEIGHTS[entry.kind]
    if entry.dwell_seconds is not None:
        weight *= 2.0 * min(1.0, entry.dwell_seconds / config.full_read_seconds)
    return weight


def _weights_by_row(met: Sequence[_Met]) -> dict[int, float]:
    totals: dict[int, float] = {}
    for each in met:
        totals[each.row] = totals.get(each.row, 0.0) + each.weight
    # A read without dwell, or a like taken back, weighs nothing: it says nothing of taste.
    return {row: weight for row, weight in totals.items() if weight}


def _affinity(
    weights: Mapping[int, float], view: CatalogueView, topics: Sequence[str], topic_weight: float
) -> NDArray[np.float32]:
    chosen = view.category.codes_of(topics) if topics and topic_weight else []
    affinity = np.zeros(len(view.category.names), np.float32)  # after the codes: names may grow
    total = sum(map(abs, weights.values())) + topic_weight * len(chosen)
    codes = view.category.codes[list(weights)].tolist() if weights else []
    for code, weight in zip(codes, weights.values(), strict=True):
        affinity[code] += weight / total
    for code in chosen:
        affinity[code] += topic_weight / total
    affinity[0] = 0.0  # "no category" is no topic
    return affinity


def _weights_lately(
    met: Sequence[_Met], rows: Sequence[int], config: InterestConfig
) -> NDArray[np.float64]:
    """Return what speaks for each of ``rows`` from within the session."""
    weights = dict.fromkeys(rows, 0.0)
    for each in met:
        if each.age < 60.0 * config.session_minutes and each.weight > 0 and each.row in weights:
            weights[each.row] += each.weight
    return np.array(list(weights.values()), np.float64)


def _aversions(units: NDArray[np.float32], weights: NDArray[np.float64]) -> NDArray[np.float32]:
    strength = np.minimum(1.0, -weights[:MAX_AVERSIONS] / FULL_AVERSION)
    turned = units[:MAX_AVERSIONS] * strength[:, np.newaxis].astype(np.float32)
    return np.asarray(turned[turned.any(axis=1)])


def _grouped(
    units: NDArray[np.float32], weights: NDArray[np.float64], config: InterestConfig
) -> tuple[NDArray[np.float32], NDArray[np.float32], list[NDArray[np.intp]]]:
    """Return the vectors and shares of the interests, strongest first, and their places."""
    if not len(weights):
        return units, np.empty(0, np.float32), []
    # Against the strongest: what is years old weighs too little for single precision.
    relative = (weights / weights.max()).astype(np.float32)
    label = group(units, relative, config.max_interests, config.alike)
    shared = by_group(label, relative)
    vectors, mass = unit(shared @ units), shared.sum(axis=1)
    order = np.argsort(-mass, kind="stable")
    order = order[(mass[order] > 0) & vectors[order].any(axis=1)]
    shares = mass[order] / mass[order].sum() if len(order) else mass[:0]
    return vectors[order], shares, [np.flatnonzero(label == each) for each in order]
