"""Interactions as they are sent: good ones, bad ones, and both in one batch."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from recommender.domain.ids import ArticleId, EventId, ReaderId
from recommender.domain.interactions import Interaction, Kind, Outcome
from recommender.errors import InvalidInput, TooManyEvents, UnknownArticle
from recommender.feed_request import FeedConfig
from recommender.reranking.exploration import ExplorationConfig
from recommender.services.asking import Ask
from recommender.store.connection import Redis
from recommender.store.events import FUTURE_SECONDS
from recommender.store.keys import ShardKeys
from recommender.store.limits import DAY_SECONDS, ReaderLimits
from recommender.trending.decay import value
from recommender.trending.signals import TOPIC_RATE

NOW = 1_767_225_600.0
WINDOW = 7 * DAY_SECONDS


@pytest.fixture
def site(wiring: Any, world: Callable[[Any], None]) -> Any:
    world(wiring)
    return wiring


def click(
    id: str,  # noqa: A002  # the field's own name
    article: str = "food0",
    reader: str = "anna",
    at: float = NOW,
) -> Interaction:
    return Interaction(
        id=EventId(id),
        reader=ReaderId(reader),
        article=ArticleId(article),
        kind=Kind.CLICK,
        occurred_at=at,
    )


@pytest.mark.parametrize(
    ("at", "outcome"),
    [
        (NOW - WINDOW, Outcome.ACCEPTED),
        (NOW - WINDOW - 1, Outcome.REJECTED),
        (NOW + FUTURE_SECONDS, Outcome.ACCEPTED),
        (NOW + FUTURE_SECONDS + 1, Outcome.REJECTED),
    ],
)
def test_events_are_taken_from_the_window_to_five_minutes_ahead(
    site: Any, at: float, outcome: Outcome
) -> None:
    [answer] = site.interactions.record([click("1", at=at)])
    assert answer.outcome is outcome
    if outcome is Outcome.REJECTED:
        assert isinstance(answer.problem, InvalidInput)
        assert answer.problem.field == "occurred_at"
        assert "from 2025-12-25T00:00:00.000Z (events are taken for 7 days)" in str(answer.problem)


def test_an_unknown_article_is_rejected_by_its_id(site: Any) -> None:
    [answer] = site.interactions.record([click("1", "nowhere")])
    assert answer.outcome is Outcome.REJECTED
    assert isinstance(answer.problem, UnknownArticle)
    assert answer.problem.article_id == "nowhere"


def test_nothing_sent_is_nothing_recorded(site: Any) -> None:
    assert site.interactions.record([]) == []


def test_a_bad_event_never_stops_the_others_and_answers_keep_the_order(
    site: Any, shown: Callable[..., list[str]]
) -> None:
    sent = [
        click("1", "food0", "anna"),
        click("2", "nowhere", "anna"),
        click("3", "travel0", "ben"),
        click("1", "food1", "anna"),
        click("4", "food0", "ben", at=NOW - WINDOW - 5),
        click("1", "science0", "ben"),
    ]
    answers = site.interactions.record(sent)
    assert [each.outcome for each in answers] == [
        "accepted",
        "rejected",
        "accepted",
        "duplicate",
        "rejected",
        "accepted",
    ]
    assert [each.problem is None for each in answers] == [True, False, True, True, False, True]
    shown_to_anna = shown(site, "anna")
    assert "food0" not in shown_to_anna
    assert "food1" in shown_to_anna
    assert not {"travel0", "science0"} & set(shown(site, "ben"))


def test_sending_a_batch_again_changes_nothing_and_says_so(site: Any) -> None:
    sent = [click(str(n), f"food{n}") for n in range(5)]
    site.interactions.record(sent)
    before = [(each.card, each.value) for each in site.trending.top(None, 10)]
    assert {each.outcome for each in site.interactions.record(sent)} == {Outcome.DUPLICATE}
    assert [(each.card, each.value) for each in site.trending.top(None, 10)] == before


def test_one_reader_with_too_many_events_stops_no_other(
    make_wiring: Callable[..., Any], world: Callable[[Any], None]
) -> None:
    wiring = make_wiring(readers=ReaderLimits().model_copy(update={"max_event_ids": 2}))
    world(wiring)
    sent = [click(str(n), reader="greedy") for n in range(3)] + [click("x", reader="ben")]
    answers = wiring.interactions.record(sent)
    assert [each.outcome for each in answers] == ["rejected"] * 3 + ["accepted"]
    assert isinstance(answers[0].problem, TooManyEvents)


def test_an_article_that_still_waits_for_its_embedding_can_be_met(
    site: Any, submit: Callable[..., Any]
) -> None:
    submit(site, ["waiting"], category="food")
    [answer] = site.interactions.record([click("1", "waiting")])
    assert answer.outcome is Outcome.ACCEPTED


def test_the_order_of_arrival_does_not_matter(
    make_wiring: Callable[..., Any], world: Callable[[Any], None]
) -> None:
    sent = [
        click(str(n), f"{topic}{n % 6}", at=NOW - 3_600.0 * n)
        for n, topic in enumerate(["food", "travel", "science", "food"] * 3)
    ]
    # Whoever arrives is paired with what was read last; with all of it, the order is all one.
    settings = {
        "readers": ReaderLimits(co_read_depth=50),
        "feed": FeedConfig(exploration=ExplorationConfig(enabled=False)),
    }
    feeds = []
    for site in ("one", "two"):
        wiring = make_wiring(site=site, **settings)
        world(wiring)
        wiring.interactions.record(sent)
        asked = Ask(reader=ReaderId("anna"), size=10)
        feeds.append(wiring.feed.feed(asked).slate.ordering)
        random.Random(1).shuffle(sent)
    assert feeds[0].articles == feeds[1].articles
    assert feeds[0].scores == pytest.approx(feeds[1].scores)


def test_sites_on_one_server_know_nothing_of_each_other(
    make_wiring: Callable[..., Any], world: Callable[[Any], None], shown: Callable[..., list[str]]
) -> None:
    one, two = make_wiring(site="one"), make_wiring(site="two")
    world(one)
    world(two)
    one.interactions.record([click("1")])
    assert "food0" in shown(two, "anna")
    assert two.trending.top(None, 10) == []
    assert [each.outcome for each in two.interactions.record([click("1")])] == ["accepted"]


def test_attention_counts_for_the_topics_of_articles_live_or_waiting(
    wiring: Any, make_live: Callable[..., None], submit: Callable[..., Any], client: Redis
) -> None:
    about = {"category": "sport", "subcategory": "football", "tags": ["cup", "final"]}
    make_live(wiring, {"live": (1, 0)}, **about)
    submit(wiring, ["waiting"], **(about | {"tags": ["cup"]}))
    for number, article in enumerate(("live", "waiting")):
        wiring.interactions.record([click(str(number), article)])
    levels = dict(client.zrange(ShardKeys(wiring.site, 0).topics, 0, -1, withscores=True))
    counts = {name.decode(): float(value(it, TOPIC_RATE, NOW)) for name, it in levels.items()}
    twice = dict.fromkeys(["", "c:sport", "s:football", "t:cup"], 2.0)
    assert counts == pytest.approx(twice | {"t:final": 1.0})
