"""What each ranker that learns nothing goes by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from recommender.errors import InvalidInput
from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.rankers import RankerName, plain_scores, random_scores
from recommender.ranking.weighted import WeightedConfig, WeightedRanker

Make = Callable[..., FeatureTable]


def test_each_goes_by_its_column(make_table: Make) -> None:
    table = make_table([[1, 0, 0]], similarity=[0.1, 0.3, 0.2], trending=[3.0, 2.0, 1.0])
    table = replace(
        table,
        published=np.array([5.0, np.nan, 7.0]),
        popularity=np.array([1.0, 4.0, 2.0]),
    )
    order = {
        name: np.argsort(-plain_scores(name, table, 1)).tolist()
        for name in (RankerName.NEWEST, RankerName.POPULAR, RankerName.TRENDING, RankerName.SIMILAR)
    }
    assert order == {
        "newest": [1, 2, 0],  # an article without a time is as old as the list
        "popular": [1, 2, 0],
        "trending": [0, 1, 2],
        "similar": [1, 2, 0],
    }


def test_weighted_is_the_ranker_of_the_service(make_days: Make) -> None:
    table = make_days(1, 3)
    expected = WeightedRanker(WeightedConfig()).scores(table.rows)
    assert plain_scores(RankerName.WEIGHTED, table, 1).tolist() == expected.tolist()


def test_random_depends_on_seed_impression_and_article_alone(make_days: Make) -> None:
    table = make_days(1, 40)
    scores = random_scores(table, 1)
    turned = replace(
        table.take(np.arange(40) == 7),
        articles=table.articles[35:40][::-1],
    )
    assert random_scores(turned, 1).tolist() == scores[35:40][::-1].tolist()
    assert random_scores(table, 2).tolist() != scores.tolist()


def test_random_scores_are_even(make_days: Make) -> None:
    scores = random_scores(make_days(1, 2_000), 1)
    assert scores.mean() == pytest.approx(0.5, abs=0.02)
    assert np.histogram(scores, bins=4, range=(0.0, 1.0))[0].min() > 0.23 * len(scores)
    assert 0.0 <= scores.min() <= scores.max() < 1.0


def test_an_empty_table_has_no_scores(make_table: Make) -> None:
    assert random_scores(make_table([], similarity=[]), 1).tolist() == []


@pytest.mark.parametrize("name", ["trending", "weighted"])
def test_a_missing_column_is_named(make_table: Make, name: str) -> None:
    table = make_table([[1, 0]], similarity=[0.1, 0.2])
    with pytest.raises(InvalidInput, match="trending"):
        plain_scores(RankerName(name), table, 1)


def test_what_learns_is_not_asked_here(make_days: Make) -> None:
    with pytest.raises(InvalidInput, match="a ranker that learns nothing, got linear"):
        plain_scores(RankerName.LINEAR, make_days(1, 1), 1)
