"""Every process's catalogue follows what becomes live and what leaves, and misses nothing."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recommender.bootstrap import Wiring
from recommender.clock import FixedClock
from recommender.domain.ids import ArticleId, SiteId
from recommender.domain.rules import Action, SiteRule, Target
from recommender.errors import StoreError
from recommender.services.asking import Ask
from recommender.services.follower import CatalogueFollower
from recommender.settings import Settings
from recommender.store.articles import ArticleStore
from recommender.store.changes import ChangeStream
from recommender.store.connection import Redis, connect
from recommender.store.embedded import EmbeddedServer
from recommender.store.experiments import ExperimentStore
from recommender.store.keys import CatalogueKeys
from recommender.store.limits import CatalogueLimits
from recommender.store.rules import RuleStore

SITE = SiteId("main")
HELD = SiteRule(action=Action.HOLD_OUT, target=Target.ARTICLE, value="a")
X, Y, Z = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)


def ids(wiring: Any) -> set[str]:
    view = wiring.follower.catalogue.view
    return {view.ids[row] for row in np.flatnonzero(view.alive)}


def until(happened: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.002)
    return True


def test_loading_brings_all_that_is_live_and_nothing_that_waits(
    wiring: Any, make_live: Callable[..., None], submit: Callable[..., Any]
) -> None:
    make_live(wiring, {"a": X, "b": Y}, category="food")
    submit(wiring, ["waiting"])
    changes = ChangeStream(wiring.client, SITE)
    rules = RuleStore(wiring.client, SITE, CatalogueLimits())
    experiments = ExperimentStore(wiring.client, SITE, CatalogueLimits())
    fresh = CatalogueFollower(wiring.article_store, changes, wiring.layout, rules, experiments)
    assert not fresh.is_current
    fresh.load()
    view = fresh.catalogue.view
    assert fresh.is_current
    assert sorted(view.ids) == ["a", "b"]
    assert np.allclose(view.vectors[view.rows[ArticleId("a")]], X)
    assert view.category.name(0) == "food"


def test_the_length_of_vectors_is_learnt_from_the_first_article(
    wiring: Any, submit: Callable[..., Any], embed: Callable[..., int]
) -> None:
    wiring.follower.load()
    assert len(wiring.follower.catalogue) == 0
    assert not wiring.follower.step(0.0)
    submit(wiring, ["a"])
    embed(wiring, {"a": X})
    assert wiring.follower.step(0.0)
    assert wiring.follower.catalogue.view.vectors.shape == (1, 3)


def test_new_changed_and_removed_articles_come_by_steps(
    wiring: Any, make_live: Callable[..., None]
) -> None:
    make_live(wiring, {"a": X, "b": Y})
    make_live(wiring, {"c": Z})
    make_live(wiring, {"a": Z}, summary="changed", category="travel")
    wiring.article_store.remove("b", wiring.clock.now())
    assert wiring.follower.step(0.0)
    assert not wiring.follower.step(0.0)
    view = wiring.follower.catalogue.view
    assert ids(wiring) == {"a", "c"}
    row = view.row(ArticleId("a"))
    assert np.allclose(view.vectors[row], Z)
    assert view.category.name(row) == "travel"
    assert b"changed" in view.cards[row]


def test_an_article_that_left_the_window_leaves_every_catalogue(
    make_wiring: Callable[..., Any], make_live: Callable[..., None]
) -> None:
    wiring = make_wiring(catalogue=CatalogueLimits().model_copy(update={"max_articles": 2}))
    make_live(wiring, {"old": X}, published_at="2025-12-01T00:00:00Z")
    make_live(wiring, {"b": Y})
    make_live(wiring, {"c": Z})
    assert ids(wiring) == {"b", "c"}


def test_falling_behind_a_trimmed_stream_reads_the_catalogue_anew(
    make_wiring: Callable[..., Any], submit: Callable[..., Any], embed: Callable[..., int]
) -> None:
    bounds = CatalogueLimits().model_copy(update={"max_changes": 10})
    wiring = make_wiring(catalogue=bounds)
    submit(wiring, ["first"])
    embed(wiring, {"first": X})
    wiring.follower.load()
    wiring.article_store.remove("first", wiring.clock.now())
    many = {f"a{n}": Y for n in range(400)}
    submit(wiring, list(many))
    embed(wiring, many)
    assert wiring.client.xlen(CatalogueKeys(SITE).changes) < 400
    assert wiring.follower.step(0.0)
    assert ids(wiring) == set(many)
    assert not wiring.follower.step(0.0)


class MeanwhileChanged(ArticleStore):
    """The store, with something happening just after the list of live articles was read."""

    meanwhile: Callable[[], object] = staticmethod(lambda: None)

    def live_ids(self) -> list[ArticleId]:
        found = super().live_ids()
        self.meanwhile()
        return found


@pytest.mark.parametrize("is_empty", [False, True])
def test_a_change_during_the_load_is_not_lost(
    wiring: Any,
    submit: Callable[..., Any],
    embed: Callable[..., int],
    client: Redis,
    is_empty: bool,  # noqa: FBT001
) -> None:
    if not is_empty:
        submit(wiring, ["early", "leaving"])
        embed(wiring, {"early": X, "leaving": Y})
    store = MeanwhileChanged(client, SITE, CatalogueLimits())
    rules = RuleStore(client, SITE, CatalogueLimits())
    experiments = ExperimentStore(client, SITE, CatalogueLimits())
    changes = ChangeStream(client, SITE)
    follower = CatalogueFollower(store, changes, wiring.layout, rules, experiments)

    def meanwhile() -> None:
        store.meanwhile = lambda: None
        submit(wiring, ["late"])
        embed(wiring, {"late": Z})
        wiring.article_store.remove("leaving", wiring.clock.now())

    store.meanwhile = meanwhile
    follower.load()
    while follower.step(0.0):
        pass
    view = follower.catalogue.view
    expected = {"late"} if is_empty else {"early", "late"}
    assert {view.ids[row] for row in np.flatnonzero(view.alive)} == expected


def test_vectors_of_another_length_are_left_out_and_the_rest_is_served(
    wiring: Any, make_live: Callable[..., None], client: Redis
) -> None:
    make_live(wiring, {"a": X, "b": Y})
    client.hset(CatalogueKeys(SITE).article(ArticleId("a")), "vector", b"\x00\x3c")
    wiring.follower.load()
    assert ids(wiring) == {"b"}


@contextmanager
def process(url: str, clock: FixedClock) -> Iterator[Wiring]:
    """Give what one API process holds: a connection and a follower's thread of its own."""
    with connect(url) as client:
        wiring = Wiring(Settings(), client, clock)
        wiring.follower.start()
        try:
            yield wiring
        finally:
            wiring.follower.stop()


