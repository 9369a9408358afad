from __future__ import annotations

import numpy as np
import pytest

from recommender.candidates.grouping import by_group, group, unit


def test_equal_directions_are_never_split() -> None:
    units = np.array([[1, 0], [1, 0], [0, 1], [1, 0]], np.float32)
    label = group(units, np.array([1, 2, 3, 4], np.float32), most=4, alike=1.0)
    assert len({label[0], label[1], label[3]}) == 1


def test_the_direction_with_most_weight_near_it_leads() -> None:
    units = np.array([[1, 0], [0, 1], [0.1, 0.995]], np.float32)
    weights = np.array([2.0, 1.5, 1.5], np.float32)
    assert group(units, weights, most=1, alike=0.9).tolist() == [0, 0, 0]
    label = group(units, weights, most=2, alike=0.9)
    assert label[1] == label[2] != label[0]


def test_what_lies_between_goes_to_the_nearest_mean() -> None:
    angles = np.radians([0, 10, 50, 80, 90])
    units = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    label = group(units, np.ones(5, np.float32), most=2, alike=0.9)
    assert len({label[0], label[1]}) == len({label[2], label[3], label[4]}) == 1
    assert label[0] != label[4]


def test_weights_stand_in_the_row_of_their_group() -> None:
    rows = by_group(np.array([1, 0, 1]), np.array([1, 2, 3], np.float32))
    assert rows.tolist() == [[0, 2, 0], [1, 0, 3]]


def test_what_has_no_length_has_no_direction() -> None:
    found = unit(np.array([[3, 4], [0, 0], [1e-9, 0]], np.float32))
    assert found == pytest.approx(np.array([[0.6, 0.8], [0, 0], [0, 0]]))
