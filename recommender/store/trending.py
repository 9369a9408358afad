"""The trending counters, read and merged over a site's shards."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.domain.ids import ArticleId, SiteId
from recommender.domain.readers import Trends
from recommender.store.connection import Redis, store_errors
from recommender.store.keys import ShardKeys
from recommender.store.limits import ReaderLimits
from recommender.trending.ladder import TrendingConfig

Ladder = NDArray[np.float64]
"""Levels of one article, shape (rungs,); within this room followed by the second since when."""


class TrendingStore:
    """The trending lists of one site."""

    def __init__(
        self, client: Redis, site: SiteId, limits: ReaderLimits, config: TrendingConfig
    ) -> None:
        self._redis = client
        self._config = config
        self._shards = [ShardKeys(site, shard) for shard in range(limits.shards)]

    @cached_property
    def _nothing(self) -> bytes:
        """The packed ladder of an article of which nothing is counted."""
        return np.array([*(-np.inf for _ in self._config.rates), np.nan]).astype("<f8").tobytes()

    @cached_property
    def packed_bytes(self) -> int:
        """Length of an article's packed ladder, with the second since when it trends."""
        return 8 * (len(self._config.rates) + 1)

    def top(self, category: str | None, count: int) -> list[tuple[ArticleId, Ladder]]:
        """Return the ``count`` articles of highest level at the served half-life, highest first.

        Parameters
        ----------
        category : str or None
            Only articles of this category; the whole site where None.
        """
        found = self._top(category, count)
        return list(zip(found.articles, found.ladders, strict=True))

    def trends(self, count: int) -> Trends:
        """Return the site's ``count`` top articles, highest first."""
        return self._top(None, count) if count else self._trends([], [])

    def of(self, articles: Sequence[ArticleId]) -> Trends:
        """Return what is counted of ``articles``, in their order; −inf where nothing is."""
        return self._trends(articles, self._rows(articles))

    def unpacked(self, articles: Sequence[str], packed: bytes) -> Trends:
        """Return the trends of ``articles`` from their packed ladders, one after the other."""
        return self._trends([ArticleId(each) for each in articles], np.frombuffer(packed, "<f8"))

    def _top(self, category: str | None, count: int) -> Trends:
        # Exact over all shards, by the threshold algorithm: lists are read deeper until no article
        # that was not met can reach the last one kept (Fagin, Lotem and Naor, PODS 2001).
        depth = count
        while True:
            lists = self._lists(category, depth)
            merged = self._highest({article for each in lists for article, _ in each}, count)
            unmet = [each[-1][1] for each in lists if len(each) == depth]
            bound = np.logaddexp.reduce(unmet) if unmet else -np.inf
            levels = merged.ladders[:, self._config.served_rung]
            if len(lists) == 1 or not unmet or (len(levels) == count and levels[-1] >= bound):
                return merged
            depth *= 2

    def _lists(self, category: str | None, depth: int) -> list[list[tuple[ArticleId, float]]]:
        with store_errors("reading trending"), self._redis.pipeline(transaction=False) as pipe:
            for keys in self._shards:
                key = keys.trending if category is None else keys.trending_in(category)
                pipe.zrange(key, 0, depth - 1, desc=True, withscores=True)
            answers: Any = pipe.execute()
        return [
            [(ArticleId(member.decode()), float(score)) for member, score in each]
            for each in answers
        ]

    def _highest(self, articles: set[ArticleId], count: int) -> Trends:
        ids = sorted(articles)
        rows, rung = self._rows(ids), self._config.served_rung
        # Without counters: evicted between the two reads.
        found = [pair for pair in zip(ids, rows, strict=True) if pair[1][rung] > -np.inf]
        kept = sorted(found, key=lambda pair: (-pair[1][rung], pair[0]))[:count]
        return self._trends([article for article, _ in kept], [row for _, row in kept])

    def _rows(self, articles: Sequence[ArticleId]) -> Sequence[Ladder] | Ladder:
        if not articles:
            return ()
        with store_errors("reading trending"), self._redis.pipeline(transaction=False) as pipe:
            for keys in self._shards:
                pipe.hmget(keys.decay, articles)
            answers: Any = pipe.execute()
        if len(answers) == 1:
            width = self.packed_bytes
            packed = b"".join(each[:width] if each else self._nothing for each in answers[0])
            return np.frombuffer(packed, "<f8").reshape(len(articles), -1)
        return [self._sum(parts) for parts in zip(*answers, strict=True)]

    def _sum(self, parts: Sequence[bytes | None]) -> Ladder:
        width = self.packed_bytes // 8
        rows = [np.frombuffer(packed, "<f8", width) for packed in parts if packed is not None]
        total: Ladder = np.full(width, -np.inf)
        total[-1] = np.nan
        if rows:
            stacked = np.stack(rows)
            total[:-1] = np.logaddexp.reduce(stacked[:, :-1], axis=0)
            # Each shard has its share of the threshold (see EventStore), so where the site is above
            # it, the shard where the article is highest is above its own and knows since when.
            total[-1] = stacked[stacked[:, self._config.served_rung].argmax(), -1]
        return total

    def _trends(self, articles: Sequence[ArticleId], rows: Sequence[Ladder] | Ladder) -> Trends:
        table = np.asarray(rows, np.float64).reshape(len(articles), self.packed_bytes // 8)
        return Trends(articles=tuple(articles), ladders=table[:, :-1], since=table[:, -1])
