from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from recommender.errors import InvalidInput
from recommender.learning.linear import LinearConfig, train_linear
from recommender.learning.lists import Lists
from recommender.ranking.linear import READING
from recommender.ranking.weighted import WeightedConfig

Planted = Callable[..., Lists]


def test_planted_weights_are_found(planted: Planted) -> None:
    config = LinearConfig(penalties=(1e-5,))
    model = train_linear(planted((1.0, -0.5, 0.0), lists=6_000), seed=1, config=config)
    assert model.learned.weights == pytest.approx([1.0, -0.5, 0.0], abs=0.1)


def test_weights_are_of_the_features_as_they_are(planted: Planted) -> None:
    model = train_linear(planted((1.0, -0.5), scales=(100.0, 0.01)), seed=1)
    plain = train_linear(planted((1.0, -0.5)), seed=1)
    assert model.learned.weights * [100.0, 0.01] == pytest.approx(plain.learned.weights, rel=1e-3)


def test_what_is_the_same_in_a_whole_list_gets_no_weight(planted: Planted) -> None:
    lists = planted((1.0, 0.0))
    of_reader = np.repeat(np.random.default_rng(1).normal(size=len(lists)), 2)
    rows = np.column_stack((lists.rows[:, 0], of_reader)).astype(np.float32)
    model = train_linear(replace(lists, rows=rows), seed=1)
    assert model.learned.weights[0] > 0.5
    assert model.learned.weights[1] == 0.0


def test_scores_are_weights_times_features_and_their_squares(planted: Planted) -> None:
    lists = planted((1.0, -0.5))
    model = train_linear(lists, seed=1)
    assert model.scores(lists.rows) == pytest.approx(
        lists.rows.astype(np.float64) @ model.learned.weights
        + lists.rows.astype(np.float64) ** 2 @ model.learned.squares,
        abs=1e-12,
    )


def test_beyond_what_was_met_a_feature_counts_as_at_the_edge(planted: Planted) -> None:
    """Of a log of seconds hardly any weight is certain, and tomorrow is beyond it."""
    lists = planted((1.0, 1.0), scales=(1.0, 1e-4))
    model = train_linear(lists, seed=1)
    edge = lists.rows.max(axis=0, keepdims=True)
    far = edge * [[1.0, 1e6]]
    assert model.scores(far.astype(np.float32)) == pytest.approx(model.scores(edge))


def test_what_draws_beside_an_open_article_alone_has_its_weight_there(planted: Planted) -> None:
    """In every second list an article is open; only there the feature tells what is clicked."""
    lists = planted((2.0, 0.0), lists=3_000)
    lost = planted((0.0, 0.0), lists=3_000)
    reading = (lists.impression_of_rows % 2 == 0)[:, np.newaxis]
    rows = np.hstack((lists.rows[:, :1], reading)).astype(np.float32)
    clicked = np.where(reading[:, 0], lists.clicked, lost.clicked)
    both = replace(lists, rows=rows, clicked=clicked, names=("a", READING))
    learned = train_linear(both, seed=1).learned
    assert learned.weights == pytest.approx([0.0, 0.0], abs=0.15)
    assert learned.beside == pytest.approx([2.0, 0.0], abs=0.3)


def test_without_a_column_of_reading_nothing_is_added_beside_an_article(planted: Planted) -> None:
    assert train_linear(planted((1.0, -0.5)), seed=1).learned.beside.tolist() == [0.0, 0.0]


def test_what_draws_on_either_side_has_its_weight_in_the_square(planted: Planted) -> None:
    lists = planted((1.0, 0.0), lists=6_000)
    rows = lists.rows.copy()
    # x with (x² = feature of weight 1), on either side by chance.
    raised = rows[:, 0] - rows[:, 0].min()
    rows[:, 0] = np.sqrt(raised) * np.random.default_rng(2).choice([-1, 1], len(rows))
    learned = train_linear(replace(lists, rows=rows), seed=1).learned
    assert learned.weights == pytest.approx([0.0, 0.0], abs=0.1)
    assert learned.squares == pytest.approx([1.0, 0.0], abs=0.1)


def test_effects_are_shares_of_what_moves_scores_within_lists(planted: Planted) -> None:
    """Weights of 2 and -1, features that differ alike: two thirds and one third."""
    lists = planted((2.0, -1.0), of=4, lists=6_000)
    of_reader = np.repeat(np.random.default_rng(1).normal(size=len(lists)), 4)
    rows = np.column_stack((lists.rows, of_reader)).astype(np.float32)
    model = train_linear(replace(lists, rows=rows, names=("a", "b", "c")), seed=1)
    assert model.effects == pytest.approx([2 / 3, 1 / 3, 0], abs=0.05)


def test_what_the_rules_add_counts_as_it_is_and_is_not_learned_from(planted: Planted) -> None:
    """Here what was boosted was never clicked, and a liking goes with being boosted."""
    lists = planted((1.0, 0.0), lists=3_000)
    boosted = np.column_stack((lists.rows[:, 0], np.where(lists.clicked, 0, 5)))
    boosted = boosted.astype(np.float32)
    model = train_linear(replace(lists, rows=boosted, names=("a", "boost")), seed=1)
    plain = boosted * np.float32([1, 0])
    alone = train_linear(replace(lists, rows=plain, names=("a", "boost")), seed=1)
    assert model.learned.weights[1] == 1.0
    assert model.learned.weights[0] == alone.learned.weights[0] > 0.5
    assert model.learned.squares[1] == model.learned.beside[1] == 0.0
    assert model.taken_over == ("boost",)


