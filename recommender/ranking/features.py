"""One function makes the features, for serving and for training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from recommender.config import Config

FEATURE_NAMES = ("similarity", "affinity", "trending", "freshness")
"""Names of the feature columns, in order."""


class FeatureConfig(Config):
    """Scales of the features."""

    freshness_half_life_hours: float = Field(
        default=12.0,
        ge=0.1,
        le=8_760.0,
        description="Hours after which an article is half as fresh.",
    )
    trending_floor: float = Field(
        default=5.0,
        ge=0.01,
        le=1e6,
        description="Trending value that counts as full attention on a quiet site, in weighted "
        "clicks: below it a lone click makes no trend.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureInputs:
    """What is known of n candidates and their reader at one moment.

    Parameters
    ----------
    vectors : ndarray, shape (n, d), float32
    category : ndarray, shape (n,), int
    published : ndarray, shape (n,), float64, seconds since the epoch
    trending : ndarray, shape (n,), float64
        Trending value now, in weighted clicks; 0 for what does not trend.
    top_trending : float
        The site's highest trending value now.
    interest : ndarray, shape (d,), float32, unit length or zero
    affinity : ndarray, shape (categories,), float32
    now : float
        Seconds since the epoch.
    """

    vectors: NDArray[np.float32]
    category: NDArray[np.int32]
    published: NDArray[np.float64]
    trending: NDArray[np.float64]
    top_trending: float
    interest: NDArray[np.float32]
    affinity: NDArray[np.float32]
    now: float


def features(inputs: FeatureInputs, config: FeatureConfig) -> NDArray[np.float32]:
    """Return the feature rows, shape (n, f) float32, columns as in ``FEATURE_NAMES``.

    similarity : inner product with the reader's interest, about -0.3 to 0.9.
    affinity : the reader's signed share of attention for the article's category.
    trending : log of 1 + trending value over that of the site's top article.
    freshness : halves with every ``freshness_half_life_hours`` of age.
    """
    half_life = config.freshness_half_life_hours * 3600.0
    age = np.maximum(0.0, inputs.now - inputs.published)
    full = np.log1p(max(inputs.top_trending, config.trending_floor))
    columns = (
        inputs.vectors @ inputs.interest,
        inputs.affinity[inputs.category],
        np.log1p(inputs.trending) / full,
        np.exp2(-age / half_life),
    )
    return np.stack(columns, axis=1).astype(np.float32)
