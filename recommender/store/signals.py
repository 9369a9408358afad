"""The signals that features are made of, read and merged over a site's shards."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.domain.ids import ArticleId, ReaderId, SiteId
from recommender.domain.signals import (
    ALL,
    BIASES,
    FAMILIES,
    RUNGS_HOURS,
    TASTE_NUMBERS,
    Audiences,
    Signals,
    TopicCounts,
    no_audiences,
)
from recommender.store.connection import Redis, store_errors
from recommender.store.keys import ShardKeys, shard_of
from recommender.store.limits import ReaderLimits
from recommender.trending.audiences import merged_audiences
from recommender.trending.signals import BIAS_RATES, reader_signals

_LEVELS = len(FAMILIES) * len(RUNGS_HOURS)
_BIASES = slice(_LEVELS, _LEVELS + len(BIASES))
_BIASED_AT, _FIRST_SHOWN = _BIASES.stop, _BIASES.stop + 1
_WIDTH = _FIRST_SHOWN + 1
_NOTHING = np.repeat([-np.inf, 0.0, np.nan], [_LEVELS, len(BIASES), 2]).astype("<f8").tobytes()

_MET = np.dtype([("counts", "<u2", 2), ("seconds", "<u4", 3)])
_NEVER = bytes(_MET.itemsize)
_TOPIC = struct.Struct("<3I")

_AUDIENCE = np.dtype([("second", "<f8"), ("count", "<f8"), ("tastes", "<f4", (TASTE_NUMBERS,))])
_NOBODY = struct.pack("<d", np.nan).ljust(_AUDIENCE.itemsize, b"\0")

Rows = NDArray[np.float64]
"""Rows of signals, shape (n, 21): levels, biases, since when these fade, when first shown."""


class SignalStore:
    """The signals of one site."""

    def __init__(self, client: Redis, site: SiteId, limits: ReaderLimits) -> None:
        self._redis = client
        self._shards = [ShardKeys(site, shard) for shard in range(limits.shards)]

    def of(
        self, reader: ReaderId | None, articles: Sequence[ArticleId], topics: Sequence[str]
    ) -> Signals:
        """Return what is counted now of ``articles`` and ``topics``, in one round trip.

        Parameters
        ----------
        reader : ReaderId or None
            Whose own signals are read; None for a guest, then no key of any reader is touched.
        """
        names = list(dict.fromkeys([ALL, *topics]))
        answers = self._read(reader, articles, names)
        shards = len(self._shards)
        rows = merged_rows([_rows(packed) for packed in answers[:shards]])
        return Signals(
            levels=rows[1:, :_LEVELS].reshape(-1, len(FAMILIES), len(RUNGS_HOURS)),
            site_levels=rows[0, :_LEVELS].reshape(len(FAMILIES), len(RUNGS_HOURS)),
            biases=rows[1:, _BIASES],
            biased_at=rows[1:, _BIASED_AT],
            first_shown=rows[1:, _FIRST_SHOWN],
            audiences=no_audiences(len(articles))
            if reader is None
            else audiences_of(answers[2 * shards : -2]),
            topics=_topics(names, answers[shards : 2 * shards]),
            own=None if reader is None else reader_signals(own_of(answers[-2][1:])),
            own_topics={} if reader is None else _own_topics(answers[-1]),
        )

    def _read(
        self, reader: ReaderId | None, articles: Sequence[ArticleId], topics: list[str]
    ) -> list[Any]:
        """Return rows and then topics of each shard, the whole site's first.

        And then, unless for a guest, the audiences of each shard, the whole site's last, and the
        reader's records of articles and of topics.
        """
        fields = [ALL, *articles]
        with store_errors("reading signals"), self._redis.pipeline(transaction=False) as pipe:
            for keys in self._shards:
                pipe.hmget(keys.signals, fields)
            for keys in self._shards:
                pipe.zmscore(keys.topics, topics)
            if reader is not None:
                for keys in self._shards:
                    pipe.hmget(keys.audiences, [*articles, ALL])
                own = self._shards[shard_of(reader, len(self._shards))]
                pipe.hmget(own.met(reader), fields)
                pipe.hgetall(own.reader_topics(reader))
            return pipe.execute()


def merged_rows(parts: Sequence[Rows]) -> Rows:
    """Return the rows of n articles from those of each shard.

    Levels add up exactly. Each shard's biases were learnt from its own readers: their steps add up,
    faded to one second, as those of one shard would where they are small.
    """
    if len(parts) == 1:
        return parts[0]
    stacked = np.stack(parts)
    merged = np.empty_like(parts[0])
    merged[:, :_LEVELS] = np.logaddexp.reduce(stacked[:, :, :_LEVELS], axis=0)
    biased_at = np.fmax.reduce(stacked[:, :, _BIASED_AT], axis=0)
    since = np.fmax(0.0, biased_at - stacked[:, :, _BIASED_AT])  # 0 where nothing was learnt
    fading = np.exp(-since[:, :, np.newaxis] * np.array(BIAS_RATES))
    merged[:, _BIASES] = (stacked[:, :, _BIASES] * fading).sum(axis=0)
    merged[:, _BIASED_AT] = biased_at
    merged[:, _FIRST_SHOWN] = np.fmin.reduce(stacked[:, :, _FIRST_SHOWN], axis=0)
    return merged


def audiences_of(parts: Sequence[Sequence[bytes | None]]) -> Audiences:
    """Return the audiences of n articles from the records of each shard, the site's last."""
    joined = b"".join(each or _NOBODY for part in parts for each in part)
    found = np.frombuffer(joined, _AUDIENCE).reshape(len(parts), -1)
    return merged_audiences(found["second"], found["count"], found["tastes"])


def own_of(records: Sequence[bytes | None]) -> NDArray[np.float64]:
    """Return a reader's records of n articles as numbers, shape (n, 5) float64.

    Times shown, clicks, first and last shown and last clicked; a second of 0 means never.
    """
    packed = np.frombuffer(b"".join(each or _NEVER for each in records), _MET)
    return np.concatenate([packed["counts"], packed["seconds"]], axis=1, dtype=np.float64)


def topic_counts(record: bytes) -> TopicCounts:
    """Return what a reader did with articles of a topic."""
    return TopicCounts(*_TOPIC.unpack(record))


def _rows(packed: Sequence[bytes | None]) -> Rows:
    joined = b"".join(each or _NOTHING for each in packed)
    return np.frombuffer(joined, "<f8").reshape(len(packed), _WIDTH)


def _topics(names: Sequence[str], parts: Sequence[Sequence[float | None]]) -> dict[str, float]:
    levels = np.array(parts, np.float64)  # NaN for none
    merged = np.logaddexp.reduce(np.where(np.isnan(levels), -np.inf, levels), axis=0)
    return {
        name: level for name, level in zip(names, merged.tolist(), strict=True) if level > -np.inf
    }


def _own_topics(records: dict[bytes, bytes]) -> dict[str, TopicCounts]:
    return {name.decode(): topic_counts(record) for name, record in records.items()}
