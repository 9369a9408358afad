"""``GET /v1/feed``: what each parameter takes, what it refuses, and in which language it tells."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import orjson
import pytest
from flask.testing import FlaskClient

from recommender.bootstrap import Wiring


@pytest.mark.parametrize(
    ("query", "field", "limit"),
    [
        ("size=0", "size", "greater than or equal to 1"),
        ("size=101", "size", "less than or equal to 100"),
        ("size=", "size", "valid integer"),
        ("size=ten", "size", "valid integer"),
        ("size=" + "9" * 3000, "size", "less than or equal to 100"),
        ("size=NaN", "size", "valid integer"),
        ("size=5&size=6", "size", "given once at most"),
        ("size=" + "9" * 5000, "size", "integer"),
        ("user_id=", "user_id", "at least 1 character"),
        ("user_id=" + "x" * 129, "user_id", "at most 128 characters"),
        ("user_id=two%20words", "user_id", "1 to 128 visible characters"),
        ("user_id=a%00b", "user_id", "1 to 128 visible characters"),
        ("user_id=%7Bmain%7D", "user_id", "1 to 128 visible characters"),
        ("user_id=%ff", "query", "UTF-8"),
        ("user_id=%ED%A0%80", "query", "UTF-8"),
        ("userid=ada", "userid", "unknown field"),
        ("&".join(f"p{n}=1" for n in range(60)), "query", "at most 50 parameters"),
        ("reading=", "reading", "at least 1 character"),
        ("reading=two%20words", "reading", "1 to 128 visible characters"),
        ("diversity=1.01", "diversity", "less than or equal to 1"),
        ("diversity=-0.01", "diversity", "greater than or equal to 0"),
        ("diversity=NaN", "diversity", "less than or equal to 1"),
        ("diversity=-inf", "diversity", "greater than or equal to 0"),
        ("diversity=", "diversity", "valid number"),
        ("diversity=much", "diversity", "valid number"),
        ("diversity=0&diversity=1", "diversity", "given once at most"),
        ("personalization=OFF", "personalization", "'on' or 'off'"),
        ("personalization=", "personalization", "'on' or 'off'"),
        ("personalisation=off", "personalisation", "unknown field"),
        ("format=atom", "format", "'json', 'jsonfeed' or 'rss'"),
        ("lang=", "lang", "language tag"),
        ("lang=english!", "lang", "language tag"),
        ("lang=" + "de-" * 20, "lang", "at most 35 characters"),
    ],
)
def test_a_bad_parameter_is_named_with_its_limit(
    http: FlaskClient, query: str, field: str, limit: str
) -> None:
    response = http.get(f"/v1/feed?{query}")
    assert response.status_code == 422
    (error,) = response.json["errors"]
    assert error["field"] == field
    assert limit in error["message"]
    assert len(error["got"]) <= 200


@pytest.mark.parametrize(
    ("text", "field", "limit"),
    [
        ("", "filter", "a JSON object"),
        ("{", "filter", "a JSON object"),
        ("[]", "filter", "a JSON object"),
        ("null", "filter", "a JSON object"),
        ("[" * 3_000, "filter", "a JSON object"),
        ('{"category": {"any": ["\\ud800"]}}', "filter", "a JSON object"),
        ('{"published_since": NaN}', "filter", "a JSON object"),
        ('{"categories": {}}', "filter.categories", "unknown field"),
        ('{"category": {"some": ["a"]}}', "filter.category.some", "unknown field"),
        ('{"source": {"all": ["a", "b"]}}', "filter.source.all", "unknown field"),
        ('{"category": {"any": "food"}}', "filter.category.any", "must be a list"),
        ('{"category": {"any": [1]}}', "filter.category.any.0", "valid string"),
        ('{"category": {"any": ["a"], "none": ["A"]}}', "filter.category", "both any and none"),
        ('{"tag": {"all": ["a"], "none": ["a"]}}', "filter.tag", "both all and none"),
        ('{"category": {"all": ["a", "b", "c"]}}', "filter.category", "more than 2"),
        ('{"language": {"any": ["english!"]}}', "filter.language.any.0", "pattern"),
        ('{"published_since": "2026-01-01T00:00:01Z"}', "filter.published_since", "not later than"),
        ('{"published_since": "2025-12-31"}', "filter.published_since", "date and time"),
        ('{"published_since": "2025-12-31T00:00:00"}', "filter.published_since", "timezone"),
        ('{"published_since": 1767225600}', "filter.published_since", "date and time"),
        ('{"exclude": ["a b"]}', "filter.exclude.0", "1 to 128 visible characters"),
        ('{"generated_with_ai": "no"}', "filter.generated_with_ai", '"include", "exclude"'),
        (
            '{"generated_with_ai": {"max_share": 1.5}}',
            "filter.generated_with_ai.max_share",
            "less than or equal to 1",
        ),
        (
            orjson.dumps({"exclude": [str(number) for number in range(201)]}).decode(),
            "filter.exclude",
            "at most 200",
        ),
        (
            orjson.dumps({"tag": {"any": [str(number) for number in range(51)]}}).decode(),
            "filter.tag.any",
            "at most 50",
        ),
        ("x" * 8_191, "filter", "at most 8190 characters"),
    ],
)
def test_a_bad_part_of_a_filter_is_named_with_its_limit(
    http: FlaskClient, wiring: Wiring, text: str, field: str, limit: str
) -> None:
    response = http.get("/v1/feed", query_string={"filter": text})
    assert response.status_code == 422
    (error,) = response.json["errors"]
    assert error["field"] == field
    assert limit in error["message"]
    assert len(error["got"]) <= 100
    assert not wiring.client.exists("nf:{main:0}:slates"), "no feed is half-built"


@pytest.mark.parametrize("diversity", ["0", "1", "0.5", "1e-3"])
def test_the_dial_goes_from_0_to_1(http: FlaskClient, newsroom: Any, diversity: str) -> None:
    for number in range(4):
        newsroom.publish(f"a{number}", number)
    answer = http.get(f"/v1/feed?diversity={diversity}").json
    assert len(answer["articles"]) == 4


def test_an_article_being_read_that_is_unknown_changes_nothing(
    http: FlaskClient, newsroom: Any
) -> None:
    newsroom.publish("rain")
    answer = http.get("/v1/feed?reading=nothing").json
    assert [each["article"]["id"] for each in answer["articles"]] == ["rain"]


@pytest.mark.parametrize(
    ("query", "header", "preferred", "told"),
    [
        ("", None, None, "en"),
        ("", "de", None, "de"),
        ("", "pt-BR, es;q=0.5", None, "es"),
        ("", "de;q=0, fr;q=0.1", None, "fr"),
        ("", "de;q=0", None, "en"),
        ("", "*", None, "en"),
        ("", "zz", None, "en"),
        ("", "fr;q=x,,;;=", None, "en"),
        ("", "de", "es", "es"),
        ("", "de", "pt", "de"),
        ("&lang=fr", "de", "es", "fr"),
        ("&lang=fr-CA", None, None, "fr"),
        ("&lang=pt", "de", "es", "es"),
        ("&lang=pt", None, None, "en"),
    ],
)
def test_the_language_is_the_asked_for_the_preferred_or_an_accepted_one(
    http: FlaskClient, newsroom: Any, query: str, header: str | None, preferred: str, told: str
) -> None:
    newsroom.publish("rain", provenance={"digital_source_type": "trainedAlgorithmicMedia"})
    if preferred:
        http.put("/v1/users/ada/preferences", json={"language": preferred})
    headers = {"Accept-Language": header} if header is not None else {}
    answer = http.get(f"/v1/feed?user_id=ada{query}", headers=headers).json
    (shown,) = answer["articles"]
    words = {
        "en": ("Generated with AI", "New", "This feed is in the site"),
        "de": ("Mit KI erstellt", "Neu", "Dieser Feed"),
        "fr": ("Généré par IA", "Nouveau", "Ce fil"),
        "es": ("Generado con IA", "Nuevo", "Este feed"),
    }[told]
    assert answer["disclosure"]["language"] == told
    assert shown["labels"][0]["text"] == words[0]
    assert shown["reason"]["text"] == words[1]
    assert answer["disclosure"]["text"].startswith(words[2])


def test_200_articles_can_be_excluded(http: FlaskClient, newsroom: Any) -> None:
    newsroom.publish("a199")
    wanted = orjson.dumps({"exclude": [f"a{number}" for number in range(200)]})
    assert http.get(f"/v1/feed?filter={quote(wanted)}").json["articles"] == []
