"""Which sentences of a story are taken: central to it, and new beside those taken already.

Centrality is continuous LexRank (Erkan and Radev, "LexRank: graph-based lexical centrality as
salience in text summarization", JAIR 22, 2004) over sentence embeddings, with one change: a
sentence is voted for by those of other sources alone, for a source that says a thing three times
is still one source. What is central is weighed against what is said already by maximal marginal
relevance (Carbonell and Goldstein, "The use of MMR, diversity-based reranking for reordering
documents and producing summaries", SIGIR 1998).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from recommender.briefs.agreement import numbers_in, tells_again
from recommender.briefs.facts.reading import stands_in
from recommender.briefs.material import Told

DAMPING = 0.85
"""Of LexRank's random surfer, as in the paper."""

ROUNDS = 50
"""Of the power iteration; the rest is below 0.85^50, or 0.0003."""

ECHO = 0.5
"""What it counts as likeness that all numbers of a sentence were told already."""

TOGETHER = 3
"""Sentences that one may need to be understood, itself among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a choice keeps to.

    Parameters
    ----------
    words : int
        Of all that is chosen, as they are counted in ``costs``.
    sentences : int
    source_share : float
        Of the sentences chosen that may be of one source, 0 to 1, rounded up to a whole sentence.
    novelty : float
        What newness weighs against centrality, 0 to 1.
    same_above : float
        Likeness (cosine) from which on two sentences tell the same.
    """

    words: int
    sentences: int
    source_share: float
    novelty: float
    same_above: float


def centrality(likeness: NDArray[np.float32], sources: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return how much the other sources say what each sentence says.

    Parameters
    ----------
    likeness : ndarray, shape (n, n)
        Cosines.
    sources : ndarray, shape (n,)
        Number of each sentence's source.

    Returns
    -------
    ndarray, shape (n,)
        The highest is 1.
    """
    votes = np.where(sources[:, None] == sources[None, :], 0.0, np.clip(likeness, 0.0, None))
    given = votes.sum(axis=1, keepdims=True)
    votes = np.divide(votes, given, out=np.full_like(votes, 1 / len(votes)), where=given > 0)
    rank = np.full(len(votes), 1 / len(votes))
    for _ in range(ROUNDS):
        rank = (1 - DAMPING) / len(votes) + DAMPING * (rank @ votes)
    return np.asarray(rank / rank.max(), np.float64)


class Choice:
    """Sentences taken one after the other, each with those that it needs."""

    def __init__(
        self,
        told: Sequence[Told],
        likeness: NDArray[np.float32],
        usable: NDArray[np.bool_],
        costs: NDArray[np.int_],
        limits: Limits,
    ) -> None:
        self._told = told
        self._likeness = likeness
        self._usable = usable
        self._costs = costs
        self._limits = limits
        self._central = centrality(likeness, np.array([one.source for one in told], np.intp))
        self._share = max(limits.source_share, 1 / len({one.source for one in told}))
        self.rows: list[int] = []

    def begin(self, openings: Sequence[int], headed: NDArray[np.float32]) -> None:
        """Take the one of these sentences that tells the news, if any of them fits.

        Parameters
        ----------
        headed : ndarray, shape (n,)
            Cosines of the headline with the sentences.
        """
        fitting = [row for row in openings if self._fitting(row)]
        news = self._central + headed
        self.rows.extend(sorted(fitting, key=lambda row: -news[row])[:1])

    def fill(self) -> None:
        """Take the best sentence that fits, until none does."""
        while found := self._best(range(len(self._told))):
            self.rows.extend(found)

    def _best(self, rows: Sequence[int]) -> list[int]:
        fitting = [group for row in rows if (group := self._fitting(row))]
        return max(fitting, key=self._worth, default=[])

    def _fitting(self, row: int) -> list[int] | None:
        """Return a sentence and what it needs, if it may be taken next."""
        if row in self.rows or not self._usable[row]:
            return None
        group = self._with_needed(row)
        if group is None or not all(self._is_new(each) for each in group):
            return None
        return group if self._within_limits(group) else None

    def _is_new(self, row: int) -> bool:
        if not self._usable[row]:
            return False
        return not any(self._tells_same(row, each) for each in self.rows)

    def _tells_same(self, row: int, taken: int) -> bool:
        """Tell whether one of two sentences adds little to the other, whichever was taken."""
        likeness = float(self._likeness[row, taken])
        one, other = self._told[row], self._told[taken]
        return (
            likeness >= self._limits.same_above
            or tells_again(one, other, likeness)
            or tells_again(other, one, likeness)
        )

    def _within_limits(self, group: list[int]) -> bool:
        after = self.rows + group
        if len(after) > self._limits.sentences or self._costs[after].sum() > self._limits.words:
            return False
        of_one = Counter(self._told[row].source for row in after)
        most = ceil(self._share * len(after))
        if not self.rows:
            return len(group) == 1
        if len({self._told[row].source for row in self.rows}) == 1 == len(of_one):
            return False
        return of_one[self._told[group[0]].source] <= most

    def _worth(self, group: list[int]) -> float:
        central = float(self._central[group].mean())
        if not self.rows:
            return central
        said = float(self._likeness[np.ix_(group, self.rows)].max()) + ECHO * self._echoed(group)
        return (1 - self._limits.novelty) * central - self._limits.novelty * said

    def _echoed(self, group: list[int]) -> float:
        """Return the share of a group's numbers that were told already."""
        numbers = [each for row in group for each in numbers_in(self._told[row].reading)]
        before = [self._told[row].reading for row in self.rows]
        echoed = sum(any(stands_in(each, one) for one in before) for each in numbers)
        return echoed / max(len(numbers), 1)

    def _with_needed(self, row: int) -> list[int] | None:
        """Return a sentence and those not yet taken that it needs; None where they are too many."""
        group, look = [row], [row]
        while look:
            needed = self._needed(look.pop(), self.rows + group)
            if needed is None or len(group) + len(needed) > TOGETHER:
                return None
            group += needed
            look += needed
        return sorted(group)

    def _needed(self, row: int, there: Sequence[int]) -> list[int] | None:
        """Return what a sentence needs besides what is there; None where that is not to be had."""
        one = self._told[row]
        needed = {row - 1} if one.leaning else set()
        needed |= {row + 1} if one.running else set()
        if any(not self._same_source(row, each) for each in needed):
            return None
        given = frozenset[str]().union(*(self._told[each].introduces for each in there))
        needed |= {self._introducing(name, row) for name in one.calls - given}
        return sorted(needed - {*there})

    def _same_source(self, row: int, other: int) -> bool:
        return 0 <= other < len(self._told) and self._told[other].source == self._told[row].source

    def _introducing(self, name: str, row: int) -> int:
        """Return the nearest sentence before that gives a name in full."""
        return next(each for each in range(row - 1, -1, -1) if name in self._told[each].introduces)
