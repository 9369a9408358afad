"""The first k of each impression."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import InvalidInput
from recommender.evaluation.metrics.top import top_rows

LISTS = st.lists(st.lists(st.integers(0, 4), max_size=8), max_size=5)


@given(LISTS, st.integers(1, 10))
def test_they_are_the_highest_of_each_impression_best_first(lists: list[list[int]], k: int) -> None:
    scores = np.fromiter(itertools.chain(*lists), np.float64)
    top = top_rows(scores, np.arange(len(scores)), np.cumsum([0, *map(len, lists)]), k)
    for place, each in enumerate(lists):
        rows = top.rows[top.starts[place] : top.starts[place + 1]]
        assert scores[rows].tolist() == sorted(each, reverse=True)[:k]
        assert len(set(rows.tolist())) == len(rows)


@given(st.permutations(range(8)))
def test_equal_scores_do_not_stand_in_the_order_of_the_list(articles: list[int]) -> None:
    starts = np.array([0, 8])
    straight = top_rows(np.zeros(8), np.arange(8), starts, 5)
    listed = np.array(articles)
    assert listed[top_rows(np.zeros(8), listed, starts, 5).rows].tolist() == straight.rows.tolist()


def test_among_equals_each_article_is_first_about_as_often() -> None:
    lists = 4_000
    top = top_rows(np.zeros(4 * lists), np.tile(np.arange(4), lists), 4 * np.arange(lists + 1), 1)
    counts = np.bincount(top.rows % 4)
    standard_deviation = (lists * 1 / 4 * 3 / 4) ** 0.5
    assert np.abs(counts - lists / 4).max() < 5 * standard_deviation


def test_a_score_that_is_no_number_is_refused() -> None:
    with pytest.raises(InvalidInput, match="impression 1"):
        top_rows(np.array([1.0, np.nan]), np.arange(2), np.array([0, 1, 2]), 1)
