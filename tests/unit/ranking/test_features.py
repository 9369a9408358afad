from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.disclosure.wording import MESSAGES
from recommender.domain.ids import ArticleId
from recommender.domain.signals import NoSignals
from recommender.ranking.acquaintance import ACQUAINTANCE, Acquaintance, acquaintance_features
from recommender.ranking.audience import AUDIENCE, audience_feature
from recommender.ranking.content import CONTENT, Content, content_features
from recommender.ranking.crowd import CROWD, Crowd, crowd_features
from recommender.ranking.features import (
    FEATURE_NAMES,
    FEATURES,
    FeatureConfig,
    FeatureInputs,
    feature_schema,
    features,
)
from recommender.ranking.spec import FeatureSpec, specs
from recommender.ranking.topics import TOPICS, TopicPairs, Topics, topic_features
from recommender.ranking.weighted import WeightedConfig
from recommender.trending.ladder import TrendingConfig

NOW = 1_767_225_600.0
HOUR = 3_600.0
CONFIG = FeatureConfig(
    softness=0.1,
    freshness_half_life_hours=12.0,
    trending_floor=5.0,
    full_surge=8.0,
    full_co_read=10.0,
)
ROOMS = (CONTENT, CROWD, TOPICS, ACQUAINTANCE, AUDIENCE)


def nothing_known(count: int) -> FeatureInputs:
    """Return inputs of articles published now, each on an axis, that nobody has met."""
    none = TopicPairs(
        places=np.empty(0, np.intp),
        own=np.empty((0, 2)),
        own_total=np.zeros(2),
        crowd=np.empty(0),
        met=np.empty((0, 2)),
    )
    dimension = max(1, count)
    nowhere = np.zeros(dimension, np.float32)
    return FeatureInputs(
        content=Content(
            vectors=np.eye(dimension, dtype=np.float32)[:count],
            centre=nowhere,
            interests=np.empty((0, dimension), np.float32),
            weights=np.empty(0, np.float32),
            session=nowhere,
            context=nowhere,
            aversions=np.empty((0, dimension), np.float32),
            mean=nowhere,
            recent=nowhere,
            read=np.empty((0, dimension), np.float32),
            crowd=nowhere,
        ),
        crowd=Crowd(
            trending=np.zeros(count),
            surge=np.zeros(count),
            top_trending=0.0,
            signals=NoSignals().of(None, [ArticleId(str(each)) for each in range(count)], []),
        ),
        topics=Topics(
            category=none,
            subcategory=none,
            tags=none,
            crowd_total=0.0,
            usual_ctr=0.1,
            affinity=np.zeros(count, np.float32),
            followed=np.zeros(count, np.bool_),
        ),
        acquaintance=Acquaintance(
            own=None,
            read=np.zeros(count),
            last_read=np.full(count, np.nan),
            published=np.full(count, NOW),
            open_published=math.nan,
            is_open=np.zeros(count, np.bool_),
            same_category=np.zeros(count, np.bool_),
            same_subcategory=np.zeros(count, np.bool_),
            history_length=0,
            last_seen=math.nan,
        ),
        published=np.full(count, NOW),
        co_read=np.zeros(count),
        boost=None,
        now=NOW,
    )


@pytest.fixture
def nobody() -> FeatureInputs:
    """Two articles, the second a day older, and a guest of whom nothing is known."""
    return replace(nothing_known(2), published=np.array([NOW, NOW - 24 * HOUR]))


def column(name: str, inputs: FeatureInputs, **changes: Any) -> list[float]:
    rows = features(replace(inputs, **changes), CONFIG)
    return [float(value) for value in rows[:, FEATURE_NAMES.index(name)]]


def test_of_a_stranger_on_a_new_site_only_the_age_is_known(nobody: FeatureInputs) -> None:
    rows = features(nobody, CONFIG)
    known = [FEATURE_NAMES.index("freshness"), FEATURE_NAMES.index("age")]
    assert rows[:, known] == pytest.approx(np.array([[1, 0], [2 ** -(24 / 12), math.log(1 + 24)]]))
    assert not np.delete(rows, known, axis=1).any()


@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_every_candidate_has_a_value_for_every_feature(count: int) -> None:
    rows = features(nothing_known(count), CONFIG)
    assert rows.shape == (count, len(FEATURE_NAMES))
    assert rows.dtype == np.float32
    assert np.isfinite(rows).all()


def test_what_is_dated_ahead_is_as_fresh_as_can_be(nobody: FeatureInputs) -> None:
    ahead = np.array([NOW + 60, NOW])
    assert column("freshness", nobody, published=ahead) == [1.0, 1.0]
    assert column("age", nobody, published=ahead) == [0.0, 0.0]


def test_co_readers_count_by_their_logarithm_up_to_many(nobody: FeatureInputs) -> None:
    found = column("co_read", nobody, co_read=np.array([3.0, 400.0]))
    assert found == pytest.approx([math.log(1 + 3) / math.log(1 + 10), 1])


