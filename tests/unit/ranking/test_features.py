from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.ranking.features import (
    FEATURE_NAMES,
    FEATURES,
    FeatureConfig,
    FeatureInputs,
    features,
    soft_maximum,
)

NOW = 1_767_225_600.0
HOUR = 3_600.0
CONFIG = FeatureConfig(
    softness=0.1,
    freshness_half_life_hours=12.0,
    trending_floor=5.0,
    full_surge=8.0,
    full_co_read=10.0,
)
CANDIDATES = 2


@pytest.fixture
def nobody() -> FeatureInputs:
    """Two articles, one on each axis, and a reader of whom nothing is known."""
    return FeatureInputs(
        vectors=np.array([[1, 0], [0, 1]], np.float32),
        category=np.array([1, 0], np.int32),
        published=np.array([NOW, NOW - 24 * HOUR]),
        trending=np.zeros(CANDIDATES),
        surge=np.zeros(CANDIDATES),
        co_read=np.zeros(CANDIDATES),
        followed=np.zeros(CANDIDATES, np.bool_),
        boost=None,
        top_trending=0.0,
        centre=np.zeros(2, np.float32),
        interests=np.empty((0, 2), np.float32),
        weights=np.empty(0, np.float32),
        session=np.zeros(2, np.float32),
        context=np.zeros(2, np.float32),
        aversions=np.empty((0, 2), np.float32),
        affinity=np.zeros(2, np.float32),
        now=NOW,
    )


def column(name: str, inputs: FeatureInputs, **changes: Any) -> list[float]:
    """Return one feature of the two candidates; ``changes`` that are lists become float32."""
    arrays = {
        field: np.array(value, np.float32) if isinstance(value, list) else value
        for field, value in changes.items()
    }
    rows = features(replace(inputs, **arrays), CONFIG)
    assert rows.dtype == np.float32
    return [float(value) for value in rows[:, FEATURE_NAMES.index(name)]]


def test_the_columns_are_stated() -> None:
    assert FEATURE_NAMES == (
        "similarity",
        "session",
        "aversion",
        "affinity",
        "trending",
        "surge",
        "freshness",
        "context",
        "co_read",
        "followed",
        "boost",
    )
    assert all(each.span > 0 for each in FEATURES)
    of_the_site = {each.name for each in FEATURES if not each.personal}
    assert of_the_site == {"trending", "surge", "freshness", "boost"}


def test_of_a_stranger_on_a_new_site_only_freshness_is_known(nobody: FeatureInputs) -> None:
    rows = features(nobody, CONFIG)
    assert rows[:, FEATURE_NAMES.index("freshness")] == pytest.approx([1, 2 ** -(24 / 12)])
    assert not np.delete(rows, FEATURE_NAMES.index("freshness"), axis=1).any()


def test_similarity_of_one_interest_is_the_cosine(nobody: FeatureInputs) -> None:
    found = column("similarity", nobody, interests=[[0.6, 0.8]], weights=[1])
    assert found == pytest.approx([0.6, 0.8])


def test_similarity_of_several_is_near_that_with_the_nearest(nobody: FeatureInputs) -> None:
    found = column("similarity", nobody, interests=[[1, 0], [0, 1]], weights=[0.75, 0.25])
    assert found == pytest.approx(
        [
            0.1 * math.log(0.75 * math.exp(1 / 0.1) + 0.25),
            0.1 * math.log(0.75 + 0.25 * math.exp(1 / 0.1)),
        ]
    )


def test_cosines_are_of_what_differs_from_the_centre(nobody: FeatureInputs) -> None:
    centre = np.array([0.6, 0.0])
    found = column("session", nobody, centre=[0.6, 0.0], session=[0.6, 0.8])
    expected = [
        float((vector - centre) @ [0.6, 0.8] / np.linalg.norm(vector - centre))
        for vector in np.eye(2)
    ]
    assert found == pytest.approx(expected, abs=1e-6)


def test_what_is_the_centre_itself_is_like_nothing(nobody: FeatureInputs) -> None:
    assert column("session", nobody, centre=[1, 0], session=[1, 0])[0] == pytest.approx(0)


def test_context_is_as_long_as_it_is_present(nobody: FeatureInputs) -> None:
    assert column("context", nobody, context=[0.25, 0]) == pytest.approx([0.25, 0])


def test_the_nearest_aversion_counts_by_its_strength_and_never_draws(
    nobody: FeatureInputs,
) -> None:
    found = column("aversion", nobody, aversions=[[0.5, 0], [-0.6, -0.8], [0.3, 0.4]])
    assert found == pytest.approx([0.5, 0.4])
    assert column("aversion", nobody, aversions=[[-0.6, -0.8]]) == [0, 0]


def test_affinity_is_that_of_the_category(nobody: FeatureInputs) -> None:
    assert column("affinity", nobody, affinity=[0, -0.25]) == [-0.25, 0]


def test_attention_counts_by_its_logarithm_against_the_top_article(nobody: FeatureInputs) -> None:
    found = column("trending", nobody, trending=[0, 9], top_trending=15.0)
    assert found == pytest.approx([0, math.log(1 + 9) / math.log(1 + 15)])


def test_below_the_floor_a_lone_click_makes_no_trend(nobody: FeatureInputs) -> None:
    found = column("trending", nobody, trending=[0, 1], top_trending=1.0)
    assert found[1] == pytest.approx(math.log(1 + 1) / math.log(1 + 5))


def test_a_surge_counts_by_its_logarithm_and_by_how_many_read(nobody: FeatureInputs) -> None:
    found = column("surge", nobody, surge=[2, 100], trending=[5, 15], top_trending=15.0)
    assert found == pytest.approx([math.log(2) / math.log(8) * 5 / (5 + 5), 1.0 * 15 / (15 + 5)])
    assert column("surge", nobody, surge=[0.5, 1.0], trending=[5, 5]) == [0, 0]


def test_what_is_dated_ahead_is_as_fresh_as_can_be(nobody: FeatureInputs) -> None:
    ahead = np.array([NOW + 60, NOW])
    assert column("freshness", nobody, published=ahead) == [1.0, 1.0]


def test_co_readers_count_by_their_logarithm_up_to_many(nobody: FeatureInputs) -> None:
    found = column("co_read", nobody, co_read=[3, 400])
    assert found == pytest.approx([math.log(1 + 3) / math.log(1 + 10), 1])


def test_followed_and_boost_are_taken_as_they_are(nobody: FeatureInputs) -> None:
    assert column("followed", nobody, followed=np.array([True, False])) == [1, 0]
    assert column("boost", nobody, boost=[2.5, -1]) == [2.5, -1]


def test_no_candidates_make_no_rows(nobody: FeatureInputs) -> None:
    per_candidate = (
        "vectors",
        "category",
        "published",
        "trending",
        "surge",
        "co_read",
        "followed",
    )
    none = replace(nobody, **{name: getattr(nobody, name)[:0] for name in per_candidate})
    assert features(none, CONFIG).shape == (0, len(FEATURES))


@given(
    cosines=st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=6),
    softness=st.floats(0.001, 10),
    seed=st.integers(0, 99),
)
def test_the_soft_maximum_lies_between_mean_and_maximum(
    cosines: list[float], softness: float, seed: int
) -> None:
    weights = np.random.default_rng(seed).dirichlet(np.ones(len(cosines))).astype(np.float32)
    row = np.array([cosines], np.float32)
    (found,) = soft_maximum(row, weights, softness)
    assert row[0] @ weights - 1e-4 <= found <= row.max() + 1e-4
