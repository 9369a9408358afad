"""The feed as JSON Feed 1.1 and as RSS 2.0: chosen, well-formed, complete, and page by page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import feedparser
import orjson
import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker

from api.syndication import rss

ODD = "AT&T ]]> “é” 😀 1 < 2 &amp; x"

URL = {"type": "string", "format": "uri", "pattern": "^https?://[-A-Za-z0-9._~:/?#@!$&'()*+,;=%]+$"}
ITEM = {
    "type": "object",
    "required": ["id"],
    "anyOf": [{"required": ["content_text"]}, {"required": ["content_html"]}],
    "properties": {
        "id": {"type": "string", "minLength": 1},
        "url": URL,
        "title": {"type": "string"},
        "summary": {"type": "string"},
        "content_text": {"type": "string"},
        "image": URL,
        "date_published": {"type": "string", "format": "date-time"},
        "authors": {
            "type": "array",
            "items": {"type": "object", "anyOf": [{"required": ["name"]}, {"required": ["url"]}]},
        },
        "tags": {"type": "array", "items": {"type": "string"}},
        "language": {"type": "string"},
    },
    "patternProperties": {"^_[A-Za-z]+$": {"type": "object"}},
    "additionalProperties": False,
}
RULES = {
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": {"type": "string", "minLength": 1},
        "description": {"type": "string"},
        "language": {"type": "string"},
        "feed_url": URL,
        "next_url": URL,
        "items": {"type": "array", "items": ITEM},
    },
    "patternProperties": {"^_[A-Za-z]+$": {"type": "object"}},
    "additionalProperties": False,
}
"""What jsonfeed.org/version/1.1 demands of the members that are used here."""


@pytest.fixture
def stocked(http: FlaskClient, newsroom: Any) -> FlaskClient:
    """Give a client of a site with a rich article, a bare one, and ten more."""
    newsroom.publish(
        "odd\"'<&>",
        0,
        title=ODD,
        summary="1 < 2 & 3 > 2, ]]> &lt;b&gt;bold&lt;/b&gt;",
        category="food",
        subcategory="bread",
        tags=["a&b", "food"],
        url="https://news.example/?a=1&b=é",
        image="https://news.example/i.png",
        source="S & T",
        author="Ann Ember",
        language="en",
        provenance={"digital_source_type": "trainedAlgorithmicMedia"},
    )
    newsroom.publish("bare", 1)
    for number in range(10):
        newsroom.publish(f"a{number}", number % 8, category=f"c{number}")
    return http


def local(url: str) -> str:
    """Return an address of the test's own server without the server."""
    assert url.startswith("http://localhost/v1/feed?")
    return url.removeprefix("http://localhost")


def json_pages(http: FlaskClient, path: str) -> Iterator[dict[str, Any]]:
    url: str | None = path
    while url is not None:
        response = http.get(url)
        assert response.mimetype == "application/feed+json"
        yield response.json
        url = local(response.json["next_url"]) if "next_url" in response.json else None


def rss_pages(http: FlaskClient, path: str) -> Iterator[Any]:
    url: str | None = path
    while url is not None:
        response = http.get(url)
        assert response.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
        parsed = feedparser.parse(response.get_data())
        assert not parsed.bozo
        assert parsed.version == "rss20"
        yield parsed
        following = [each.href for each in parsed.feed.links if each.rel == "next"]
        url = local(following[0]) if following else None


@pytest.mark.parametrize(
    ("accept", "mimetype"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/json", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("image/png", "application/json"),
        ("application/feed+json", "application/feed+json"),
        ("application/rss+xml", "application/rss+xml"),
        ("application/rss+xml, */*;q=0.1", "application/rss+xml"),
        ("application/rss+xml;q=0.5, application/feed+json", "application/feed+json"),
        ("application/json;q=0.1, application/rss+xml;q=0.2", "application/rss+xml"),
    ],
)
def test_the_format_is_the_best_that_is_accepted(
    http: FlaskClient, accept: str | None, mimetype: str
) -> None:
    headers = {} if accept is None else {"Accept": accept}
    assert http.get("/v1/feed", headers=headers).mimetype == mimetype


