"""From articles and interactions to a reader's feed, over real Redis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import orjson
import pytest

from recommender.clock import FixedClock
from recommender.domain.ids import ReaderId
from recommender.domain.readers import Preferences
from recommender.errors import StoreError
from recommender.ranking.features import FEATURE_NAMES
from recommender.services.asking import Ask
from recommender.services.feed import Feed
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


def fed(site: Any, reader: str | None, size: int = 10, **asked: Any) -> Feed:
    who = None if reader is None else ReaderId(reader)
    feed: Feed = site.feed.feed(Ask(reader=who, size=size, **asked))
    return feed


def topics(articles: list[str]) -> list[str]:
    return [each.rstrip("0123456789") for each in articles]


def test_an_unknown_reader_gets_what_trends_and_what_is_fresh_mixed(site: Any, do: Do) -> None:
    for number in range(5):
        do(site, f"crowd-{number}", "click", "travel3")
    feed = fed(site, "stranger", 9)
    assert feed.slate.ordering.articles[0] == "travel3"
    assert feed.shown[0].reason == "Read by many now in travel"
    assert set(topics(list(feed.slate.ordering.articles[:3]))) == set(TOPICS)
    assert not feed.slate.customised
    assert feed.disclosure.label is None
    guest = fed(site, None, 9)
    assert guest.slate.ordering.scores == pytest.approx(feed.slate.ordering.scores)


def test_a_click_is_felt_in_the_next_feed(site: Any, do: Do) -> None:
    assert do(site, "anna", "click", "food5") == ["accepted"]
    feed = fed(site, "anna", 5, diversity=0.0)
    mine = topics(list(feed.slate.ordering.articles))
    assert mine[:3] == ["food"] * 3, "no category has more than .6 of a page"
    assert "food5" not in feed.slate.ordering.articles
    assert feed.slate.customised
    assert feed.shown[0].reason == "Because you read “Title food5”"
    assert feed.slate.ordering.sources[0] == "similar"


def test_readers_of_different_taste_get_different_feeds(site: Any, do: Do) -> None:
    for reader, topic in (("anna", "food"), ("ben", "science")):
        do(site, reader, "like", f"{topic}0", f"{topic}1")
        feed = fed(site, reader, 4, diversity=0.0)
        assert topics(list(feed.slate.ordering.articles[:2])) == [topic] * 2


def test_less_like_this_pushes_its_topic_down(site: Any, do: Do, shown: Shown) -> None:
    do(site, "anna", "less_like_this", "food0")
    assert "food" not in topics(shown(site, "anna", 5))


@pytest.mark.parametrize("kind", ["impression", "click", "save", "hide", "report"])
def test_what_a_reader_met_does_not_come_back_to_that_reader(
    site: Any, do: Do, shown: Shown, kind: str
) -> None:
    do(site, "anna", kind, "food0", "travel0")
    mine = shown(site, "anna")
    assert not {"food0", "travel0"} & set(mine)
    assert len(mine) == 16
    assert len(shown(site, "ben")) == 18


def test_what_was_served_does_not_come_back_either(site: Any, shown: Shown) -> None:
    pages = [shown(site, "anna", 7) for _ in range(3)]
    assert [len(page) for page in pages] == [7, 7, 4]
    assert len({article for page in pages for article in page}) == 18
    assert "You have had all there is" in fed(site, "anna").empty
    assert len(shown(site, None)) == len(shown(site, None)) == 18, "a guest is nobody twice"


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
    feed = fed(site, "anna", 7)
    slate, shown = feed.slate, feed.slate.ordering
    entry, fields = client.xrevrange(ShardKeys(site.site, 0).slates, count=1)[0]
    assert feed.id == f"{entry.decode()}-0-{slate.token}"
    assert orjson.loads(fields[b"s"]) == {
        "token": slate.token,
        "user_id": "anna",
        "created_at": slate.created_at,
        "policy": "weighted@2",
        "variant": None,
        "customised": True,
        "start": 1,
        "schema": slate.schema,
        "language": None,
        "milliseconds": slate.facts.milliseconds,
        "diversity": slate.facts.diversity,
        "ai_share": slate.facts.ai_share,
        "failures": 0,
        "articles": list(shown.articles),
        "scores": shown.scores.tolist(),
        "sources": list(shown.sources),
        "propensities": shown.propensities.tolist(),
        "reasons": [[each.code, each.about] for each in shown.reasons],
        "teams": None,
        "credits": None,
        "features": list(FEATURE_NAMES),
        "contributed": [
            name
            for name, column in zip(FEATURE_NAMES, shown.contributions.T, strict=True)
            if column.any()
        ],
    }
    rows = np.frombuffer(fields[b"f"], "<f4").reshape(7, len(FEATURE_NAMES))
    assert np.array_equal(rows, shown.features)


def test_logged_features_times_the_weights_are_the_scores(site: Any, do: Do) -> None:
    do(site, "anna", "click", "food0", "travel0")
    slate = fed(site, "anna", 10).slate
    weighed = site.settings.feed.weights.model_dump()
    assert weighed.keys() <= set(slate.feature_names)
    weights = [weighed.get(name, 0.0) for name in slate.feature_names]
    parts = slate.ordering.features.astype(float) * weights
    assert slate.ordering.contributions == pytest.approx(parts)
    assert slate.ordering.scores == pytest.approx(parts.sum(axis=1))


def test_the_cards_are_those_of_the_slate_in_its_order(site: Any) -> None:
    feed = fed(site, "anna", 8)
    cards = [orjson.loads(each.card) for each in feed.shown]
    assert tuple(each["id"] for each in cards) == feed.slate.ordering.articles
    assert feed.empty is None


def test_the_same_state_gives_the_same_order_in_every_process(
    site: Any, make_wiring: Callable[..., Any]
) -> None:
    other = make_wiring()
    other.follower.load()
    one, again, elsewhere = (fed(each, None, 12) for each in (site, site, other))
    assert len({one.id, again.id, elsewhere.id}) == 3
    orders = [each.slate.ordering for each in (one, again, elsewhere)]
    assert orders[0].articles == orders[1].articles
    assert orders[0].scores == pytest.approx(orders[2].scores), "equal scores may change places"


def test_newer_interest_outweighs_older(site: Any, clock: FixedClock, do: Do, shown: Shown) -> None:
    do(site, "anna", "like", "food0")
    clock.advance(6 * DAY)
    do(site, "anna", "like", "travel0")
    feed = topics(shown(site, "anna", 5))
    assert feed[0] == "travel"
    assert feed.count("travel") > feed.count("food")


def test_the_feed_has_the_size_that_was_asked_for_or_the_configured_one(
    make_wiring: Callable[..., Any], world: Callable[[Any], None], shown: Shown
) -> None:
    wiring = make_wiring(feed={"size": 5})
    world(wiring)
    assert len(wiring.feed.feed(Ask()).slate.ordering) == 5
    assert len(shown(wiring, None, 1)) == 1
    assert len(shown(wiring, None, 100)) == 18


def test_a_system_without_articles_says_what_to_do(wiring: Any) -> None:
    wiring.follower.load()
    feed = fed(wiring, "anna")
    assert feed.shown == ()
    assert feed.next is None
    assert "No article is live yet" in feed.empty
    assert feed.slate.ordering.features.shape == (0, len(FEATURE_NAMES))


@pytest.mark.parametrize("dwell", [0.0, 0.3])
def test_a_read_that_was_none_leaves_a_sound_feed(site: Any, do: Do, dwell: float) -> None:
    do(site, "anna", "read", "food0", dwell=dwell)
    assert np.isfinite(fed(site, "anna", 20).slate.ordering.scores).all()


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
        assert topics(mine)[0] == "science"
    assert shown(wiring, "stranger")[0] == "science1"


def test_a_source_that_is_turned_off_brings_nothing_on_any_shard(
    make_wiring: Callable[..., Any], world: Callable[[Any], None], do: Do
) -> None:
    sources = ("similar", "session", "next", "co_read", "trend_depth")
    off = dict.fromkeys(sources, 0) | {"explore": {"count": 0}}
    wiring = make_wiring(readers={"shards": 3}, feed={"sources": off})
    world(wiring)
    do(wiring, "anna", "click", "food0")
    for reader in ("anna", "ben", None):
        assert set(fed(wiring, reader, 20).slate.ordering.sources) == {"fresh"}


def test_a_preference_for_no_personalisation_is_kept_to(site: Any, do: Do) -> None:
    do(site, "anna", "like", "food0", "food1")
    put(site, "anna", personalised=False, language="de")
    feed, guest = fed(site, "anna"), fed(site, None)
    assert feed.slate.ordering.articles == guest.slate.ordering.articles
    assert feed.slate.reader is None
    assert (feed.personalised, feed.slate.customised, feed.language) == (False, False, "de")


def test_a_muted_source_is_never_shown(site: Any, make_live: Callable[..., None]) -> None:
    make_live(site, {"loud": (0.0, 0.0, 0.0, 1.0)}, source="Loud Post")
    assert "loud" in fed(site, "ben", 50).slate.ordering.articles
    put(site, "anna", muted_sources=("Loud Post",))
    assert "loud" not in fed(site, "anna", 50).slate.ordering.articles


def put(site: Any, reader: str, **fields: Any) -> None:
    site.readers.choose(ReaderId(reader), Preferences(**fields))


def test_data_of_another_layout_are_refused_at_start(make_wiring: Callable[..., Any]) -> None:
    make_wiring()
    with pytest.raises(StoreError, match="written with shards = 1"):
        make_wiring(readers={"shards": 3})
    with pytest.raises(StoreError, match="written with half_lives_hours"):
        make_wiring(trending={"half_lives_hours": (1.0, 4.0, 24.0)})
