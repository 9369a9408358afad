"""``/``, ``/openapi.json`` and ``/docs``: complete, and every example works."""

from __future__ import annotations

import itertools
import json
import re
import shlex
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from api.openapi import openapi_document
from api.operations import Example, Operation
from api.routes import OPERATIONS

DOCUMENT = openapi_document(OPERATIONS)


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from [node["$ref"]] if "$ref" in node else []
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from references(child)


def test_every_reference_leads_to_a_schema() -> None:
    names = {reference.removeprefix("#/components/schemas/") for reference in references(DOCUMENT)}
    assert names == set(DOCUMENT["components"]["schemas"]) & names
    assert names


@pytest.mark.parametrize("name", sorted(DOCUMENT["components"]["schemas"]))
def test_every_schema_is_valid_json_schema(name: str) -> None:
    Draft202012Validator.check_schema(DOCUMENT["components"]["schemas"][name])


def test_every_operation_has_its_own_name_and_says_what_it_does() -> None:
    assert len({each.name for each in OPERATIONS}) == len(OPERATIONS)
    assert all(each.summary and each.description.endswith(".") for each in OPERATIONS)


def test_every_rule_of_the_application_is_documented(http: FlaskClient) -> None:
    served = {rule.endpoint for rule in http.application.url_map.iter_rules()}
    documented = {op["operationId"] for path in DOCUMENT["paths"].values() for op in path.values()}
    assert served - documented == {"start", "openapi", "docs", "style"}


def test_the_limits_in_the_document_are_those_that_are_enforced() -> None:
    parameters = DOCUMENT["paths"]["/v1/feed"]["get"]["parameters"]
    schemas = {each["name"]: each["schema"] for each in parameters}
    assert schemas["user_id"] == {"type": "string", "minLength": 1, "maxLength": 128}
    assert schemas["size"] == {"type": "integer", "minimum": 1, "maximum": 100}
    assert schemas["diversity"] == {"type": "number", "minimum": 0.0, "maximum": 1.0}
    assert schemas["format"]["enum"] == ["json", "jsonfeed", "rss"]
    assert schemas["filter"] == {
        "type": "string",
        "maxLength": 8_190,
        "contentMediaType": "application/json",
        "contentSchema": {"$ref": "#/components/schemas/FeedFilter"},
    }
    batch = DOCUMENT["components"]["schemas"]["ArticleBatch"]["properties"]["articles"]
    assert batch["items"] == {"$ref": "#/components/schemas/ArticleDocument"}
    assert (batch["minItems"], batch["maxItems"]) == (1, 500)


def test_the_served_document_is_this_one(http: FlaskClient) -> None:
    assert http.get("/openapi.json").json == json.loads(json.dumps(DOCUMENT))


def test_the_start_page_points_to_the_documentation(http: FlaskClient) -> None:
    assert http.get("/").json["docs"] == "/docs"


def test_the_page_needs_nothing_from_elsewhere(http: FlaskClient) -> None:
    response = http.get("/docs")
    assert "<script" not in response.text
    assert re.findall(r'(?:src|href)="(?!#)([^"]*)"', response.text) == [
        "/docs.css",
        "/openapi.json",
    ]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert http.get("/docs.css").mimetype == "text/css"


def test_every_link_of_the_page_leads_somewhere(http: FlaskClient) -> None:
    text = http.get("/docs").text
    anchors = re.findall(r'id="([^"]+)"', text)
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(anchors)


def test_every_type_of_problem_is_explained_on_the_page(http: FlaskClient) -> None:
    kind = http.get("/v1/feed?size=0").json["type"].removeprefix("/docs#")
    assert f'id="{kind}"' in http.get("/docs").text


def test_the_feed_is_documented_in_each_of_its_formats_and_with_its_expiry(
    http: FlaskClient,
) -> None:
    answers = DOCUMENT["paths"]["/v1/feed"]["get"]["responses"]
    assert list(answers["200"]["content"]) == [
        "application/json",
        "application/feed+json",
        "application/rss+xml",
    ]
    assert "410" in answers
    page = http.get("/docs").text
    section = page.partition('<section id="feed">')[2].partition("</section>")[0]
    assert all(f">{media}</span>" in section for media in answers["200"]["content"])
    assert "<dt>410 " in section


def test_what_is_answered_as_a_page_is_not_promised_as_a_problem() -> None:
    answers = DOCUMENT["paths"]["/v1/briefs/{brief_id}"]["get"]["responses"]
    media = {status: list(each["content"]) for status, each in answers.items()}
    assert media["404"] == ["application/problem+json", "text/html"]
    assert media["410"] == ["text/html"]
    assert media["422"] == ["application/problem+json"]


