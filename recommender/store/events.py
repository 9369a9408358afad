"""Interactions in: one script for each reader's events, exactly once or not at all."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from recommender.domain.ids import ReaderId, SiteId
from recommender.domain.interactions import Interaction, Kind, Outcome
from recommender.domain.signals import BIASES, FAMILIES
from recommender.errors import TooManyEvents
from recommender.store.connection import Redis, script, store_errors
from recommender.store.keys import ShardKeys, shard_of
from recommender.store.limits import DAY_SECONDS, ReaderLimits
from recommender.store.readers import READ_CODES, history_member
from recommender.store.slates import place_of
from recommender.trending.audiences import AUDIENCE_RATE
from recommender.trending.decay import T0
from recommender.trending.ladder import WEIGHTS, TrendingConfig
from recommender.trending.signals import BIAS_RATES, RATES, TOPIC_RATE

FUTURE_SECONDS = 300.0
"""How far ahead of this server's clock an event may be dated."""

_FAMILIES = {
    kind: FAMILIES.index(name) + 1
    for kind, name in (
        (Kind.CLICK, "clicks"),
        (Kind.READ, "views"),
        (Kind.IMPRESSION, "shown"),
    )
}
"""Places of the families that the kinds of interaction are counted in, from 1."""

_LEARNING = b"".join(
    struct.pack("<2d", step, rate) for (step, _), rate in zip(BIASES, BIAS_RATES, strict=True)
)

HIDING = frozenset({Kind.HIDE, Kind.REPORT})
"""Kinds after which the article never comes back to this reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An interaction with what its article is about at the time of recording.

    Parameters
    ----------
    topics : sequence of str
        As of :func:`recommender.trending.signals.topics_of`.
    """

    interaction: Interaction
    category: str | None
    topics: Sequence[str] = ()


class EventStore:
    """The interactions of one site."""

    def __init__(
        self, client: Redis, site: SiteId, limits: ReaderLimits, trending: TrendingConfig
    ) -> None:
        self._site = site
        self._limits = limits
        self._trending = trending
        self._record = script(client, "reader_topics", "audiences", "signals", "record")

    def record(self, reader: ReaderId, events: Sequence[Event], now: float) -> list[Outcome]:
        """Apply all events of one reader in one script.

        Parameters
        ----------
        now : float
            The time of receipt, seconds since the epoch.

        Returns
        -------
        list of Outcome
            ACCEPTED or DUPLICATE for each event, in order.

        Raises
        ------
        TooManyEvents
            The reader's ids would pass ``max_event_ids``; nothing was applied.
        """
        keys = ShardKeys(self._site, shard_of(reader, self._limits.shards))
        categories = list(dict.fromkeys(e.category for e in events if e.category))
        names = [
            keys.history(reader),
            keys.seen(reader),
            keys.hidden(reader),
            keys.events(reader),
            keys.interactions,
            keys.decay,
            keys.trending,
            keys.merged(reader),
            keys.slates,
            keys.signals,
            keys.topics,
            keys.met(reader),
            keys.reader_topics(reader),
            keys.audiences,
        ]
        index = {name: len(names) + i + 1 for i, name in enumerate(categories)}
        names += [keys.trending_in(category) for category in categories]
        args = self._header(keys, reader, now)
        for event in events:
            args += _event_args(event, index, now)
            args += _signal_args(event, keys.shard)
        with store_errors("recording interactions"):
            answers: Any = self._record(keys=names, args=args)
        if answers[0] == -1:
            raise TooManyEvents(
                self._limits.max_event_ids, self._limits.event_window_days * DAY_SECONDS
            )
        return [Outcome.ACCEPTED if answer == 1 else Outcome.DUPLICATE for answer in answers]

    def _header(self, keys: ShardKeys, reader: ReaderId, now: float) -> list[Any]:
        limits, trending = self._limits, self._trending
        return [
            now,
            # An event dated ahead is accepted that much longer, so its id is remembered as long.
            math.ceil(limits.event_window_days * DAY_SECONDS + FUTURE_SECONDS),
            limits.max_event_ids,
            limits.max_history,
            limits.max_seen,
            limits.max_hidden,
            limits.reader_ttl_seconds,
            limits.max_interactions,
            trending.max_articles,
            T0,
            trending.served_rung + 1,
            keys.trending_in(""),
            # Readers are spread evenly: an article trends where each shard has its share.
            f"{math.log(trending.threshold / limits.shards):.17g}",
            READ_CODES,
            f"{limits.co_read_rate:.17g}",
            limits.co_read_depth,
            limits.max_co_read,
            limits.co_read_ttl_seconds,
            keys.co_read_prefix,
            limits.max_signals,
            limits.max_topics,
            f"{TOPIC_RATE:.17g}",
            struct.pack(f"<{len(RATES)}d", *RATES),
            _LEARNING,
            limits.max_reader_topics,
            reader,
            f"{AUDIENCE_RATE:.17g}",
            len(trending.rates),
            *(f"{rate:.17g}" for rate in trending.rates),
        ]


def _event_args(event: Event, index: dict[str, int], now: float) -> list[Any]:
    done = event.interaction
    weight = WEIGHTS.get(done.kind)
    return [
        done.id,
        done.article,
        history_member(done),
        f"{done.occurred_at:.17g}",
        "1" if done.kind in HIDING else "",
        f"{math.log(weight):.17g}" if weight else "",
        index[event.category] if event.category else 0,
        _log_line(done, now),
    ]


def _signal_args(event: Event, shard: int) -> list[Any]:
    done = event.interaction
    place = place_of(done.slate) if done.slate else None
    entry, token = (place.entry, place.token) if place and place.shard == shard else ("", "")
    return [_FAMILIES.get(done.kind, 0), entry, token, "\n".join(event.topics)]


def _log_line(done: Interaction, received_at: float) -> bytes:
    return orjson.dumps(
        {
            "id": done.id,
            "user_id": done.reader,
            "article_id": done.article,
            "kind": done.kind,
            "occurred_at": done.occurred_at,
            "received_at": received_at,
            "dwell_seconds": done.dwell_seconds,
            "slate_id": done.slate,
        }
    )
