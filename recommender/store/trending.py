"""The trending counters, read and merged over a site's shards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.domain.ids import ArticleId, SiteId
from recommender.store.connection import Redis, store_errors
from recommender.store.keys import ShardKeys
from recommender.store.limits import ReaderLimits
from recommender.trending.decay import log_add
from recommender.trending.ladder import TrendingConfig

Ladder = NDArray[np.float64]
"""Levels of one article, shape (rungs,)."""


class TrendingStore:
    """The trending lists of one site."""

    def __init__(
        self, client: Redis, site: SiteId, limits: ReaderLimits, config: TrendingConfig
    ) -> None:
        self._redis = client
        self._config = config
        self._shards = [ShardKeys(site, shard) for shard in range(limits.shards)]

    def top(self, category: str | None, count: int) -> list[tuple[ArticleId, Ladder]]:
        """Return the ``count`` articles of highest level at the served half-life, highest first.

        Exact over all shards, by the threshold algorithm: lists are read deeper until no article
        that was not met can reach the last one kept (Fagin, Lotem and Naor, PODS 2001).

        Parameters
        ----------
        category : str or None
            Only articles of this category; the whole site where None.
        """
        depth = count
        while True:
            lists = self._lists(category, depth)
            merged = self._merged({article for each in lists for article, _ in each})
            kept = merged[:count]
            unmet = [each[-1][1] for each in lists if len(each) == depth]
            bound = np.logaddexp.reduce(unmet) if unmet else -np.inf
            rung = self._config.served_rung
            if len(lists) == 1 or not unmet or (len(kept) == count and kept[-1][1][rung] >= bound):
                return kept
            depth *= 2

    def levels(self, count: int) -> tuple[tuple[ArticleId, float], ...]:
        """Return the site's ``count`` top articles with their served level, highest first."""
        if not count:
            return ()
        rung = self._config.served_rung
        if len(self._shards) > 1:
            return tuple((each, float(ladder[rung])) for each, ladder in self.top(None, count))
        return self._lists(None, count)[0]

    def _lists(self, category: str | None, depth: int) -> list[tuple[tuple[ArticleId, float], ...]]:
        with store_errors("reading trending"), self._redis.pipeline(transaction=False) as pipe:
            for keys in self._shards:
                key = keys.trending if category is None else keys.trending_in(category)
                pipe.zrange(key, 0, depth - 1, desc=True, withscores=True)
            answers: Any = pipe.execute()
        return [
            tuple((ArticleId(member.decode()), float(score)) for member, score in each)
            for each in answers
        ]

    def _merged(self, articles: set[ArticleId]) -> list[tuple[ArticleId, Ladder]]:
        ids = sorted(articles)
        if not ids:
            return []
        with store_errors("reading trending"), self._redis.pipeline(transaction=False) as pipe:
            for keys in self._shards:
                pipe.hmget(keys.decay, ids)
            answers: Any = pipe.execute()
        ladders = [self._sum(parts) for parts in zip(*answers, strict=True)]
        rung = self._config.served_rung
        # Without counters: evicted between the two reads.
        found = [pair for pair in zip(ids, ladders, strict=True) if pair[1][rung] > -np.inf]
        return sorted(found, key=lambda pair: (-pair[1][rung], pair[0]))

    def _sum(self, parts: Sequence[bytes | None]) -> Ladder:
        rungs = len(self._config.rates)
        total: Ladder = np.full(rungs, -np.inf)
        for packed in parts:
            if packed is not None:
                total = log_add(total, np.frombuffer(packed, dtype="<f8", count=rungs))
        return total


def levels(flat: Any) -> tuple[tuple[ArticleId, float], ...]:  # a script's reply
    """Return (article, level) pairs of a flat reply with scores."""
    return tuple(
        (ArticleId(member.decode()), float(score))
        for member, score in zip(flat[::2], flat[1::2], strict=True)
    )
