from __future__ import annotations

import numpy as np
import pytest

from recommender.ranking.features import FEATURE_NAMES
from recommender.ranking.weighted import WeightedConfig, WeightedRanker


def test_every_feature_has_a_weight_and_no_other() -> None:
    assert tuple(WeightedConfig.model_fields) == FEATURE_NAMES


def test_what_was_turned_away_from_takes_from_the_score() -> None:
    weights = WeightedConfig()
    assert [name for name in FEATURE_NAMES if getattr(weights, name) < 0] == ["aversion"]


def test_a_score_is_the_sum_of_weight_times_feature() -> None:
    config = WeightedConfig(**{name: number / 2 for number, name in enumerate(FEATURE_NAMES)})
    rows = np.array([range(len(FEATURE_NAMES)), [0] * len(FEATURE_NAMES)], np.float32)
    parts = WeightedRanker(config).contributions(rows)
    assert parts.tolist() == [[n * n / 2 for n in range(len(FEATURE_NAMES))], [0] * 11]
    assert parts.dtype == np.float64
    assert parts.sum(axis=1)[0] == pytest.approx(sum(n * n for n in range(11)) / 2)


def test_a_feature_that_is_missing_adds_0_and_not_minus_0() -> None:
    parts = WeightedRanker(WeightedConfig()).contributions(np.zeros((1, 11), np.float32))
    assert not np.signbit(parts).any()
