"""Bodies, methods and routes that are wrong: one error shape, never a 500."""

from __future__ import annotations

import json
import logging
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse, create_environ, run_wsgi_app

from recommender.bootstrap import Wiring

POSTS = ["/v1/articles", "/v1/interactions"]


def post(
    http: FlaskClient, path: str, body: bytes, content_type: str = "application/json"
) -> TestResponse:
    return http.post(path, data=body, content_type=content_type)


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b"", "line 1, column 1"),
        (b'{"id": "a",\n "title": oops}', "line 2, column 11"),
        (b'{"id": NaN}', "line 1, column 8"),
        (b'{"id": -Infinity}', "line 1, column"),
        (b'{"id": 1e999}', "line 1, column"),
        (b'{"id": ' + b"9" * 5_000 + b"}", "line 1, column"),
        (b"[" * 100_000, "nested at most 32 levels"),
        (b'{"id": "\xff"}', "byte 8 (0xff) is not UTF-8"),
        (b'{"id": "\xed\xa0\x80"}', "is not UTF-8"),
        ('{"id": "a"}'.encode("utf-16"), "is not UTF-8"),
        (b'\xef\xbb\xbf{"id": "a"}', "byte order mark"),
        (b'{"id": "\\ud800", "title": NaN}', "line 1, column"),
    ],
)
def test_malformed_json_is_400_and_says_where(
    http: FlaskClient, path: str, body: bytes, where: str
) -> None:
    response = post(http, path, body)
    assert response.status_code == 400
    assert where in response.json["detail"]


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "body", [b"[]", b"7", b"null", b'"text"', b"true", b'[{"id": "a", "title": "b"}]']
)
def test_a_body_is_an_object(http: FlaskClient, path: str, body: bytes) -> None:
    response = post(http, path, body)
    assert response.status_code == 422
    assert response.json["errors"][0]["field"] == "body"


@pytest.mark.parametrize(
    ("levels", "field"), [(31, "title"), (32, "body"), (400, "body"), (1_000, "body")]
)
def test_json_is_nested_at_most_32_levels(http: FlaskClient, levels: int, field: str) -> None:
    body = b'{"id": "a", "title": ' + b"[" * levels + b"]" * levels + b"}"
    response = post(http, "/v1/articles", body)
    assert response.status_code == 422
    assert response.json["errors"][0]["field"] == field


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/v1/articles", {"id": "\ud800", "title": "x"}, "id"),
        ("/v1/articles", {"id": "a", "title": "x\udfff"}, "title"),
        (
            "/v1/articles",
            {"articles": [{"id": "a", "tags": ["ok", "\ud800"]}]},
            "articles.0.tags.1",
        ),
        ("/v1/articles", {"id": "a", "title": "x", "\ud800": 1}, "body"),
        ("/v1/interactions", {"interactions": [{"user_id": "\udc00"}]}, "interactions.0.user_id"),
    ],
)
def test_half_a_surrogate_pair_is_refused_by_field_and_nothing_is_taken(
    http: FlaskClient, wiring: Wiring, path: str, body: dict, field: str
) -> None:
    response = post(http, path, json.dumps(body).encode())
    assert response.status_code == 422
    assert response.json["errors"][0]["field"] == field
    assert wiring.article_store.counts() == (0, 0)


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "", "application/json; charset=latin-1"],
)
def test_another_content_type_is_415(http: FlaskClient, path: str, content_type: str) -> None:
    response = post(http, path, b'{"id": "a"}', content_type)
    assert response.status_code == 415
    assert "application/json" in response.json["detail"]


@pytest.mark.parametrize("path", POSTS)
def test_a_body_over_16_mib_is_413(http: FlaskClient, path: str) -> None:
    response = post(http, path, b" " * (16 * 1024**2 + 1))
    assert response.status_code == 413
    assert "16 MiB" in response.json["detail"]


