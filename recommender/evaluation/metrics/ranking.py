r"""Ranking metrics of many impressions at once, with ties taken at their expected value.

An impression with c clicks among n candidates, in descending order of score:

- ``auc``: the share of pairs of a click and a non-click in which the click has the higher score, a
  tie counting half (the mid-rank). Undefined without both a click and a non-click.
- ``mrr``: :math:`\frac{1}{c} \sum 1 / rank`, over all clicks and not the first alone.
- ``ndcg@k``: :math:`\sum_{rank \le k} (2^y - 1) / \log_2(rank + 1)`, over that of an ideal order.
- ``hit@k``: whether a click stands among the first k.

All but ``auc`` need a click. The definitions are those of MIND's evaluation (Wu et al., MIND: A
Large-scale Dataset for News Recommendation, ACL 2020; ``deeprec_utils.py`` of
recommenders-team/recommenders), but for ties. Where scores are equal, each metric has its expected
value over all orders of the tied candidates: the mean of :math:`1 / rank`, or of the discounts,
over the ranks that the tie takes up, and for ``hit@k`` the hypergeometric chance that one of the
tied clicks is drawn (McSherry and Najork, Computing Information Retrieval Performance Measures
Efficiently in the Presence of Tied Scores, ECIR 2008). So the order in which candidates were
listed never matters, and a ranker that gives everything the same score has what chance has.
The reference sorts ascending and reverses, by which among equals the candidate listed last wins:
on a list whose clicks come last it rewards a ranker for knowing nothing. Without ties both agree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.metrics.ragged import (
    check_length,
    check_rows,
    check_starts,
    chunks,
    list_of,
)

CHUNK = 1 << 16
"""Pairs of a click and a candidate compared at a time: they stay in the processor's cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingMetrics:
    """A number for each of m impressions, NaN where it is undefined.

    Parameters
    ----------
    auc, mrr, ndcg_5, ndcg_10, hit_5, hit_10 : ndarray, shape (m,), float64, 0 to 1
    """

    auc: NDArray[np.float64]
    mrr: NDArray[np.float64]
    ndcg_5: NDArray[np.float64]
    ndcg_10: NDArray[np.float64]
    hit_5: NDArray[np.float64]
    hit_10: NDArray[np.float64]

    def by_name(self) -> dict[str, NDArray[np.float64]]:
        """Return them under the names that reports use."""
        return {
            "auc": self.auc,
            "mrr": self.mrr,
            "ndcg@5": self.ndcg_5,
            "ndcg@10": self.ndcg_10,
            "hit@5": self.hit_5,
            "hit@10": self.hit_10,
        }


