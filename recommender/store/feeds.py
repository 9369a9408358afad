"""What is remembered of each feed address, so that an unchanged feed is not sent again."""

from __future__ import annotations

import orjson

from recommender.domain.ids import SiteId
from recommender.store.connection import Redis, store_errors
from recommender.store.keys import CatalogueKeys
from recommender.store.limits import CatalogueLimits


class FeedValidators:
    """ETag and Last-Modified by feed address, for conditional requests (RFC 9110, section 13)."""

    def __init__(self, client: Redis, site: SiteId, limits: CatalogueLimits) -> None:
        self._redis = client
        self._key = CatalogueKeys(site).feeds
        self._limits = limits

    def get(self, address: str) -> tuple[str | None, str | None]:
        """Return the ETag and Last-Modified last seen at ``address``."""
        with store_errors("reading feed validators"):
            kept = self._redis.hget(self._key, address)
        if kept is None:
            return None, None
        etag, last_modified = orjson.loads(kept)
        return etag, last_modified

    def put(self, address: str, etag: str | None, last_modified: str | None) -> None:
        """Remember both; past ``max_feeds`` addresses a new one is not remembered."""
        with store_errors("keeping feed validators"):
            known = self._redis.hexists(self._key, address)
            if known or self._redis.hlen(self._key) < self._limits.max_feeds:
                self._redis.hset(self._key, address, orjson.dumps([etag, last_modified]))
