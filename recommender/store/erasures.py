"""Erasures noted for the archive, which may lie on another machine and learns of them when it runs.

A note is kept only where an archive was begun, and until the archive has erased the readers, too.
It holds no id but its SHA-256: nobody reads a name there, yet whoever knows an id can tell whether
it is among those noted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from recommender.domain.ids import ReaderId, SiteId
from recommender.store.connection import Redis, script, store_errors
from recommender.store.keys import CatalogueKeys
from recommender.store.limits import ReaderLimits

BATCH = 1_000
"""Notes that one command forgets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """The erasures that the archive does not know of yet.

    Parameters
    ----------
    digests : frozenset of str
        As of :func:`digest`.
    entries : tuple of str
        The notes that they stand in.
    is_full : bool
        There are as many notes as are kept: older ones may have been dropped.
    """

    digests: frozenset[str]
    entries: tuple[str, ...]
    is_full: bool


class ErasureNotes:
    """The notes of one site."""

    def __init__(self, client: Redis, site: SiteId, limits: ReaderLimits) -> None:
        self._redis = client
        self._key = CatalogueKeys(site).erasures
        self._most = limits.max_erasures
        self._note = script(client, "note_erased")

    def begin(self) -> None:
        """Have erasures noted from now on: there is an archive."""
        with store_errors("beginning to note erasures"):
            if not self._redis.exists(self._key):
                self._redis.xdel(self._key, self._redis.xadd(self._key, {"r": ""}))

    def add(self, readers: Sequence[ReaderId]) -> None:
        """Note that ``readers`` are erased, all of them or, where this raises, perhaps none."""
        with store_errors("noting an erasure"):
            self._note(keys=[self._key], args=[self._most, *map(digest, readers)])

    def waiting(self) -> Noted:
        """Return what was noted and not forgotten."""
        with store_errors("reading noted erasures"):
            notes: Any = self._redis.xrange(self._key)
        digests = (each for _, fields in notes for each in fields[b"r"].decode().split("\n"))
        return Noted(
            digests=frozenset(each for each in digests if each),
            entries=tuple(entry.decode() for entry, _ in notes),
            is_full=len(notes) >= self._most,
        )

    def forget(self, noted: Noted) -> None:
        """Forget exactly these notes: the archive has erased their readers."""
        with store_errors("forgetting noted erasures"):
            for at in range(0, len(noted.entries), BATCH):
                self._redis.xdel(self._key, *noted.entries[at : at + BATCH])


def digest(reader: ReaderId) -> str:
    """Return what a reader is noted as: the SHA-256 of the id in UTF-8, hexadecimal."""
    return hashlib.sha256(reader.encode()).hexdigest()
