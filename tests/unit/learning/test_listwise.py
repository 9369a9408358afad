from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from recommender.learning.lists import Lists
from recommender.learning.listwise import ListwiseFit, softmax

Planted = Callable[..., Lists]


def test_planted_weights_are_found_from_long_lists(planted: Planted) -> None:
    lists = planted((1.0, -0.5, 0.0), of=8, lists=6_000)
    weights = ListwiseFit(lists.rows, lists, clip=5.0).weights(1e-6)
    assert weights == pytest.approx([1.0, -0.5, 0.0], abs=0.05)


def test_columns_of_the_clicked_are_what_they_are_expected_to_be(planted: Planted) -> None:
    """There the slope of the loss is none, but for the penalty."""
    lists = planted((1.0, -0.5), of=5, lists=400)
    weights = ListwiseFit(lists.rows, lists, clip=1e6).weights(1e-9)
    scores = lists.rows.astype(np.float64) @ weights
    chances, _ = softmax(scores, lists.starts[:-1], np.diff(lists.starts))
    assert chances @ lists.rows / 400 == pytest.approx(
        lists.clicked.astype(np.float64) @ lists.rows / 400, abs=1e-3
    )


def test_a_larger_penalty_gives_smaller_weights(planted: Planted) -> None:
    lists = planted((1.0, -0.5), of=5)
    fit = ListwiseFit(lists.rows, lists, clip=5.0)
    large, small = (np.abs(fit.weights(penalty)) for penalty in (1.0, 1e-6))
    assert (large < small).all()


def test_of_several_clicks_each_counts_for_its_share() -> None:
    """The first of three was clicked, or the second, or both: neither stands above the other."""
    lists = Lists(
        rows=np.tile(np.eye(3, 2, dtype=np.float32), (3, 1)),
        starts=np.array([0, 3, 6, 9]),
        clicked=np.array([1, 0, 0, 0, 1, 0, 1, 1, 0], bool),
        at=np.arange(3.0),
        names=("a", "b"),
    )
    first, second = ListwiseFit(lists.rows, lists, clip=5.0).weights(1e-2)
    assert first == pytest.approx(second)
    assert first > 1


def test_blocks_change_nothing(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    lists = planted((1.0, -0.5), of=5, lists=300)
    whole = ListwiseFit(lists.rows, lists, clip=5.0).weights(1e-3)
    monkeypatch.setattr("recommender.learning.listwise.BLOCK_ROWS", 64)
    parts = ListwiseFit(lists.rows, lists, clip=5.0).weights(1e-3)
    assert parts == pytest.approx(whole, rel=1e-3)


def test_scores_of_any_size_have_chances() -> None:
    chances, logs = softmax(np.array([1e6, -1e6, 0.0, 0.0]), np.array([0, 2]), np.array([2, 2]))
    assert chances.tolist() == [1, 0, 1 / 2, 1 / 2]
    assert logs == pytest.approx([1e6, np.log(2)])
