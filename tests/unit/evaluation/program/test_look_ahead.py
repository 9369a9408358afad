"""No feature may know of what came with the impression, or after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from recommender.errors import InvalidInput
from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.look_ahead import refuse_look_ahead


@pytest.mark.parametrize(
    ("knows_until", "told"),
    [(100.0, "0 seconds after"), (112.5, "12.5 seconds after"), (float("nan"), "nan seconds")],
)
def test_a_planted_leak_is_refused_by_name(
    make_table: Callable[..., FeatureTable], knows_until: float, told: str
) -> None:
    table = make_table([[1, 0], [0, 1]], at=[90.0, 100.0], similarity=[1.0, 0.0, 0.0, 1.0])
    leaking = replace(table, known_until=np.array([89.0, knows_until]))
    with pytest.raises(InvalidInput, match=rf"dev\.impressions\.i1: .*{told}.*\(1 of 2 "):
        refuse_look_ahead({"train": table, "dev": leaking})


def test_what_was_known_before_is_fine(make_table: Callable[..., FeatureTable]) -> None:
    table = make_table([[1, 0]], similarity=[1.0, 0.0])
    refuse_look_ahead({"one": table, "none known": replace(table, known_until=np.array([-np.inf]))})