def test_boost_is_taken_as_it_is(nobody: FeatureInputs) -> None:
    assert column("boost", nobody, boost=np.array([2.5, -1], np.float32)) == [2.5, -1]


def test_no_feature_has_the_name_of_another() -> None:
    assert len(set(FEATURE_NAMES)) == len(FEATURES)


def test_columns_stand_room_by_room_and_what_is_of_no_room_last() -> None:
    of_rooms = [each.name for room in ROOMS for each in room]
    assert list(FEATURE_NAMES) == [*of_rooms, "freshness", "age", "co_read", "boost"]


def test_every_room_gives_as_many_columns_as_it_names(nobody: FeatureInputs) -> None:
    crowd = crowd_features(
        nobody.crowd, NOW, trending_floor=CONFIG.trending_floor, full_surge=CONFIG.full_surge
    )
    blocks = (
        content_features(nobody.content, CONFIG.softness),
        crowd,
        topic_features(nobody.topics),
        acquaintance_features(nobody.acquaintance, NOW),
        audience_feature(nobody.crowd.signals, NOW)[:, np.newaxis],
    )
    assert [block.shape for block in blocks] == [(2, len(room)) for room in ROOMS]


@pytest.mark.parametrize(
    ("maker", "made"),
    [
        (content_features, CONTENT),
        (crowd_features, CROWD),
        (topic_features, TOPICS),
        (acquaintance_features, ACQUAINTANCE),
        (audience_feature, AUDIENCE),
        (features, FEATURES[sum(map(len, ROOMS)) :]),
    ],
)
def test_every_feature_is_described_where_it_is_made(
    maker: Callable[..., Any], made: tuple[FeatureSpec, ...]
) -> None:
    """By its name, or by what it begins with: ``clicks`` stands for ``clicks_15m`` and more."""
    lines = re.findall(r"^    (\w+(?:, \w+)*) : ", maker.__doc__ or "", flags=re.MULTILINE)
    told = [term for line in lines for term in line.split(", ")]
    described = {
        term: {each.name for each in made if f"{each.name}_".startswith(f"{term}_")}
        for term in told
    }
    assert all(described.values()), "each line is of a feature that there is"
    assert set().union(*described.values()) == {each.name for each in made}


def test_every_feature_is_told_as_a_parameter_that_has_words() -> None:
    assert {f"parameter.{each.told_as}" for each in FEATURES} <= MESSAGES.keys()


def test_no_feature_has_a_span_below_0_and_all_of_a_feed_alike_have_none() -> None:
    alike = {each.name for each in FEATURES if not each.span}
    assert alike == {"reading", "history_length", "last_seen"}
    assert all(each.span >= 0 for each in FEATURES)


def test_what_is_told_alike_is_of_the_reader_or_of_the_site_and_context_is_both() -> None:
    """What is near the open article is like what a reader does; that one is open, is not."""
    kinds = {each.told_as: set[bool]() for each in FEATURES}
    for each in FEATURES:
        kinds[each.told_as].add(each.personal)
    assert [name for name, found in kinds.items() if len(found) > 1] == ["context"]


def test_what_is_of_one_kind_differs_in_name_and_span_alone() -> None:
    near, far = specs("context", personal=True, near=0.5, far=2.0)
    assert (near.name, near.span) == ("near", 0.5)
    assert replace(near, name="far", span=2.0) == far
    assert near.told_as == "context"
    assert near.personal
    assert not near.exposure


def test_the_schema_is_the_same_for_the_same_settings() -> None:
    assert feature_schema(FeatureConfig()) == feature_schema(FeatureConfig(softness=0.1))


@pytest.mark.parametrize("name", list(FeatureConfig.model_fields))
def test_the_schema_changes_with_every_scale(name: str) -> None:
    changed = FeatureConfig(**{name: getattr(FeatureConfig(), name) * 2})
    assert feature_schema(changed) != feature_schema(FeatureConfig())


def test_the_schema_is_of_all_settings_that_are_given() -> None:
    trending = TrendingConfig(served_hours=24.0)
    found = {
        feature_schema(),
        feature_schema(FeatureConfig()),
        feature_schema(FeatureConfig(), TrendingConfig()),
        feature_schema(FeatureConfig(), trending),
    }
    assert len(found) == 4


def test_every_weight_is_that_of_a_feature() -> None:
    assert WeightedConfig.model_fields.keys() <= set(FEATURE_NAMES)


@given(
    published=st.floats(-1e12, 1e12),
    co_read=st.floats(0, 1e12),
    boost=st.floats(-10, 10, width=32),
)
def test_no_feature_is_ever_infinite_or_missing(
    published: float, co_read: float, boost: float
) -> None:
    inputs = replace(
        nothing_known(1),
        published=np.array([published]),
        co_read=np.array([co_read]),
        boost=np.array([boost], np.float32),
    )
    assert np.isfinite(features(inputs, CONFIG)).all()
