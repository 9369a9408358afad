"""``/``, ``/openapi.json`` and ``/docs``: complete, and every example works."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from api.openapi import openapi_document
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
    (user, size) = DOCUMENT["paths"]["/v1/feed"]["get"]["parameters"]
    assert user["schema"] == {"type": "string", "minLength": 1, "maxLength": 128}
    assert size["schema"] == {"type": "integer", "minimum": 1, "maximum": 100}
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


def test_every_example_of_the_page_works(http: FlaskClient, newsroom: Any) -> None:
    newsroom.publish("rain-1")
    text = http.get("/docs").text
    examples = [
        unescape(each) for each in re.findall(r"<pre[^>]*><code>(.*?)</code>", text, re.DOTALL)
    ]
    assert len(examples) == len(OPERATIONS)
    # The article is removed by one example and read by others: that one comes last.
    for example in sorted(examples, key=lambda each: "DELETE" in each):
        assert send(http, example) in {200, 204}, example


def send(http: FlaskClient, command: str) -> int:
    words = shlex.split(command.replace("\\\n", " "))
    method = words[words.index("-X") + 1] if "-X" in words else "GET"
    body = json.loads(words[words.index("-d") + 1]) if "-d" in words else None
    url = next(word for word in words if word.startswith("http://localhost"))
    return http.open(url.removeprefix("http://localhost"), method=method, json=body).status_code
