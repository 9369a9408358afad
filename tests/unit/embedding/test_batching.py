from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from recommender.embedding.batching import batches_by_length

LENGTHS = st.lists(st.integers(0, 300), max_size=200)
BUDGETS = st.integers(1, 2_000)


@given(lengths=LENGTHS, budget=BUDGETS)
def test_every_row_comes_exactly_once(lengths: list[int], budget: int) -> None:
    rows = [row for batch in batches_by_length(lengths, budget) for row in batch]
    assert sorted(rows) == list(range(len(lengths)))


@given(lengths=LENGTHS, budget=BUDGETS)
def test_a_batch_of_several_rows_fits_the_budget_with_its_padding(
    lengths: list[int], budget: int
) -> None:
    for batch in batches_by_length(lengths, budget):
        assert len(batch) == 1 or len(batch) * max(lengths[row] for row in batch) <= budget


@given(lengths=LENGTHS, budget=BUDGETS)
def test_no_row_is_longer_than_one_of_an_earlier_batch(lengths: list[int], budget: int) -> None:
    sizes = [lengths[row] for batch in batches_by_length(lengths, budget) for row in batch]
    assert sizes == sorted(sizes, reverse=True)


def test_rows_without_word_pieces_cost_one_each() -> None:
    assert list(batches_by_length([0, 0, 0], budget=2)) == [[0, 1], [2]]
