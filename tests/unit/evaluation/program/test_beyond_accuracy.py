"""The first articles of rankers beyond accuracy, on two lists that can be checked by eye."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import log2

import numpy as np
import pytest

from recommender.evaluation.beyond_accuracy import BeyondAccuracy, beyond_accuracy
from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.intervals import Resamples
from recommender.evaluation.metrics.ragged import Lists
from recommender.evaluation.tables import Tables

FOOD, SPORT = 0, 1


@pytest.fixture
def table(make_table: Callable[..., FeatureTable]) -> FeatureTable:
    """Give two lists: of articles 0 and 1, whose reader read article 0, and of 0 and 2."""
    made = make_table([[1, 0], [0, 1]], similarity=[1.0, 0.0, 0.0, 1.0])
    return replace(
        made,
        articles=np.array([0, 1, 0, 2]),
        popularity=np.array([3.0, 0.0, 3.0, 1.0]),
        crowd=np.array([5.0, 5.0]),
        read=Lists.of([np.array([0]), np.array([], np.int64)]),
    )


@pytest.fixture
def tables(make_tables: Callable[..., Tables], table: FeatureTable) -> Tables:
    """Give a data set of three articles, each on an axis of its own, the last without a topic."""
    vectors, topics = np.eye(3, dtype=np.float32), np.array([FOOD, SPORT, -1])
    return replace(make_tables(all=table), vectors=vectors, topics=topics)


def _first(table: FeatureTable, tables: Tables, scores: list[float], top: int) -> BeyondAccuracy:
    resamples = Resamples(table.readers, 1)
    found = beyond_accuracy({"one": np.array(scores)}, table, tables, resamples)["one"]
    return next(each for each in found if each.top == top)


def test_each_metric_is_the_mean_of_what_the_lists_have(
    table: FeatureTable, tables: Tables
) -> None:
    found = _first(table, tables, [2.0, 1.0, 1.0, 2.0], 5)
    means = {name: each.mean for name, each in found.means.items() if each is not None}
    # Of the crowd's 5 clicks, each of 3 articles once more: 4/8, 1/8 and 2/8.
    read_topics, shown_topics = (1.0, 0.0), (2 / 3, 1 / 3)
    between = [(a + b) / 2 for a, b in zip(read_topics, shown_topics, strict=True)]
    entropy = -sum(share * log2(share) for share in between)
    of_shown = -sum(share * log2(share) for share in shown_topics)
    assert means == {
        "intra_list_diversity": pytest.approx(1.0),
        "novelty": pytest.approx(((1 + 3) / 2 + (1 + 2) / 2) / 2),
        "serendipity": pytest.approx((0 + 1) / 2),
        "topic_calibration": pytest.approx(entropy - of_shown / 2),
    }
    assert found.coverage == 1.0


def test_what_has_no_metric_is_counted(table: FeatureTable, tables: Tables) -> None:
    found = _first(table, tables, [2.0, 1.0, 1.0, 2.0], 5)
    assert found.undefined == {
        "intra_list_diversity": 0,
        "novelty": 0,
        "serendipity": 1,  # one reader read nothing
        "topic_calibration": 1,
    }


def test_what_the_data_do_not_tell_is_undefined_everywhere(
    table: FeatureTable, tables: Tables
) -> None:
    bare = replace(table, crowd=None, read=None)
    found = _first(bare, replace(tables, vectors=None, topics=None), [2.0, 1.0, 1.0, 2.0], 10)
    assert set(found.means.values()) == {None}
    assert set(found.undefined.values()) == {2}
    assert found.gini == pytest.approx(1 / 6)  # shown twice, once and once: 2 * (2 - 1) / (3 * 4)
