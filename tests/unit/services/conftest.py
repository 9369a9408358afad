"""Arms of a site, with and without a learned ranker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from recommender.clock import FixedClock
from recommender.feed_request import FeedConfig, schema_of
from recommender.ranking.artifacts import Artifact, save
from recommender.ranking.config import RankingConfig
from recommender.ranking.features import FEATURE_NAMES
from recommender.ranking.weighted import WeightedRanker
from recommender.services.ranking import RankerKeeper
from recommender.services.variants import Arms
from recommender.trending.ladder import TrendingConfig

NOW = 1_767_225_600.0
CONFIG, TRENDING = FeedConfig(), TrendingConfig()


@pytest.fixture
def artifact(linear_artifact: Callable[..., Artifact]) -> Callable[..., Artifact]:
    """Give a maker of artifacts in which every feature of the service has the same weight."""

    def artifact(weight: float, config: FeedConfig) -> Artifact:
        count = len(FEATURE_NAMES)
        return linear_artifact(
            *(weight,) * count,
            features=FEATURE_NAMES,
            feature_schema=schema_of(config, TRENDING),
            effects=(0.0,) * count,
        )

    return artifact


@pytest.fixture
def arms(tmp_path: Path, artifact: Callable[..., Artifact]) -> Callable[..., Arms]:
    """Give a maker of arms; of a site whose ranker is learned, where that is asked for."""

    def arms(*, is_learned: bool = False) -> Arms:
        path, clock = tmp_path / "site.json", FixedClock(NOW)
        if is_learned:
            save(artifact(1.0, CONFIG), path)
        keeper = RankerKeeper(
            path if is_learned else None,
            schema_of(CONFIG, TRENDING),
            WeightedRanker(CONFIG.weights),
            clock,
        )
        return Arms(keeper, CONFIG, TRENDING, RankingConfig(folder=tmp_path), clock)

    return arms
