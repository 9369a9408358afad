"""One function makes the features, for serving, for training and for replays."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from recommender.config import Config
from recommender.ranking.acquaintance import ACQUAINTANCE, Acquaintance, acquaintance_features
from recommender.ranking.audience import AUDIENCE, audience_feature
from recommender.ranking.content import CONTENT, Content, content_features
from recommender.ranking.crowd import CROWD, Crowd, crowd_features
from recommender.ranking.spec import specs
from recommender.ranking.topics import TOPICS, Topics, topic_features

FEATURES = (
    *CONTENT,
    *CROWD,
    *TOPICS,
    *ACQUAINTANCE,
    *AUDIENCE,
    *specs("freshness", freshness=0.8, age=2.5),
    *specs("co_read", personal=True, co_read=0.3),
    *specs("boost", boost=0.5),
)
"""The feature columns, in order; see :func:`features` for what each is."""

FEATURE_NAMES = tuple(each.name for each in FEATURES)
"""Names of the feature columns, in order."""


class FeatureConfig(Config):
    """Scales of the features."""

    softness: float = Field(
        default=0.1,
        ge=0.001,
        le=10.0,
        description="Difference in cosine at which one interest outweighs another e-fold; small: "
        "the nearest interest alone decides, large: their mean.",
    )
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
    full_surge: float = Field(
        default=8.0,
        ge=1.1,
        le=1e4,
        description="Surge that counts in full: how many times faster than before.",
    )
    full_co_read: float = Field(
        default=10.0,
        ge=0.1,
        le=1e6,
        description="Readers of the same that count in full, decayed.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureInputs:
    """What is known of n candidates and their reader at one moment.

    Parameters
    ----------
    published : ndarray, shape (n,), float64, seconds since the epoch
    co_read : ndarray, shape (n,), float64
        Decayed count of readers of the reader's articles that read it.
    boost : ndarray, shape (n,), float, or None
        What the site's rules add; None where there are none.
    now : float
        Seconds since the epoch.
    """

    content: Content
    crowd: Crowd
    topics: Topics
    acquaintance: Acquaintance
    published: NDArray[np.float64]
    co_read: NDArray[np.float64]
    boost: NDArray[np.float32] | None
    now: float


def features(inputs: FeatureInputs, config: FeatureConfig) -> NDArray[np.float32]:
    """Return the feature rows, shape (n, f) float32, columns as in ``FEATURE_NAMES``.

    What is missing is 0. The columns of each room are described there: ``content_features``,
    ``crowd_features``, ``topic_features``, ``acquaintance_features``,
    ``audience_feature``; and here:

    freshness : halves with every ``freshness_half_life_hours`` of age, 0 to 1.
    age : log of 1 + hours since publication.
    co_read : log of 1 + co-readers over that of ``full_co_read``, 0 to 1.
    boost : what the site's rules add, -10 to 10.
    """
    hours = np.maximum(0.0, inputs.now - inputs.published) / 3_600.0
    return np.column_stack(
        (
            content_features(inputs.content, config.softness),
            crowd_features(
                inputs.crowd,
                inputs.now,
                trending_floor=config.trending_floor,
                full_surge=config.full_surge,
            ),
            topic_features(inputs.topics),
            acquaintance_features(inputs.acquaintance, inputs.now),
            audience_feature(inputs.crowd.signals, inputs.now),
            np.exp2(-hours / config.freshness_half_life_hours),
            np.log1p(hours),
            np.minimum(1.0, np.log1p(inputs.co_read) / np.log1p(config.full_co_read)),
            np.zeros(len(hours)) if inputs.boost is None else inputs.boost,
        )
    ).astype(np.float32)


def feature_schema(*configs: Config) -> str:
    """Return a digest of the features' names and of all settings that shape them.

    A learned ranker serves only where its schema is that of the service.

    Examples
    --------
    >>> feature_schema(FeatureConfig()) == feature_schema(FeatureConfig(softness=0.2))
    False
    """
    described = [*FEATURE_NAMES, *(each.model_dump_json() for each in configs)]
    return hashlib.sha256("\n".join(described).encode()).hexdigest()[:16]
