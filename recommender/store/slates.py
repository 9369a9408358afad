"""Slates out: logged, remembered as seen and kept for further pages in one script, or refused."""

from __future__ import annotations

import hmac
import math
import re
from dataclasses import dataclass
from typing import Any

import orjson

from recommender.domain.ids import ArticleId, SiteId, SlateId
from recommender.domain.slates import NO_SCHEMA, LoggedSlate, Slate, SlateFacts, Snapshot
from recommender.store.connection import Redis, script, store_errors
from recommender.store.keys import ShardKeys, shard_of
from recommender.store.limits import ReaderLimits
from recommender.store.orderings import PackedOrdering, pack_ordering, unpack_ordering
from recommender.store.pages import GUESTS, pack, pages_key

_ID = re.compile(r"([0-9]{1,20}-[0-9]{1,20})-([0-9]{1,4})-([0-9a-f]{16})", re.ASCII)
"""A slate's id: place in the log, shard, token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a slate's id says that it is: an entry of a shard's log, with this token."""

    entry: str
    shard: int
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """The slate is in the log and may be shown."""

    id: SlateId


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Nothing was written: the world moved on since the slate was made.

    Parameters
    ----------
    articles : tuple of ArticleId
        Those of the slate that the reader has met meanwhile.
    stale : bool
        Whether another request took a page of the snapshot, or it is no longer kept.
    """

    articles: tuple[ArticleId, ...]
    stale: bool


class SlateLog:
    """The slate log of one site."""

    def __init__(self, client: Redis, site: SiteId, limits: ReaderLimits) -> None:
        self._redis = client
        self._site = site
        self._limits = limits
        self._serve = script(client, "serve")

    def commit(self, slate: Slate, snapshot: Snapshot | None) -> Committed | Conflict:
        """Write a slate and what it leaves; or nothing, where it would repeat an article.

        Parameters
        ----------
        snapshot : Snapshot or None
            As it is after this slate, for the same reader. Version 0 is new; any other replaces the
            version before it, and is removed where it is complete with nothing left. None: there
            are no further pages.
        """
        shard = shard_of(slate.reader or GUESTS, self._limits.shards)
        keys = ShardKeys(self._site, shard)
        token = slate.token if snapshot is None else snapshot.token
        names = [keys.slates, pages_key(keys, slate.reader, token)]
        if slate.reader is not None:
            names += [keys.seen(slate.reader), keys.met(slate.reader)]
        args = [*self._slate_args(slate), *self._snapshot_args(snapshot), *slate.ordering.articles]
        with store_errors("logging a slate"):
            entry, *refusal = self._serve(keys=names, args=args)
        if entry is None:
            stale, *articles = refusal
            met = tuple(ArticleId(each.decode()) for each in articles)
            return Conflict(articles=met, stale=bool(stale))
        return Committed(id=SlateId(f"{entry.decode()}-{shard}-{slate.token}"))

    def find(self, identifier: SlateId) -> LoggedSlate | None:
        """Return the slate of this id, or None where the log does not, or no longer, hold it."""
        place = place_of(identifier)
        if place is None or place.shard >= self._limits.shards:
            return None
        log = ShardKeys(self._site, place.shard).slates
        with store_errors("reading the slate log"):
            found: Any = self._redis.xrange(log, place.entry, place.entry)
        if not found:
            return None
        slate = slate_of(self._site, found[0][1])
        # The token cannot be guessed, nor may the time of an answer give it away.
        if not hmac.compare_digest(slate.token, place.token):
            return None
        return LoggedSlate(id=identifier, slate=slate)

    def _slate_args(self, slate: Slate) -> list[Any]:
        packed = pack_ordering(slate.ordering, slate.feature_names)
        return [
            f"{slate.created_at:.17g}",
            f"{slate.token}\n{slate.reader or ''}",
            _line(slate, packed),
            packed.features,
            packed.contributions,
            self._limits.max_slates,
            self._limits.max_seen,
            self._limits.reader_ttl_seconds,
        ]

    def _snapshot_args(self, snapshot: Snapshot | None) -> list[Any]:
        ttl = math.ceil(self._limits.page_ttl_seconds)
        if snapshot is None:
            return ["", 0, "", "", ttl, self._limits.max_pages]
        used_up = snapshot.complete and not len(snapshot.left)
        return [
            snapshot.token,
            snapshot.version,
            "" if used_up else pack(snapshot),
            f"{snapshot.expires_at:.17g}",
            ttl,
            self._limits.max_pages,
        ]


def place_of(identifier: SlateId) -> Place | None:
    """Return where a slate of this id would be; None where no slate has such an id."""
    parts = _ID.fullmatch(identifier)
    if parts is None or any(int(number) >= 2**64 for number in parts[1].split("-")):
        return None
    return Place(entry=parts[1], shard=int(parts[2]), token=parts[3])


def _line(slate: Slate, packed: PackedOrdering) -> bytes:
    """Return the logged JSON of a slate."""
    return orjson.dumps(
        {
            "token": slate.token,
            "user_id": slate.reader,
            "created_at": slate.created_at,
            "policy": slate.policy,
            "variant": slate.variant,
            "customised": slate.customised,
            "start": slate.start,
            "schema": slate.schema,
            "language": slate.language,
            **_measured(slate.facts),
            **packed.columns,
        }
    )


def _measured(facts: SlateFacts | None) -> dict[str, float | None]:
    if facts is None:
        return {}
    return {
        "milliseconds": facts.milliseconds,
        "diversity": facts.diversity,
        "ai_share": facts.ai_share,
        "failures": facts.failures,
    }


def slate_of(site: SiteId, fields: dict[bytes, bytes]) -> Slate:
    """Return the slate that an entry of the log holds."""
    line: dict[str, Any] = orjson.loads(fields[b"s"])
    return Slate(
        token=line["token"],
        site=site,
        reader=line["user_id"],
        created_at=line["created_at"],
        policy=line["policy"],
        variant=line["variant"],
        customised=line["customised"],
        start=line["start"],
        ordering=unpack_ordering(line, fields[b"f"], fields[b"c"]),
        feature_names=tuple(line["features"]),
        schema=line.get("schema", NO_SCHEMA),
        facts=_facts_of(line),
        language=line.get("language"),
    )


def _facts_of(line: dict[str, Any]) -> SlateFacts | None:
    if "milliseconds" not in line:  # logged before they were measured
        return None
    return SlateFacts(
        milliseconds=line["milliseconds"],
        diversity=line["diversity"],
        ai_share=line["ai_share"],
        failures=line.get("failures"),
    )