@pytest.mark.parametrize(
    ("name", "mimetype"),
    [
        ("json", "application/json"),
        ("jsonfeed", "application/feed+json"),
        ("rss", "application/rss+xml"),
    ],
)
def test_the_parameter_goes_before_the_header(http: FlaskClient, name: str, mimetype: str) -> None:
    headers = {"Accept": "application/rss+xml, application/feed+json, application/json;q=0.1"}
    assert http.get(f"/v1/feed?format={name}", headers=headers).mimetype == mimetype


@pytest.mark.parametrize("name", ["jsonfeed", "rss"])
def test_an_error_is_a_problem_in_every_format(http: FlaskClient, name: str) -> None:
    response = http.get(f"/v1/feed?format={name}&size=0")
    assert (response.status_code, response.mimetype) == (422, "application/problem+json")


@pytest.mark.parametrize("query", ["user_id=ada&", "user_id=%C3%85sa/42?%25%26%2B%E6%97%A5&", ""])
def test_a_json_feed_keeps_to_the_rules_of_its_format(stocked: FlaskClient, query: str) -> None:
    checker = Draft202012Validator(RULES, format_checker=FormatChecker())
    told = list(json_pages(stocked, f"/v1/feed?{query}format=jsonfeed&size=5&lang=de"))
    for page in told:
        checker.validate(page)
        assert page["language"] == "de"
        assert page.get("next_url") != page["feed_url"]
        assert "format=jsonfeed" in page["feed_url"]
    shown = [item["id"] for page in told for item in page["items"]]
    assert len(shown) == len(set(shown)) == 12
    assert [len(page["items"]) for page in told[:2]] == [5, 5]


def test_an_item_tells_all_that_the_feed_tells(stocked: FlaskClient) -> None:
    document = stocked.get("/v1/feed?format=jsonfeed&size=20").json
    items = {item["id"]: item for item in document["items"]}
    rich, bare = items["odd\"'<&>"], items["bare"]
    assert rich["title"] == ODD.replace("&amp;", "&")
    told = "".join(f" [{label['text']}]" for label in rich["_newsfeed"]["labels"])
    assert rich["content_text"] == rich["summary"] + told
    assert "[Experimental" in told
    assert rich["authors"] == [{"name": "Ann Ember"}]
    assert rich["tags"] == ["food", "bread", "a&b"]
    extra = rich["_newsfeed"]
    assert extra["source_name"] == "S & T"
    assert [label["code"] for label in extra["labels"]] == ["generated_with_ai", "experimental"]
    assert extra["digital_source_type"].endswith("/trainedAlgorithmicMedia")
    assert bare.keys() == {"id", "title", "content_text", "date_published", "_newsfeed"}
    plain = stocked.get("/v1/feed?size=20").json
    (same,) = [each for each in plain["articles"] if each["article"]["id"] == "bare"]
    del same["article"]
    assert bare["_newsfeed"] == {**same, "source_name": None, "brief": None}
    assert document["_newsfeed"].keys() == plain.keys() - {"articles"}


def test_an_empty_feed_says_why_in_each_format(http: FlaskClient) -> None:
    document = http.get("/v1/feed?format=jsonfeed").json
    assert document["items"] == []
    assert "No article is live yet" in document["description"]
    parsed = feedparser.parse(http.get("/v1/feed?format=rss").get_data())
    assert (parsed.bozo, parsed.entries) == (False, [])
    assert "No article is live yet" in parsed.feed.description


def test_rss_is_read_as_it_was_meant(stocked: FlaskClient) -> None:
    (page,) = rss_pages(stocked, "/v1/feed?format=rss&size=20&lang=fr")
    entries = {entry.id: entry for entry in page.entries}
    rich, bare = entries["odd\"'<&>"], entries["bare"]
    assert rich.title == ODD.replace("&amp;", "&")
    assert rich.link == "https://news.example/?a=1&b=%C3%A9"
    assert not rich.guidislink
    assert rich.published == "Thu, 01 Jan 2026 00:00:00 +0000"
    assert [(tag.term, tag.scheme) for tag in rich.tags] == [
        ("food", None),
        ("bread", None),
        ("a&b", None),
        ("generated_with_ai", "labels"),
        ("experimental", "labels"),
    ]
    assert (rich.author, rich.publisher) == ("Ann Ember", "S & T")
    assert "link" not in bare
    assert page.feed.language == "fr"
    assert page.feed.title == "main"
    assert {each.rel for each in page.feed.links} == {"alternate", "self"}