def ranking_metrics(
    scores: NDArray[np.float64], clicked: NDArray[np.bool_], starts: NDArray[np.int64]
) -> RankingMetrics:
    """Return the metrics of each impression.

    Parameters
    ----------
    scores : ndarray, shape (rows,), float64
        Finite; the higher, the earlier.
    clicked : ndarray, shape (rows,), bool
    starts : ndarray, shape (m + 1,), int64
        Where each impression's rows begin; the last is the number of rows.

    Raises
    ------
    InvalidInput
        A score is NaN or infinite (the message names the impression), or the shapes do not fit.

    Examples
    --------
    Of four candidates the clicked one is second; of two with the same score one was clicked:

    >>> scores = np.array([4.0, 3.0, 2.0, 1.0, 0.5, 0.5])
    >>> clicked = np.array([False, True, False, False, True, False])
    >>> found = ranking_metrics(scores, clicked, np.array([0, 4, 6]))
    >>> found.auc.round(4).tolist()
    [0.6667, 0.5]
    >>> found.by_name()["mrr"].tolist()
    [0.5, 0.75]
    """
    check_starts(starts, len(scores))
    check_length("clicked", clicked, len(scores))
    check_rows("scores", "finite numbers", np.isfinite(scores), starts)
    clicks = _Clicks.of(scores, clicked, starts)
    return RankingMetrics(
        auc=clicks.auc(),
        mrr=clicks.mrr(),
        ndcg_5=clicks.ndcg(5),
        ndcg_10=clicks.ndcg(10),
        hit_5=clicks.hit(5),
        hit_10=clicks.hit(10),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clicks:
    """Where p clicks stand: all that the metrics need to know of the scores.

    A click has the ranks ``above`` + 1 to ``above`` + ``tied``, each as likely as the other.

    Parameters
    ----------
    impression, above, tied : ndarray, shape (p,), int64
        The impression; how many of its candidates have a higher score, and the same, itself too.
    lengths, counts : ndarray, shape (m,), int64
        Candidates and clicks of each impression.
    """

    impression: NDArray[np.int64]
    above: NDArray[np.int64]
    tied: NDArray[np.int64]
    lengths: NDArray[np.int64]
    counts: NDArray[np.int64]

    @classmethod
    def of(
        cls, scores: NDArray[np.float64], clicked: NDArray[np.bool_], starts: NDArray[np.int64]
    ) -> _Clicks:
        rows = np.flatnonzero(clicked)
        impression = list_of(rows, starts)
        lengths = np.diff(starts)
        above = np.empty(len(rows), np.int64)
        tied = np.empty(len(rows), np.int64)
        for part in chunks(lengths[impression], CHUNK):
            above[part], tied[part] = _stand(
                scores, rows[part], starts[impression[part]], lengths[impression[part]]
            )
        counts = np.bincount(impression, minlength=len(lengths))
        return cls(impression=impression, above=above, tied=tied, lengths=lengths, counts=counts)

    def auc(self) -> NDArray[np.float64]:
        """Of n candidates, those below a click, less the clicks among them, over all pairs."""
        below = self.lengths[self.impression] - self.above - (self.tied + 1) / 2.0
        among_clicks = self.counts * (self.counts - 1) / 2.0
        pairs = self.counts * (self.lengths - self.counts)
        return _ratio(self._sums(below) - among_clicks, pairs)

    def mrr(self) -> NDArray[np.float64]:
        return _ratio(self._sums(self._expected(1.0 / self._ranks())), self.counts)

    def ndcg(self, k: int) -> NDArray[np.float64]:
        discounts = 1.0 / np.log2(self._ranks() + 1.0)
        discounts[k:] = 0.0
        ideal = np.concatenate(([0.0], np.cumsum(discounts)))[self.counts]
        return _ratio(self._sums(self._expected(discounts)), ideal)

    def hit(self, k: int) -> NDArray[np.float64]:
        """Clicks above the cut are there for sure; one tie at most lies across the cut."""
        clear = self._sums(self.above + self.tied <= k) > 0
        across = (self.above < k) & (self.above + self.tied > k)
        where, first, clicks = np.unique(
            self.impression[across], return_index=True, return_counts=True
        )
        missed = np.ones(len(self.lengths))
        missed[where] = _none_drawn(clicks, self.tied[across][first], k - self.above[across][first])
        missed[clear] = 0.0
        return np.where(self.counts > 0, 1.0 - missed, np.nan)

    def _ranks(self) -> NDArray[np.float64]:
        return np.arange(1.0, 1.0 + self.lengths.max(initial=0))

    def _expected(self, of_ranks: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean of ``of_ranks`` over the ranks that each click may have."""
        until = np.concatenate(([0.0], np.cumsum(of_ranks)))
        return np.asarray((until[self.above + self.tied] - until[self.above]) / self.tied)

    def _sums(self, of_clicks: NDArray[np.generic]) -> NDArray[np.float64]:
        sums = np.bincount(self.impression, of_clicks, minlength=len(self.lengths))
        return sums.astype(np.float64, copy=False)


def _stand(
    scores: NDArray[np.float64],
    rows: NDArray[np.int64],
    begins: NDArray[np.int64],
    widths: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count the candidates with a higher score than each click, and with the same.

    A click is compared with each candidate of its impression, since there are few clicks: nothing
    is sorted. Candidates of p clicks in a row are one flat array, cut at ``offsets``.
    """
    offsets = np.cumsum(widths) - widths
    candidates = np.arange(offsets[-1] + widths[-1]) + np.repeat(begins - offsets, widths)
    against = scores[candidates]
    own = np.repeat(scores[rows], widths)
    higher = np.add.reduceat(against > own, offsets, dtype=np.int64)
    return higher, np.add.reduceat(against == own, offsets, dtype=np.int64)


def _none_drawn(
    clicks: NDArray[np.int64], tied: NDArray[np.int64], drawn: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the chance of drawing ``drawn`` of ``tied`` candidates and none of ``clicks``.

    The hypergeometric distribution at 0: the product of the chances that each draw misses.
    """
    chance = np.ones(len(clicks))
    for turn in range(int(drawn.max(initial=0))):
        left = np.maximum(tied - turn, 1)
        chance *= np.where(turn < drawn, np.maximum(left - clicks, 0) / left, 1.0)
    return chance


def _ratio(over: NDArray[np.float64], under: NDArray[np.generic]) -> NDArray[np.float64]:
    """Return ``over / under``, NaN where ``under`` is 0."""
    found = np.full(len(over), np.nan)
    np.divide(over, under, out=found, where=np.asarray(under) > 0)
    return found
