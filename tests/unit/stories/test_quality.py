"""Precision and recall of stories over pairs of articles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.stories.quality import Agreement, pairwise


def test_precision_counts_pairs_put_together_and_recall_pairs_that_belong_together() -> None:
    # Put together: ab, cd, ce, de. Belong together: ab, ac, bc, de. Both: ab, de.
    assert pairwise("11222", "xxxyy") == Agreement(precision=2 / 4, recall=2 / 4)


def test_the_names_of_the_groups_do_not_matter() -> None:
    assert pairwise([1, 1, 2], ["b", "b", "a"]) == Agreement(precision=1.0, recall=1.0)


@pytest.mark.parametrize("groups", ["", "a", "abc"])
def test_without_a_pair_nothing_is_wrong(groups: str) -> None:
    assert pairwise(groups, groups) == Agreement(precision=1.0, recall=1.0)


def test_groupings_of_different_articles_are_no_pair() -> None:
    with pytest.raises(ValueError, match="zip"):
        pairwise("aab", "aa")


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=30))
def test_turning_the_two_around_turns_precision_and_recall_around(
    pairs: list[tuple[int, int]],
) -> None:
    one, other = [a for a, _ in pairs], [b for _, b in pairs]
    there, back = pairwise(one, other), pairwise(other, one)
    assert (there.precision, there.recall) == (back.recall, back.precision)
    assert 0.0 <= there.precision <= 1.0
