"""The stories of live articles, as they are stored with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from recommender.domain.ids import ArticleId, SiteId
from recommender.store.connection import Redis, store_errors
from recommender.store.keys import CatalogueKeys

READ_BATCH = 1_000
"""Articles read in one round trip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldArticle:
    """A live article that belongs to a story.

    Parameters
    ----------
    published_at : float
        Its place in the live window, seconds since the epoch.
    vector : bytes
        Packed, see :mod:`recommender.store.vectors`.
    """

    id: ArticleId
    published_at: float
    vector: bytes
    story: str


class StoryStore:
    """Reads which stories the live articles of one site belong to."""

    def __init__(self, client: Redis, site: SiteId) -> None:
        self._redis = client
        self._keys = CatalogueKeys(site)

    def newest(self, count: int) -> list[ArticleId]:
        """Return the ids of the ``count`` newest live articles, oldest of them first."""
        with store_errors("reading the live window"):
            members: Any = self._redis.zrange(self._keys.live, -count, -1)
        return [ArticleId(member.decode()) for member in members]

    def told(self, ids: Sequence[ArticleId]) -> Iterator[list[ToldArticle]]:
        """Yield those of ``ids`` that are live and belong to a story, a round trip at a time."""
        for start in range(0, len(ids), READ_BATCH):
            yield self._told(ids[start : start + READ_BATCH])

    def _told(self, ids: Sequence[ArticleId]) -> list[ToldArticle]:
        with store_errors("reading stories"), self._redis.pipeline(transaction=False) as pipe:
            pipe.zmscore(self._keys.live, list(ids))
            for article in ids:
                pipe.hmget(self._keys.article(article), ["vector", "story"])
            scores, *fields = pipe.execute()
        return [
            ToldArticle(id=article, published_at=score, vector=vector, story=story.decode())
            for article, score, (vector, story) in zip(ids, scores, fields, strict=True)
            if score is not None and vector is not None and story is not None
        ]
