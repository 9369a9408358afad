from __future__ import annotations

import numpy as np
import pytest

from recommender.learning.lists import Lists
from recommender.learning.pairs import agreement, pairs_of


def _lists(*clicked: list[int]) -> Lists:
    flags = np.concatenate([np.array(each, bool) for each in clicked])
    return Lists(
        rows=np.zeros((len(flags), 1), np.float32),
        starts=np.cumsum([0, *map(len, clicked)]),
        clicked=flags,
        at=np.arange(len(clicked), dtype=np.float64),
        names=("a",),
    )


def test_every_clicked_article_meets_every_other_of_its_list() -> None:
    pairs = pairs_of(_lists([1, 0, 0], [0, 1, 1]), 10, seed=1)
    found = list(zip(pairs.clicked.tolist(), pairs.passed.tolist(), strict=True))
    assert found == [(0, 1), (0, 2), (4, 3), (5, 3)]


def test_every_impression_weighs_the_same() -> None:
    pairs = pairs_of(_lists([1, 0, 0], [0, 1]), 10, seed=1)
    assert pairs.weights.tolist() == [1 / 2, 1 / 2, 1]


@pytest.mark.parametrize("clicked", [[0, 0], [1, 1], [1], []])
def test_a_list_of_one_class_has_no_pairs(clicked: list[int]) -> None:
    pairs = pairs_of(_lists([1, 0], clicked, [0, 1]), 10, seed=1)
    assert len(pairs.weights) == 2


def test_of_a_long_list_so_many_pairs_are_drawn_and_they_are_pairs_of_it() -> None:
    lists = _lists([1, 0], [1] * 20 + [0] * 30)
    pairs = pairs_of(lists, 100, seed=1)
    assert len(pairs.weights) == 1 + 100
    assert lists.clicked[pairs.clicked].all()
    assert not lists.clicked[pairs.passed].any()
    assert pairs.weights[1:].sum() == pytest.approx(1)
    assert (pairs.passed[1:] >= 2 + 20).all()


def test_draws_are_the_same_for_a_seed() -> None:
    lists = _lists([1] * 20 + [0] * 30)
    first, second, other = (pairs_of(lists, 100, seed=seed) for seed in (1, 1, 2))
    assert first.passed.tolist() == second.passed.tolist()
    assert first.passed.tolist() != other.passed.tolist()


def test_agreement_is_the_mean_over_lists_and_ties_count_half() -> None:
    pairs = pairs_of(_lists([1, 0, 0], [0, 1]), 10, seed=1)
    scores = np.array([2.0, 1.0, 2.0, 5.0, 4.0])
    assert agreement(scores, pairs) == pytest.approx(((1 + 1 / 2) / 2 + 0) / 2)
