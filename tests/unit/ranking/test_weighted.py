from __future__ import annotations

import numpy as np
import pytest

from recommender.ranking.features import FEATURE_NAMES, FEATURES
from recommender.ranking.weighted import WeightedConfig, WeightedRanker

WEIGHED = tuple(WeightedConfig.model_fields)
PLACES = [FEATURE_NAMES.index(name) for name in WEIGHED]


def test_every_weight_is_that_of_a_feature() -> None:
    assert set(WEIGHED) <= set(FEATURE_NAMES)
    config = WeightedConfig()
    weights = WeightedRanker(config).weights
    assert weights[PLACES].tolist() == [getattr(config, name) for name in WEIGHED]


def test_what_has_no_weight_has_no_say() -> None:
    ranker = WeightedRanker(WeightedConfig())
    rows = np.ones((1, len(FEATURE_NAMES)), np.float32)
    others = np.delete(np.arange(len(FEATURE_NAMES)), PLACES)
    assert not ranker.contributions(rows)[:, others].any()
    assert not ranker.effects[others].any()


def test_what_was_turned_away_from_takes_from_the_score() -> None:
    weights = WeightedConfig()
    assert [name for name in WEIGHED if getattr(weights, name) < 0] == ["aversion"]


def test_a_score_is_the_sum_of_weight_times_feature() -> None:
    """The features are 0, 1, 2, … and half of each is the weight of those that have one."""
    config = WeightedConfig(
        **{name: place / 2 for name, place in zip(WEIGHED, PLACES, strict=True)}
    )
    count = len(FEATURE_NAMES)
    rows = np.array([range(count), [0] * count], np.float32)
    parts = WeightedRanker(config).contributions(rows)
    expected = [place * place / 2 if place in PLACES else 0 for place in range(count)]
    assert parts.tolist() == [expected, [0] * count]
    assert parts.dtype == np.float64
    scores = WeightedRanker(config).scores(rows)
    assert scores == pytest.approx([sum(place * place for place in PLACES) / 2, 0])


def test_a_feature_that_is_missing_adds_0_and_not_minus_0() -> None:
    nothing = np.zeros((1, len(FEATURE_NAMES)), np.float32)
    parts = WeightedRanker(WeightedConfig()).contributions(nothing)
    assert not np.signbit(parts).any()


def test_effects_are_shares_of_how_far_weights_move_scores() -> None:
    config = WeightedConfig(**dict.fromkeys(WEIGHED, 0.0) | {"freshness": 2.0, "aversion": -3.0})
    spans = {each.name: each.span for each in FEATURES}
    moved = {"freshness": 2 * spans["freshness"], "aversion": 3 * spans["aversion"]}
    found = dict(zip(FEATURE_NAMES, WeightedRanker(config).effects.tolist(), strict=True))
    for name, by in moved.items():
        assert found[name] == pytest.approx(by / sum(moved.values()))
    assert sum(found.values()) == pytest.approx(1)


def test_weights_of_nothing_have_no_effect() -> None:
    config = WeightedConfig(**dict.fromkeys(WEIGHED, 0.0))
    assert not WeightedRanker(config).effects.any()
