"""Whatever is thrown at the API, it answers with a documented status and never fails."""

from __future__ import annotations

import base64
import json
import re
from typing import Any
from urllib.parse import quote, quote_from_bytes
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from api.syndication import rss

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


PARAMETERS = (
    *("user_id", "size", "reading", "filter", "diversity", "personalization", "cursor", "lang"),
    *("format", "slate_id", "article_id", "limit", "category", "revision", "other", ""),
)
FITTING = (
    "ada",
    "rain",
    "1",
    "0.5",
    "off",
    "de",
    "rss",
    "jsonfeed",
    "html",
    "{}",
    "1-1-0-" + "a" * 16,
)
"""Values that some of the parameters take."""

odd_conditions = st.dictionaries(
    st.sampled_from(["any", "all", "none", "some"]),
    st.lists(st.sampled_from(["food", "en", "sport"]) | odd_texts, max_size=3) | odd_values,
    max_size=3,
)
odd_filters = st.dictionaries(
    st.sampled_from(["category", "tag", "source", "language", "other"]), odd_conditions, max_size=3
) | st.dictionaries(
    st.sampled_from(["published_since", "exclude", "generated_with_ai", "tag"]),
    odd_values
    | st.sampled_from(["include", "exclude", "2025-12-31T00:00:00Z", "9999-12-31T23:59:59Z"])
    | st.dictionaries(st.just("max_share"), st.floats() | odd_values)
    | st.lists(st.sampled_from(["rain", "a b"])),
    max_size=3,
)
odd_queries = st.lists(
    st.tuples(
        st.sampled_from(PARAMETERS),
        st.binary(max_size=12).map(quote_from_bytes)
        | st.sampled_from(FITTING)
        | odd_filters.map(lambda wanted: quote(json.dumps(wanted)))
        | odd_texts.map(lambda text: quote(text, errors="replace")),
    ),
    max_size=3,
).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs))
PATHS = (
    *("/v1/feed", "/v1/why", "/v1/parameters", "/v1/trending", "/v1/articles/rain/similar"),
    *("/v1/users/ada/profile", "/v1/users/ada/preferences", "/v1/users/ada/export", "/v1/rules"),
    *("/v1/experiments", "/v1/experiments/wider", "/v1/stories", "/v1/stories/rain", "/v1/briefs"),
    "/v1/briefs/brief-0123456789abcdef",
)
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
@pytest.mark.parametrize("path", PATHS)
def test_any_query_is_answered(http: FlaskClient, path: str, query: str) -> None:
    assert http.get(f"{path}?{query}").status_code in {200, 404, 422}


@BOUNDED
@given(wanted=odd_filters | odd_values)
def test_any_filter_is_answered(http: FlaskClient, newsroom: Any, wanted: Any) -> None:
    newsroom.publish("rain", category="food", language="en")
    response = http.get("/v1/feed", query_string={"filter": json.dumps(wanted)})
    assert response.status_code in {200, 422}
    for error in response.json.get("errors", ()):
        assert error["field"].split(".")[0] == "filter"


@BOUNDED
@given(raw=st.binary(max_size=60), form=st.sampled_from(["json", "jsonfeed", "rss"]))
def test_any_cursor_of_others_is_refused_by_name(http: FlaskClient, raw: bytes, form: str) -> None:
    cursor = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    response = http.get(f"/v1/feed?user_id=ada&format={form}&cursor={cursor}")
    assert response.status_code == 422
    assert response.json["errors"][0]["field"] == "cursor"


headers = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40) | st.lists(
    st.sampled_from(["de", "fr-CA", "*", "application/rss+xml", "*/*", ";q=0", ";q=1.5", ";q=x"])
).map(",".join)


@BOUNDED
@given(accept=headers, languages=headers)
def test_any_wish_for_format_and_language_is_answered(
    http: FlaskClient, newsroom: Any, accept: str, languages: str
) -> None:
    newsroom.publish("rain")
    wishes = {"Accept": accept, "Accept-Language": languages}
    assert http.get("/v1/feed", headers=wishes).status_code == 200
    assert http.get("/v1/parameters", headers=wishes).status_code == 200


@BOUNDED
@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_of_an_article_is_carried_by_rss(http: FlaskClient, text: str) -> None:
    answer = {**http.get("/v1/feed").json, "user_id": f"a{text}"}
    content = rss(answer, {"self": "http://localhost/", "next": None})
    title = ET.fromstring(content).findtext("channel/title")  # noqa: S314  # our own
    kept = re.sub("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
    assert title == f"main: a{kept}".replace("\r\n", "\n").replace("\r", "\n")


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
