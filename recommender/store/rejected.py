"""Dead letters: records that were not taken, with their place and reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from recommender.domain.ids import SiteId
from recommender.store.connection import Redis, store_errors
from recommender.store.keys import CatalogueKeys
from recommender.store.limits import CatalogueLimits

RECORD_MAX = 65_536
"""Bytes of a rejected record that are kept for a retry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """One record that was not taken; ``at`` is seconds since the epoch."""

    id: str
    place: str
    reason: str
    record: str
    at: float


class DeadLetters:
    """The dead letters of one site; the oldest leaves first."""

    def __init__(self, client: Redis, site: SiteId, limits: CatalogueLimits) -> None:
        self._redis = client
        self._key = CatalogueKeys(site).rejected
        self._limits = limits

    def add(self, rejections: Iterable[tuple[str, str, str]], at: float) -> None:
        """Keep (place, reason, record) of each rejection; a record is cut at 64 KiB."""
        with store_errors("keeping rejections"), self._redis.pipeline(transaction=False) as pipe:
            for place, reason, record in rejections:
                pipe.xadd(
                    self._key,
                    {
                        "place": _encode(place),
                        "reason": _encode(reason),
                        "record": _encode(record),
                        "at": at,
                    },
                    maxlen=self._limits.max_rejected,
                )
            pipe.execute()

    def list(self, limit: int) -> list[DeadLetter]:
        """Return the newest dead letters first, at most ``limit``."""
        with store_errors("reading rejections"):
            rows: Any = self._redis.xrevrange(self._key, count=limit)
        return [
            DeadLetter(
                id=entry.decode(),
                place=fields[b"place"].decode(errors="replace"),
                reason=fields[b"reason"].decode(errors="replace"),
                record=fields[b"record"].decode(errors="replace"),
                at=float(fields[b"at"]),
            )
            for entry, fields in rows
        ]

    def discard(self, ids: Iterable[str]) -> int:
        """Forget dead letters; return how many there were."""
        names = list(ids)
        with store_errors("discarding rejections"):
            return int(self._redis.xdel(self._key, *names)) if names else 0


def _encode(text: str) -> bytes:
    return text.encode(errors="replace")[:RECORD_MAX]
