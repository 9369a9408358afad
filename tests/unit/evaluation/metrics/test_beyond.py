"""Metrics beyond accuracy of many lists, on lists that can be judged by eye."""

from __future__ import annotations

import itertools
from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from recommender.errors import InvalidInput
from recommender.evaluation.metrics.beyond import (
    coverage,
    exposures,
    gini,
    intra_list_distances,
    miscalibrations,
    novelty,
    serendipity,
    topic_mixes,
)
from recommender.evaluation.metrics.ragged import Lists

ARTICLES = 6
FOOD_SPORT_NONE = np.array([0, 1, -1])
RAGGED = st.lists(st.lists(st.integers(0, ARTICLES - 1), max_size=6), min_size=1, max_size=6)
COUNTS = st.lists(st.integers(0, 20), min_size=1, max_size=12).filter(any)


def ragged(lists: list[list[int]]) -> Lists:
    starts = np.cumsum([0, *map(len, lists)])
    return Lists(articles=np.fromiter(itertools.chain(*lists), np.int64), starts=starts)


def unit_vectors(seed: int) -> NDArray[np.float64]:
    vectors = np.random.default_rng(seed).standard_normal((ARTICLES, 4))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


@given(RAGGED, st.integers(0, 1_000))
def test_intra_list_distance_is_taken_over_all_ordered_pairs(
    lists: list[list[int]], seed: int
) -> None:
    vectors = unit_vectors(seed)
    found = intra_list_distances(ragged(lists), vectors)
    for each, value in zip(lists, found, strict=True):
        pairs = [
            1 - vectors[a] @ vectors[b]
            for i, a in enumerate(each)
            for j, b in enumerate(each)
            if i != j
        ]
        expected = np.mean(pairs) if pairs else np.nan
        assert value == pytest.approx(expected, abs=1e-9, nan_ok=True)


@given(RAGGED, RAGGED, st.integers(0, 1_000))
def test_serendipity_is_taken_over_all_pairs_of_shown_and_read(
    shown: list[list[int]], read: list[list[int]], seed: int
) -> None:
    vectors = unit_vectors(seed)
    read = (read * len(shown))[: len(shown)]
    found = serendipity(ragged(shown), vectors, ragged(read).means(vectors))
    for these, those, value in zip(shown, read, found, strict=True):
        pairs = [1 - vectors[a] @ vectors[b] for a in these for b in those]
        expected = np.mean(pairs) if pairs else np.nan
        assert value == pytest.approx(expected, abs=1e-9, nan_ok=True)


def test_half_a_topic_missing() -> None:
    # p = (1/2, 1/2), q = (1, 0): H((3/4, 1/4)) - (1 + 0) / 2
    between = -(3 / 4 * log2(3 / 4) + 1 / 4 * log2(1 / 4))
    found = miscalibrations(np.array([[2.0, 2.0]]), np.array([[1.0, 0.0]]))
    assert found == pytest.approx([between - 1 / 2])


def test_what_stands_further_down_counts_less() -> None:
    mixes = topic_mixes(ragged([[0, 1, 0], [], [1, 0]]), FOOD_SPORT_NONE, 2)
    assert mixes.tolist() == [[1 + 1 / 3, 1 / 2], [0, 0], [1 / 2, 1]]


def test_who_swaps_two_ranks_changes_the_topic_calibration() -> None:
    read = topic_mixes(ragged([[0, 1]] * 2), FOOD_SPORT_NONE, 2)
    shown = topic_mixes(ragged([[0, 1], [1, 0]]), FOOD_SPORT_NONE, 2)
    same, swapped = miscalibrations(read, shown)
    # p = (2/3, 1/3), q = (1/3, 2/3): H((1/2, 1/2)) - H((1/3, 2/3))
    assert same == pytest.approx(0.0)
    assert swapped == pytest.approx(1 + 1 / 3 * log2(1 / 3) + 2 / 3 * log2(2 / 3))


def test_articles_without_a_topic_are_no_part_of_a_mix() -> None:
    read, shown = ragged([[0, 1], [2], []]), ragged([[0, 1, 2, 2], [0], [0]])
    found = miscalibrations(*(topic_mixes(each, FOOD_SPORT_NONE, 2) for each in (read, shown)))
    assert found[0] == pytest.approx(0.0)
    assert np.isnan(found[1:]).all()


def test_novelty_is_in_bits() -> None:
    found = novelty(np.array([1 / 8, 1 / 2, 1.0]), np.array([0, 2, 3, 3]))
    assert found[:2].tolist() == [(3 + 1) / 2, 0.0]
    assert np.isnan(found[2])


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1, np.nan])
def test_a_share_that_has_no_logarithm_is_refused(share: float) -> None:
    with pytest.raises(InvalidInput, match="candidate 0 of impression 1"):
        novelty(np.array([0.5, share]), np.array([0, 1, 2]))


def test_coverage_counts_an_article_once() -> None:
    assert coverage(exposures(ragged([[0, 1], [1]]), 4)) == 2 / 4
    with pytest.raises(InvalidInput, match="articles"):
        coverage(exposures(ragged([[]]), 0))


@pytest.mark.parametrize("stranger", [-1, 2])
def test_an_article_outside_the_catalogue_is_refused(stranger: int) -> None:
    with pytest.raises(InvalidInput, match="numbers from 0 to 1"):
        exposures(ragged([[0], [1, stranger]]), 2)


@given(COUNTS)
def test_gini_is_half_the_relative_mean_difference(counts: list[int]) -> None:
    gaps = sum(abs(a - b) for a in counts for b in counts)
    expected = gaps / (2 * len(counts) * sum(counts))
    assert gini(np.array(counts)) == pytest.approx(expected, abs=1e-12)


def test_nothing_shown_has_no_gini() -> None:
    with pytest.raises(InvalidInput, match="exposures"):
        gini(np.zeros(3, np.int64))
