"""The digital source type of a document, an item and an entry, in all its forms."""

from __future__ import annotations

import json
from typing import Any

import pytest

from recommender.domain.provenance import IPTC_BASE, DigitalSourceType
from recommender.errors import InvalidInput
from recommender.ingest.documents import ArticleDocument, parse_document
from recommender.ingest.feeds import read_feed

TRAINED = DigitalSourceType.TRAINED_ALGORITHMIC_MEDIA
PLAIN = {"id": "a", "title": "T"}
IN_PROVENANCE = parse_document(PLAIN | {"provenance": {"digital_source_type": TRAINED}})
FORMS = [
    "trainedAlgorithmicMedia",
    "TrainedAlgorithmicMedia",
    IPTC_BASE + "trainedAlgorithmicMedia",
    IPTC_BASE.replace("http:", "https:") + "trainedAlgorithmicMedia/",
    "digsrctype:trainedAlgorithmicMedia",
    {"uri": IPTC_BASE + "trainedAlgorithmicMedia", "name": "Made by AI"},
    {"literal": "trainedAlgorithmicMedia"},
    {"name": "trainedAlgorithmicMedia", "uri": 7},
]


def said(document: ArticleDocument) -> DigitalSourceType | None:
    return document.to_article(0.0).provenance.digital_source_type


def feed_item(**fields: Any) -> ArticleDocument:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"id": "1", "title": "T"} | fields],
    }
    (document,) = read_feed(json.dumps(feed).encode(), "f.json").documents
    return document


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["digitalSourceType", "digitalsourcetype"])
def test_every_form_means_the_same_at_either_place(name: str, form: Any) -> None:
    above = parse_document(PLAIN | {name: form})
    inside = parse_document(PLAIN | {"provenance": {"digital_source_type": form}})
    assert said(above) == said(inside) == TRAINED
    assert above.fingerprint() == inside.fingerprint() == IN_PROVENANCE.fingerprint()


def test_what_is_not_said_changes_no_fingerprint() -> None:
    silent = parse_document(PLAIN | {"digitalSourceType": None})
    assert said(silent) is None
    assert silent.fingerprint() == parse_document(PLAIN).fingerprint()
    assert "digital_source_type" not in silent.model_dump()


def test_the_name_above_leaves_the_rest_of_the_provenance() -> None:
    document = parse_document(
        PLAIN | {"digitalSourceType": TRAINED, "provenance": {"ai_system": "Writer"}}
    )
    made = document.to_article(0.0).provenance
    assert (made.digital_source_type, made.ai_system) == (TRAINED, "Writer")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"digitalSourceType": "a guess"}, "digitalSourceType"),
        ({"digitalSourceType": {}}, "digitalSourceType"),
        ({"digitalsourcetype": 7}, "digitalsourcetype"),
        ({"digitalSourceType": ["trainedAlgorithmicMedia"]}, "digitalSourceType"),
        (
            {"digitalSourceType": TRAINED, "provenance": {"digital_source_type": "humanEdits"}},
            "digitalSourceType",
        ),
        ({"digital_source_type": TRAINED}, "digital_source_type"),
        ({"provenance": {"digital_source_type": "a guess"}}, "provenance.digital_source_type"),
    ],
)
def test_nonsense_and_contradictions_are_refused_by_name(
    fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as error:
        parse_document(PLAIN | fields)
    assert error.value.field == field


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["digitalSourceType", "digitalsourcetype", "digital_source_type"])
def test_a_json_feed_says_it_in_any_extension(name: str, form: Any) -> None:
    assert said(feed_item(_other={"a": 1}, _ninjs={name: form})) == TRAINED


def test_a_json_feed_may_say_it_in_the_item() -> None:
    assert said(feed_item(digitalSourceType="trainedAlgorithmicMedia")) == TRAINED


@pytest.mark.parametrize(
    "fields",
    [{"_a": "trainedAlgorithmicMedia"}, {"_a": {"digitalSourceType": "a guess"}}, {"_a": [1]}],
)
def test_in_a_feed_nonsense_is_dropped_and_the_article_taken(fields: dict[str, Any]) -> None:
    assert said(feed_item(**fields)) is None


def test_an_element_of_any_name_space_is_read() -> None:
    content = f"""<rss version="2.0" xmlns:iptc="http://iptc.example/">
        <channel><title>F</title><item><guid>urn:a</guid><title>T</title>
        <iptc:digitalSourceType>{IPTC_BASE}trainedAlgorithmicMedia</iptc:digitalSourceType>
        </item></channel></rss>"""
    (document,) = read_feed(content.encode(), "f.xml").documents
    assert said(document) == TRAINED
