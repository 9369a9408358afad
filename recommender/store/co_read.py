"""What readers of one article read as well: kept by ``lua/record.lua``, read here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from recommender.domain.ids import ArticleId, SiteId
from recommender.domain.readers import CoRead
from recommender.store.connection import Redis, store_errors
from recommender.store.keys import ShardKeys
from recommender.store.limits import ReaderLimits
from recommender.trending.decay import log_add


class CoReadStore:
    """The co-read lists of one site, merged over its shards."""

    def __init__(self, client: Redis, site: SiteId, limits: ReaderLimits) -> None:
        self._redis = client
        self._shards = [ShardKeys(site, shard) for shard in range(limits.shards)]

    def of(self, anchors: Sequence[ArticleId], partners: int) -> tuple[CoRead, ...]:
        """Return up to ``partners`` articles read along with each anchor, highest first.

        Their levels decay at ``ReaderLimits.co_read_rate``. Anchors that nothing was read along
        with are left out.
        """
        if not anchors:
            return ()
        with store_errors("reading co-reads"), self._redis.pipeline(transaction=False) as pipe:
            for anchor in anchors:
                for keys in self._shards:
                    # Whole lists, for the sum of weak parts may be strong.
                    pipe.zrange(keys.co_read(anchor), 0, -1, desc=True, withscores=True)
            answers = iter(pipe.execute())
        merged = [_merged(next(answers) for _ in self._shards) for _ in anchors]
        return tuple(
            CoRead(anchor=anchor, partners=found[:partners])
            for anchor, found in zip(anchors, merged, strict=True)
            if found
        )


def _merged(
    lists: Iterable[Sequence[tuple[bytes, float]]],
) -> tuple[tuple[ArticleId, float], ...]:
    levels: dict[ArticleId, float] = {}
    for part in lists:
        for member, level in part:
            article = ArticleId(member.decode())
            before = levels.get(article)
            levels[article] = level if before is None else float(log_add(before, level))
    return tuple(sorted(levels.items(), key=lambda pair: (-pair[1], pair[0])))
