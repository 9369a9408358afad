"""``/v1/users``: preferences, merge, profile, export and erasure over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from api.app import create_app
from api.operations import WORKING
from recommender.bootstrap import Wiring
from recommender.store.connection import Redis

PREFERENCES = {
    "topics": [],
    "followed_sources": [],
    "muted_sources": [],
    "language": None,
    "personalised": True,
}


def click(http: FlaskClient, reader: str, article: str, kind: str = "click") -> None:
    event = {"id": f"{kind}-{article}", "user_id": reader, "article_id": article, "kind": kind}
    done = http.post("/v1/interactions", json=event | {"occurred_at": "2025-12-31T23:00:00Z"})
    assert done.json["accepted"] == 1


def put(http: FlaskClient, **fields: Any) -> Any:
    return http.put("/v1/users/ada/preferences", json=fields)


def test_preferences_are_put_whole_and_read_back(http: FlaskClient, newsroom: Any) -> None:
    newsroom.publish("rain", category="science")
    assert http.get("/v1/users/ada/preferences").json == PREFERENCES
    chosen = {
        "topics": ["science"],
        "followed_sources": ["Harbour Post"],
        "muted_sources": ["The Noise"],
        "language": "pt-BR",
        "personalised": False,
    }
    assert put(http, **chosen).json == chosen
    assert http.get("/v1/users/ada/preferences").json == chosen
    assert http.get("/v1/users/bob/preferences").json == PREFERENCES
    assert put(http).json == PREFERENCES


def test_names_are_folded_as_those_of_articles_are(http: FlaskClient, newsroom: Any) -> None:
    newsroom.publish("rain", category="science", source="Harbour  Post")
    chosen = put(http, topics=[" Science "], muted_sources=["Harbour\n Post"]).json
    assert chosen["topics"] == ["science"]
    assert chosen["muted_sources"] == ["Harbour Post"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"topics": ["science", "science", "science", "alchemy"]}, "topics.3"),
        ({"topics": ["science", 7]}, "topics.1"),
        ({"topics": "science"}, "topics"),
        ({"topics": ["science"] * 101}, "topics"),
        ({"topics": [""]}, "topics.0"),
        ({"followed_sources": ["x" * 201]}, "followed_sources.0"),
        ({"followed_sources": ["A"], "muted_sources": ["B", "A"]}, "muted_sources.1"),
        ({"muted_sources": ["A"] * 101}, "muted_sources"),
        ({"muted_sources": [None]}, "muted_sources.0"),
        ({"language": "english please"}, "language"),
        ({"language": "e"}, "language"),
        ({"language": "en-" + "x" * 40}, "language"),
        ({"personalised": "yes"}, "personalised"),
        ({"personalised": 1}, "personalised"),
        ({"personalised": None}, "personalised"),
        ({"topcis": []}, "topcis"),
    ],
)
def test_bad_preferences_are_refused_by_field_and_change_nothing(
    http: FlaskClient, newsroom: Any, fields: dict[str, Any], field: str
) -> None:
    newsroom.publish("rain", category="science")
    put(http, language="de")
    response = put(http, **fields)
    assert response.status_code == 422
    assert response.json["errors"][0]["field"] == field
    assert http.get("/v1/users/ada/preferences").json["language"] == "de"


def test_an_unknown_topic_is_answered_with_those_that_exist(
    http: FlaskClient, newsroom: Any
) -> None:
    newsroom.publish("rain", category="science")
    newsroom.publish("soup", category="food")
    (error,) = put(http, topics=["alchemy"]).json["errors"]
    assert error["field"] == "topics.0"
    assert "science" in error["message"]
    assert "food" in error["message"]
    assert error["got"] == "'alchemy'"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"from": "ada"}, "from"),
        ({"from": "two words"}, "from"),
        ({"from": 7}, "from"),
        ({"from": "x" * 129}, "from"),
        ({}, "from"),
        ({"source": "anon"}, "from"),
        ({"from": "anon", "to": "ada"}, "to"),
        (["anon"], "body"),
    ],
)
def test_a_bad_merge_is_refused_by_field(http: FlaskClient, body: Any, field: str) -> None:
    response = http.post("/v1/users/ada/merge", json=body)
    assert response.status_code == 422
    assert response.json["errors"][0]["field"] == field


def test_a_single_record_is_no_batch(http: FlaskClient) -> None:
    response = http.put("/v1/users/ada/preferences", json=[{"language": "de"}])
    assert response.json["errors"][0]["message"] == "a JSON object"


def test_a_session_is_merged_told_exported_and_erased(http: FlaskClient, newsroom: Any) -> None:
    newsroom.publish("rain", 0, category="science")
    newsroom.publish("soup", 1, category="food")
    click(http, "anon/1", "rain")
    click(http, "anon/1", "soup", "hide")
    merged = http.post("/v1/users/ada/merge", json={"from": "anon/1"}).json
    assert merged == {
        "site": "main",
        "user_id": "ada",
        "from": "anon/1",
        "history": 2,
        "seen": 2,
        "hidden": 1,
        "complete": True,
    }
    profile = http.get("/v1/users/ada/profile").json
    assert profile["interests"] == [
        {"share": 1.0, "articles": [{"id": "rain", "title": "Title rain"}]}
    ]
    assert profile["avoided"] == [{"id": "soup", "title": "Title soup"}]
    assert profile["first_at"] == profile["last_at"] == "2025-12-31T23:00:00.000Z"
    export = http.get("/v1/users/ada/export").json
    assert [each["user_id"] for each in export["kept"]] == ["ada", "anon/1"]
    assert [each["id"] for each in export["interactions"]] == ["click-rain", "hide-soup"]
    erased = http.delete("/v1/users/ada").json
    assert erased["interactions"] == 2
    assert erased["keys"] > 0
    export = http.get("/v1/users/ada/export").json
    assert export["interactions"] == []
    assert not any(value for value in export["kept"][0].values() if value != "ada")
    assert http.delete("/v1/users/ada").json["keys"] == 0


@pytest.mark.parametrize(
    ("query", "preference", "accepted", "language"),
    [
        ("?lang=fr-CA", "es", "de", "fr"),
        ("", "es", "de", "es"),
        ("", None, "pt, de-AT;q=0.8, fr;q=0.9", "fr"),
        ("", None, None, "en"),
        ("?lang=pt", "ja", None, "en"),
    ],
)
def test_a_profile_is_told_in_the_language_asked_for_preferred_or_accepted(
    http: FlaskClient, query: str, preference: str | None, accepted: str | None, language: str
) -> None:
    put(http, language=preference)
    headers = {"Accept-Language": accepted} if accepted else {}
    profile = http.get(f"/v1/users/ada/profile{query}", headers=headers).json
    assert profile["language"] == language


def test_a_language_that_is_none_is_refused(http: FlaskClient) -> None:
    response = http.get("/v1/users/ada/profile?lang=x!")
    assert response.json["errors"][0]["field"] == "lang"


def test_an_export_tells_all_that_was_logged_of_a_slate(
    http: FlaskClient, newsroom: Any, wiring: Wiring
) -> None:
    for axis in range(4):
        newsroom.publish(f"a{axis}", axis)
    http.get("/v1/feed?user_id=ada&size=1")
    variants = [{"name": "now"}, {"name": "new", "overrides": {"weights.freshness": 2.0}}]
    wanted = {"hypothesis": "It is better.", "variants": variants, "primary_metric": "ctr"}
    mixed = wanted | {"kind": "interleave", "status": "running"}
    assert http.put("/v1/experiments/mix", json=mixed).status_code == 200
    wiring.follower.step(0.0)
    http.get("/v1/feed?user_id=ada&size=2")
    export = http.get("/v1/users/ada/export").json
    plain, merged = sorted(export["slates"], key=lambda each: len(each["articles"]))
    for told in (plain, merged):
        logged = wiring.slate_log.find(told["slate_id"]).slate
        shown = logged.ordering
        assert told["schema"] == logged.schema
        assert told["facts"] == asdict(logged.facts)
        assert [each["team"] for each in told["articles"]] == list(shown.teams or [None])
        assert [each["credit"] for each in told["articles"]] == list(shown.credits or [None])
    assert merged["variant"] == "mix:interleaved"
    assert {"a", "b"} & {each["team"] for each in merged["articles"]}


@pytest.mark.parametrize("reader", ["a/b", "//", "é:1", "preferences", "/merge", "%", "a-export"])
def test_any_id_names_a_reader(http: FlaskClient, newsroom: Any, reader: str) -> None:
    newsroom.publish("rain")
    click(http, reader, "rain")
    path = f"/v1/users/{quote(reader, safe='')}"
    assert http.get(f"{path}/profile").json["counts"]["history"] == 1
    assert http.get(f"{path}/export").json["user_id"] == reader
    assert http.put(f"{path}/preferences", json={"language": "fr"}).status_code == 200
    assert http.get(f"{path}/preferences").json["language"] == "fr"
    assert http.delete(path).json["interactions"] == 1


@pytest.mark.parametrize("reader", ["a/preferences", "a/profile/profile", "//merge", "é/export"])
def test_an_id_that_ends_like_a_path_is_erased_once_it_is_merged(
    http: FlaskClient, newsroom: Any, reader: str
) -> None:
    newsroom.publish("rain")
    click(http, reader, "rain")
    path = f"/v1/users/{quote(reader, safe='')}"
    assert http.get(f"{path}/profile").json["counts"]["history"] == 1
    assert http.put(f"{path}/preferences", json={"language": "fr"}).status_code == 200
    assert http.delete(path).status_code == 405
    assert http.get(f"{path}/preferences").json["language"] == "fr"
    http.post("/v1/users/ada/merge", json={"from": reader})
    assert http.delete("/v1/users/ada").json["interactions"] == 1


@pytest.mark.parametrize(
    ("method", "end", "allowed"),
    [
        ("DELETE", "preferences", {"GET", "HEAD", "PUT", "OPTIONS"}),
        ("POST", "preferences", {"GET", "HEAD", "PUT", "OPTIONS"}),
        ("DELETE", "merge", {"POST", "OPTIONS"}),
        ("GET", "merge", {"POST", "OPTIONS"}),
        ("DELETE", "profile", {"GET", "HEAD", "OPTIONS"}),
        ("DELETE", "export", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_what_a_path_of_a_reader_does_not_do_is_405_and_erases_nobody(
    http: FlaskClient, newsroom: Any, method: str, end: str, allowed: set[str]
) -> None:
    newsroom.publish("rain")
    click(http, "anna", "rain")
    click(http, f"anna/{end}", "rain", "like")
    response = http.open(f"/v1/users/anna/{end}", method=method)
    assert response.status_code == 405
    assert set(response.allow) == allowed
    for reader in ("anna", f"anna/{end}"):
        assert http.get(f"/v1/users/{reader}/profile").json["counts"]["history"] == 1


@pytest.fixture
def full(client: Redis) -> Iterator[Callable[[], object]]:
    """Give a function that fills the server up: it frees memory, but gives none."""
    yield lambda: client.config_set("maxmemory", 1)
    client.config_set("maxmemory", 0)


def test_a_full_redis_tells_and_erases_a_reader(
    http: FlaskClient, newsroom: Any, client: Redis, full: Callable[[], object]
) -> None:
    newsroom.publish("rain")
    click(http, "anon", "rain")
    http.post("/v1/users/ada/merge", json={"from": "anon"})
    click(http, "ada", "rain", "like")
    assert http.get("/v1/feed?user_id=bob").status_code == 200
    client.script_flush()
    full()
    assert http.get("/v1/feed?user_id=bob").status_code == 503, "it is not full"
    assert http.get("/v1/users/ada/preferences").json == PREFERENCES
    assert http.get("/v1/users/ada/profile").json["counts"]["history"] == 2
    assert len(http.get("/v1/users/ada/export").json["interactions"]) == 2
    assert http.delete("/v1/users/ada").json["interactions"] == 2
    assert http.get("/v1/users/ada/profile").json["counts"]["history"] == 0
    assert not list(client.scan_iter("*:reader:ada:*"))


def test_more_merged_sessions_than_are_remembered_are_refused(
    make_wiring: Callable[..., Any],
) -> None:
    wiring = make_wiring(readers={"max_merged": 2})
    http = create_app(wiring).test_client()
    for source in ("a", "b", "a"):
        assert http.post("/v1/users/ada/merge", json={"from": source}).status_code == 200
    response = http.post("/v1/users/ada/merge", json={"from": "c"})
    assert response.status_code == 422
    (error,) = response.json["errors"]
    assert error["field"] == "from"
    assert "at most 2 sessions" in error["message"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/merge"), ("GET", "/export"), ("DELETE", "")],
)
def test_what_searches_the_logs_waits_for_no_view_that_computes(
    http: FlaskClient, method: str, path: str
) -> None:
    with ExitStack() as slots:
        for _ in range(2):
            slots.enter_context(WORKING)
        body = {"from": "anon"} if method == "POST" else None
        assert http.open(f"/v1/users/ada{path}", method=method, json=body).status_code == 200


@pytest.mark.parametrize("reader", ["two words", "x" * 129, "{a}", "\u200b"])
def test_an_id_outside_the_rule_is_refused(http: FlaskClient, reader: str) -> None:
    for method, path in (
        ("GET", "/preferences"),
        ("GET", "/profile"),
        ("GET", "/export"),
        ("DELETE", ""),
    ):
        response = http.open(f"/v1/users/{quote(reader)}{path}", method=method)
        assert response.status_code == 422
        assert response.json["errors"][0]["field"] == "user_id"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/preferences", None),
        ("PUT", "/preferences", {"language": "de"}),
        ("POST", "/merge", {"from": "anon"}),
        ("GET", "/profile", None),
        ("GET", "/export", None),
        ("DELETE", "", None),
    ],
)
def test_without_redis_the_answer_is_503(
    stopped: FlaskClient, method: str, path: str, body: Any
) -> None:
    response = stopped.open(f"/v1/users/ada{path}", method=method, json=body)
    assert response.status_code == 503
    assert response.json["type"] == "/docs#store-unavailable"


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/v1/users/ada/preferences"), ("POST", "/v1/users/ada/merge")],
)
@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b'{"from": "\xff"}', "application/json", 400),
        (b"7", "application/json", 422),
        (b"{}", "text/plain", 415),
        (b" " * (16 * 1024**2 + 1), "application/json", 413),
    ],
)
def test_a_body_is_one_json_object(
    http: FlaskClient, method: str, path: str, body: bytes, content_type: str, status: int
) -> None:
    response = http.open(path, method=method, data=body, content_type=content_type)
    assert response.status_code == status


@pytest.mark.parametrize("path", ["/preferences", "/export"])
def test_parameters_are_refused_where_there_are_none(http: FlaskClient, path: str) -> None:
    response = http.get(f"/v1/users/ada{path}?debug=1")
    assert response.json["errors"][0]["field"] == "debug"


odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)


@settings(max_examples=60)
@given(fields=st.dictionaries(st.sampled_from([*PREFERENCES, "from", "other"]), odd, max_size=3))
def test_any_body_is_answered_and_what_is_taken_is_read_back(
    http: FlaskClient, fields: dict[str, Any]
) -> None:
    content = json.dumps(fields)
    sent = {"data": content, "content_type": "application/json"}
    response = http.put("/v1/users/ada/preferences", **sent)
    assert response.status_code in {200, 400, 422}
    if response.status_code == 200:
        assert http.get("/v1/users/ada/preferences").json == response.json
    assert http.post("/v1/users/ada/merge", **sent).status_code in {200, 400, 422}
