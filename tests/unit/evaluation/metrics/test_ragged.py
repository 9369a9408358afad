"""Lists of different lengths in one flat array."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import InvalidInput
from recommender.evaluation.metrics.ragged import BLOCK, Lists, chunks, means

WIDTHS = st.lists(st.integers(1, 9), max_size=20)


@given(WIDTHS, st.integers(1, 12))
def test_chunks_follow_each_other_and_are_no_longer_than_one_list_more(
    widths: list[int], size: int
) -> None:
    parts = list(chunks(np.array(widths, np.int64), size))
    assert [place for part in parts for place in range(part.start, part.stop)] == list(
        range(len(widths))
    )
    assert all(sum(widths[part]) < size + max(widths[part]) for part in parts)


@given(st.lists(st.lists(st.integers(0, 3), max_size=4), max_size=6))
def test_sums_and_means_are_those_of_each_list(lists: list[list[int]]) -> None:
    values = np.array([[1.0, 0.0], [2.0, 5.0], [-3.0, 1.0], [0.5, 0.25]])
    starts = np.cumsum([0, *map(len, lists)])
    ragged = Lists(articles=np.fromiter(itertools.chain(*lists), np.int64), starts=starts)
    for place, each in enumerate(lists):
        expected = [sum(values[article, column] for article in each) for column in (0, 1)]
        assert ragged.sums(values)[place] == pytest.approx(expected)
        if each:
            assert ragged.means(values)[place] == pytest.approx(np.array(expected) / len(each))
        else:
            assert np.isnan(ragged.means(values)[place]).all()


def test_more_rows_than_are_gathered_at_a_time() -> None:
    lists = Lists(articles=np.zeros(5 * BLOCK, np.int64), starts=np.arange(0, 5 * BLOCK + 1, 5))
    assert (lists.sums(np.array([[2.0]])) == 5 * 2.0).all()


def test_means_of_empty_lists_are_undefined_wherever_they_stand() -> None:
    found = means(np.array([2.0, 4.0]), np.array([0, 0, 2, 2]))
    assert found.tolist()[1] == 3.0
    assert np.isnan(found[[0, 2]]).all()
    assert np.isnan(means(np.empty(0), np.array([0, 0]))).all()


def test_lists_that_do_not_cut_their_articles_are_refused() -> None:
    with pytest.raises(InvalidInput, match="starts"):
        Lists(articles=np.arange(3), starts=np.array([0, 2]))
