from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from recommender.errors import InvalidInput
from recommender.learning.boosted import BoostedConfig, train_boosted
from recommender.learning.linear import train_linear
from recommender.learning.lists import Lists
from recommender.learning.pairs import agreement, pairs_of

Planted = Callable[..., Lists]

SMALL = BoostedConfig(trees=60, leaves=4, least_rows=20, learning_rate=0.2, feature_share=1.0)


def test_a_planted_order_is_found(planted: Planted) -> None:
    lists = planted((3.0, -1.5), of=6, lists=500)
    model = train_boosted(lists, seed=1, config=SMALL)
    pairs = pairs_of(lists, 100, seed=1)
    assert agreement(model.scores(lists.rows), pairs) > 0.9
    assert model.effects[0] > model.effects[1]
    assert model.effects.sum() == pytest.approx(1)


def test_what_no_line_tells_is_found(planted: Planted) -> None:
    """Readers like one end of the second feature or the other, as the first one's sign tells."""
    lists = planted((3.0, 0.0), of=6, lists=1_000)
    sides = np.random.default_rng(3).choice([-1, 1], len(lists.rows))
    rows = np.column_stack((sides, sides * lists.rows[:, 0])).astype(np.float32)
    lists = replace(lists, rows=rows)
    boosted = train_boosted(lists, seed=1, config=SMALL).held_out.auc
    # Squares tell the line that what is far from the middle is the best or the worst.
    assert boosted > train_linear(lists, seed=1).held_out.auc + 0.1


def test_training_twice_gives_the_same_to_the_last_bit(planted: Planted) -> None:
    lists = planted((1.0, -0.5), of=6, lists=300)
    first, second = (train_boosted(lists, seed=3, config=SMALL) for _ in range(2))
    assert first.part == second.part


def test_trees_are_kept_until_the_latest_impressions_are_ordered_worse_than_tolerated(
    planted: Planted,
) -> None:
    lists = planted((0.0, 0.0), of=6, lists=300)

    def trees(tolerance: float) -> int:
        config = SMALL.model_copy(update={"tolerance": tolerance})
        return train_boosted(lists, seed=1, config=config).trees

    assert trees(0.0) < 2 * 60 == trees(1.0)


def test_position_as_a_nuisance_keeps_it_out_of_the_trees(planted: Planted) -> None:
    """The first feature says only where an article stood, and that alone drew the clicks."""
    lists = planted((0.0, 1.0), of=8, lists=1_500, position_bias=1.0)
    aware = train_boosted(lists, seed=1, config=SMALL)
    blind = train_boosted(replace(lists, positions=None), seed=1, config=SMALL)
    assert aware.effects[0] < blind.effects[0] / 2


def test_what_the_rules_add_counts_as_it_is_and_is_not_learned_from(planted: Planted) -> None:
    """Here what was boosted was never clicked."""
    lists = planted((1.0, 0.0), of=6, lists=300)
    rows = np.column_stack((lists.rows[:, 0], np.where(lists.clicked, 0, 5))).astype(np.float32)
    model = train_boosted(replace(lists, rows=rows, names=("a", "boost")), seed=1, config=SMALL)
    pair = np.array([[0, 0], [0, 2]], np.float32)
    assert np.diff(model.scores(pair)) == pytest.approx([2.0])
    assert model.taken_over == ("boost",)


def test_more_threads_give_the_same_to_the_last_bit(planted: Planted) -> None:
    lists = planted((1.0, -0.5), of=6, lists=300)
    one = train_boosted(lists, seed=3, config=SMALL)
    two = train_boosted(lists, seed=3, config=SMALL.model_copy(update={"threads": 2}))
    assert one.part == two.part


def test_probabilities_are_those_of_a_click(planted: Planted) -> None:
    lists = planted((3.0, -1.5), of=5, lists=600)
    model = train_boosted(lists, seed=1, config=SMALL)
    probabilities = model.probabilities(model.scores(lists.rows))
    assert probabilities.mean() == pytest.approx(1 / 5, abs=0.04)


def test_without_clicks_there_is_nothing_to_learn(planted: Planted) -> None:
    lists = planted((1.0,))
    with pytest.raises(InvalidInput, match="clicked"):
        train_boosted(replace(lists, clicked=np.zeros_like(lists.clicked)), seed=1)
