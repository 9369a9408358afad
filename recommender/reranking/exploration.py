"""Exploration: some places of a feed are drawn, each with a probability that is known exactly.

The places are fixed and what may be drawn is dealt over them in disjoint strata, so no draw depends
on another: the probability of an article at its place is that of one draw, with no correction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from random import Random

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from recommender.config import Config
from recommender.reranking.diversify import Pool


class ExplorationConfig(Config):
    """How much of a feed is drawn, and how boldly."""

    enabled: bool = Field(
        default=True,
        description="Whether new and uncertain articles get places by chance.",
    )
    first: int = Field(
        default=6,
        ge=1,
        le=100,
        description="First position that is drawn, counted from 1.",
    )
    every: int = Field(
        default=10,
        ge=2,
        le=100,
        description="Positions from one drawn position to the next.",
    )
    temperature: float = Field(
        default=0.2,
        gt=0.0,
        le=100.0,
        description="Difference in score that makes an article e times as likely to be drawn.",
    )
    uniform_share: float = Field(
        default=0.3,
        gt=0.0,
        le=1.0,
        description="Part of the probability, 0 to 1, that all articles of a draw share equally: "
        "none is ever impossible.",
    )

    def slots(self, depth: int) -> tuple[int, ...]:
        """Return the drawn positions, from 1, of an ordering of ``depth`` articles.

        Examples
        --------
        >>> ExplorationConfig().slots(30)
        (6, 16, 26)
        """
        return tuple(range(self.first, depth + 1, self.every)) if self.enabled else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """m candidates in the order to show them.

    Parameters
    ----------
    order : tuple of int
        Candidates, as positions in the pool.
    propensities : ndarray, shape (m,), float64, in (0, 1]
        The probability of this candidate at this place; 1 where nothing was drawn.
    explored : ndarray, shape (m,), bool
        Whether the place was drawn.
    """

    order: tuple[int, ...]
    propensities: NDArray[np.float64]
    explored: NDArray[np.bool_]


def explorable(
    wanted: Sequence[int], pool: Pool, *, taken: Sequence[int], max_ai_share: float | None = None
) -> list[int]:
    """Return those of ``wanted`` that may be drawn, highest score first, one for each story.

    Left out are candidates that are taken, or whose story is; briefs and what they stand for; and,
    where the share of articles generated with AI is capped, those articles: a draw is not counted
    against a cap.

    Parameters
    ----------
    wanted : sequence of int
        Candidates that are new or uncertain.
    taken : sequence of int
        Candidates that have their place: exploited or pinned.
    """
    scores, stories = pool.scores, pool.story
    told = {*stories[list(taken)].tolist(), *stories[pool.collapsing].tolist()} - {0}
    given = set(taken)
    kept: list[int] = []
    for each in sorted(set(wanted) - given, key=lambda it: (-scores[it], it)):
        story = int(stories[each])
        is_capped = pool.brief[each] or (max_ai_share is not None and pool.with_ai[each])
        if story in told or is_capped:
            continue
        kept.append(each)
        if story:
            told.add(story)
    return kept


def place(
    exploited: Sequence[int],
    explored: Sequence[int],
    scores: NDArray[np.float64],
    *,
    depth: int,
    generator: Random,
    config: ExplorationConfig,
) -> Placement:
    """Put a drawn candidate at each drawn position, and ``exploited`` in order at the others.

    ``explored`` is dealt over the drawn positions like cards, so each gets some of the best. A
    position for which nothing is left to draw is not drawn.

    Parameters
    ----------
    exploited : sequence of int
        The re-ranked candidates; those that the draws push past ``depth`` are not shown.
    explored : sequence of int
        What :func:`explorable` gives; none of them is among ``exploited``.
    scores : ndarray, shape (n,)
        Of all candidates.
    """
    order = list(exploited)
    chances = [1.0] * len(order)
    drawn = [False] * len(order)
    slots = config.slots(depth)
    for number, slot in enumerate(slots[: len(explored)]):
        chosen, chance = _draw(explored[number :: len(slots)], scores, generator, config)
        order.insert(slot - 1, chosen)
        chances.insert(slot - 1, chance)
        drawn.insert(slot - 1, True)
    return Placement(
        order=tuple(order[:depth]),
        propensities=np.array(chances[:depth], np.float64),
        explored=np.array(drawn[:depth], np.bool_),
    )


def _draw(
    stratum: Sequence[int],
    scores: NDArray[np.float64],
    generator: Random,
    config: ExplorationConfig,
) -> tuple[int, float]:
    """Draw by ``(1 − u) · softmax(score / T) + u · uniform``; return who, and its probability."""
    values = scores[list(stratum)].tolist()
    highest = max(values)
    likely = [exp((value - highest) / config.temperature) for value in values]
    scale = (1.0 - config.uniform_share) / sum(likely)
    floor = config.uniform_share / len(likely)
    chances = [scale * each + floor for each in likely]
    number = generator.choices(range(len(chances)), chances)[0]
    return stratum[number], chances[number]
