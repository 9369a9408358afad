"""Quotas: what any page of an order may hold at most, and must hold at least, of each kind.

A page is any ``size`` places in a row, so a quota holds wherever a page begins, and still when
something else is put between. The first places are held to the same share of what there is of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

OVER = 64.0
"""What a cap that would be broken costs: more than any relevance, so it goes last, but goes."""

OWED = 1_024.0
"""What a kind gains of which a page must have more: more than breaking every cap costs."""

ROUNDING = 1e-9
"""A share of a page that should be a whole number may come out this much smaller."""


class Quotas:
    """The standing of n candidates, in a growing order.

    Parameters
    ----------
    story : ndarray, shape (n,)
        Codes; one candidate of each is ever taken, except of 0.
    capped : sequence of (codes, share)
        Code columns, each shape (n,), of which a page has each code but 0 at most at that share,
        while there are others; at least 1 is always allowed.
    owed : sequence of (mask, share)
        Kinds of which a page has at least that share, while there are any.
    limited : (mask, share)
        Kind of which a page never has more than that share.
    size : int
        Places of a page.
    """

    def __init__(
        self,
        *,
        story: NDArray[np.int32],
        capped: Sequence[tuple[NDArray[np.int32], float]],
        owed: Sequence[tuple[NDArray[np.bool_], float]],
        limited: tuple[NDArray[np.bool_], float],
        size: int,
    ) -> None:
        self._standing = np.zeros(len(story))
        self._story = np.where(np.bincount(story)[story] > 1, story, 0)  # told more than once
        self._caps = [_Cap(codes, max(1, _whole(share, size))) for codes, share in capped]
        self._owed, self._limited = [_Kind(*each) for each in owed], _Kind(*limited)
        self._size = size
        self._page: deque[int] = deque()

    def leave_out(self, candidates: Sequence[int]) -> None:
        """Never take the candidates, nor anything of their stories."""
        self._standing[list(candidates)] = -np.inf
        told = self._story[list(candidates)]
        self._standing[np.isin(self._story, told[told != 0])] = -np.inf

    def apply(self, values: NDArray[np.float64]) -> None:
        """Change what each candidate is worth, shape (n,), in place; what may not come is −inf."""
        values += self._standing
        places = len(self._page) + 1
        for owed in self._owed:
            if owed.above < _whole(owed.share, places):
                values[owed.members] += OWED
        if self._limited.above >= _whole(self._limited.share, places):
            values[self._limited.members] = -np.inf

    def take(self, candidate: int) -> None:
        """Put the candidate at the next place."""
        self._standing[candidate] = -np.inf
        if self._story[candidate]:
            self._standing[self._story == self._story[candidate]] = -np.inf
        self._count(candidate, 1)
        self._page.append(candidate)
        if len(self._page) == self._size:  # the next place makes a page with all but the first
            self._count(self._page.popleft(), -1)

    def _count(self, candidate: int, step: int) -> None:
        for cap in self._caps:
            cap.count(candidate, step, self._standing)
        for owed in self._owed:
            owed.count(candidate, step)
        self._limited.count(candidate, step)


class _Cap:
    def __init__(self, codes: NDArray[np.int32], most: int) -> None:
        self._codes, self._most = codes, most
        self._code: list[int] = codes.tolist()  # of one candidate a list tells sooner
        self._above: dict[int, int] = {}

    def count(self, candidate: int, step: int, standing: NDArray[np.float64]) -> None:
        code = self._code[candidate]
        if code == 0:
            return
        before = self._above.get(code, 0)
        self._above[code] = before + step
        was_full, is_full = before >= self._most, before + step >= self._most
        if was_full != is_full:
            standing[self._codes == code] -= OVER * step


class _Kind:
    def __init__(self, mask: NDArray[np.bool_], share: float) -> None:
        self._is_of: list[bool] = mask.tolist()
        self.share = share
        self.members = np.flatnonzero(mask)
        self.above = 0

    def count(self, candidate: int, step: int) -> None:
        if self._is_of[candidate]:
            self.above += step


def _whole(share: float, places: int) -> int:
    return int(share * places + ROUNDING)
