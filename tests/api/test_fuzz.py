"""Whatever is thrown at the API, it answers with a documented status and never fails."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, quote_from_bytes

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

BOUNDED = settings(max_examples=60)

ARTICLE = {"id": "rain", "title": "Rain", "published_at": "2025-12-31T21:00:00Z", "tags": ["wet"]}
EVENT = {"id": "e", "user_id": "ada", "article_id": "rain", "kind": "click"}
EVENT |= {"occurred_at": "2025-12-31T23:00:00Z"}

odd_texts = st.one_of(
    st.text(st.characters(), max_size=20),  # lone surrogates too
    st.sampled_from(["", " ", "\x00", "\ud800", "x" * 600, "1", "2026-01-31", "null", "{}", "a b"]),
)
odd_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=True), odd_texts),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(odd_texts, inner, max_size=3),
    max_leaves=6,
)


def odd_records(sample: dict[str, Any]) -> st.SearchStrategy[Any]:
    changes = st.dictionaries(st.sampled_from([*sample, "provenance"]) | odd_texts, odd_values)
    return changes.map(lambda changed: sample | changed) | odd_values


def odd_bodies(sample: dict[str, Any], key: str) -> st.SearchStrategy[bytes]:
    records = odd_records(sample)
    batches = st.lists(records, max_size=4).map(lambda batch: {key: batch})
    documents = st.one_of(records, batches, st.dictionaries(st.just(key), odd_values))
    return documents.map(lambda document: json.dumps(document).encode()) | st.binary(max_size=50)


odd_queries = st.lists(
    st.tuples(
        st.sampled_from(["user_id", "size", "limit", "category", "other", ""]),
        st.binary(max_size=12).map(quote_from_bytes)
        | odd_texts.map(lambda text: quote(text, errors="replace")),
    ),
    max_size=3,
).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs))
odd_ids = st.one_of(
    st.binary(min_size=1, max_size=20).map(quote_from_bytes),
    st.text("/%.;+é", min_size=1, max_size=8).map(quote),
)


@BOUNDED
@given(body=odd_bodies(ARTICLE, "articles"))
def test_any_body_of_articles_is_answered(http: FlaskClient, body: bytes) -> None:
    response = http.post("/v1/articles", data=body, content_type="application/json")
    assert response.status_code in {200, 400, 422}


@BOUNDED
@given(body=odd_bodies(EVENT, "interactions"))
def test_any_body_of_interactions_is_answered(
    http: FlaskClient, newsroom: Any, body: bytes
) -> None:
    newsroom.publish("rain")
    response = http.post("/v1/interactions", data=body, content_type="application/json")
    assert response.status_code in {200, 400, 422, 429}


@BOUNDED
@given(query=odd_queries)
@pytest.mark.parametrize("path", ["/v1/feed", "/v1/trending", "/v1/articles/rain/similar"])
def test_any_query_is_answered(http: FlaskClient, path: str, query: str) -> None:
    assert http.get(f"{path}?{query}").status_code in {200, 404, 422}


@BOUNDED
@given(article=odd_ids)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_any_path_is_answered(http: FlaskClient, method: str, article: str) -> None:
    response = http.open(f"/v1/articles/{article}", method=method)
    assert response.status_code in {404, 422}


@BOUNDED
@given(content_type=odd_texts.filter(lambda text: text.isascii() and text.isprintable()))
def test_any_content_type_is_answered(http: FlaskClient, content_type: str) -> None:
    response = http.post("/v1/articles", data=b"{}", content_type=content_type)
    is_json = content_type.strip().lower() == "application/json"
    assert response.status_code == (422 if is_json else 415)
