"""``GET /v1/trending``: the list, its values and its limits."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from recommender.clock import FixedClock


def share(http: FlaskClient, article: str, count: int) -> None:
    events = [
        {
            "id": f"{article}-{number}",
            "user_id": f"reader-{number}",
            "article_id": article,
            "kind": "click",
            "occurred_at": "2026-01-01T00:00:00Z",
        }
        for number in range(count)
    ]
    assert http.post("/v1/interactions", json={"interactions": events}).json["accepted"] == count


def test_values_are_the_clicks_of_now_and_halve_with_the_half_life(
    http: FlaskClient, newsroom: Any, clock: FixedClock
) -> None:
    newsroom.publish("rain", category="weather")
    newsroom.publish("goal", category="sport")
    share(http, "rain", 3)
    share(http, "goal", 1)
    answer = http.get("/v1/trending").json
    assert [each["article"]["id"] for each in answer["articles"]] == ["rain", "goal"]
    assert [each["value"] for each in answer["articles"]] == pytest.approx([3.0, 1.0])
    clock.advance(answer["half_life_hours"] * 3600)
    later = http.get("/v1/trending").json["articles"]
    assert [each["value"] for each in later] == pytest.approx([3.0 / 2, 1.0 / 2])


def test_a_category_has_its_own_list(http: FlaskClient, newsroom: Any) -> None:
    newsroom.publish("rain", category="weather")
    newsroom.publish("goal", category="sport")
    share(http, "rain", 3)
    share(http, "goal", 1)
    answer = http.get("/v1/trending?category=%20Sport&limit=5").json
    assert answer["category"] == "sport"
    assert [each["article"]["id"] for each in answer["articles"]] == ["goal"]


def test_the_limit_cuts_the_list(http: FlaskClient, newsroom: Any) -> None:
    for name in ("rain", "goal"):
        newsroom.publish(name)
        share(http, name, 1)
    assert len(http.get("/v1/trending?limit=1").json["articles"]) == 1


def test_an_empty_list_says_why(http: FlaskClient) -> None:
    answer = http.get("/v1/trending?category=chess").json
    assert answer["articles"] == []
    assert "'chess'" in answer["empty"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=", "limit"),
        ("category=", "category"),
        ("category=%20", "category"),
        ("category=" + "x" * 65, "category"),
        ("limit=1&limit=1", "limit"),
        ("offset=1", "offset"),
    ],
)
def test_a_bad_parameter_is_named(http: FlaskClient, query: str, field: str) -> None:
    response = http.get(f"/v1/trending?{query}")
    assert response.status_code == 422
    assert response.json["errors"][0]["field"] == field
