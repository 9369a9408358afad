"""Histories of readers and what is read along, kept as the service's script keeps them.

The same mathematics as ``store/lua/record.lua`` with the same bounds; a test holds the two equal.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import islice

from recommender.domain.ids import ArticleId
from recommender.domain.interactions import HistoryEntry, Interaction
from recommender.domain.readers import CoRead
from recommender.store.limits import ReaderLimits
from recommender.store.readers import ANCHORS, PARTNERS, history_entry, history_member
from recommender.trending.decay import T0
from recommender.trending.ladder import WEIGHTS


class ReplayedHistory:
    """One reader's remembered interactions.

    Parameters
    ----------
    began : iterable of Interaction
        What is remembered at first, newest first: no more of it is taken than there is room for.
    """

    def __init__(self, max_history: int, began: Iterable[Interaction] = ()) -> None:
        self._max = max_history
        self._kept: dict[str, HistoryEntry] = {}
        self._entries: tuple[HistoryEntry, ...] | None = None
        self._reads: dict[ArticleId, float] | None = None
        oldest = math.inf
        for done in began:
            if len(self._kept) == max_history and done.occurred_at < oldest:
                break
            self.remember(done)
            oldest = done.occurred_at

    @property
    def entries(self) -> tuple[HistoryEntry, ...]:
        """The remembered interactions, newest first."""
        if self._entries is None:
            ordered = sorted(self._kept.items(), key=_order, reverse=True)
            self._entries = tuple([entry for _, entry in ordered])
        return self._entries

    @property
    def reads(self) -> Mapping[ArticleId, float]:
        """Each article read, newest first, with the second of its last reading."""
        if self._reads is None:
            self._reads = {}
            for entry in self.entries:
                if entry.kind in WEIGHTS:
                    self._reads.setdefault(entry.article, entry.occurred_at)
        return self._reads

    def remember(self, done: Interaction) -> None:
        """Take in one interaction; the oldest leaves where there is no room."""
        member = history_member(done)
        known = self._kept.get(member)
        if not member or (known is not None and known.occurred_at >= done.occurred_at):
            return
        self._kept[member] = history_entry(member, done.occurred_at)
        self._entries = self._reads = None
        if len(self._kept) > self._max:
            del self._kept[min(self._kept.items(), key=_order)[0]]


def _order(kept: tuple[str, HistoryEntry]) -> tuple[float, str]:
    return kept[1].occurred_at, kept[0]


class ReplayedPairs:
    """What readers of one article read as well."""

    def __init__(self, limits: ReaderLimits) -> None:
        self._limits = limits
        self._levels: dict[ArticleId, dict[ArticleId, float]] = defaultdict(dict)
        self._touched: dict[ArticleId, float] = {}

    def count(self, history: ReplayedHistory, done: Interaction, now: float) -> None:
        """Pair an article that is read for the first time with those read last before it."""
        recent = list(islice(history.reads.items(), self._limits.co_read_depth))
        if not recent or done.article in history.reads:
            return
        rate = self._limits.co_read_rate
        gains = {other: rate * (max(done.occurred_at, at) - T0) for other, at in recent}
        for other, gain in gains.items():
            self._add(other, {done.article: gain}, now)
        self._add(done.article, gains, now)

    def read_along(
        self, history: ReplayedHistory, reading: ArticleId | None, now: float
    ) -> tuple[CoRead, ...]:
        """Return what is read along with the article being read and with the last ones read."""
        last = list(islice((each for each in history.reads if each != reading), ANCHORS))
        anchors = last if reading is None else [reading, *last]
        found = ((anchor, self._partners(anchor, now)) for anchor in anchors)
        return tuple(CoRead(anchor=anchor, partners=each) for anchor, each in found if each)

    def _partners(self, anchor: ArticleId, now: float) -> tuple[tuple[ArticleId, float], ...]:
        if self._touched.get(anchor, -math.inf) + self._limits.co_read_ttl_seconds <= now:
            return ()
        highest = sorted(((level, other) for other, level in self._levels[anchor].items()))
        return tuple((other, level) for level, other in reversed(highest[-PARTNERS:]))

    def _add(self, anchor: ArticleId, gains: Mapping[ArticleId, float], now: float) -> None:
        if self._touched.get(anchor, -math.inf) + self._limits.co_read_ttl_seconds <= now:
            self._levels[anchor].clear()
        levels = self._levels[anchor]
        for other, gain in gains.items():
            before = levels.get(other)
            levels[other] = gain if before is None else _log_add(before, gain)
        while len(levels) > self._limits.max_co_read:
            del levels[min((level, article) for article, level in levels.items())[1]]
        self._touched[anchor] = now


def _log_add(a: float, b: float) -> float:
    return max(a, b) + math.log1p(math.exp(-abs(a - b)))
