from __future__ import annotations

import threading

import pytest

from recommender.domain.ids import SiteId
from recommender.store.connection import Redis
from recommender.store.experiments import ExperimentStore, Records
from recommender.store.keys import CatalogueKeys
from recommender.store.limits import CatalogueLimits

SITE = SiteId("main")
KEYS = CatalogueKeys(SITE)


@pytest.fixture
def store(client: Redis) -> ExperimentStore:
    return ExperimentStore(client, SITE, CatalogueLimits())


def put(store: ExperimentStore, key: str, record: bytes) -> None:
    store.change(key, lambda _: record)


def told(client: Redis) -> int:
    return len(client.xrange(KEYS.changes))


def test_a_site_begins_without_experiments(store: ExperimentStore) -> None:
    assert store.all() == {}
    assert store.get("dial") is None


def test_records_are_kept_by_key_and_read_in_the_keys_order(store: ExperimentStore) -> None:
    put(store, "wide", b"2")
    put(store, "dial", b"1")
    assert list(store.all().items()) == [("dial", b"1"), ("wide", b"2")]
    assert store.get("wide") == b"2"


def test_each_site_has_its_own(store: ExperimentStore, client: Redis) -> None:
    put(store, "dial", b"1")
    assert ExperimentStore(client, SiteId("other"), CatalogueLimits()).all() == {}


def test_a_change_is_made_of_what_is_there(store: ExperimentStore) -> None:
    put(store, "dial", b"1")
    store.change("dial", lambda kept: kept["dial"] + b"2")
    assert store.get("dial") == b"12"


def test_every_change_is_told_and_the_stream_keeps_its_bound(client: Redis) -> None:
    limits = CatalogueLimits().model_copy(update={"max_changes": 10})
    store = ExperimentStore(client, SITE, limits)
    for number in range(300):
        put(store, "dial", str(number).encode())
    assert client.xrevrange(KEYS.changes, count=1)[0][1] == {b"op": b"experiments"}
    assert client.xlen(KEYS.changes) < 300


def test_what_changes_nothing_is_not_told(store: ExperimentStore, client: Redis) -> None:
    put(store, "dial", b"1")
    put(store, "dial", b"1")
    store.change("none", lambda _: None)
    assert told(client) == 1


def test_one_is_taken_out_by_none_in_its_place(store: ExperimentStore, client: Redis) -> None:
    put(store, "dial", b"1")
    store.change("dial", lambda _: None)
    assert store.all() == {}
    assert told(client) == 2


def test_what_decide_raises_leaves_everything_as_it_was(
    store: ExperimentStore, client: Redis
) -> None:
    def refuse(_: Records) -> bytes:
        raise LookupError

    with pytest.raises(LookupError):
        store.change("dial", refuse)
    assert store.all() == {}
    assert told(client) == 0


def test_it_is_decided_anew_where_any_other_was_changed_meanwhile(store: ExperimentStore) -> None:
    compared: list[list[str]] = []

    def decide(kept: Records) -> bytes:
        compared.append(list(kept))
        if len(compared) == 1:
            put(store, "other", b"1")
        return b"2"

    store.change("dial", decide)
    assert compared == [[], ["other"]]


def test_no_change_is_lost_where_many_are_made_at_once(store: ExperimentStore) -> None:
    def count() -> None:
        for _ in range(20):
            store.change("dial", lambda kept: str(int(kept.get("dial", b"0")) + 1).encode())

    editors = [threading.Thread(target=count) for _ in range(4)]
    for each in editors:
        each.start()
    for each in editors:
        each.join()
    assert store.get("dial") == b"80"


def test_the_newest_results_are_kept_beside_the_record(store: ExperimentStore) -> None:
    put(store, "dial", b"1")
    assert store.results("dial") is None
    store.keep_results("dial", b"old")
    store.keep_results("dial", b"new")
    assert (store.results("dial"), store.get("dial")) == (b"new", b"1")
