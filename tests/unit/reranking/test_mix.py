from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.reranking.mix import mix_categories


def mixed(scores: list[float], category: list[int], count: int, cost: float) -> list[int]:
    return mix_categories(np.array(scores), np.array(category, np.int32), count, cost).tolist()


def naive(scores: list[float], category: list[int], count: int, cost: float) -> list[int]:
    """Do what the docstring promises, looking at every candidate for each place."""
    left, chosen = list(range(len(scores))), []
    while left and len(chosen) < count:
        taken = [category[each] for each in chosen]
        best = max(left, key=lambda i: (scores[i] - cost * taken.count(category[i]), -i))
        left.remove(best)
        chosen.append(best)
    return chosen


candidates = st.lists(
    st.tuples(st.integers(-40, 40).map(lambda n: n / 8), st.integers(0, 4)), max_size=60
)
"""(score, category); scores in eighths, so that ties happen and sums are exact."""


@given(candidates, st.integers(0, 30), st.sampled_from([0.0, 0.125, 0.5, 4.0]))
def test_each_place_goes_to_the_best_after_what_its_category_cost(
    pairs: list[tuple[float, int]], count: int, cost: float
) -> None:
    scores, category = [s for s, _ in pairs], [c for _, c in pairs]
    assert mixed(scores, category, count, cost) == naive(scores, category, count, cost)


def test_without_cost_the_order_is_by_score_and_ties_keep_their_order() -> None:
    assert mixed([0.1, 0.9, 0.5, 0.9], [1, 1, 1, 2], 4, 0.0) == [1, 3, 2, 0]


def test_a_repeated_category_gives_way_when_the_cost_is_larger_than_the_lead() -> None:
    assert mixed([0.9, 0.8, 0.7], [1, 1, 2], 3, 0.05) == [0, 1, 2]
    assert mixed([0.9, 0.8, 0.7], [1, 1, 2], 3, 0.15) == [0, 2, 1]


def test_costs_add_up() -> None:
    # Third of its category: 0.8 - 2 * 0.15 = 0.5, below 0.6.
    assert mixed([1.0, 0.9, 0.8, 0.6], [1, 1, 1, 2], 3, 0.15) == [0, 1, 3]


def test_a_high_cost_takes_the_categories_in_turn() -> None:
    scores = [9.0, 8.0, 7.0, 6.0, 5.0, 4.0]
    assert mixed(scores, [1, 1, 1, 2, 2, 3], 6, 100.0) == [0, 3, 5, 1, 4, 2]


def test_fewer_candidates_than_places_are_all_shown() -> None:
    assert mixed([0.5], [1], 10, 0.3) == [0]
    assert mixed([], [], 10, 0.3) == []
