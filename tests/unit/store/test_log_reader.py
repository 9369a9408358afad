from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from recommender.domain.ids import SiteId
from recommender.errors import StoreError
from recommender.store.connection import Redis
from recommender.store.keys import ShardKeys
from recommender.store.limits import ReaderLimits
from recommender.store.log_reader import NO_LOG, PAGE, START, EntryId, Log, LogReader
from recommender.store.slates import SlateLog

SITE = SiteId("main")
SLATES, INTERACTIONS = ShardKeys(SITE, 0).slates, ShardKeys(SITE, 0).interactions
LIMITS = ReaderLimits()


@pytest.fixture
def reader(client: Redis) -> LogReader:
    return LogReader(client, SITE, LIMITS)


def test_a_log_is_read_whole_over_its_pages(
    client: Redis, reader: LogReader, slate: Callable[..., Any]
) -> None:
    log: Any = SlateLog(client, SITE, LIMITS)
    ids = [log.commit(slate(None, "a", number=n), None).id for n in range(PAGE + 3)]
    state = reader.state(Log.SLATES, 0)
    assert state.length == len(ids)
    assert state.last is not None
    read = list(reader.slates(0, START, state.last))
    assert [each.record.id for each in read] == ids
    assert [str(each.id) for each in read] == [each.rsplit("-", 2)[0] for each in ids]
    assert [each.record.slate.token for each in read] == [f"{n:016x}" for n in range(PAGE + 3)]
    assert [each.id for each in reader.slates(0, read[1].id, read[3].id)] == [
        read[2].id,
        read[3].id,
    ]


def test_trimming_removes_exactly_what_is_older(client: Redis, reader: LogReader) -> None:
    for number in range(1, 351):
        client.xadd(INTERACTIONS, {"e": "{}"}, id=f"{number}-0")
    assert reader.trim(Log.INTERACTIONS, 0, EntryId(322, 0)) == 321
    assert reader.trim(Log.INTERACTIONS, 0, EntryId(322, 0)) == 0
    state = reader.state(Log.INTERACTIONS, 0)
    assert (state.first, state.last) == (EntryId(322, 0), EntryId(350, 0))
    if state.added is not None:  # Redis 7 and later
        assert (state.added, state.deleted) == (350, START)


def test_a_log_that_never_was_has_no_state(reader: LogReader) -> None:
    assert reader.state(Log.INTERACTIONS, 0) == NO_LOG


def test_a_foreign_entry_is_named(client: Redis, reader: LogReader) -> None:
    client.xadd(SLATES, {"x": "y"}, id="7-1")
    with pytest.raises(StoreError, match=r"entry 7-1 of nf:\{main:0\}:slates"):
        list(reader.slates(0, START, EntryId(8, 0)))
    client.delete(SLATES)