def test_a_description_is_html_that_shows_the_text_as_it_is(stocked: FlaskClient) -> None:
    content = stocked.get("/v1/feed?format=rss&size=20").get_data()
    root = ET.fromstring(content)  # noqa: S314  # our own
    texts = {item.findtext("guid"): item.findtext("description") for item in root.iter("item")}
    assert texts["odd\"'<&>"].startswith("1 &lt; 2 &amp; 3 &gt; 2, ]]&gt;")
    assert "[Generated with AI]" in texts["odd\"'<&>"]
    assert not texts["bare"], "no summary, and the reason is no part of the article"


@pytest.mark.parametrize("query", ["user_id=ada&", "user_id=%C3%85sa/42?%25%26%2B%E6%97%A5&", ""])
def test_rss_pages_lead_to_the_end(stocked: FlaskClient, query: str) -> None:
    told = list(rss_pages(stocked, f"/v1/feed?{query}format=rss&size=5"))
    shown = [entry.id for page in told for entry in page.entries]
    assert len(shown) == len(set(shown)) == 12


def test_links_carry_what_a_further_page_needs_and_nothing_else(stocked: FlaskClient) -> None:
    query = "user_id=ada&size=2&lang=de&format=jsonfeed"
    first = stocked.get(f"/v1/feed?{query}&diversity=1&filter=%7B%7D").json
    asked = parse_qs(urlsplit(first["next_url"]).query)
    assert asked.pop("cursor") == [first["_newsfeed"]["next"]]
    assert asked == {name: values for name, values in parse_qs(query).items() if name in asked}
    assert len(asked) == 4


def test_a_format_that_was_accepted_is_written_into_the_link(stocked: FlaskClient) -> None:
    headers = {"Accept": "application/rss+xml"}
    content = stocked.get("/v1/feed?size=2", headers=headers).get_data()
    links = {each.rel: each.href for each in feedparser.parse(content).feed.links}
    assert stocked.get(local(links["next"])).mimetype == "application/rss+xml"


@pytest.mark.parametrize("raw", ["user_id=%C3%85", "user_id=Å", 'user_id=a"<>', "user_id=a|^`\\\\"])
def test_the_address_asked_for_is_told_in_ascii(http: FlaskClient, raw: str) -> None:
    query = f"format=jsonfeed&{raw}".encode().decode("latin-1")
    document = http.get("/v1/feed", environ_overrides={"QUERY_STRING": query}).json
    Draft202012Validator(URL, format_checker=FormatChecker()).validate(document["feed_url"])
    (reader,) = parse_qs(urlsplit(document["feed_url"]).query)["user_id"]
    assert document["_newsfeed"]["user_id"] == reader


@pytest.mark.parametrize("odd", ["\x00", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_what_xml_cannot_carry_is_left_out(stocked: FlaskClient, odd: str) -> None:
    answer = stocked.get("/v1/feed?size=1").json
    card = answer["articles"][0]["article"]
    card |= {"id": f"i{odd}d", "title": f"a{odd}b\tc", "summary": odd, "url": f"http://x/{odd}é"}
    content = rss(answer, {"self": "http://localhost/", "next": None})
    (item,) = ET.fromstring(content).iter("item")  # noqa: S314  # our own
    assert (item.findtext("guid"), item.findtext("title")) == ("id", "ab\tc")
    assert item.findtext("link").isascii()


def test_every_format_says_the_same_of_the_same_articles(stocked: FlaskClient) -> None:
    plain = stocked.get("/v1/feed?size=20").json
    document = stocked.get("/v1/feed?size=20&format=jsonfeed").json
    parsed = feedparser.parse(stocked.get("/v1/feed?size=20&format=rss").get_data())
    order = [each["article"]["id"] for each in plain["articles"]]
    assert [item["id"] for item in document["items"]] == order
    assert [entry.id for entry in parsed.entries] == order
    assert orjson.loads(json.dumps(document["_newsfeed"]["disclosure"])) == plain["disclosure"]
