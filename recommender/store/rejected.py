"""Dead letters: records that were not taken, with their place and reason."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from recommender.domain.ids import SiteId
from recommender.store.connection import Redis, script, store_errors
from recommender.store.keys import CatalogueKeys
from recommender.store.limits import CatalogueLimits

RECORD_MAX = 65_536
"""Bytes of a rejected record that are kept for a retry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """One record that was not taken; ``at`` is seconds since the epoch, of the last time."""

    id: str
    place: str
    reason: str
    record: str
    at: float


class DeadLetters:
    """The dead letters of one site; the oldest leaves first.

    The same record from the same place is one dead letter, however often it is rejected.
    """

    def __init__(self, client: Redis, site: SiteId, limits: CatalogueLimits) -> None:
        self._redis = client
        self._keys = CatalogueKeys(site)
        self._limits = limits
        self._reject = script(client, "reject")

    def add(self, rejections: Iterable[tuple[str, str, str]], at: float) -> None:
        """Keep (place, reason, record) of each rejection; a record is cut at 64 KiB."""
        args: list[Any] = []
        for place, reason, record in rejections:
            texts = [_clean(place), _clean(reason), _clean(record)]
            digest = hashlib.sha256(f"{texts[0]}\n{texts[2]}".encode()).hexdigest()[:12]
            args += [digest, orjson.dumps(texts)]
        if args:
            with store_errors("keeping rejections"):
                self._reject(
                    keys=[self._keys.rejected, self._keys.rejected_records],
                    args=[self._limits.max_rejected, at, *args],
                )

    def list(self, limit: int) -> list[DeadLetter]:
        """Return the newest dead letters first, at most ``limit``."""
        with store_errors("reading rejections"):
            newest: Any = self._redis.zrange(
                self._keys.rejected, 0, limit - 1, desc=True, withscores=True
            )
            names = [name for name, _ in newest]
            kept: Any = self._redis.hmget(self._keys.rejected_records, names) if names else []
        return [
            _letter(name.decode(), at, texts)
            for (name, at), texts in zip(newest, kept, strict=True)
            if texts is not None  # discarded between the two reads
        ]

    def discard(self, ids: Iterable[str]) -> int:
        """Forget dead letters; return how many there were."""
        names = list(ids)
        if not names:
            return 0
        with store_errors("discarding rejections"), self._redis.pipeline() as pipe:
            pipe.zrem(self._keys.rejected, *names)
            pipe.hdel(self._keys.rejected_records, *names)
            return int(pipe.execute()[0])

    def clear(self) -> int:
        """Forget all dead letters; return how many there were."""
        with store_errors("discarding rejections"), self._redis.pipeline() as pipe:
            pipe.zcard(self._keys.rejected)
            pipe.delete(self._keys.rejected, self._keys.rejected_records)
            return int(pipe.execute()[0])


def _letter(name: str, at: float, texts: bytes) -> DeadLetter:
    place, reason, record = orjson.loads(texts)
    return DeadLetter(id=name, place=place, reason=reason, record=record, at=at)


def _clean(text: str) -> str:
    """Return ``text`` as UTF-8 can hold it, cut at 64 KiB."""
    return text.encode(errors="replace")[:RECORD_MAX].decode(errors="ignore")
