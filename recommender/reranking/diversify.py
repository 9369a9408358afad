"""Diversity: a good article next, unlike those above it, within what the site allows of each kind.

Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998), greedy and lazy: each place is
chosen when it is asked for. Redundancy is the mean similarity to what stands above, not the highest
one: at the same intra-list distance it gives up less relevance (first 20 of the demo's articles:
distance .83 at .95 of the best relevance, against .92), and near-copies are the stories' matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from recommender.config import Config
from recommender.reranking.calibration import CalibrationConfig
from recommender.reranking.collapsing import Collapse, collapse
from recommender.reranking.quotas import Quotas

ALIKE = 2.0
"""Redundancy of an exact copy: mean similarities spread less than relevance does."""

OUTLIERS = 0.05
"""Share of the scores at each end that do not set the scale of relevance: a boosted article must
not make all others look alike."""

FARTHEST = 8.0
"""Relevance is kept within this, far outside of the usual 0 to 1."""


class RerankConfig(Config):
    """What an order gives up relevance for, and what it never does."""

    diversity: float = Field(
        default=0.2,
        ge=0.0,
        le=1.0,
        description="The dial where a request sets none: 0 orders by score, 1 by difference; caps "
        "and the fresh share hold at both ends.",
    )
    max_source_share: float = Field(
        default=0.4,
        gt=0.0,
        le=1.0,
        description="Share of a page that one source may have while there are others; articles "
        "without a source are not counted.",
    )
    max_category_share: float = Field(
        default=0.6,
        gt=0.0,
        le=1.0,
        description="Share of a page that one category may have while there are others; articles "
        "without a category are not counted.",
    )
    max_brief_share: float = Field(
        default=0.2,
        gt=0.0,
        le=1.0,
        description="Share of a page that briefs may have while there are others; one is always "
        "allowed.",
    )
    fresh_share: float = Field(
        default=0.2,
        ge=0.0,
        le=1.0,
        description="Least share of fresh articles in a page, as far as there are any.",
    )
    fresh_hours: float = Field(
        default=24.0,
        gt=0.0,
        le=8_760.0,
        description="Hours since publication up to which an article is fresh.",
    )
    calibration: CalibrationConfig = CalibrationConfig()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """n scored candidates.

    Parameters
    ----------
    scores : ndarray, shape (n,), float64
    sketches : ndarray, shape (n, k), float32
        Short vectors whose inner products approximate cosines.
    category, source, story : ndarray, shape (n,), int32
        Codes; 0 is "none".
    fresh, with_ai, brief, buried : ndarray, shape (n,), bool
        ``with_ai`` only where it is known; ``buried`` by a rule of the site.
    target : ndarray, shape (categories,), float64
        Share that each category code should have, see :mod:`recommender.reranking.calibration`.
    guaranteed : mapping of int to float
        Share that a category code has at least, see the same.
    """

    scores: NDArray[np.float64]
    sketches: NDArray[np.float32]
    category: NDArray[np.int32]
    source: NDArray[np.int32]
    story: NDArray[np.int32]
    fresh: NDArray[np.bool_]
    with_ai: NDArray[np.bool_]
    brief: NDArray[np.bool_]
    buried: NDArray[np.bool_]
    target: NDArray[np.float64]
    guaranteed: Mapping[int, float] = field(default_factory=dict)

    @property
    def collapsing(self) -> NDArray[np.bool_]:
        """The briefs that stand for their stories: no rule of the site takes from them."""
        return self.brief & ~self.buried


class Reranking(Iterator[int]):
    """An order in the making: the next candidate, as a position in the pool, when it is asked for.

    Made by :func:`rerank`.
    """

    def __init__(self, by_score: NDArray[np.intp], worth: _Worth, quotas: Quotas) -> None:
        self._worth, self._quotas = worth, quotas
        self._by_score = by_score

    def __next__(self) -> int:
        values = self._worth.values()
        self._quotas.apply(values)
        values = values[self._by_score]  # of equals the first is found: the higher score
        best = int(values.argmax()) if len(values) else -1
        if best < 0 or values[best] == -np.inf:
            raise StopIteration
        candidate = int(self._by_score[best])
        self._quotas.take(candidate)
        self._worth.take(candidate)
        return candidate

    def leave_out(self, candidates: Sequence[int]) -> None:
        """Give neither the candidates nor anything of their stories from here on.

        Unlike dropping them from what was given, this keeps the quotas of what remains.
        """
        self._quotas.leave_out(candidates)


def rerank(
    pool: Pool,
    config: RerankConfig,
    *,
    size: int,
    diversity: float,
    max_ai_share: float | None = None,
    pinned: Sequence[int] = (),
) -> Reranking:
    """Return candidates in the order to show them, each chosen when it is asked for.

    With δ the dial, each place goes to the highest ``(1 − δ) · relevance − δ · (redundancy +
    weight · overshoot)``, ties to the higher score. Relevance is the score scaled to about 0 to 1;
    redundancy is twice the mean similarity to all above; overshoot is how far the category's share
    of all above is over its target. A brief that no rule buries is worth as much as the best of
    its story, and comes before it. Over that stand the quotas of any ``size`` places in a row:

    - no story is told twice, in all, and no more than ``max_ai_share`` is generated with AI: the
      order ends where nothing else could follow;
    - fresh articles, and each taste of the reader, have at least their share, while there are any
      that are not buried;
    - no source, no category and no briefs have more than their share, while there are others.

    Parameters
    ----------
    size : int
        Articles of a page.
    diversity : float
        δ, from 0 to 1.
    max_ai_share : float, optional
        From 0 to 1.
    pinned : sequence of int
        Candidates that stand elsewhere: they and their stories are left out.
    """
    capped = [(pool.source, config.max_source_share), (pool.category, config.max_category_share)]
    if pool.brief.any():
        capped.append((pool.brief.astype(np.int32), config.max_brief_share))
    quotas = Quotas(
        story=pool.story,
        capped=capped,
        owed=[
            (pool.fresh & ~pool.buried, config.fresh_share),
            *(
                ((pool.category == code) & ~pool.buried, share)
                for code, share in pool.guaranteed.items()
            ),
        ],
        limited=(pool.with_ai, 1.0 if max_ai_share is None else max_ai_share),
        size=size,
    )
    quotas.leave_out(pinned)
    stories = collapse(pool.story, pool.collapsing)
    worth = _Worth(pool, stories, diversity, config.calibration.weight)
    return Reranking(stories.by_score(pool.scores), worth, quotas)


def relevance(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the scores scaled so that nearly all lie in [0, 1]; all 0 if all are equal.

    Parameters
    ----------
    scores : ndarray, shape (n,), float64

    Examples
    --------
    >>> relevance(np.array([3.0, 1.0, 2.0])).tolist()
    [1.0, 0.0, 0.5]
    """
    if not len(scores):
        return scores
    ascending = np.sort(scores)
    outliers = int(OUTLIERS * len(scores))
    for skipped in (outliers, 0):
        low, high = float(ascending[skipped]), float(ascending[-1 - skipped])
        if high > low:
            return np.clip((scores - low) / (high - low), -FARTHEST, FARTHEST)
    return np.zeros(len(scores))


