"""Worlds whose right weights are known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from recommender.learning.lists import Lists

Planted = Callable[..., Lists]


@pytest.fixture
def planted() -> Planted:
    """Give a maker of lists in which readers choose one article by known weights.

    Each takes the article of the highest utility, weights × features plus Gumbel noise: the odds
    of an article over another are then e to the difference of their scores (Luce's choice).
    """

    def planted(
        weights: tuple[float, ...],
        *,
        lists: int = 1_500,
        of: int = 2,
        scales: tuple[float, ...] | None = None,
        position_bias: float | None = None,
    ) -> Lists:
        chance = np.random.default_rng(7)
        rows = chance.normal(size=(lists, of, len(weights)))
        utility = rows @ np.array(weights) + chance.gumbel(size=(lists, of))
        positions = None
        if position_bias is not None:
            positions = _positions_by_first_feature(rows)
            utility -= position_bias * np.log2(positions)
        clicked = utility == utility.max(axis=1, keepdims=True)
        return Lists(
            rows=(rows * np.array(scales or 1.0)).reshape(-1, len(weights)).astype(np.float32),
            starts=np.arange(0, lists * of + 1, of),
            clicked=clicked.ravel(),
            at=np.arange(lists, dtype=np.float64),
            positions=None if positions is None else positions.ravel().astype(np.int32),
            names=tuple("abcdef"[: len(weights)]),
        )

    return planted


def _positions_by_first_feature(rows: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return positions from 1: what has more of the first feature mostly stands higher."""
    noise = np.random.default_rng(8).normal(size=rows.shape[:2])
    return np.argsort(np.argsort(-(rows[:, :, 0] + 0.5 * noise), axis=1), axis=1) + 1