def test_a_new_article_is_in_every_process_within_a_second(
    redis_server_url: str,
    wiring: Any,
    clock: FixedClock,
    submit: Callable[..., Any],
    embed: Callable[..., int],
) -> None:
    with ExitStack() as stack:
        processes = [stack.enter_context(process(redis_server_url, clock)) for _ in range(2)]
        for name, vector in (("first", X), ("second", Y)):
            submit(wiring, [name])
            embed(wiring, {name: vector})
            assert until(lambda: all(name in ids(each) for each in processes), seconds=1.0)  # noqa: B023
            slates = [each.feed.feed(Ask(size=10)).slate for each in processes]
            assert all(name in slate.ordering.articles for slate in slates)
        wiring.article_store.remove("first", wiring.clock.now())
        assert until(lambda: all(ids(each) == {"second"} for each in processes), seconds=1.0)


def test_rules_are_loaded_at_the_start_and_come_by_steps(wiring: Any) -> None:
    wiring.rules.replace([HELD])
    wiring.follower.load()
    assert wiring.follower.rules == (HELD,)
    assert not wiring.follower.step(0.0)
    kept = wiring.follower.rules
    wiring.rules.replace([])
    assert wiring.follower.rules is kept
    assert wiring.follower.step(0.0)
    assert wiring.follower.rules == ()


def test_articles_that_come_leave_the_rules_as_they_are(
    wiring: Any, make_live: Callable[..., None]
) -> None:
    wiring.rules.replace([HELD])
    wiring.follower.load()
    kept = wiring.follower.rules
    make_live(wiring, {"a": X})
    make_live(wiring, {"b": Y})
    assert wiring.follower.rules == kept
    assert ids(wiring) == {"a", "b"}


def test_rules_that_cannot_be_read_are_tried_again(wiring: Any, client: Redis) -> None:
    wiring.follower.load()
    wiring.rules.replace([HELD])
    kept = client.get(CatalogueKeys(SITE).rules)
    client.set(CatalogueKeys(SITE).rules, b"[{}]")
    with pytest.raises(StoreError, match="holds no list of rules"):
        wiring.follower.step(0.0)
    assert wiring.follower.rules == ()
    client.set(CatalogueKeys(SITE).rules, kept)
    assert wiring.follower.step(0.0)
    assert wiring.follower.rules == (HELD,)


def test_new_rules_are_in_every_process_within_a_second(
    redis_server_url: str, wiring: Any, clock: FixedClock
) -> None:
    with ExitStack() as stack:
        processes = [stack.enter_context(process(redis_server_url, clock)) for _ in range(2)]
        for rules in ((HELD,), ()):
            wiring.rules.replace(rules)
            assert until(lambda: all(each.follower.rules == rules for each in processes), 1.0)  # noqa: B023


def test_a_follower_outlives_a_restart_of_the_server(
    tmp_path: Path, clock: FixedClock, submit: Callable[..., Any], embed: Callable[..., int]
) -> None:
    with EmbeddedServer(tmp_path) as server, process(server.url, clock) as reader:
        with connect(server.url) as client:
            pid = int(client.info("server")["process_id"])
        os.kill(pid, signal.SIGKILL)
        assert until(lambda: not reader.follower.is_current, seconds=10.0)
        with EmbeddedServer(tmp_path) as again, connect(again.url) as client:
            writer = Wiring(Settings(), client, clock)
            submit(writer, ["a"])
            embed(writer, {"a": X})
            assert until(lambda: reader.follower.is_current and ids(reader) == {"a"}, seconds=10.0)
            reader.follower.stop()
