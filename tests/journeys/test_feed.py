"""From articles and interactions to a reader's feed, over real Redis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import orjson
import pytest

from recommender.clock import FixedClock
from recommender.errors import StoreError
from recommender.ranking.features import FEATURE_NAMES
from recommender.store.cards import instant_text
from recommender.store.connection import Redis
from recommender.store.keys import ShardKeys

Do = Callable[..., list[str]]
Shown = Callable[..., list[str]]

TOPICS = ("food", "travel", "science")
DAY = 86_400.0


@pytest.fixture
def site(wiring: Any, world: Callable[[Any], None]) -> Any:
    """Give a site with six live articles of each of three topics."""
    world(wiring)
    return wiring


def topics(articles: list[str]) -> list[str]:
    return [each.rstrip("0123456789") for each in articles]


def test_an_unknown_reader_gets_what_trends_and_what_is_fresh_mixed(
    site: Any, do: Do, shown: Shown
) -> None:
    for number in range(5):
        do(site, f"crowd-{number}", "click", "travel3")
    feed = site.feed.feed("stranger", 9)
    articles = [each.article for each in feed.slate.impressions]
    assert articles[0] == "travel3"
    assert feed.slate.impressions[0].reason.text == "Read by many now in travel"
    assert set(topics(articles[:3])) == set(topics(articles[3:6])) == set(TOPICS)
    assert {each.source for each in feed.slate.impressions} == {"trending", "fresh"}
    assert not feed.slate.personalised
    assert shown(site, None, 9) == articles, "a guest is a reader of whom nothing is known"


def test_a_click_is_felt_in_the_next_feed(site: Any, do: Do) -> None:
    assert do(site, "anna", "click", "food5") == ["accepted"]
    slate = site.feed.feed("anna", 5).slate
    articles = [each.article for each in slate.impressions]
    assert articles == ["food4", "food3", "food2", "food1", "food0"]
    assert slate.personalised
    assert {each.source for each in slate.impressions} == {"similar"}
    assert slate.impressions[0].reason.text == "Because you read “Title food5”"


def test_readers_of_different_taste_get_different_feeds(site: Any, do: Do, shown: Shown) -> None:
    do(site, "anna", "like", "food0", "food1")
    do(site, "ben", "like", "science0", "science1")
    assert set(topics(shown(site, "anna", 4))) == {"food"}
    assert set(topics(shown(site, "ben", 4))) == {"science"}


def test_less_like_this_sends_its_topic_to_the_end(site: Any, do: Do, shown: Shown) -> None:
    do(site, "anna", "less_like_this", "food0")
    assert topics(shown(site, "anna"))[-5:] == ["food"] * 5


@pytest.mark.parametrize("kind", ["impression", "click", "save", "hide", "report"])
def test_what_a_reader_met_does_not_come_back_to_that_reader(
    site: Any, do: Do, shown: Shown, kind: str
) -> None:
    do(site, "anna", kind, "food0", "travel0")
    assert not {"food0", "travel0"} & set(shown(site, "anna"))
    assert len(shown(site, "anna")) == 16
    assert len(shown(site, "ben")) == 18


def test_an_article_is_shown_from_its_publication_until_it_expires(
    wiring: Any, clock: FixedClock, make_live: Callable[..., None], shown: Shown
) -> None:
    soon, late = instant_text(clock.now() + 60), instant_text(clock.now() + 120)
    make_live(wiring, {"a": (1.0, 0.0)}, published_at=soon, expires_at=late)
    make_live(wiring, {"b": (0.0, 1.0)})
    assert shown(wiring, None) == ["b"]
    clock.advance(60)
    assert shown(wiring, None) == ["a", "b"]
    clock.advance(60)
    assert shown(wiring, None) == ["b"]


def test_a_removed_article_is_in_no_feed(site: Any, do: Do, shown: Shown) -> None:
    do(site, "crowd", "click", "food0")
    site.articles.remove("food0")
    site.follower.step(0.0)
    assert "food0" not in shown(site, None)
    assert "food0" not in [orjson.loads(each.card)["id"] for each in site.trending.top(None, 50)]


def test_a_slate_is_in_the_log_as_it_was_answered(site: Any, do: Do, client: Redis) -> None:
    do(site, "anna", "click", "food0")
    slate = site.feed.feed("anna", 7).slate
    fields = client.xrevrange(ShardKeys(site.site, 0).slates, count=1)[0][1]
    logged = orjson.loads(fields[b"s"])
    assert logged == {
        "slate_id": slate.id,
        "user_id": "anna",
        "created_at": slate.created_at,
        "policy": "weighted@1",
        "variant": None,
        "personalised": True,
        "articles": [each.article for each in slate.impressions],
        "scores": [each.score for each in slate.impressions],
        "sources": [each.source for each in slate.impressions],
        "propensities": [1.0] * 7,
        "features": list(FEATURE_NAMES),
    }
    rows = np.frombuffer(fields[b"f"], "<f4").reshape(7, len(FEATURE_NAMES))
    assert np.array_equal(rows, slate.features)


def test_logged_features_times_the_weights_are_the_scores(site: Any, do: Do) -> None:
    do(site, "anna", "click", "food0", "travel0")
    slate = site.feed.feed("anna", 10).slate
    weights = [getattr(site.settings.feed.weights, name) for name in slate.feature_names]
    for row, shown in zip(slate.features, slate.impressions, strict=True):
        assert [name for name, _ in shown.contributions] == list(slate.feature_names)
        parts = [part for _, part in shown.contributions]
        assert parts == pytest.approx(row.astype(float) * weights)
        assert shown.score == pytest.approx(sum(parts))
    assert [each.position for each in slate.impressions] == list(range(1, 11))


def test_the_cards_are_those_of_the_slate_in_its_order(site: Any) -> None:
    feed = site.feed.feed("anna", 8)
    cards = [orjson.loads(each) for each in feed.cards]
    assert [each["id"] for each in cards] == [each.article for each in feed.slate.impressions]
    assert feed.empty is None


def test_the_same_state_gives_the_same_slate_in_every_process(
    site: Any, make_wiring: Callable[..., Any], do: Do
) -> None:
    do(site, "anna", "click", "food0", "science3")
    other = make_wiring()
    other.follower.load()
    one, again, elsewhere = (each.feed.feed("anna", 12).slate for each in (site, site, other))
    assert len({one.id, again.id, elsewhere.id}) == 3
    assert one.impressions == again.impressions == elsewhere.impressions


def test_newer_interest_outweighs_older(site: Any, clock: FixedClock, do: Do, shown: Shown) -> None:
    do(site, "anna", "like", "food0")
    clock.advance(6 * DAY)
    do(site, "anna", "like", "travel0")
    feed = topics(shown(site, "anna", 5))
    assert feed == ["travel"] * 5


def test_the_feed_has_the_size_that_was_asked_for_or_the_configured_one(
    make_wiring: Callable[..., Any], world: Callable[[Any], None], shown: Shown
) -> None:
    wiring = make_wiring(feed={"size": 5})
    world(wiring)
    assert len(wiring.feed.feed("anna", None).slate.impressions) == 5
    assert len(shown(wiring, "anna", 1)) == 1
    assert len(shown(wiring, "anna", 100)) == 18


def test_a_system_without_articles_says_what_to_do(wiring: Any) -> None:
    wiring.follower.load()
    feed = wiring.feed.feed("anna", 10)
    assert feed.cards == ()
    assert "No article is live yet" in feed.empty
    assert feed.slate.features.shape == (0, len(FEATURE_NAMES))


def test_a_reader_who_met_everything_is_told_so(site: Any, do: Do, shown: Shown) -> None:
    do(site, "anna", "impression", *shown(site, "anna"))
    feed = site.feed.feed("anna", 10)
    assert feed.cards == ()
    assert "seen, or hidden, every article" in feed.empty


@pytest.mark.parametrize("dwell", [0.0, 0.3])
def test_a_read_that_was_none_leaves_a_sound_feed(site: Any, do: Do, dwell: float) -> None:
    do(site, "anna", "read", "food0", dwell=dwell)
    slate = site.feed.feed("anna", 20).slate
    assert np.isfinite([each.score for each in slate.impressions]).all()
    assert not slate.personalised


def test_readers_over_three_shards_are_served_alike(
    make_wiring: Callable[..., Any], world: Callable[[Any], None], do: Do, shown: Shown
) -> None:
    wiring = make_wiring(readers={"shards": 3})
    world(wiring)
    for reader in ("anna", "ben", "cleo", "dora", "emil"):
        do(wiring, reader, "click", "science1")
        do(wiring, reader, "impression", "science0")
        mine = shown(wiring, reader)
        assert not {"science0", "science1"} & set(mine)
        assert topics(mine)[:4] == ["science"] * 4
    assert shown(wiring, "stranger")[0] == "science1"


def test_a_source_that_is_turned_off_brings_nothing_on_any_shard(
    make_wiring: Callable[..., Any], world: Callable[[Any], None], do: Do
) -> None:
    wiring = make_wiring(readers={"shards": 3}, feed={"sources": {"trending": 0, "similar": 0}})
    world(wiring)
    do(wiring, "anna", "click", "food0")
    for reader in ("anna", "ben", None):
        slate = wiring.feed.feed(reader, 20).slate
        assert {each.source for each in slate.impressions} == {"fresh"}


def test_data_of_another_layout_are_refused_at_start(make_wiring: Callable[..., Any]) -> None:
    make_wiring()
    with pytest.raises(StoreError, match="written with shards = 1"):
        make_wiring(readers={"shards": 3})
    with pytest.raises(StoreError, match="written with half_lives_hours"):
        make_wiring(trending={"half_lives_hours": (1.0, 4.0, 24.0)})
