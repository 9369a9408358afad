"""The stream of changes to a catalogue, its rules and experiments, as API processes follow it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from recommender.domain.ids import ArticleId, SiteId
from recommender.store.connection import Redis, store_errors
from recommender.store.keys import CatalogueKeys

RULES = "rules"
"""What the stream's ``op`` says where the site's rules changed; there is no ``id`` then."""

EXPERIMENTS = "experiments"
"""The same where an experiment was."""

FOLLOW_BATCH = 1_000
"""Changes read in one round trip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What happened to the catalogue since a position of the stream.

    Parameters
    ----------
    position : str
        Where the next read goes on.
    live, gone : tuple of ArticleId
        Ids that became live (or were changed) and ids that left; an id is in one of them only,
        by its last change.
    rules : bool
        Whether the site's rules were replaced.
    experiments : bool
        Whether an experiment was changed.
    """

    position: str
    live: tuple[ArticleId, ...]
    gone: tuple[ArticleId, ...]
    rules: bool
    experiments: bool


class ChangeStream:
    """A site's change stream, read without a consumer group: every process sees every change."""

    def __init__(self, client: Redis, site: SiteId) -> None:
        self._redis = client
        self._key = CatalogueKeys(site).changes

    def position(self) -> str:
        """Return the newest position; read it before loading the catalogue."""
        with store_errors("reading the change stream"):
            newest: Any = self._redis.xrevrange(self._key, count=1)
        return newest[0][0].decode() if newest else "0-0"

    def covers(self, position: str) -> bool:
        """Tell whether every change after ``position`` is still in the stream."""
        with store_errors("reading the change stream"):
            oldest: Any = self._redis.xrange(self._key, count=1)
        if position == "0-0" or not oldest:
            return position == "0-0" and not oldest
        return _order(oldest[0][0].decode()) <= _order(position)

    def since(self, position: str, block_seconds: float) -> Changes:
        """Return changes after ``position``, waiting up to ``block_seconds`` for the first."""
        with store_errors("following the change stream"):
            answer: Any = self._redis.xread(
                {self._key: position}, count=FOLLOW_BATCH, block=int(block_seconds * 1000) or None
            )
        rows = answer[0][1] if answer else []
        last: dict[ArticleId, bool] = {}
        others = set[str]()
        for _, fields in rows:
            op = fields[b"op"].decode()
            if op in {RULES, EXPERIMENTS}:
                others.add(op)
            else:
                last[ArticleId(fields[b"id"].decode())] = op == "live"
        return Changes(
            position=rows[-1][0].decode() if rows else position,
            live=tuple(article for article, is_live in last.items() if is_live),
            gone=tuple(article for article, is_live in last.items() if not is_live),
            rules=RULES in others,
            experiments=EXPERIMENTS in others,
        )


def _order(entry: str) -> tuple[int, int]:
    milliseconds, _, sequence = entry.partition("-")
    return int(milliseconds), int(sequence)
