from __future__ import annotations

import pytest

from recommender.domain.ids import SiteId
from recommender.domain.rules import Action, SiteRule, Target
from recommender.errors import StoreError
from recommender.store.connection import Redis
from recommender.store.keys import CatalogueKeys
from recommender.store.limits import CatalogueLimits
from recommender.store.rules import RuleStore

KEYS = CatalogueKeys(SiteId("main"))
RULES = (
    SiteRule(action=Action.PIN, target=Target.ARTICLE, value="a", position=2, until=17.5),
    SiteRule(action=Action.BURY, target=Target.SOURCE, value="Le Jour é", amount=0.5),
    SiteRule(action=Action.HOLD_OUT, target=Target.TAG, value="rain"),
)


@pytest.fixture
def store(client: Redis) -> RuleStore:
    return RuleStore(client, SiteId("main"), CatalogueLimits())


def test_a_site_begins_without_rules(store: RuleStore) -> None:
    assert store.get() == ()


def test_rules_are_read_as_they_were_put_and_replaced_as_a_whole(store: RuleStore) -> None:
    store.put(RULES)
    assert store.get() == RULES
    store.put(RULES[1:])
    assert store.get() == RULES[1:]
    store.put(())
    assert store.get() == ()


def test_each_site_has_its_own(store: RuleStore, client: Redis) -> None:
    store.put(RULES)
    assert RuleStore(client, SiteId("other"), CatalogueLimits()).get() == ()


def test_every_put_is_announced_and_the_stream_keeps_its_bound(client: Redis) -> None:
    limits = CatalogueLimits().model_copy(update={"max_changes": 10})
    store = RuleStore(client, SiteId("main"), limits)
    for _ in range(300):
        store.put(RULES)
    assert client.xrevrange(KEYS.changes, count=1)[0][1] == {b"op": b"rules"}
    assert client.xlen(KEYS.changes) < 300


@pytest.mark.parametrize("kept", [b"no JSON", b"{}0", b'["pin"]', b"[{}]", b"7"])
def test_what_is_no_list_of_rules_is_refused(store: RuleStore, client: Redis, kept: bytes) -> None:
    client.set(KEYS.rules, kept)
    with pytest.raises(StoreError, match="holds no list of rules"):
        store.get()
    store.put(RULES)
    assert store.get() == RULES
