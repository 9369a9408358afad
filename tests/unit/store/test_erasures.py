"""Erasures noted for the archive: without a name, and until they are forgotten."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from recommender.domain.ids import ReaderId, SiteId
from recommender.store.connection import Redis
from recommender.store.erasures import ErasureNotes, digest
from recommender.store.keys import CatalogueKeys
from recommender.store.limits import ReaderLimits

SITE = SiteId("main")
KEY = CatalogueKeys(SITE).erasures
ANNA, BEN, CARLA = (ReaderId(name) for name in ("anna", "ben", "carla"))


@pytest.fixture
def make_notes(client: Redis) -> Callable[..., ErasureNotes]:
    """Give a maker of notes; their bound may be smaller than settings allow."""
    return lambda **bounds: ErasureNotes(client, SITE, ReaderLimits().model_copy(update=bounds))


@pytest.fixture
def notes(make_notes: Callable[..., ErasureNotes]) -> ErasureNotes:
    """Give the notes of a site that has an archive."""
    notes = make_notes()
    notes.begin()
    return notes


def test_nothing_is_noted_for_a_site_without_archive(
    make_notes: Callable[..., ErasureNotes], client: Redis
) -> None:
    notes = make_notes()
    notes.add([ANNA])
    assert list(client.scan_iter()) == []
    assert notes.waiting().digests == frozenset()


def test_who_was_erased_is_noted_by_the_digest_of_the_id(
    notes: ErasureNotes, client: Redis
) -> None:
    notes.add([ANNA, BEN])
    notes.add([CARLA])
    assert notes.waiting().digests == {digest(ANNA), digest(BEN), digest(CARLA)}
    assert digest(ANNA) == hashlib.sha256(b"anna").hexdigest()
    assert b"anna" not in b"".join(each[b"r"] for _, each in client.xrange(KEY))


def test_exactly_what_was_told_is_forgotten(notes: ErasureNotes) -> None:
    notes.add([ANNA])
    told = notes.waiting()
    notes.add([ANNA, BEN])
    notes.forget(told)
    assert notes.waiting().digests == {digest(ANNA), digest(BEN)}
    notes.forget(notes.waiting())
    notes.forget(notes.waiting())
    assert notes.waiting().digests == frozenset()
    notes.begin()
    notes.add([CARLA])
    assert notes.waiting().digests == {digest(CARLA)}, "it is still noted when all was forgotten"


def test_notes_are_bounded_and_it_is_told_that_some_may_be_gone(
    make_notes: Callable[..., ErasureNotes], client: Redis
) -> None:
    notes = make_notes(max_erasures=10)
    notes.begin()
    for number in range(9):
        notes.add([ReaderId(str(number))])
    assert not notes.waiting().is_full
    for number in range(9, 500):
        notes.add([ReaderId(str(number))])
    assert notes.waiting().is_full
    assert digest(ReaderId("499")) in notes.waiting().digests
    assert client.xlen(KEY) < 250


def test_a_server_out_of_memory_notes_an_erasure(notes: ErasureNotes, client: Redis) -> None:
    client.config_set("maxmemory", 1)
    try:
        notes.add([ANNA])
    finally:
        client.config_set("maxmemory", 0)
    assert notes.waiting().digests == {digest(ANNA)}
