"""Snapshots: what is left of an ordering, kept for its further pages.

A snapshot is packed as zlib of: the lengths of its JSON and of its features as uint32,
little-endian, the JSON, the features, then the contributions (see ``store/orderings.py``).
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Any

import orjson

from recommender.domain.ids import ArticleId, ReaderId, SiteId
from recommender.domain.readers import ReaderState
from recommender.domain.slates import NO_SCHEMA, Snapshot
from recommender.store.connection import Redis, script, store_errors
from recommender.store.keys import ShardKeys, shard_of
from recommender.store.limits import ReaderLimits
from recommender.store.orderings import pack_ordering, unpack_ordering
from recommender.store.readers import HOUR_SECONDS, SEEN_HOURS, lines, preferences_of, seen_of

GUESTS = ReaderId("")
"""Whose shard keeps what belongs to no reader: slates and snapshots of guests."""

FAST = 1
"""zlib's quickest level: half the size for a tenth of a millisecond."""

SIZE_BEFORE = 20
"""Page size of snapshots that were kept before they told it."""

_LENGTHS = struct.Struct("<II")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageState:
    """What a further page needs.

    Parameters
    ----------
    reader : ReaderState
        Without history; empty for a guest.
    snapshot : Snapshot or None
        None where it is no longer kept.
    """

    reader: ReaderState
    snapshot: Snapshot | None


class PageStore:
    """The snapshots of one site; ``SlateLog.commit`` writes them."""

    def __init__(self, client: Redis, site: SiteId, limits: ReaderLimits) -> None:
        self._site = site
        self._limits = limits
        self._read = script(client, "read_page")

    def read_page(
        self, reader: ReaderId | None, token: str, seen_hours: float = SEEN_HOURS
    ) -> PageState:
        """Read the snapshot of ``token`` and its reader's lists, in one round trip.

        Parameters
        ----------
        reader : ReaderId or None
            Whose snapshot it is; None for a guest's.
        seen_hours : float
            As for ``ReaderStore.feed_state``.
        """
        keys = ShardKeys(self._site, shard_of(reader or GUESTS, self._limits.shards))
        names = [pages_key(keys, reader, token)]
        if reader is not None:
            names += [keys.preferences(reader), keys.seen(reader), keys.hidden(reader)]
        with store_errors("reading a page"):
            packed, preferences, older, newer, hidden = self._read(
                keys=names, args=[token, seen_hours * HOUR_SECONDS]
            )
        return PageState(
            reader=ReaderState(
                seen=seen_of(older, newer),
                hidden=tuple(map(ArticleId, lines(hidden))),
                preferences=preferences_of(preferences),
            ),
            snapshot=None if packed is None else unpack(packed),
        )


def pages_key(keys: ShardKeys, reader: ReaderId | None, token: str) -> str:
    """Return the key of the hash that keeps the snapshot of ``token``."""
    return keys.guest_pages(token) if reader is None else keys.pages(reader)


def pack(snapshot: Snapshot) -> bytes:
    """Return ``snapshot`` as bytes; see the module for their order."""
    left = pack_ordering(snapshot.left, snapshot.feature_names)
    header = orjson.dumps(
        {
            "token": snapshot.token,
            "user_id": snapshot.reader,
            "created_at": snapshot.created_at,
            "expires_at": snapshot.expires_at,
            "version": snapshot.version,
            "next_position": snapshot.next_position,
            "policy": snapshot.policy,
            "variant": snapshot.variant,
            "customised": snapshot.customised,
            "schema": snapshot.schema,
            **left.columns,
            "shown": snapshot.shown,
            "complete": snapshot.complete,
            "page_size": snapshot.page_size,
            "request": snapshot.request.decode(),
            "failures": snapshot.failures,
        }
    )
    lengths = _LENGTHS.pack(len(header), len(left.features))
    return zlib.compress(lengths + header + left.features + left.contributions, FAST)


def unpack(packed: bytes) -> Snapshot:
    """Return the snapshot that :func:`pack` made into ``packed``."""
    raw = zlib.decompress(packed)
    header_length, features_length = _LENGTHS.unpack_from(raw)
    features_at = _LENGTHS.size + header_length
    contributions_at = features_at + features_length
    header: dict[str, Any] = orjson.loads(raw[_LENGTHS.size : features_at])
    return Snapshot(
        token=header["token"],
        reader=header["user_id"],
        created_at=header["created_at"],
        expires_at=header["expires_at"],
        version=header["version"],
        next_position=header["next_position"],
        policy=header["policy"],
        variant=header["variant"],
        customised=header["customised"],
        left=unpack_ordering(header, raw[features_at:contributions_at], raw[contributions_at:]),
        feature_names=tuple(header["features"]),
        schema=header.get("schema", NO_SCHEMA),
        shown=tuple(header["shown"]),
        complete=header["complete"],
        page_size=header.get("page_size", SIZE_BEFORE),
        request=header["request"].encode(),
        failures=header.get("failures"),
    )
