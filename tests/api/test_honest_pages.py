"""What is said of further pages, and what is offered beside an article, holds to the rules too."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from recommender.bootstrap import Wiring


def ids(answer: dict[str, Any]) -> list[str]:
    return [shown["article"]["id"] for shown in answer["articles"]]


def publish(newsroom: Any, count: int) -> None:
    for number in range(count):
        newsroom.publish(f"a{number}", number % 7, source=f"S{number % 4}")


def get(http: FlaskClient, **query: Any) -> dict[str, Any]:
    answer = http.get("/v1/feed", query_string=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def test_more_coverage_obeys_rules_mutes_and_filters(
    http: FlaskClient, newsroom: Any, wiring: Wiring
) -> None:
    newsroom.tell("s", "a0", "plain")
    newsroom.tell("s", "held")
    newsroom.tell("s", "muted", source="Loud")
    newsroom.tell("s", "robot", digitalSourceType="trainedAlgorithmicMedia")
    rules = [
        {"action": "hold_out", "article": "held"},
        {"action": "boost", "article": "a0", "amount": 5},
    ]
    assert http.put("/v1/rules", json={"rules": rules}).status_code == 200
    wiring.follower.step(0.0)
    http.put("/v1/users/u/preferences", json={"muted_sources": ["Loud"]})
    (shown,) = get(http, user_id="u", filter='{"generated_with_ai": "exclude"}')["articles"]
    assert [each["id"] for each in shown["story"]["more_coverage"]] == ["plain"]
    (shown,) = get(http)["articles"]
    told = {each["id"]: each["generated_with_ai"] for each in shown["story"]["more_coverage"]}
    assert told == {"plain": None, "muted": None, "robot": True}


@pytest.mark.parametrize("change", ["mute", "hide"])
def test_a_page_that_the_readers_data_changed_says_so(
    http: FlaskClient, newsroom: Any, change: str
) -> None:
    publish(newsroom, 20)
    first = get(http, user_id="m", size=5)
    assert not first["disclosure"]["customised"]
    if change == "mute":
        http.put("/v1/users/m/preferences", json={"muted_sources": ["S0", "S1"]})
    else:
        left = sorted({f"a{number}" for number in range(20)} - set(ids(first)))[:4]
        events = [
            {"id": f"h-{each}", "user_id": "m", "article_id": each, "kind": "hide"}
            | {"occurred_at": "2025-12-31T23:59:00Z"}
            for each in left
        ]
        assert http.post("/v1/interactions", json={"interactions": events}).status_code == 200
    second = get(http, user_id="m", size=5, cursor=first["next"])
    assert second["disclosure"]["customised"]
    assert [label["code"] for label in second["disclosure"]["labels"]] == ["customised"]


def test_who_did_nothing_but_turn_pages_is_told_of_no_customising(
    make_wiring: Any, serve: Any, newsroom_of: Any
) -> None:
    """Also where the pages go on in a new order."""
    wiring = make_wiring(feed={"ahead": 0})
    http = serve(wiring)
    publish(newsroom_of(wiring), 24)
    cursor: dict[str, Any] = {}
    for _ in range(4):
        answer = get(http, user_id="q", size=5, **cursor)
        assert not answer["disclosure"]["customised"]
        cursor = {"cursor": answer["next"]}


def test_two_pins_of_one_story_are_one(http: FlaskClient, newsroom: Any, wiring: Wiring) -> None:
    newsroom.tell("s", "one", "two")
    publish(newsroom, 6)
    rules = [
        {"action": "pin", "article": "one", "position": 1},
        {"action": "pin", "article": "two", "position": 3},
    ]
    http.put("/v1/rules", json={"rules": rules})
    wiring.follower.step(0.0)
    shown = ids(get(http))
    assert shown[0] == "one"
    assert "two" not in shown


def test_reading_what_is_not_live_changes_nothing(
    http: FlaskClient, newsroom: Any, wiring: Wiring
) -> None:
    publish(newsroom, 12)
    for reader in range(8):
        for article in ("a3", "a9"):
            event = {"id": article, "user_id": f"r{reader}", "article_id": article}
            event |= {"kind": "read", "occurred_at": "2025-12-31T23:59:00Z"}
            http.post("/v1/interactions", json=event)
    live = get(http, reading="a9")["articles"]
    assert max(each["contributions"]["co_read"] for each in live) > 0, "while it is live it counts"
    wiring.articles.remove("a9")
    wiring.follower.step(0.0)
    plain, beside = get(http), get(http, reading="a9")
    assert [each["score"] for each in plain["articles"]] == [
        each["score"] for each in beside["articles"]
    ]


def test_a_story_rests_though_the_article_that_was_met_was_removed(
    http: FlaskClient, newsroom: Any, wiring: Wiring
) -> None:
    newsroom.tell("s", "first", "again")
    newsroom.publish("other", 3)
    (met,) = {"first", "again"} & set(ids(get(http, user_id="u")))
    wiring.articles.remove(met)
    wiring.follower.step(0.0)
    assert ids(get(http, user_id="u")) == []
    assert len(ids(get(http))) == 2, "for others it goes on"
