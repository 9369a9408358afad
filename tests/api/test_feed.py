"""``GET /v1/feed``: who gets what, and what is said of each article."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient

from recommender.bootstrap import Wiring


def ids(answer: dict) -> list[str]:
    return [shown["article"]["id"] for shown in answer["articles"]]


def click(http: FlaskClient, reader: str, article: str, kind: str = "click") -> None:
    event = {"id": f"{reader}-{article}-{kind}", "user_id": reader, "article_id": article}
    event |= {"kind": kind, "occurred_at": "2025-12-31T23:59:00Z"}
    assert http.post("/v1/interactions", json=event).status_code == 200


def test_an_empty_site_says_why_its_feed_is_empty(http: FlaskClient) -> None:
    answer = http.get("/v1/feed").json
    assert answer["articles"] == []
    assert "No article is live yet" in answer["empty"]


def test_a_guest_gets_what_is_live_and_is_told_so(http: FlaskClient, newsroom: Any) -> None:
    newsroom.publish("rain", 0, category="environment")
    newsroom.publish("goal", 1, category="football")
    answer = http.get("/v1/feed").json
    assert sorted(ids(answer)) == ["goal", "rain"]
    assert answer["user_id"] is None
    assert answer["personalised"] is False
    assert answer["site"] == "main"
    assert answer["generated_at"] == "2026-01-01T00:00:00.000Z"
    assert answer["empty"] is None


def test_a_click_is_felt_in_the_next_feed(http: FlaskClient, newsroom: Any) -> None:
    """The clicked article is left out as seen; its neighbour leads, and names it as the reason."""
    for name, *axes in (("rain", 0), ("flood", 0, 2), ("goal", 1), ("match", 1, 3)):
        newsroom.publish(name, *axes)
    click(http, "ada", "rain")
    answer = http.get("/v1/feed?user_id=ada").json
    assert answer["personalised"] is True
    assert ids(answer)[0] == "flood"
    assert "rain" not in ids(answer)
    reason = answer["articles"][0]["reason"]
    assert reason["code"] == "similar"
    assert "“Title rain”" in reason["text"]


def test_positions_count_from_one_and_contributions_sum_to_the_score(
    http: FlaskClient, newsroom: Any
) -> None:
    for number in range(5):
        newsroom.publish(f"a{number}", number, category=f"c{number % 2}")
    shown = http.get("/v1/feed?user_id=ada&size=3").json["articles"]
    assert [each["position"] for each in shown] == [1, 2, 3]
    for each in shown:
        assert math.isclose(sum(each["contributions"].values()), each["score"], abs_tol=1e-9)


def test_the_card_is_the_stored_one(http: FlaskClient, newsroom: Any, wiring: Wiring) -> None:
    newsroom.publish("rain", title="Rain “at last” é", tags=["wet"], body="Long text")
    (shown,) = http.get("/v1/feed").json["articles"]
    stored = wiring.articles.get("rain")
    assert shown["article"] == orjson.loads(stored.card)
    assert "body" not in shown["article"]


def test_a_reader_who_has_met_everything_is_told_so(http: FlaskClient, newsroom: Any) -> None:
    newsroom.publish("rain")
    click(http, "ada", "rain", "hide")
    answer = http.get("/v1/feed?user_id=ada").json
    assert answer["articles"] == []
    assert "seen, or hidden, every article" in answer["empty"]


def test_the_slate_is_logged_before_it_is_sent(
    http: FlaskClient, newsroom: Any, wiring: Wiring
) -> None:
    newsroom.publish("rain")
    answer = http.get("/v1/feed?user_id=ada").json
    ((_, logged),) = wiring.client.xrange("nf:{main:0}:slates")
    assert orjson.loads(logged[b"s"])["slate_id"] == answer["slate_id"]


def test_size_is_the_sites_setting_unless_asked_for(
    make_wiring: Callable[..., Wiring], serve: Any, newsroom_of: Any
) -> None:
    wiring = make_wiring(feed={"size": 2})
    http = serve(wiring)
    for number in range(4):
        newsroom_of(wiring).publish(f"a{number}", number)
    assert len(http.get("/v1/feed").json["articles"]) == 2
    assert len(http.get("/v1/feed?size=3").json["articles"]) == 3


def test_no_cache_keeps_a_feed(http: FlaskClient) -> None:
    assert http.get("/v1/feed").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("query", "field", "limit"),
    [
        ("size=0", "size", "greater than or equal to 1"),
        ("size=101", "size", "less than or equal to 100"),
        ("size=", "size", "valid integer"),
        ("size=ten", "size", "valid integer"),
        ("size=" + "9" * 3000, "size", "less than or equal to 100"),
        ("size=NaN", "size", "valid integer"),
        ("size=5&size=6", "size", "given once at most"),
        ("size=" + "9" * 5000, "size", "integer"),
        ("user_id=", "user_id", "at least 1 character"),
        ("user_id=" + "x" * 129, "user_id", "at most 128 characters"),
        ("user_id=two%20words", "user_id", "1 to 128 visible characters"),
        ("user_id=a%00b", "user_id", "1 to 128 visible characters"),
        ("user_id=%7Bmain%7D", "user_id", "1 to 128 visible characters"),
        ("user_id=%ff", "query", "UTF-8"),
        ("user_id=%ED%A0%80", "query", "UTF-8"),
        ("userid=ada", "userid", "unknown field"),
        ("&".join(f"p{n}=1" for n in range(60)), "query", "at most 50 parameters"),
    ],
)
def test_a_bad_parameter_is_named_with_its_limit(
    http: FlaskClient, query: str, field: str, limit: str
) -> None:
    response = http.get(f"/v1/feed?{query}")
    assert response.status_code == 422
    (error,) = response.json["errors"]
    assert error["field"] == field
    assert limit in error["message"]
    assert len(error["got"]) <= 200


def test_any_visible_id_may_name_a_reader(http: FlaskClient) -> None:
    query = {"user_id": "Åsa/42?%&+日本"}
    assert http.get("/v1/feed", query_string=query).json["user_id"] == "Åsa/42?%&+日本"