def test_a_wish_that_the_data_does_not_know_has_the_weighted_rankers_weight(
    planted: Planted,
) -> None:
    lists = planted((1.0, 0.5))
    rows = np.column_stack((lists.rows, np.zeros((len(lists.rows), 2)))).astype(np.float32)
    names = ("a", "followed", "aversion", "c")
    model = train_linear(replace(lists, rows=rows[:, [0, 1, 2, 3]], names=names), seed=1)
    usual = WeightedConfig()
    assert model.learned.weights[2] == usual.aversion
    assert model.learned.weights[3] == 0.0
    assert model.learned.weights[1] != usual.followed
    assert model.taken_over == ("aversion",)


def test_the_number_of_threads_changes_nothing() -> None:
    script = """
import numpy as np
from recommender.learning.linear import LinearConfig, train_linear
from recommender.learning.lists import Lists
chance = np.random.default_rng(1)
rows = chance.normal(size=(20_000, 40)).astype(np.float32)
clicked = (rows[:, 0] + chance.gumbel(size=20_000)).reshape(-1, 10)
clicked = (clicked == clicked.max(axis=1, keepdims=True)).ravel()
names = tuple(f"f{each}" for each in range(40))
lists = Lists(
    rows=rows, starts=np.arange(0, 20_001, 10), clicked=clicked, at=np.arange(2_000.0), names=names
)
print(train_linear(lists, seed=1).part.model_dump_json())
"""
    parts = set()
    for threads in ("1", "2"):
        environment = os.environ | {"OPENBLAS_NUM_THREADS": threads}
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, check=True
        )
        parts.add(done.stdout)
    assert len(parts) == 1


def test_lists_of_one_class_change_nothing_but_the_calibration(planted: Planted) -> None:
    lists = planted((1.0, -0.5), lists=400, of=4)
    # One more list in which nothing was clicked, at the start.
    more = Lists(
        rows=np.concatenate((np.full((3, 2), 9, np.float32), lists.rows)),
        starts=np.concatenate(([0], lists.starts + 3)),
        clicked=np.concatenate(([False] * 3, lists.clicked)),
        at=np.concatenate(([0.0], lists.at + 1.0)),
        names=lists.names,
    )
    weights = train_linear(lists, seed=1).learned.weights
    assert train_linear(more, seed=1).learned.weights == pytest.approx(weights, rel=0.02)


def test_training_twice_gives_the_same_to_the_last_bit(planted: Planted) -> None:
    lists = planted((1.0, -0.5), of=30, lists=300)
    first, second = (train_linear(lists, seed=3) for _ in range(2))
    assert first.learned.weights.tolist() == second.learned.weights.tolist()
    assert first.part == second.part


def test_position_as_a_nuisance_brings_the_weight_nearer_to_the_truth(planted: Planted) -> None:
    """What stands high has more of the first feature and is clicked for standing there."""
    lists = planted((0.5, -0.5), of=8, lists=3_000, position_bias=1.0)
    aware = train_linear(lists, seed=1)
    blind = train_linear(replace(lists, positions=None), seed=1)
    # A list's winner against the rest is not quite a pair: what a world without the bias gives
    # is the truth to compare with.
    truth = train_linear(planted((0.5, -0.5), of=8, lists=3_000), seed=1)
    assert (
        abs(aware.learned.weights[0] - truth.learned.weights[0])
        < abs(blind.learned.weights[0] - truth.learned.weights[0]) / 4
    )
    assert len(aware.learned.weights) == 2


def test_the_penalty_is_chosen_on_the_latest_impressions(planted: Planted) -> None:
    model = train_linear(planted((1.0, -0.5)), seed=1)
    assert model.aucs[model.penalty] == max(model.aucs.values())
    assert model.held_out.auc > 0.7


def test_probabilities_are_those_of_a_click(planted: Planted) -> None:
    lists = planted((1.0, -0.5), of=5, lists=8_000)
    model = train_linear(lists, seed=1)
    probabilities = model.probabilities(model.scores(lists.rows))
    assert probabilities.mean() == pytest.approx(1 / 5, abs=0.02)
    likely = probabilities > 0.4
    assert lists.clicked[likely].mean() == pytest.approx(probabilities[likely].mean(), abs=0.05)


def test_without_clicks_there_is_nothing_to_learn(planted: Planted) -> None:
    lists = planted((1.0,))
    with pytest.raises(InvalidInput, match="clicked"):
        train_linear(replace(lists, clicked=np.zeros_like(lists.clicked)), seed=1)


def test_without_impressions_there_is_nothing_to_learn(planted: Planted) -> None:
    lists = planted((1.0,))
    with pytest.raises(InvalidInput, match="clicked"):
        train_linear(lists.take(np.zeros(len(lists), bool)), seed=1)
