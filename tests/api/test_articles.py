"""``/v1/articles``: sent, read, compared, removed; nothing lost and nothing half taken."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from recommender.bootstrap import Wiring

RAIN = {"id": "rain", "title": "Rain at last", "published_at": "2025-12-31T21:00:00Z"}


def test_one_article_is_created_then_unchanged_then_updated(http: FlaskClient) -> None:
    def status(record: dict) -> str:
        return http.post("/v1/articles", json=record).json["results"][0]["status"]

    assert status(RAIN) == "created"
    assert status(RAIN) == "unchanged"
    assert status(RAIN | {"title": "More rain"}) == "updated"


def test_one_bad_record_of_a_batch_is_reported_and_kept_and_the_rest_goes_on(
    http: FlaskClient, wiring: Wiring
) -> None:
    bad = {"id": "é", "title": "T", "published_at": "2025-12-31T21:00:00"}
    answer = http.post("/v1/articles", json={"articles": [RAIN, bad, RAIN | {"id": "b"}]}).json
    assert (answer["created"], answer["rejected"]) == (2, 1)
    assert [each["status"] for each in answer["results"]] == ["created", "rejected", "created"]
    assert answer["results"][1]["id"] == "é"
    assert answer["results"][1]["error"]["field"] == "articles.1.published_at"
    assert "error" not in answer["results"][0]
    (letter,) = wiring.dead_letters.list(10)
    assert letter.place == "request:2"
    assert letter.reason.startswith("published_at: ")
    assert json.loads(letter.record) == bad


def test_a_request_of_rejected_records_only_is_a_problem_that_names_each(
    http: FlaskClient, wiring: Wiring
) -> None:
    response = http.post("/v1/articles", json={"articles": [{"id": "a"}, 7]})
    assert response.status_code == 422
    assert [each["field"] for each in response.json["errors"]] == [
        "articles.0.title",
        "articles.1.record",
    ]
    assert len(wiring.dead_letters.list(10)) == 2


def test_a_single_bad_record_is_a_problem_that_names_its_field(http: FlaskClient) -> None:
    response = http.post("/v1/articles", json=RAIN | {"title": "x" * 501})
    assert response.status_code == 422
    (error,) = response.json["errors"]
    assert error["field"] == "title"
    assert "500" in error["message"]
    assert response.json["type"] == "/docs#invalid-input"


@pytest.mark.parametrize("count", [0, 501])
def test_a_batch_has_1_to_500_records(http: FlaskClient, wiring: Wiring, count: int) -> None:
    batch = [RAIN | {"id": f"a{number}"} for number in range(count)]
    response = http.post("/v1/articles", json={"articles": batch})
    assert response.status_code == 422
    assert response.json["errors"][0]["field"] == "articles"
    assert wiring.article_store.counts() == (0, 0)


def test_500_records_are_taken(http: FlaskClient) -> None:
    batch = [RAIN | {"id": f"a{number}"} for number in range(500)]
    assert http.post("/v1/articles", json={"articles": batch}).json["created"] == 500


def test_unknown_fields_beside_a_batch_are_refused(http: FlaskClient) -> None:
    response = http.post("/v1/articles", json={"articles": [RAIN], "site": "other"})
    assert response.json["errors"][0]["field"] == "site"


def test_a_full_queue_refuses_what_it_cannot_hold_and_says_so(
    make_wiring: Callable[..., Wiring], serve: Any
) -> None:
    http = serve(make_wiring(catalogue={"max_pending": 1}))
    answer = http.post("/v1/articles", json={"articles": [RAIN, RAIN | {"id": "b"}]}).json
    assert (answer["created"], answer["refused"]) == (1, 1)
    assert "1 articles already wait" in answer["results"][1]["error"]["message"]
    response = http.post("/v1/articles", json=RAIN | {"id": "c"})
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "30"
    assert response.json["type"] == "/docs#queue-full"


def test_what_is_older_than_a_full_catalogue_is_not_taken(
    make_wiring: Callable[..., Wiring], serve: Any, newsroom_of: Any
) -> None:
    wiring = make_wiring(catalogue={"max_articles": 100})
    http = serve(wiring)
    for number in range(100):
        newsroom_of(wiring).publish(f"a{number}", published_at="2025-12-30T00:00:00Z")
    answer = http.post("/v1/articles", json=RAIN | {"published_at": "2020-01-01T00:00:00Z"}).json
    assert answer["too_old"] == 1
    assert "100 live articles" in answer["results"][0]["error"]["message"]


def test_an_article_is_read_with_its_body_pending_and_live(
    http: FlaskClient, newsroom: Any
) -> None:
    newsroom.submit("rain", body="It rained.")
    pending = http.get("/v1/articles/rain").json
    assert (pending["state"], pending["body"]) == ("pending", "It rained.")
    newsroom.publish("rain", body="It rained.")
    assert http.get("/v1/articles/rain").json["state"] == "live"


@pytest.mark.parametrize(
    "article",
    [
        "a/b",
        "/a",
        "a//b",
        "a/",
        "100%",
        "what?",
        "日本",
        "a%2Fb",
        "a;b",
        "#1",
        "similar",
        "é",
    ],
)
def test_any_valid_id_can_be_read_compared_and_removed(
    http: FlaskClient, newsroom: Any, article: str
) -> None:
    newsroom.publish(article)
    path = f"/v1/articles/{quote(article, safe='')}"
    assert http.get(path).json["id"] == article
    assert http.get(f"{path}/similar").json["article_id"] == article
    assert http.delete(path).status_code == 204
    assert http.get(path).status_code == 404


def test_slashes_of_an_id_need_no_encoding(http: FlaskClient, newsroom: Any) -> None:
    newsroom.publish("a/b")
    assert http.get("/v1/articles/a/b").json["id"] == "a/b"
    assert http.get("/v1/articles/a/b/similar").json["article_id"] == "a/b"


def test_a_path_that_ends_in_similar_is_always_the_list(http: FlaskClient, newsroom: Any) -> None:
    newsroom.publish("a")
    newsroom.publish("a/similar")
    assert http.get("/v1/articles/a/similar").json["article_id"] == "a"
    assert http.get("/v1/articles/a/similar/similar").json["article_id"] == "a/similar"
    assert http.delete("/v1/articles/a/similar").status_code == 204
    assert http.get("/v1/articles/a").status_code == 200


def test_similar_articles_come_nearest_first(http: FlaskClient, newsroom: Any) -> None:
    newsroom.publish("rain", 0)
    newsroom.publish("goal", 1)
    newsroom.publish("flood", 0, 2)
    answer = http.get("/v1/articles/rain/similar?limit=2").json
    assert [each["article"]["id"] for each in answer["articles"]] == ["flood", "goal"]
    cosines = [each["similarity"] for each in answer["articles"]]
    assert cosines == pytest.approx([1 / 2**0.5, 0.0], abs=1e-3)


def test_a_pending_article_has_no_neighbours_and_says_why(http: FlaskClient, newsroom: Any) -> None:
    newsroom.submit("rain")
    answer = http.get("/v1/articles/rain/similar").json
    assert answer["articles"] == []
    assert "waits for its embedding" in answer["empty"]


def test_a_removed_article_leaves_the_feed(
    http: FlaskClient, newsroom: Any, wiring: Wiring
) -> None:
    newsroom.publish("rain")
    newsroom.publish("goal")
    http.delete("/v1/articles/rain")
    wiring.follower.step(0.0)
    shown = http.get("/v1/feed").json["articles"]
    assert [each["article"]["id"] for each in shown] == ["goal"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "nothing"), ("GET", "nothing/similar"), ("DELETE", "nothing")],
)
def test_an_unknown_article_is_404(http: FlaskClient, method: str, path: str) -> None:
    response = http.open(f"/v1/articles/{path}", method=method)
    assert response.status_code == 404
    assert response.json["type"] == "/docs#unknown-article"


@pytest.mark.parametrize("path", ["two%20words", "x" * 129, "%7Ba%7D", "a%00"])
def test_an_impossible_id_is_refused_with_the_rule(http: FlaskClient, path: str) -> None:
    response = http.get(f"/v1/articles/{path}")
    assert response.status_code == 422
    (error,) = response.json["errors"]
    assert error["field"] == "article_id"
    assert "1 to 128 visible characters" in error["message"]
