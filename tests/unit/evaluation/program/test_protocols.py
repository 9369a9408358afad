"""What the features may tell under each protocol."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.protocols import EXPOSURE, FeatureProtocol, under

Make = Callable[..., FeatureTable]


def test_a_is_the_table(make_table: Make) -> None:
    table = make_table([[1, 0]], similarity=[1.0, 2.0])
    assert under(FeatureProtocol.A, table) is table


def test_b_adds_the_size_of_the_list_and_standing_in_it(make_table: Make) -> None:
    table = make_table([[1, 0], [0, 0, 1]], one=[1.0, 3.0, 0.1, 0.1, 0.1], two=[0, 0, 1, 2, 3])
    aware = under(FeatureProtocol.B, table)
    assert aware.names == ("one", "two", "list_size", "one_in_list", "two_in_list")
    two = np.sqrt(2 / 3)
    assert aware.rows[:, 2:].tolist() == [
        [2, pytest.approx(-1), 0],
        [2, pytest.approx(1), 0],
        [3, 0, pytest.approx(-1 / two)],
        [3, 0, 0],
        [3, 0, pytest.approx(1 / two)],
    ]


def test_b_bears_empty_lists(make_table: Make) -> None:
    table = make_table([[], [1, 0], []], one=[1.0, 3.0])
    assert under(FeatureProtocol.B, table).rows[:, 2].tolist() == [-1.0, 1.0]


def test_c_is_without_what_the_crowd_was_shown(make_days: Make) -> None:
    names = under(FeatureProtocol.C, make_days(1, 2)).names
    assert EXPOSURE, "or C would be A"
    assert not EXPOSURE.intersection(names)
    assert "similarity" in names
