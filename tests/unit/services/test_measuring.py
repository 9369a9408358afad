"""The facts of a slate, on three articles whose angles can be checked by eye."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from recommender.services.measuring import facts_of


@pytest.fixture
def view(catalogue: Callable[..., Any]) -> Any:
    made = {"generated_with_ai": True}
    return catalogue(
        right=((1.0, 0.0), made),
        up=((0.0, 1.0), {"generated_with_ai": False}),
        left=((-1.0, 0.0), {"generated_with_ai": None}),
    ).view


@pytest.mark.parametrize(
    ("articles", "diversity", "ai_share"),
    [
        (["right", "up", "left"], (1 + 2 + 1) / 3, 1 / 3),
        (["up", "right"], 1.0, 1 / 2),
        (["left", "right"], 2.0, 1 / 2),
        (["up"], None, 0.0),
        ([], None, None),
    ],
)
def test_diversity_is_the_mean_distance_of_all_pairs(
    view: Any, articles: list[str], diversity: float | None, ai_share: float | None
) -> None:
    facts = facts_of(view.positions(articles), view, 4.0, 2)
    assert (facts.milliseconds, facts.failures) == (4.0, 2)
    assert facts.diversity == (None if diversity is None else pytest.approx(diversity))
    assert facts.ai_share == (None if ai_share is None else pytest.approx(ai_share))


def test_copies_of_one_article_are_not_diverse(catalogue: Callable[..., Any]) -> None:
    vector = (0.6, 0.8)
    view = catalogue(**{f"a{n}": (vector, {}) for n in range(20)}).view
    assert facts_of(np.arange(20), view, 1.0, 0).diversity == pytest.approx(0.0, abs=1e-6)
