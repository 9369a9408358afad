"""Texts of about equal length together: which rows share a forward pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def batches_by_length(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Split rows into batches that hold ``budget`` word pieces after padding.

    A forward pass costs rows × longest row, because shorter rows are padded. Sorting keeps
    the padding small; a budget, other than a fixed count, keeps every pass near the size
    that fits the processor's cache, whether the texts are headlines or whole articles.

    Parameters
    ----------
    lengths : sequence of int
        Word pieces of each row.
    budget : int
        Rows × longest row of a batch at most; a longer row is a batch of its own.

    Yields
    ------
    list of int
        Row numbers, longest row first; every row comes once.

    Examples
    --------
    >>> list(batches_by_length([3, 9, 2, 4], budget=9))
    [[1], [3, 0], [2]]
    """
    order = sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True)
    start = 0
    while start < len(order):
        longest = max(1, lengths[order[start]])
        stop = start + max(1, budget // longest)
        yield order[start:stop]
        start = stop
