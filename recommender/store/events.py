"""Interactions in: one script for each reader's events, exactly once or not at all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from recommender.domain.ids import ReaderId, SiteId
from recommender.domain.interactions import Interaction, Kind, Outcome
from recommender.errors import TooManyEvents
from recommender.store.connection import Redis, script, store_errors
from recommender.store.keys import ShardKeys, shard_of
from recommender.store.limits import DAY_SECONDS, ReaderLimits
from recommender.store.readers import READ_CODES, history_member
from recommender.trending.decay import T0
from recommender.trending.ladder import WEIGHTS, TrendingConfig

FUTURE_SECONDS = 300.0
"""How far ahead of this server's clock an event may be dated."""

HIDING = frozenset({Kind.HIDE, Kind.REPORT})
"""Kinds after which the article never comes back to this reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An interaction with the category that its article has at the time of recording."""

    interaction: Interaction
    category: str | None


class EventStore:
    """The interactions of one site."""

    def __init__(
        self, client: Redis, site: SiteId, limits: ReaderLimits, trending: TrendingConfig
    ) -> None:
        self._site = site
        self._limits = limits
        self._trending = trending
        self._record = script(client, "record")

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
        ]
        index = {name: len(names) + i + 1 for i, name in enumerate(categories)}
        names += [keys.trending_in(category) for category in categories]
        args = self._header(keys, now)
        for event in events:
            args += _event_args(event, index, now)
        with store_errors("recording interactions"):
            answers: Any = self._record(keys=names, args=args)
        if answers[0] == -1:
            raise TooManyEvents(
                self._limits.max_event_ids, self._limits.event_window_days * DAY_SECONDS
            )
        return [Outcome.ACCEPTED if answer == 1 else Outcome.DUPLICATE for answer in answers]

    def _header(self, keys: ShardKeys, now: float) -> list[Any]:
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