def test_the_filter_is_told_by_its_schema_and_in_words(http: FlaskClient) -> None:
    page = http.get("/docs").text
    assert '<a href="#schema-FeedFilter">FeedFilter as JSON</a>' in page
    assert '<a href="#schema-AiShare">string or AiShare</a>' in page
    assert "<td>any</td>" not in page, "a type without words"


def test_no_field_of_a_filter_is_left_without_a_meaning() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    for name in ("FeedFilter", "CategoryFilter", "TagFilter", "SourceFilter", "LanguageFilter"):
        assert all(each.get("description") for each in schemas[name]["properties"].values())


def test_the_page_tells_what_holds_for_all_operations(http: FlaskClient) -> None:
    page = http.get("/docs").text
    assert "at most 8,190 bytes" in page
    assert "HEAD is answered wherever GET is" in page
    assert "8,190 bytes" in DOCUMENT["info"]["description"]


GETS = [each for each in OPERATIONS if each.method == "GET"]


@pytest.mark.parametrize("each", GETS, ids=[each.name for each in GETS])
def test_head_is_answered_wherever_get_is_but_for_the_feed(
    http: FlaskClient, newsroom: Any, each: Operation
) -> None:
    newsroom.publish("rain-1")
    path = each.example.path
    expected = 405 if each.name == "feed" else http.get(path).status_code
    assert http.head(path).status_code == expected
    allowed = http.options(path).headers["Allow"].split(", ")
    assert ("HEAD" in allowed) == (each.name != "feed")


def examples(http: FlaskClient) -> list[str]:
    text = http.get("/docs").text
    return [unescape(each) for each in re.findall(r"<pre[^>]*><code>(.*?)</code>", text, re.DOTALL)]


def test_every_example_of_the_page_works(http: FlaskClient, newsroom: Any) -> None:
    newsroom.publish("rain-1", category="environment")
    (put,) = [each for each in OPERATIONS if each.method == "PUT" and "experiments" in each.path]
    http.put(put.example.path, json=put.example.body)
    analysis = {"key": "wider", "kind": "ab", "analysed_at": "2026-01-02T00:00:00Z"}
    newsroom.wiring.experiments.publish("wider", orjson.dumps(analysis))
    stand_ins = [each.path for operation in OPERATIONS for each in standing_in(operation)]
    shown = examples(http)
    assert len(shown) == sum(len(each.examples) for each in OPERATIONS)
    # The article is removed by one example and read by others: that one comes last.
    for example in sorted(shown, key=lambda each: "DELETE" in each):
        expected = {404} if any(path in example for path in stand_ins) else {200, 204}
        assert send(http, example).status_code in expected, example


def test_an_example_with_a_stand_in_says_so_and_works_with_a_real_value(
    http: FlaskClient, newsroom: Any
) -> None:
    newsroom.publish("rain-1")
    slate = http.get("/v1/feed").json["slate_id"]
    told = [example for each in OPERATIONS for example in standing_in(each)]
    assert {each.stand_in for each in told} == {"slate_id", "story_id", "brief_id"}
    assert http.get("/docs").text.count("this is answered with 404") == len(told)
    (each,) = [each for each in OPERATIONS if each.example.stand_in == "slate_id"]
    (example,) = [text for text in examples(http) if each.example.path in text]
    answer = send(http, re.sub(r"slate_id=[^&]*", f"slate_id={slate}", example))
    assert answer.json["article_id"] == "rain-1"


def standing_in(operation: Operation) -> list[Example]:
    return [each for each in operation.examples if each.stand_in]


def send(http: FlaskClient, command: str) -> TestResponse:
    words = shlex.split(command.replace("\\\n", " "))
    given = {name: value for name, value in itertools.pairwise(words) if name in {"-X", "-d"}}
    query = [v.partition("=") for n, v in itertools.pairwise(words) if n == "--data-urlencode"]
    headers = [v.split(": ", 1) for n, v in itertools.pairwise(words) if n == "-H"]
    url = next(word for word in words if word.startswith("http://localhost"))
    path, _, asked = url.removeprefix("http://localhost").partition("?")
    return http.open(
        path,
        method=given.get("-X", "GET"),
        query_string="&".join(filter(None, [asked, urlencode([(n, v) for n, _, v in query])])),
        data=given.get("-d"),
        headers=headers,
    )
