from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from recommender.errors import InvalidInput
from recommender.learning.lists import Lists


def _lists(**changes: Any) -> Lists:
    plain: dict[str, Any] = {
        "rows": np.arange(10, dtype=np.float32).reshape(5, 2),
        "starts": np.array([0, 2, 3, 5]),
        "clicked": np.array([True, False, True, False, False]),
        "at": np.array([1.0, 2.0, 3.0]),
        "names": ("a", "b"),
    }
    return Lists(**(plain | changes))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rows", np.zeros((5, 3), np.float32)),
        ("clicked", np.zeros(4, bool)),
        ("starts", np.array([0, 2, 5])),
        ("starts", np.array([1, 2, 3, 5])),
        ("starts", np.array([0, 3, 2, 5])),
        ("positions", np.ones(4, np.int32)),
    ],
)
def test_arrays_that_do_not_fit_together_are_refused(field: str, value: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        _lists(**{field: value})
    assert refused.value.field == field


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_feature_that_is_not_finite_is_refused_by_its_name(value: float) -> None:
    rows = np.zeros((5, 2), np.float32)
    rows[3, 1] = value
    with pytest.raises(InvalidInput) as refused:
        _lists(rows=rows)
    assert refused.value.field == "b"


def test_lists_with_clicks_on_nothing_or_everything_tell_nothing() -> None:
    telling = _lists().telling()
    assert telling.at.tolist() == [1.0]
    assert telling.rows.tolist() == [[0, 1], [2, 3]]


def test_without_a_telling_list_it_is_said_that_there_is_none() -> None:
    with pytest.raises(InvalidInput, match="clicked and other articles"):
        _lists(clicked=np.zeros(5, bool)).telling()


def test_the_latest_seventh_or_so_of_the_impressions_is_held_out() -> None:
    lists = replace(
        _lists(),
        rows=np.zeros((100, 2), np.float32),
        starts=np.arange(101),
        clicked=np.zeros(100, bool),
        at=np.random.default_rng(1).permutation(100).astype(np.float64),
    )
    early, late = lists.split_by_time()
    assert len(late) == 100 * 0.15 + 1
    assert early.at.max() < late.at.min()


def test_impressions_of_one_second_are_not_torn_apart() -> None:
    early, late = _lists(at=np.array([1.0, 2.0, 2.0])).split_by_time()
    assert early.at.tolist() == [1.0]
    assert late.at.tolist() == [2.0, 2.0]


def test_positions_go_with_their_rows() -> None:
    lists = _lists(positions=np.array([1, 2, 1, 1, 2], np.int32))
    taken = lists.take(np.array([False, True, True]))
    assert taken.positions is not None
    assert taken.positions.tolist() == [1, 1, 2]
    assert taken.starts.tolist() == [0, 1, 3]
