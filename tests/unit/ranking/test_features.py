from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from recommender.ranking.features import FEATURE_NAMES, FeatureConfig, FeatureInputs, features
from recommender.ranking.weighted import WeightedConfig, WeightedRanker

NOW = 1_767_225_600.0
CONFIG = FeatureConfig(freshness_half_life_hours=12.0, trending_floor=5.0)


@pytest.fixture
def inputs() -> FeatureInputs:
    return FeatureInputs(
        vectors=np.array([[1, 0], [0.6, 0.8]], np.float32),
        category=np.array([1, 0], np.int32),
        published=np.array([NOW, NOW - 24 * 3600]),
        trending=np.array([0.0, 9.0]),
        top_trending=9.0,
        interest=np.array([0, 1], np.float32),
        affinity=np.array([0, -0.25], np.float32),
        now=NOW,
    )


def test_each_column_is_what_its_name_says(inputs: FeatureInputs) -> None:
    rows = features(inputs, CONFIG)
    assert FEATURE_NAMES == ("similarity", "affinity", "trending", "freshness")
    assert rows.dtype == np.float32
    assert rows[0] == pytest.approx([0.0, -0.25, 0.0, 1.0])
    assert rows[1] == pytest.approx([0.8, 0.0, 1.0, 2.0 ** -(24 / 12)])


def test_below_the_floor_a_lone_click_makes_no_trend(inputs: FeatureInputs) -> None:
    quiet = replace(inputs, trending=np.array([0.0, 1.0]), top_trending=1.0)
    assert features(quiet, CONFIG)[1, 2] == pytest.approx(math.log(1 + 1) / math.log(1 + 5))


def test_what_is_dated_ahead_is_as_fresh_as_can_be(inputs: FeatureInputs) -> None:
    ahead = replace(inputs, published=np.array([NOW + 60, NOW]))
    assert features(ahead, CONFIG)[:, 3].tolist() == [1.0, 1.0]


def test_no_candidates_make_no_rows(inputs: FeatureInputs) -> None:
    none = replace(
        inputs,
        vectors=inputs.vectors[:0],
        category=inputs.category[:0],
        published=inputs.published[:0],
        trending=inputs.trending[:0],
    )
    assert features(none, CONFIG).shape == (0, 4)


def test_a_score_is_the_sum_of_weight_times_feature() -> None:
    config = WeightedConfig(similarity=2.0, affinity=-1.0, trending=0.5, freshness=0.25)
    rows = np.array([[0.5, 0.25, 1.0, 0.5], [0, 0, 0, 0]], np.float32)
    parts = WeightedRanker(config).contributions(rows)
    assert parts.tolist() == [[2 * 0.5, -0.25, 0.5 * 1.0, 0.25 * 0.5], [0, 0, 0, 0]]
    assert parts.sum(axis=1)[0] == 1.0 - 0.25 + 0.5 + 0.125
