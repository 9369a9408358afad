"""A data set of six articles, whose lists are written out in each test."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from recommender.evaluation.data_sets.types import (
    NONE,
    Articles,
    DataSet,
    History,
    Impressions,
    Part,
)
from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.replay.replaying import ReplayConfig, replay
from recommender.feed_request import FeedConfig
from recommender.store.limits import ReaderLimits
from recommender.trending.ladder import TrendingConfig

NOON = 1_767_268_800.0
"""2026-01-01T12:00:00Z: seconds of the tests count from here."""

COUNT = 6


@pytest.fixture
def config() -> ReplayConfig:
    return ReplayConfig(
        feed=FeedConfig(), trending=TrendingConfig(), limits=ReaderLimits(max_history=10)
    )


@pytest.fixture
def vectors() -> NDArray[np.float32]:
    """Give each article an axis of its own."""
    return np.eye(COUNT, dtype=np.float32)


@pytest.fixture
def articles() -> Articles:
    """Give six articles, published an hour before noon but for the last one, of unknown date."""
    return Articles(
        ids=tuple(f"a{code}" for code in range(COUNT)),
        titles=("",) * COUNT,
        texts=("",) * COUNT,
        categories=("sport", "food") * 3,
        subcategories=(None,) * COUNT,
        tags=((),) * COUNT,
        published=np.array([NOON - 3_600.0] * (COUNT - 1) + [np.nan]),
    )


@pytest.fixture
def make_part() -> Callable[..., Part]:
    """Give a function: lists as dicts of reader, at, late, codes, clicked, reading, dwell."""

    def make(
        name: str,
        *lists: Mapping[str, Any],
        past: Mapping[int, Sequence[tuple[int, float, float]]] | None = None,
    ) -> Part:
        past = past or {}
        flat = list(itertools.chain.from_iterable(past.values()))
        codes = [list(each["codes"]) for each in lists]
        clicked = [[code in each.get("clicked", ()) for code in each["codes"]] for each in lists]
        at = np.array([NOON + each["at"] for each in lists])
        return Part(
            name=name,
            history=History(
                readers=np.array(list(past), np.int32),
                starts=np.cumsum([0, *map(len, past.values())]).astype(np.int64),
                articles=np.array([code for code, _, _ in flat], np.int32),
                at=np.array([NOON + second for _, second, _ in flat], np.float64),
                dwell=np.array([dwell for _, _, dwell in flat], np.float32),
            ),
            impressions=Impressions(
                ids=np.array([f"{name}{number}" for number in range(len(lists))]),
                readers=np.array([each.get("reader", 0) for each in lists], np.int32),
                at=at,
                visible=at + np.array([each.get("late", 0.0) for each in lists]),
                reading=np.array([each.get("reading", NONE) for each in lists], np.int32),
                dwell=np.array([each.get("dwell", np.nan) for each in lists], np.float32),
                starts=np.cumsum([0, *map(len, codes)]).astype(np.int64),
                candidates=np.array(list(itertools.chain(*codes)), np.int32),
                clicked=np.array(list(itertools.chain(*clicked)), np.bool_),
            ),
        )

    return make


@pytest.fixture
def make_set(articles: Articles) -> Callable[..., DataSet]:
    """Give a function that makes a data set of parts."""

    def make(*parts: Part) -> DataSet:
        return DataSet(
            name="made up",
            articles=articles,
            readers=("anna", "ben"),
            parts={part.name: part for part in parts},
            dropped=(),
            digest="",
        )

    return make


@pytest.fixture
def run(
    vectors: NDArray[np.float32], config: ReplayConfig, make_set: Callable[..., DataSet]
) -> Callable[..., dict[str, FeatureTable]]:
    """Give a function that replays a data set of these parts."""

    def run(*parts: Part) -> dict[str, FeatureTable]:
        return replay(make_set(*parts), vectors, config, lambda _: None)

    return run
