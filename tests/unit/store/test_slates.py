"""Slates are committed whole or not at all, and found again by their id alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import orjson
import pytest

from recommender.domain.ids import ReaderId, SiteId, SlateId
from recommender.domain.slates import NO_SCHEMA, NO_TEAM, Slate, SlateFacts, Snapshot
from recommender.errors import StoreError
from recommender.store.connection import Redis
from recommender.store.keys import ShardKeys, shard_of
from recommender.store.limits import DAY_SECONDS, ReaderLimits
from recommender.store.pages import PageStore
from recommender.store.slates import Committed, Conflict, SlateLog

NOW = 1_767_225_600.0
SITE = SiteId("main")
ANNA = ReaderId("anna")
KEYS = ShardKeys(SITE, 0)
MakeSlate = Callable[..., Slate]
MakeLeft = Callable[..., Snapshot]


@pytest.fixture
def log(client: Redis) -> SlateLog:
    return SlateLog(client, SITE, ReaderLimits())


@pytest.fixture
def pages(client: Redis) -> PageStore:
    return PageStore(client, SITE, ReaderLimits())


def committed(answer: Committed | Conflict) -> SlateId:
    assert isinstance(answer, Committed)
    return answer.id


def test_a_slate_is_logged_in_columns_with_its_rows(
    log: SlateLog, slate: MakeSlate, client: Redis
) -> None:
    log.commit(slate("anna", "a", "b"), None)
    [(_, fields)] = client.xrange(KEYS.slates)
    assert orjson.loads(fields[b"s"]) == {
        "token": "0000000000000001",
        "user_id": "anna",
        "created_at": NOW,
        "policy": "weighted@2",
        "variant": None,
        "customised": True,
        "start": 1,
        "schema": "s1",
        "language": None,
        "articles": ["a", "b"],
        "scores": [1 / 3, 2 / 3 + 1],
        "sources": ["similar", "similar"],
        "propensities": [1.0, 0.5],
        "reasons": [["similar", "Like a"], ["similar", "Like b"]],
        "teams": None,
        "credits": None,
        "features": ["similarity", "freshness"],
        "contributed": ["similarity", "freshness"],
    }
    assert fields[b"a"] == b"0000000000000001\nanna\na\nb"
    assert np.frombuffer(fields[b"f"], "<f4").tolist() == [0, 1, 2, 3]
    assert np.frombuffer(fields[b"c"], "<f8") == pytest.approx([0, 1 / 3, 2 / 3, 1])


def test_what_was_measured_and_who_brought_each_article_is_found_again(
    log: SlateLog, slate: MakeSlate
) -> None:
    facts = SlateFacts(milliseconds=3.25, diversity=None, ai_share=1 / 3, failures=2)
    plain = slate("anna", "a", "b", variant="mix:interleaved", facts=facts, language="de")
    told: dict[str, Any] = {"teams": ("b", NO_TEAM), "credits": (-1 / 3, 0.0)}
    served = replace(plain, ordering=replace(plain.ordering, **told))
    found = log.find(committed(log.commit(served, None)))
    assert found is not None
    assert (found.slate.facts, found.slate.language) == (facts, "de")
    assert found.slate.ordering.teams == ("b", "")
    assert found.slate.ordering.credits == (-1 / 3, 0.0)
    last = found.slate.ordering.take([1])
    assert (last.teams, last.credits) == (("",), (0.0,))
    assert found.slate.variant == "mix:interleaved"


def test_a_slate_that_was_logged_before_slates_told_as_much_is_found(
    log: SlateLog, slate: MakeSlate, client: Redis
) -> None:
    facts = SlateFacts(milliseconds=3.25, diversity=None, ai_share=None, failures=2)
    log.commit(slate("anna", "a", facts=facts, language="de"), None)
    [(_, fields)] = client.xrange(KEYS.slates)
    line = orjson.loads(fields[b"s"])
    for name in ("schema", "language", "failures"):
        del line[name]
    entry = client.xadd(KEYS.slates, fields | {b"s": orjson.dumps(line)}).decode()
    found = log.find(SlateId(f"{entry}-0-{line['token']}"))
    assert found is not None
    assert found.slate.schema == NO_SCHEMA
    assert (found.slate.facts, found.slate.language) == (replace(facts, failures=None), None)


@pytest.mark.parametrize("reader", ["anna", None])
@pytest.mark.parametrize("articles", [("a", "b", "c"), ()])
def test_a_slate_is_found_as_it_was_served(
    log: SlateLog, slate: MakeSlate, reader: str | None, articles: tuple[str, ...]
) -> None:
    served = slate(reader, *articles, variant="b", start=21)
    found = log.find(committed(log.commit(served, None)))
    assert found is not None
    same = {"ordering": served.ordering}
    assert replace(found.slate, **same) == served
    was, now = served.ordering, found.slate.ordering
    assert (now.articles, now.sources, now.reasons) == (was.articles, was.sources, was.reasons)
    for name in ("scores", "propensities", "features"):
        assert np.array_equal(getattr(now, name), getattr(was, name))
    assert now.contributions.shape == was.contributions.shape
    assert now.contributions.sum(axis=1) == pytest.approx(was.scores, abs=1e-6)


@pytest.mark.parametrize(
    "change",
    [
        lambda it: it[:-1] + ("0" if it[-1] != "0" else "1"),
        lambda it: it.replace("-0-0-", "-1-0-"),
        lambda it: it.replace("-0-0-", "-0-1-"),
        lambda it: it.replace("-0-0-", "-99999999999999999999-0-"),
        lambda it: it[1:],
        lambda it: it + "0",
        lambda it: "+" + it,
        lambda it: it.upper().replace("1", "\uff11"),
        lambda _: "",
        lambda _: "nonsense",
    ],
)
def test_no_other_id_finds_a_slate(
    log: SlateLog, slate: MakeSlate, change: Callable[[str], str]
) -> None:
    identifier = committed(log.commit(slate("anna", "a", number=0xABC), None))
    assert "-0-0-" in identifier
    assert log.find(identifier) is not None
    assert log.find(SlateId(change(identifier))) is None


def test_what_is_served_is_seen_from_then_on(
    log: SlateLog, slate: MakeSlate, client: Redis
) -> None:
    log.commit(slate("anna", "a", "b"), None)
    seen = client.zrange(KEYS.seen(ANNA), 0, -1, withscores=True)
    assert seen == [(b"a", NOW), (b"b", NOW)]
    assert 179 * DAY_SECONDS < client.ttl(KEYS.seen(ANNA)) <= 180 * DAY_SECONDS


def test_the_seen_list_stays_bounded(client: Redis, slate: MakeSlate) -> None:
    limits = ReaderLimits().model_copy(update={"max_seen": 2})
    log = SlateLog(client, SITE, limits)
    log.commit(slate("anna", "old", created_at=NOW - 1), None)
    log.commit(slate("anna", "a", "b", number=2), None)
    assert client.zrange(KEYS.seen(ANNA), 0, -1) == [b"a", b"b"]


def test_a_slate_with_an_article_met_meanwhile_is_refused_and_nothing_is_written(
    log: SlateLog,
    slate: MakeSlate,
    left: MakeLeft,
    client: Redis,
    dump: Callable[[], dict[str, bytes]],
) -> None:
    client.zadd(KEYS.seen(ANNA), {"b": NOW, "c": NOW})
    before, made = dump(), slate("anna", "a", "b", "c")
    refused = log.commit(made, left(made, "d"))
    assert refused == Conflict(articles=("b", "c"), stale=False)
    assert dump() == before


def test_a_reader_is_served_no_article_twice_and_another_reader_is(
    log: SlateLog, slate: MakeSlate
) -> None:
    committed(log.commit(slate("anna", "a"), None))
    assert isinstance(log.commit(slate("anna", "a", number=2), None), Conflict)
    committed(log.commit(slate("ben", "a", number=3), None))


def test_of_a_guest_nothing_is_kept_but_the_slate(
    log: SlateLog, slate: MakeSlate, client: Redis
) -> None:
    for number in (1, 2):
        committed(log.commit(slate(None, "a", number=number), None))
    assert list(client.scan_iter()) == [KEYS.slates.encode()]


def test_a_slate_is_in_its_readers_shard_and_a_guests_in_that_of_nobody(
    client: Redis, slate: MakeSlate
) -> None:
    log = SlateLog(client, SITE, ReaderLimits(shards=3))
    readers = (ANNA, None, ReaderId("r5"))
    shards = [shard_of(each or ReaderId(""), 3) for each in readers]
    assert len(set(shards)) > 1
    for number, (reader, shard) in enumerate(zip(readers, shards, strict=True)):
        identifier = committed(log.commit(slate(reader, "a", number=number), None))
        milliseconds, sequence, its_shard, token = identifier.split("-")
        assert (its_shard, token) == (str(shard), f"{number:016x}")
        assert client.xrange(ShardKeys(SITE, shard).slates, f"{milliseconds}-{sequence}")
        found = log.find(identifier)
        assert found is not None
        assert found.slate.reader == reader


def same(one: Snapshot | None, other: Snapshot) -> bool:
    assert one is not None
    arrays = ("scores", "propensities", "features", "contributions")
    return replace(one, left=other.left) == other and all(
        np.array_equal(getattr(one.left, name), getattr(other.left, name)) for name in arrays
    )


@pytest.mark.parametrize("reader", [ANNA, None])
def test_a_snapshot_is_read_as_it_was_left(
    log: SlateLog, pages: PageStore, slate: MakeSlate, left: MakeLeft, reader: ReaderId | None
) -> None:
    served = slate(reader, "a")
    snapshot = left(served, "b", "c", shown=("a",), complete=False)
    committed(log.commit(served, snapshot))
    assert same(pages.read_page(reader, served.token).snapshot, snapshot)
    assert pages.read_page(ReaderId("ben"), served.token).snapshot is None
    assert pages.read_page(reader, "f" * 16).snapshot is None


@pytest.mark.parametrize("reader", [ANNA, None])
def test_each_page_replaces_the_version_before_it_once(
    log: SlateLog, pages: PageStore, slate: MakeSlate, left: MakeLeft, reader: ReaderId | None
) -> None:
    first = slate(reader, "a")
    committed(log.commit(first, left(first, "b", "c", "d")))
    second = slate(reader, "b", number=2)
    after = left(first, "c", "d", version=1)
    committed(log.commit(second, after))
    assert same(pages.read_page(reader, first.token).snapshot, after)
    racing = slate(reader, "c", number=3)
    for version in (0, 1, 3):
        answer = log.commit(racing, left(first, "d", version=version))
        assert answer == Conflict(articles=(), stale=True)
    assert same(pages.read_page(reader, first.token).snapshot, after)
    committed(log.commit(racing, left(first, "d", version=2)))


def test_a_snapshot_that_is_gone_is_stale(
    log: SlateLog, slate: MakeSlate, left: MakeLeft, client: Redis
) -> None:
    first = slate("anna", "a")
    committed(log.commit(first, left(first, "b")))
    client.delete(KEYS.pages(ANNA))
    answer = log.commit(slate("anna", "b", number=2), left(first, version=1, complete=False))
    assert answer == Conflict(articles=(), stale=True)


@pytest.mark.parametrize(("complete", "kept"), [(True, False), (False, True)])
def test_a_snapshot_goes_once_nothing_can_follow(
    log: SlateLog, pages: PageStore, slate: MakeSlate, left: MakeLeft, *, complete: bool, kept: bool
) -> None:
    first = slate("anna", "a")
    committed(log.commit(first, left(first, "b")))
    last = slate("anna", "b", number=2)
    committed(log.commit(last, left(first, version=1, complete=complete)))
    assert (pages.read_page(ANNA, first.token).snapshot is not None) == kept


def test_snapshots_are_bounded_and_those_that_expire_first_leave(
    log: SlateLog, pages: PageStore, slate: MakeSlate, left: MakeLeft, client: Redis
) -> None:
    for number in range(1, 8):
        served = slate("anna", f"a{number}", number=number, created_at=NOW + number)
        committed(log.commit(served, left(served, "b")))
    tokens = [f"{number:016x}" for number in range(1, 8)]
    kept = [each for each in tokens if pages.read_page(ANNA, each).snapshot]
    assert kept == tokens[2:]
    assert client.hlen(KEYS.pages(ANNA)) == 2 * 5
    assert 3_540 < client.ttl(KEYS.pages(ANNA)) <= 3_600


def test_expired_snapshots_make_room_before_living_ones(
    log: SlateLog, pages: PageStore, slate: MakeSlate, left: MakeLeft
) -> None:
    for number, lasts in enumerate((10.0, 5_000.0, 20.0, 5_000.0, 5_000.0)):
        served = slate("anna", f"a{number}", number=number)
        committed(log.commit(served, left(served, "b", expires_at=NOW + lasts)))
    late = slate("anna", "late", number=9, created_at=NOW + 60)
    committed(log.commit(late, left(late, "b")))
    kept = [n for n in (0, 1, 2, 3, 4, 9) if pages.read_page(ANNA, f"{n:016x}").snapshot]
    assert kept == [1, 3, 4, 9]


def test_a_page_is_read_with_what_its_reader_met_and_chose(
    log: SlateLog, pages: PageStore, slate: MakeSlate, left: MakeLeft, client: Redis
) -> None:
    served = slate("anna", "a")
    committed(log.commit(served, left(served, "b")))
    client.zadd(KEYS.hidden(ANNA), {"h": NOW})
    client.zadd(KEYS.seen(ANNA), {"older": NOW - 80 * 3_600, "x": NOW - 3_600})
    chosen: dict[str, Any] = {
        "topics": ["food"],
        "followed_sources": [],
        "muted_sources": ["Daily"],
        "language": "de",
        "personalised": True,
    }
    client.set(KEYS.preferences(ANNA), orjson.dumps(chosen))
    reader = pages.read_page(ANNA, served.token).reader
    assert reader.seen == {"older": 0.0, "x": NOW - 3_600, "a": NOW}
    assert list(reader.seen) == ["older", "x", "a"]
    assert reader.hidden == ("h",)
    assert reader.preferences.muted_sources == ("Daily",)
    assert reader.history == ()
    assert pages.read_page(ANNA, served.token, seen_hours=100.0).reader.seen["older"] > 0.0


def test_a_server_out_of_memory_serves_nothing(
    log: SlateLog,
    slate: MakeSlate,
    left: MakeLeft,
    client: Redis,
    dump: Callable[[], dict[str, bytes]],
) -> None:
    first = slate("anna", "a")
    committed(log.commit(first, left(first, "b")))
    before, made = dump(), slate("anna", "b", number=2)
    client.config_set("maxmemory", 1)
    try:
        with pytest.raises(StoreError, match="logging a slate failed"):
            log.commit(made, left(first, "c", version=1))
    finally:
        client.config_set("maxmemory", 0)
    assert dump() == before