class _Worth:
    """What each of n candidates is worth for the next place, quotas apart.

    Redundancy and overshoot come from one product: a column for each axis of the sketches and for
    each category, whose price is the mean of what the candidates above put into it.
    """

    def __init__(self, pool: Pool, stories: Collapse, diversity: float, weight: float) -> None:
        count, axes = pool.sketches.shape
        kinds, kind = np.unique(pool.category, return_inverse=True)
        is_kind = np.eye(len(kinds), dtype=np.float32)[kind]
        self._stories = stories
        self._relevance = (1.0 - diversity) * relevance(pool.scores)
        self._costs = np.empty((axes + len(kinds), count), np.float32)
        self._costs[:axes] = (ALIKE * diversity) * pool.sketches.T
        self._costs[axes:] = (weight * diversity) * is_kind.T
        self._adds = np.hstack([pool.sketches, is_kind - pool.target[kinds].astype(np.float32)])
        self._sum = np.zeros(axes + len(kinds), np.float32)
        self._axes = axes
        self._above = 0

    def values(self) -> NDArray[np.float64]:
        """Return a new array, shape (n,)."""
        prices = self._sum / np.float32(max(1, self._above))
        over = prices[self._axes :]
        np.maximum(over, 0.0, out=over)
        values: NDArray[np.float64] = self._relevance - prices @ self._costs
        self._stories.lift(values)
        return values

    def take(self, candidate: int) -> None:
        """Put the candidate above all that are left."""
        self._sum += self._adds[candidate]
        self._above += 1
