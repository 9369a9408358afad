"""Slates out to the log, before they are returned."""

from __future__ import annotations

import orjson

from recommender.domain.ids import ReaderId, SiteId
from recommender.domain.slates import Slate
from recommender.store.connection import Redis, store_errors
from recommender.store.keys import ShardKeys, shard_of
from recommender.store.limits import ReaderLimits

ANONYMOUS = ReaderId("")
"""Slates without a reader are logged in the shard of the empty id."""


class SlateLog:
    """The slate log of one site."""

    def __init__(self, client: Redis, site: SiteId, limits: ReaderLimits) -> None:
        self._redis = client
        self._site = site
        self._limits = limits

    def append(self, slate: Slate) -> None:
        """Write one slate; it is in the log when this returns."""
        shard = shard_of(slate.reader or ANONYMOUS, self._limits.shards)
        with store_errors("logging a slate"):
            self._redis.xadd(
                ShardKeys(self._site, shard).slates,
                {"s": slate_line(slate), "f": slate.features.astype("<f4").tobytes()},
                maxlen=self._limits.max_slates,
            )


def slate_line(slate: Slate) -> bytes:
    """Return the logged JSON of a slate: columns, one value for each position."""
    shown = slate.impressions
    return orjson.dumps(
        {
            "slate_id": slate.id,
            "user_id": slate.reader,
            "created_at": slate.created_at,
            "policy": slate.policy,
            "variant": slate.variant,
            "personalised": slate.personalised,
            "articles": [each.article for each in shown],
            "scores": [each.score for each in shown],
            "sources": [each.source for each in shown],
            "propensities": [each.propensity for each in shown],
            "features": slate.feature_names,
        }
    )
