"""What a ranker loses when a feature tells nothing, on lists that can be checked by eye."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.permuting import GROUPS, Permuted, importance_of, permuted

Make = Callable[..., FeatureTable]


def _by(column: int) -> Callable[[NDArray[np.float32]], NDArray[np.float64]]:
    return lambda rows: rows[:, column].astype(np.float64)


def test_what_a_ranker_does_not_read_costs_nothing(make_days: Make) -> None:
    table = make_days(1, 100)
    similarity = table.names.index("similarity")
    found = permuted(_by(similarity), table, 100, seed=1)
    for name, lost in found.features.items():
        assert (name == "similarity") == bool(lost.any()), name
    for name, lost in found.groups.items():
        assert (name == GROUPS["similarity"]) == bool(lost.any()), name


def test_an_order_that_was_right_is_left_to_chance(make_table: Make) -> None:
    """Every click has the highest value: of AUC 1 half is lost, as at random."""
    lists = 400
    table = make_table([[1, 0]] * lists, similarity=[1.0, 0.0] * lists)
    lost = importance_of(permuted(_by(0), table, lists, seed=1), seed=1).features["similarity"]
    assert lost.low < 1 - 1 / 2 < lost.high


def test_what_is_the_same_throughout_a_list_stays_so(make_table: Make) -> None:
    """Trees may read such a feature beside others; alone it tells no candidate from another."""
    lists = 50
    table = make_table(
        [[1, 0]] * lists,
        history_length=np.repeat(np.arange(lists, dtype=float), 2).tolist(),
        similarity=[0.0] * 2 * lists,
    )
    found = permuted(_by(0), table, lists, seed=1)
    assert not found.features["history_length"].any()


def test_the_features_of_a_group_move_together(make_table: Make) -> None:
    """Two copies of one feature, added with weights 2 and -1: together they cost what one would."""
    lists = 200
    values = [1.0, 0.0] * lists
    table = make_table([[1, 0]] * lists, clicks_1h=values, clicks_4h=values)

    def scores(rows: NDArray[np.float32]) -> NDArray[np.float64]:
        return np.asarray(2.0 * rows[:, 0] - rows[:, 1], np.float64)

    found = permuted(scores, table, lists, seed=1)
    alone = permuted(_by(0), table.columns(("clicks_1h",)), lists, seed=1)
    assert found.groups["trending"].tolist() == alone.features["clicks_1h"].tolist()


def test_only_impressions_with_an_auc_are_sampled(make_table: Make) -> None:
    table = make_table([[1, 1], [1, 0], [0, 0], [], [0, 1]], similarity=[0.0] * 8)
    table = replace(table, readers=np.arange(5))
    assert permuted(_by(0), table, 9, seed=1).readers.tolist() == [1, 4]
    assert len(permuted(_by(0), table, 1, seed=1).readers) == 1


def test_samples_of_folds_are_one(make_days: Make) -> None:
    parts = [permuted(_by(0), make_days(1, 20, seed), 20, seed=1) for seed in (1, 2)]
    found = importance_of(Permuted.joined(parts), seed=1)
    assert found.impressions == 40
    expected = np.mean([each.features["similarity"].mean() for each in parts])
    assert found.features["similarity"].mean == pytest.approx(expected)
    assert next(iter(found.features)) == "similarity", "what costs most comes first"
