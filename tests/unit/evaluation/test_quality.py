"""Metrics of lists, on lists that can be judged by eye."""

from __future__ import annotations

from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from recommender.evaluation.quality import (
    coverage,
    fresh_share,
    intra_list_distance,
    largest_share,
    miscalibration,
    recall,
)

EAST, NORTH, WEST = (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)
TOPICS = st.lists(st.sampled_from("abcd"), min_size=1, max_size=12)


@st.composite
def unit_vectors(draw: st.DrawFn) -> NDArray[np.float64]:
    count = draw(st.integers(2, 8))
    vectors = np.random.default_rng(draw(st.integers(0, 10_000))).standard_normal((count, 5))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def test_intra_list_distance_is_the_mean_over_ordered_pairs() -> None:
    pairs = 2 * (1 + 2 + 1)  # east-north, east-west, north-west, each both ways
    assert intra_list_distance(np.array([EAST, NORTH, WEST])) == pytest.approx(pairs / (3 * 2))


def test_copies_have_no_distance_and_opposites_have_two() -> None:
    assert intra_list_distance(np.array([EAST, EAST, EAST])) == 0.0
    assert intra_list_distance(np.array([EAST, WEST])) == 2.0


@pytest.mark.parametrize("vectors", [np.empty((0, 2)), np.array([EAST])])
def test_fewer_than_two_articles_have_no_distance(vectors: NDArray[np.float64]) -> None:
    assert intra_list_distance(vectors) == 0.0


@given(unit_vectors())
def test_intra_list_distance_is_the_definition_taken_pair_by_pair(
    vectors: NDArray[np.float64],
) -> None:
    count = len(vectors)
    total = sum(
        1 - float(vectors[i] @ vectors[j]) for i in range(count) for j in range(count) if i != j
    )
    assert intra_list_distance(vectors) == pytest.approx(total / (count * (count - 1)))


@given(unit_vectors())
def test_intra_list_distance_does_not_depend_on_the_order(vectors: NDArray[np.float64]) -> None:
    assert intra_list_distance(vectors[::-1]) == pytest.approx(intra_list_distance(vectors))


@given(unit_vectors())
def test_a_copy_of_an_article_brings_a_list_no_more_distance(vectors: NDArray[np.float64]) -> None:
    both = intra_list_distance(np.vstack([vectors, vectors]))
    count = len(vectors)
    # The copies' own pairs add 0: of 2n (2n - 1) pairs, 4 n (n - 1) are as before.
    expected = (
        intra_list_distance(vectors) * 4 * count * (count - 1) / (2 * count * (2 * count - 1))
    )
    assert both == pytest.approx(expected)


def test_single_precision_gives_the_same_distance() -> None:
    vectors = np.array([EAST, NORTH, WEST], np.float32)
    assert intra_list_distance(vectors) == pytest.approx(8 / 6)


def test_half_a_topic_missing() -> None:
    # p = (1/2, 1/2), q = (1, 0): H((3/4, 1/4)) - (1 + 0) / 2
    between = -(3 / 4 * log2(3 / 4) + 1 / 4 * log2(1 / 4))
    assert miscalibration(["a", "b"], ["a", "a"]) == pytest.approx(between - 1 / 2)


def test_nothing_to_compare_is_no_miscalibration() -> None:
    assert miscalibration([], ["a"]) == miscalibration(["a"], []) == 0.0


@given(TOPICS, TOPICS)
def test_miscalibration_is_a_symmetric_share(read: list[str], shown: list[str]) -> None:
    there, back = miscalibration(read, shown), miscalibration(shown, read)
    assert 0.0 <= there <= 1.0
    assert there == pytest.approx(back)


@given(TOPICS, st.integers(1, 4))
def test_the_same_mix_in_any_length_is_calibrated(read: list[str], times: int) -> None:
    assert miscalibration(read, read * times) == pytest.approx(0.0, abs=1e-12)


def test_fresh_is_what_came_after() -> None:
    assert fresh_share(np.array([1.0, 5.0, 9.0]), since=5.0) == pytest.approx(1 / 3)
    assert fresh_share(np.empty(0), since=5.0) == 0.0


def test_the_largest_share_counts_nameless_articles_as_part_of_the_list() -> None:
    assert largest_share(["a", None, "a", "b", None]) == 2 / 5
    assert largest_share([None, None]) == largest_share([]) == 0.0


def test_recall_counts_each_wanted_article_once() -> None:
    assert recall(["a", "b"], ["a", "c", "a"]) == 1 / 2
    assert recall(["a"], []) == 1.0


def test_coverage_counts_an_article_once_and_no_strangers() -> None:
    assert coverage([["a", "b"], ["b", "x"]], ["a", "b", "c", "d"]) == 2 / 4
    assert coverage([["a"]], []) == 0.0
