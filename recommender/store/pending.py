"""The queue of articles that wait for embedding, and the step that makes them live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from redis.exceptions import ResponseError

from recommender.clock import Clock
from recommender.domain.brief_records import BriefStatus, StatusChange
from recommender.domain.ids import ArticleId, SiteId
from recommender.errors import QueueFull
from recommender.store.brief_records import change_json
from recommender.store.connection import Redis, script, store_errors
from recommender.store.keys import EMBEDDERS_GROUP, CatalogueKeys
from recommender.store.limits import CatalogueLimits
from recommender.store.vectors import pack_vector

MOST_IN_HAND = 1_000_000
"""Entries of one worker that are looked through for their delivery counts: all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingEntry:
    """One entry of the queue.

    Parameters
    ----------
    deliveries : int
        How often it was handed to a worker, this time included.
    """

    entry: str
    article: ArticleId
    deliveries: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """A queue entry with what its embedding gave.

    Parameters
    ----------
    story : str or None
        Id of the story that the article belongs to, where it is known.
    """

    pending: PendingEntry
    published_at: float
    vector: NDArray[np.float32]
    story: str | None = None


class PendingQueue:
    """The embedding queue of one site, read through a consumer group."""

    def __init__(self, client: Redis, site: SiteId, limits: CatalogueLimits, clock: Clock) -> None:
        self._redis = client
        self._keys = CatalogueKeys(site)
        self._limits = limits
        self._clock = clock
        self._go_live = script(client, "withdraw", "go_live")
        self._give_up = script(client, "withdraw", "give_up")
        self.ensure_group()

    def require_room(self) -> None:
        """See that one more article may be queued.

        Raises
        ------
        QueueFull
            As many wait as may.
        """
        with store_errors("measuring the embedding queue"):
            waiting = int(self._redis.xlen(self._keys.pending))
        if waiting >= self._limits.max_pending:
            raise QueueFull(self._limits.max_pending)

    def take(self, consumer: str, count: int, block_seconds: float = 0.0) -> list[PendingEntry]:
        """Return up to ``count`` entries that nobody has had yet; wait for the first if asked."""
        with store_errors("reading the embedding queue"):
            answer: Any = self._redis.xreadgroup(
                EMBEDDERS_GROUP,
                consumer,
                {self._keys.pending: ">"},
                count=count,
                block=int(block_seconds * 1000) or None,
            )
        return _entries(_of_single_stream(answer))

    def take_over(self, consumer: str, count: int, idle_seconds: float) -> list[PendingEntry]:
        """Return entries that a worker took at least ``idle_seconds`` ago and never finished."""
        with store_errors("taking over a stopped worker's batch"):
            answer: Any = self._redis.xautoclaim(
                self._keys.pending,
                EMBEDDERS_GROUP,
                consumer,
                min_idle_time=int(idle_seconds * 1000),
                count=count,
            )
            entries = _entries(answer[1])
            return self._with_deliveries(consumer, entries) if entries else []

    def finish(self, done: Sequence[Embedded]) -> int:
        """Make embedded articles live and take their entries off the queue, in one script.

        Where the window is over its bound then, the oldest articles leave it. Of those that are
        briefs the published revision is withdrawn, and the story is told anew once there is news of
        it; a brief outlives a source that leaves by age.

        Returns
        -------
        int
            How many became live: fewer than given where newer content is already queued.
        """
        return self._finish(done, "") or 0

    def finish_after(self, position: str, done: Sequence[Embedded]) -> int | None:
        """Do the same, unless an article became live after ``position`` of the change stream.

        So a decision that was taken by what was live then (which story an article belongs to)
        holds when it is written, however many workers there are, and without a lock.

        Returns
        -------
        int or None
            How many became live; None, with nothing done, where another was faster.
        """
        return self._finish(done, position)

    def _finish(self, done: Sequence[Embedded], position: str) -> int | None:
        if not done:
            return 0
        keys = [self._keys.live, self._keys.changes, self._keys.pending]
        args: list[Any] = [
            EMBEDDERS_GROUP,
            self._limits.max_articles,
            self._limits.max_changes,
            self._keys.article_prefix,
            position,
            self._keys.brief_prefix,
            self._withdrawn("its article left by age"),
        ]
        for each in done:
            keys.append(self._keys.article(each.pending.article))
            args += [
                each.pending.article,
                pack_vector(each.vector),
                each.published_at,
                each.pending.entry,
                each.story or "",
            ]
        with store_errors("making articles live"):
            made_live = int(self._go_live(keys=keys, args=args))
        return None if made_live < 0 else made_live

    def drop(self, entries: Sequence[PendingEntry]) -> None:
        """Take entries off the queue whose article was removed meanwhile."""
        if not entries:
            return
        names = [each.entry for each in entries]
        with store_errors("dropping queue entries"), self._redis.pipeline() as pipe:
            pipe.xack(self._keys.pending, EMBEDDERS_GROUP, *names)
            pipe.xdel(self._keys.pending, *names)
            pipe.execute()

    def give_up(self, entry: PendingEntry) -> None:
        """Take an article off the queue that cannot be embedded: keep it as a dead letter first.

        What was never live is forgotten, and withdrawn where it is a brief: its story is told anew
        once a source of it comes or changes, since the same text would fail again. Of what is live,
        the fingerprint is forgotten, so that the same content may be sent again.
        """
        with store_errors("giving up an article"):
            keys = self._keys
            self._give_up(
                keys=[
                    *(keys.article(entry.article), keys.pending, keys.brief(entry.article)),
                    *(keys.live, keys.changes),
                ],
                args=[
                    *(EMBEDDERS_GROUP, entry.entry, entry.article, self._limits.max_changes),
                    self._withdrawn("its article cannot be embedded"),
                ],
            )

    def workers(self, within_seconds: float) -> int:
        """Return how many workers asked for work in the last ``within_seconds``."""
        with store_errors("reading the consumer group"):
            consumers: Any = self._redis.xinfo_consumers(self._keys.pending, EMBEDDERS_GROUP)
        return sum(each["idle"] < within_seconds * 1000 for each in consumers)

    def leave(self, consumer: str) -> None:
        """Take a worker that has nothing in hand out of the group, so that names do not pile up."""
        with store_errors("leaving the consumer group"):
            mine: Any = self._redis.xpending_range(
                self._keys.pending, EMBEDDERS_GROUP, "-", "+", 1, consumer
            )
            if not mine:
                self._redis.xgroup_delconsumer(self._keys.pending, EMBEDDERS_GROUP, consumer)

    def ensure_group(self) -> None:
        """Make the consumer group if it is not there."""
        with store_errors("creating the consumer group"):
            known: Any = (
                self._redis.xinfo_groups(self._keys.pending)
                if self._redis.exists(self._keys.pending)
                else []
            )
            if not any(group["name"] == EMBEDDERS_GROUP.encode() for group in known):
                self._create_group()

    def tidy(self, silent_seconds: float) -> None:
        """Take workers off the group that hold nothing and were silent for so long."""
        with store_errors("reading the consumer group"):
            workers: Any = self._redis.xinfo_consumers(self._keys.pending, EMBEDDERS_GROUP)
            for each in workers:
                if not each["pending"] and each["idle"] > silent_seconds * 1000:
                    self._redis.xgroup_delconsumer(
                        self._keys.pending, EMBEDDERS_GROUP, each["name"]
                    )

    def _withdrawn(self, reason: str) -> bytes:
        return change_json(
            StatusChange(status=BriefStatus.WITHDRAWN, by=None, at=self._clock.now(), reason=reason)
        )

    def _create_group(self) -> None:
        try:
            self._redis.xgroup_create(self._keys.pending, EMBEDDERS_GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):  # another process was faster
                raise

    def _with_deliveries(self, consumer: str, entries: list[PendingEntry]) -> list[PendingEntry]:
        known: Any = self._redis.xpending_range(
            self._keys.pending,
            EMBEDDERS_GROUP,
            entries[0].entry,
            entries[-1].entry,
            MOST_IN_HAND,
            consumer,
        )
        counts = {each["message_id"].decode(): int(each["times_delivered"]) for each in known}
        return [
            PendingEntry(
                entry=each.entry,
                article=each.article,
                deliveries=counts.get(each.entry, 1),
            )
            for each in entries
        ]


def _of_single_stream(answer: Any) -> Any:  # the driver's own nested lists
    return answer[0][1] if answer else []


def _entries(rows: Any) -> list[PendingEntry]:
    return [
        PendingEntry(
            entry=entry.decode(),
            article=ArticleId(fields[b"id"].decode()),
        )
        for entry, fields in rows
        if fields
    ]
