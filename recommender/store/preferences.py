"""What readers chose: one JSON string for each, kept as long as the reader."""

from __future__ import annotations

from typing import Any

import orjson

from recommender.domain.ids import ReaderId, SiteId
from recommender.domain.readers import Preferences
from recommender.store.connection import Redis, store_errors
from recommender.store.keys import ShardKeys, shard_of
from recommender.store.limits import DAY_SECONDS, ReaderLimits
from recommender.store.readers import preferences_of


class PreferenceStore:
    """The preferences of one site's readers."""

    def __init__(self, client: Redis, site: SiteId, limits: ReaderLimits) -> None:
        self._redis = client
        self._site = site
        self._limits = limits

    def get(self, reader: ReaderId) -> Preferences:
        """Return what the reader chose; the defaults where nothing was chosen."""
        with store_errors("reading preferences"):
            packed: Any = self._redis.get(self._key(reader))
        return preferences_of(packed)

    def put(self, reader: ReaderId, preferences: Preferences) -> None:
        """Keep ``preferences`` in place of those before."""
        with store_errors("storing preferences"):
            self._redis.set(
                self._key(reader),
                orjson.dumps(preferences),
                ex=int(self._limits.reader_ttl_days * DAY_SECONDS),
            )

    def _key(self, reader: ReaderId) -> str:
        return ShardKeys(self._site, shard_of(reader, self._limits.shards)).preferences(reader)
