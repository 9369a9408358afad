"""Impressions in groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.slices import Group, by_article_age, by_history

Make = Callable[..., FeatureTable]


def _members(groups: tuple[Group, ...]) -> dict[str, list[int]]:
    return {group.name: np.flatnonzero(group.chosen).tolist() for group in groups}


def test_by_history_groups_by_how_much_is_remembered(make_table: Make) -> None:
    lengths = np.log1p([0, 1, 5, 6, 100, 101])
    table = make_table([[1, 0]] * 6, history_length=np.repeat(lengths, 2).tolist())
    assert _members(by_history(table)) == {
        "none": [0],
        "1 to 5": [1, 2],
        "6 to 20": [3],
        "51 to 100": [4],
        "101 and more": [5],
    }


def test_without_the_feature_there_are_no_groups(make_table: Make) -> None:
    assert by_history(make_table([[1, 0]], similarity=[1.0, 0.0])) == ()


def test_where_no_age_is_known_there_are_no_groups(make_table: Make) -> None:
    table = make_table([[1, 0], [0, 0]], similarity=[0.0] * 4)
    assert by_article_age(replace(table, published=np.full(4, np.nan))) == ()


def test_an_impression_without_candidates_has_no_known_history(make_table: Make) -> None:
    table = make_table([[], [1, 0], []], history_length=np.log1p([3, 3]).tolist())
    assert _members(by_history(table)) == {"1 to 5": [1], "not known": [0, 2]}


def test_by_age_of_what_was_clicked(make_table: Make) -> None:
    at, hour = 1_000_000.0, 3_600.0
    table = make_table([[1, 0], [1, 1], [0, 0], [0, 1]], at=[at] * 4, similarity=[0.0] * 8)
    ages = np.array([0.5, 99, 3, 7, 1, 1, 1, np.nan])
    table = replace(table, published=at - ages * hour)
    assert _members(by_article_age(table)) == {
        "under 1 h": [0],
        "4 to 12 h": [1],  # the mean of 3 and 7
        "not known": [2, 3],  # nothing was clicked; when it was published is not known
    }