@pytest.mark.parametrize("path", POSTS)
def test_a_chunked_body_over_16_mib_is_413_and_not_cut(http: FlaskClient, path: str) -> None:
    """Cut at the limit this body would be well-formed: half a batch must not pass for a whole."""
    body = b'{"id": "a", "title": "b"}' + b" " * 16 * 1024**2 + b"oops"
    response = http.post(
        path,
        input_stream=BytesIO(body),
        content_type="application/json",
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert response.status_code == 413


def test_an_unknown_route_is_404_and_points_to_the_documentation(http: FlaskClient) -> None:
    response = http.get("/v2/feed")
    assert response.status_code == 404
    assert "/docs" in response.json["detail"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/v1/feed", {"GET", "OPTIONS"}),
        ("HEAD", "/v1/feed", {"GET", "OPTIONS"}),
        ("POST", "/v1/trending", {"GET", "HEAD", "OPTIONS"}),
        ("GET", "/v1/interactions", {"POST", "OPTIONS"}),
        ("PUT", "/v1/articles/rain", {"GET", "HEAD", "DELETE", "OPTIONS"}),
    ],
)
def test_another_method_is_405_and_says_which_are_allowed(
    http: FlaskClient, method: str, path: str, allowed: set[str]
) -> None:
    response = http.open(path, method=method)
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == allowed


@pytest.mark.parametrize("path", [*POSTS, "/v1/articles/rain", "/health/live", "/health/ready"])
def test_parameters_are_refused_where_there_are_none(http: FlaskClient, path: str) -> None:
    method = "POST" if path in POSTS else "GET"
    response = http.open(f"{path}?debug=1", method=method, json={} if method == "POST" else None)
    assert response.status_code == 422
    assert response.json["errors"][0]["field"] == "debug"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/feed"),
        ("GET", "/v1/feed?user_id=ada"),
        ("GET", "/v1/feed?personalization=off&format=rss"),
        ("GET", "/v1/why?slate_id=1-1-0-0123456789abcdef&article_id=rain"),
        ("GET", "/v1/trending"),
        ("GET", "/v1/articles/rain"),
        ("GET", "/v1/articles/rain/similar"),
        ("DELETE", "/v1/articles/rain"),
    ],
)
def test_without_redis_the_answer_is_503_and_says_when_to_come_back(
    stopped: FlaskClient, method: str, path: str
) -> None:
    response = stopped.open(path, method=method)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "2"
    assert response.json["type"] == "/docs#store-unavailable"
    assert "redis.sock" not in response.text


@pytest.mark.parametrize("path", POSTS)
def test_without_redis_nothing_is_taken(stopped: FlaskClient, path: str) -> None:
    article = {"id": "rain", "title": "Rain"}
    event = {"id": "e", "user_id": "ada", "article_id": "rain", "kind": "click"}
    event |= {"occurred_at": "2025-12-31T23:00:00Z"}
    response = stopped.post(path, json=article if path == POSTS[0] else event)
    assert response.status_code == 503


def test_an_unexpected_failure_is_500_without_internals_and_logged(
    http: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    http.application.add_url_rule("/broken", "broken", lambda: 1 / 0)
    with caplog.at_level(logging.ERROR):
        response = http.get("/broken")
    assert response.status_code == 500
    assert "division" not in response.text
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("path", ["/docs", "/v1/feed?format=rss", "/v1/feed?format=jsonfeed"])
@pytest.mark.parametrize("host", ["xn--a", "[::1", "a b", "x:99999", "%zz", '"<>', "a..b", "é"])
def test_any_host_may_be_named(http: FlaskClient, path: str, host: str) -> None:
    # Not by the client: it fails itself on a host that is none.
    environ = create_environ(path) | {"HTTP_HOST": host}
    _, status, _ = run_wsgi_app(http.application, environ)
    assert status == ("400 BAD REQUEST" if host == "a..b" else "200 OK")
