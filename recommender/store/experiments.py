"""Definitions of experiments as they are stored, changed by one editor at a time, and announced."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar, cast

from redis.client import Pipeline

from recommender.domain.ids import SiteId
from recommender.store.changes import EXPERIMENTS
from recommender.store.connection import Redis, store_errors
from recommender.store.keys import CatalogueKeys
from recommender.store.limits import CatalogueLimits

Records = Mapping[str, bytes]
"""An experiment's key → its record in JSON."""

R = TypeVar("R", bound=bytes | None)


class ExperimentStore:
    """The experiments of one site: one record in JSON for each."""

    def __init__(self, client: Redis, site: SiteId, limits: CatalogueLimits) -> None:
        self._redis = client
        self._keys = CatalogueKeys(site)
        self._limits = limits

    def get(self, key: str) -> bytes | None:
        """Return the record of one experiment; None where there is none."""
        with store_errors("reading an experiment"):
            kept: Any = self._redis.hget(self._keys.experiments, key)
        return None if kept is None else bytes(kept)

    def all(self) -> Records:
        """Return all records, in the order of their keys."""
        with store_errors("reading the experiments"):
            return _records(self._redis.hgetall(self._keys.experiments))

    def page(self, after: str, limit: int) -> tuple[Records, str | None]:
        """Return the first ``limit`` records whose keys come after one.

        Only the keys of the others are read.

        Returns
        -------
        records
        next : str or None
            The last key, where more follow.
        """
        with store_errors("reading the experiments"):
            kept: Any = self._redis.hkeys(self._keys.experiments)
            keys = sorted(key for key in kept if key > after.encode())
            wanted = keys[:limit]
            found: Any = self._redis.hmget(self._keys.experiments, wanted) if wanted else []
        # What was discarded between the two reads is not there.
        fields = {key: each for key, each in zip(wanted, found, strict=True) if each is not None}
        return _records(fields), wanted[-1].decode() if len(keys) > limit else None

    def results(self, key: str) -> bytes | None:
        """Return the results that were kept last of one experiment; None where there are none."""
        with store_errors("reading an experiment's results"):
            kept: Any = self._redis.hget(self._keys.experiment_results, key)
        return None if kept is None else bytes(kept)

    def keep_results(self, key: str, results: bytes) -> None:
        """Keep an experiment's results in the place of those before."""
        with store_errors("keeping an experiment's results"):
            self._redis.hset(self._keys.experiment_results, key, results)

    def change(self, key: str, decide: Callable[[Records], R]) -> R:
        """Put what ``decide`` makes of all records in the place of one, and tell every process.

        Nothing is written or told where that is what was there.

        Parameters
        ----------
        decide : callable
            Returns the record to keep, or None to keep none. It is asked again, of what is there
            then, where any experiment was changed meanwhile: so what it compared still holds when
            its answer is written.
        """
        queue: Any = partial(self._queue, key, decide)  # the driver's type knows of no value
        with store_errors("changing an experiment"):
            done = self._redis.transaction(queue, self._keys.experiments, value_from_callable=True)
        return cast("R", done)

    def _queue(self, key: str, decide: Callable[[Records], R], pipe: Pipeline) -> R:
        kept = _records(pipe.hgetall(self._keys.experiments))
        record = decide(kept)
        pipe.multi()
        if record == kept.get(key):
            return record
        if record is None:
            pipe.hdel(self._keys.experiments, key)
        else:
            pipe.hset(self._keys.experiments, key, record)
        pipe.xadd(
            self._keys.changes,
            {"op": EXPERIMENTS},
            maxlen=self._limits.max_changes,
            approximate=True,
        )
        return record


def _records(fields: Any) -> Records:
    return {key.decode(): bytes(fields[key]) for key in sorted(fields)}
