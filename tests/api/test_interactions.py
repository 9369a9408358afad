"""``POST /v1/interactions``: exactly once, each by itself, and what is wrong is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from recommender.bootstrap import Wiring


def event(number: int = 1, **changed: Any) -> dict[str, Any]:
    return {
        "id": f"e{number}",
        "user_id": "ada",
        "article_id": "rain",
        "kind": "click",
        "occurred_at": "2025-12-31T23:00:00Z",
    } | changed


def test_repeating_an_id_changes_nothing_and_says_so(http: FlaskClient, newsroom: Any) -> None:
    newsroom.publish("rain")
    first = http.post("/v1/interactions", json=event()).json
    second = http.post("/v1/interactions", json=event()).json
    assert (first["accepted"], first["duplicates"]) == (1, 0)
    assert (second["accepted"], second["duplicates"]) == (0, 1)
    assert second["results"] == [{"id": "e1", "status": "duplicate"}]
    assert http.get("/v1/trending").json["articles"][0]["value"] <= 1.0


def test_each_of_a_batch_is_taken_or_rejected_by_itself(http: FlaskClient, newsroom: Any) -> None:
    newsroom.publish("rain")
    batch = [
        event(1),
        event(2, kind="clack"),
        event(3, article_id="nothing"),
        event(4, occurred_at="2020-01-01T00:00:00Z"),
        event(1),
        event(5, user_id="bob"),
    ]
    answer = http.post("/v1/interactions", json={"interactions": batch}).json
    assert (answer["accepted"], answer["duplicates"], answer["rejected"]) == (2, 1, 3)
    statuses = [each["status"] for each in answer["results"]]
    assert statuses == ["accepted", *["rejected"] * 3, "duplicate", "accepted"]
    assert [each.get("error", {}).get("field") for each in answer["results"]] == [
        None,
        "interactions.1.kind",
        "interactions.2.article_id",
        "interactions.3.occurred_at",
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"article_id": "nothing"}, "article_id"),
        ({"occurred_at": "2025-12-31T23:00:00"}, "occurred_at"),
        ({"occurred_at": "2026-01-01T01:00:00Z"}, "occurred_at"),
        ({"occurred_at": 1767225600}, "occurred_at"),
        ({"kind": "read", "dwell_seconds": -1}, "dwell_seconds"),
        ({"kind": "read", "dwell_seconds": 86_401}, "dwell_seconds"),
        ({"dwell_seconds": 5}, "record"),
        ({"id": "two words"}, "id"),
        ({"user_id": ""}, "user_id"),
        ({"user_id": None}, "user_id"),
        ({"user_id": 7}, "user_id"),
        ({"slate_id": "x" * 129}, "slate_id"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_bad_interaction_is_a_problem_that_names_the_field(
    http: FlaskClient, newsroom: Any, changed: dict[str, Any], field: str
) -> None:
    newsroom.publish("rain")
    response = http.post("/v1/interactions", json=event(**changed))
    assert response.status_code == 422
    assert response.json["errors"][0]["field"] == field


@pytest.mark.parametrize("count", [0, 1_001])
def test_a_batch_has_1_to_1000_records(http: FlaskClient, count: int) -> None:
    batch = [event(number) for number in range(count)]
    response = http.post("/v1/interactions", json={"interactions": batch})
    assert response.status_code == 422
    assert response.json["errors"][0]["field"] == "interactions"


def test_a_reader_with_too_many_events_is_told_429_and_others_go_on(
    make_wiring: Callable[..., Wiring], serve: Any, newsroom_of: Any
) -> None:
    wiring = make_wiring(readers={"max_event_ids": 1_000})
    http = serve(wiring)
    newsroom_of(wiring).publish("rain")
    batch = [event(number) for number in range(1_000)]
    assert http.post("/v1/interactions", json={"interactions": batch}).json["accepted"] == 1_000
    response = http.post("/v1/interactions", json=event(1_001))
    assert response.status_code == 429
    assert "at most 1000 events" in response.json["detail"]
    both = {"interactions": [event(1_001), event(1, user_id="bob")]}
    answer = http.post("/v1/interactions", json=both).json
    assert (answer["accepted"], answer["rejected"]) == (1, 1)
    assert answer["results"][0]["error"]["field"] is None
