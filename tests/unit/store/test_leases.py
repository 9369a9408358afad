"""Leases over a real Redis."""

from __future__ import annotations

from recommender.domain.brief_records import brief_id
from recommender.domain.ids import SiteId
from recommender.store.connection import Redis
from recommender.store.leases import BriefLeases


def test_a_lease_is_given_back_by_its_holder_only(client: Redis) -> None:
    leases, name = BriefLeases(client, SiteId("main")), brief_id("s")
    assert leases.take(name, "one", 60.0)
    assert not leases.take(name, "other", 60.0)
    leases.release(name, "other")
    assert not leases.take(name, "other", 60.0)
    leases.release(name, "one")
    assert leases.take(name, "other", 60.0)
