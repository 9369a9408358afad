"""Leases: who writes a brief now, so that no second worker pays for the same text."""

from __future__ import annotations

from recommender.domain.ids import ArticleId, SiteId
from recommender.store.connection import Redis, script, store_errors
from recommender.store.keys import CatalogueKeys


class BriefLeases:
    """The rights to write the briefs of one site.

    They save the price of a text that would be written twice; that only one is kept is what
    :meth:`.briefs.BriefStore.save` sees to.
    """

    def __init__(self, client: Redis, site: SiteId) -> None:
        self._redis = client
        self._keys = CatalogueKeys(site)
        self._release = script(client, "release_lease")

    def take(self, brief: ArticleId, holder: str, seconds: float) -> bool:
        """Take the right to write a brief for so long; tell whether nobody had it."""
        with store_errors("taking a lease"):
            key, milliseconds = self._keys.lease(brief), int(seconds * 1000)
            return bool(self._redis.set(key, holder, nx=True, px=milliseconds))

    def release(self, brief: ArticleId, holder: str) -> None:
        """Give the right back, if it still is this holder's."""
        with store_errors("giving a lease back"):
            self._release(keys=[self._keys.lease(brief)], args=[holder])
