"""The slate: the ordered articles of one response, with why each is there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.domain.ids import ArticleId, ReaderId, SiteId, SlateId


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why an article is in the slate: a stable code and a sentence for the reader."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Impression:
    """One article at one position of a slate.

    Parameters
    ----------
    position : int
        1 is the top.
    source : str
        The candidate source that brought the article first.
    propensity : float
        The logging policy's probability of this article at this position, in (0, 1].
    contributions : tuple of (str, float)
        Feature name and its signed part of the score; they sum to ``score``.
    """

    position: int
    article: ArticleId
    score: float
    source: str
    propensity: float
    contributions: tuple[tuple[str, float], ...]
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Slate:
    """What one request was answered with, as it is logged.

    Parameters
    ----------
    features : ndarray, shape (n, f), float32
        The feature rows of the impressions, in order, as the ranker saw them.
    feature_names : tuple of str
        Names of the f columns.
    personalised : bool
        Whether the reader's own data took part.
    """

    id: SlateId
    site: SiteId
    reader: ReaderId | None
    created_at: float
    policy: str
    variant: str | None
    personalised: bool
    impressions: tuple[Impression, ...]
    features: NDArray[np.float32]
    feature_names: tuple[str, ...]
