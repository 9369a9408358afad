"""Feature tables small enough to check by eye, and one large enough to learn from."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.metrics.ragged import Lists
from recommender.evaluation.tables import DataSetName, Tables
from recommender.ranking.features import FEATURE_NAMES

MIDNIGHT = 1_573_257_600.0
"""2019-11-09T00:00:00Z."""

DAY = 86_400.0
LIST = 5
ARTICLES = 40


@pytest.fixture
def make_table() -> Callable[..., FeatureTable]:
    """Give a function: lists of clicked flags in, with the second of each list and columns."""

    def make(
        clicked: list[list[int]], at: list[float] | None = None, **columns: list[float]
    ) -> FeatureTable:
        lengths = [len(each) for each in clicked]
        m, n = len(clicked), sum(lengths)
        seconds = np.array(at if at is not None else [MIDNIGHT + 60.0 * i for i in range(m)])
        return FeatureTable(
            names=tuple(columns),
            rows=np.array(list(columns.values()), np.float32).reshape(len(columns), n).T,
            impressions=np.array([f"i{number}" for number in range(m)]),
            readers=np.arange(m, dtype=np.int64) % 3,
            at=seconds,
            known_until=seconds - 1.0,
            starts=np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
            clicked=np.array([flag for each in clicked for flag in each], np.bool_),
            articles=np.arange(n, dtype=np.int64) % ARTICLES,
            published=np.full(n, MIDNIGHT - 7_200.0),
            popularity=np.zeros(n),
        )

    return make


@pytest.fixture
def make_days() -> Callable[..., FeatureTable]:
    """Give a function that makes days of impressions with all features of the service.

    Every fourth reader has read nothing.
    What is similar is clicked, with some noise; the other features are noise alone, but for what
    the site's rules add, which is nothing: it counts in full, whatever is learned.
    """

    def make(days: int, of_day: int = 60, seed: int = 1, start: float = MIDNIGHT) -> FeatureTable:
        chance = np.random.default_rng(seed)
        m = days * of_day
        rows = chance.normal(size=(m * LIST, len(FEATURE_NAMES))).astype(np.float32)
        rows[:, FEATURE_NAMES.index("boost")] = 0.0
        liking = rows[:, FEATURE_NAMES.index("similarity")] + chance.gumbel(size=m * LIST)
        clicked = liking.reshape(m, LIST) == liking.reshape(m, LIST).max(axis=1, keepdims=True)
        at = np.floor(start + np.sort(chance.uniform(0.0, days * DAY, size=m)))
        return FeatureTable(
            names=FEATURE_NAMES,
            rows=rows,
            impressions=np.array([f"s{seed}-{number}" for number in range(m)]),
            readers=chance.integers(-1, 20, size=m),
            at=at,
            known_until=at - 1.0,
            starts=np.arange(0, m * LIST + 1, LIST, dtype=np.int64),
            clicked=clicked.ravel(),
            articles=chance.integers(ARTICLES, size=m * LIST),
            published=np.repeat(at, LIST) - chance.uniform(0.0, 3 * DAY, size=m * LIST),
            popularity=chance.integers(9, size=m * LIST).astype(np.float64),
            crowd=np.full(m, 9.0 * ARTICLES),
            read=Lists.of([chance.integers(ARTICLES, size=number % 4) for number in range(m)]),
        )

    return make


@pytest.fixture
def make_tables() -> Callable[..., Tables]:
    """Give a function that makes a data set of parts, with vectors of their articles."""

    def make(**parts: FeatureTable) -> Tables:
        vectors = np.random.default_rng(0).normal(size=(ARTICLES, 8)).astype(np.float32)
        return Tables(
            name=DataSetName.MIND,
            parts=parts,
            schema="s1",
            vectors=vectors / np.linalg.norm(vectors, axis=1, keepdims=True),
            topics=np.arange(ARTICLES) % 3,
            dropped=(),
            digest="0" * 64,
        )

    return make
