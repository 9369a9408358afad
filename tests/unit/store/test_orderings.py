"""An ordering is written with what contributed alone, and read whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import orjson

from recommender.domain.slates import Ordering
from recommender.store.orderings import pack_ordering, unpack_ordering


def test_contributions_are_written_of_columns_that_contribute_anywhere(
    ordering: Callable[..., Ordering],
) -> None:
    contributions = np.array([[0.0, 0.5, 0.0], [0.0, 0.0, -0.25]])
    made = replace(
        ordering("a", "b"), contributions=contributions, features=np.ones((2, 3), np.float32)
    )
    packed = pack_ordering(made, ("first", "second", "third"))
    assert packed.columns["contributed"] == ["second", "third"]
    assert np.frombuffer(packed.contributions, "<f8").tolist() == [0.5, 0.0, 0.0, -0.25]
    columns = orjson.loads(orjson.dumps(packed.columns))
    found = unpack_ordering(columns, packed.features, packed.contributions)
    assert np.array_equal(found.contributions, contributions)
    assert np.array_equal(found.features, made.features)


def test_an_ordering_that_nothing_contributes_to_is_read_with_noughts(
    ordering: Callable[..., Ordering],
) -> None:
    for made in (replace(ordering("a"), contributions=np.zeros((1, 2))), ordering()):
        packed = pack_ordering(made, ("first", "second"))
        assert packed.contributions == b""
        found = unpack_ordering(packed.columns, packed.features, packed.contributions)
        assert np.array_equal(found.contributions, made.contributions)
