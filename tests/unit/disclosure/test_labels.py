"""Labels: computed from evidence, absent where nothing is known."""

from __future__ import annotations

import math
from typing import Any

import pytest

from recommender.disclosure.labels import (
    ArticleFacts,
    article_labels,
    digital_source_type_uri,
    facts_of,
    feed_disclosure,
)
from recommender.disclosure.messages import LANGUAGES
from recommender.domain.provenance import IPTC_BASE, DigitalSourceType

PUBLISHED = 1_767_225_600.0
WITH_AI = ("generated_with_ai", "experimental")


def card(*claims: tuple[str, str], source_type: str | None = None) -> dict[str, Any]:
    return {
        "id": "a",
        "published_at": "2026-01-01T00:00:00.000Z",
        "provenance": {
            "digital_source_type": source_type,
            "ai_system": None,
            "ai_system_version": None,
            "generated_with_ai": None,
            "claims": [{"code": code, "text": text} for code, text in claims],
        },
    }


def codes(facts: ArticleFacts) -> tuple[str, ...]:
    return tuple(label.code.value for label in article_labels(facts, "en"))


def test_unknown_is_no_label_and_never_human() -> None:
    facts = facts_of(card())
    assert article_labels(facts, "en") == ()
    assert digital_source_type_uri(facts) is None


@pytest.mark.parametrize(
    ("source_type", "expected"),
    [
        ("trainedAlgorithmicMedia", WITH_AI),
        ("compositeWithTrainedAlgorithmicMedia", WITH_AI),
        ("digitalCapture", ()),
        ("humanEdits", ()),
        ("algorithmicMedia", ()),
    ],
)
def test_the_publishers_word_makes_the_labels(source_type: str, expected: tuple[str, ...]) -> None:
    facts = facts_of(card(source_type=source_type))
    assert codes(facts) == expected
    assert digital_source_type_uri(facts) == IPTC_BASE + source_type


def test_the_articles_own_claim_makes_the_labels_with_its_words() -> None:
    facts = facts_of(card(("dateline", "2 May 2025."), ("generated_with_ai", "Made by AI.")))
    label, experimental = article_labels(facts, "en")
    assert label.text == "Generated with AI, as the article itself says"
    assert label.evidence == experimental.evidence == (("claim", "Made by AI."),)
    assert label.since == PUBLISHED
    assert digital_source_type_uri(facts) == IPTC_BASE + "trainedAlgorithmicMedia"


def test_a_claim_never_overwrites_the_publishers_term() -> None:
    facts = facts_of(card(("generated_with_ai", "Made by AI."), source_type="humanEdits"))
    assert codes(facts) == WITH_AI
    assert article_labels(facts, "en")[0].evidence == (("claim", "Made by AI."),)
    assert digital_source_type_uri(facts) == IPTC_BASE + "humanEdits"


def test_the_evidence_names_the_system_and_both_words() -> None:
    facts = ArticleFacts(
        published_at=PUBLISHED,
        digital_source_type=DigitalSourceType.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA,
        ai_system="Writer",
        ai_system_version="2",
        ai_claim="Made by AI.",
    )
    label, _ = article_labels(facts, "en")
    assert label.text == "Generated with AI in part"
    assert dict(label.evidence) == {
        "digital_source_type": "compositeWithTrainedAlgorithmicMedia",
        "claim": "Made by AI.",
        "ai_system": "Writer",
        "ai_system_version": "2",
    }


@pytest.mark.parametrize(
    ("system", "version", "text"),
    [
        (None, None, "Generated with AI"),
        (None, "2", "Generated with AI"),
        ("Writer", None, "Generated with AI: Writer"),
        ("Writer", "2", "Generated with AI: Writer 2"),
        ("Writer", "Writer", "Generated with AI: Writer"),
    ],
)
def test_what_a_model_wrote_names_the_model_where_it_is_known(
    system: str | None, version: str | None, text: str
) -> None:
    facts = ArticleFacts(
        published_at=PUBLISHED,
        digital_source_type=DigitalSourceType.TRAINED_ALGORITHMIC_MEDIA,
        ai_system=system,
        ai_system_version=version,
    )
    assert article_labels(facts, "en")[0].text == text


def brief(writer: str, source_type: str) -> dict[str, Any]:
    note = {"revision": 2, "writer": writer, "sources": [{"id": "a"}, {"id": "b"}, {"id": "c"}]}
    return card(source_type=source_type) | {"brief": note}


def test_a_brief_of_its_sources_sentences_says_that_it_was_compiled() -> None:
    (label,) = article_labels(facts_of(brief("extractive", "composite")), "en")
    assert (label.code, label.since) == ("compiled", PUBLISHED)
    assert label.text == "Compiled automatically from 3 sources"
    assert dict(label.evidence) == {
        "digital_source_type": "composite",
        "writer": "extractive",
        "sources": 3,
        "revision": 2,
    }


def test_a_brief_that_a_model_wrote_is_generated_with_ai_and_not_compiled() -> None:
    assert codes(facts_of(brief("generative", "trainedAlgorithmicMedia"))) == WITH_AI


def test_only_a_brief_is_compiled() -> None:
    assert codes(facts_of(card(source_type="composite"))) == ()
    assert codes(facts_of(card(source_type="composite") | {"brief": None})) == ()


def test_claims_to_popularity_and_customisation_make_no_label() -> None:
    facts = facts_of(
        card(("trending", "Trending."), ("customised", "Your feed."), ("experimental", "It is."))
    )
    assert codes(facts) == ()


@pytest.mark.parametrize(("value", "trends"), [(4.999, False), (5.0, True), (80.0, True)])
def test_trending_is_the_live_value_at_or_over_the_threshold(value: float, trends: bool) -> None:  # noqa: FBT001
    facts = facts_of(card(), trending_value=value, trending_since=PUBLISHED + 60.0, threshold=5.0)
    labels = article_labels(facts, "en")
    assert bool(labels) is trends
    for label in labels:
        assert (label.code, label.since) == ("trending", PUBLISHED + 60.0)
        assert label.evidence == (("value", value), ("threshold", 5.0))


@pytest.mark.parametrize("since", [None, math.nan])
def test_a_trend_of_unknown_beginning_has_no_since(since: float | None) -> None:
    facts = facts_of(card(), trending_value=9.0, trending_since=since, threshold=5.0)
    assert article_labels(facts, "en")[0].since is None


def test_a_card_of_before_claims_were_kept_still_has_its_labels() -> None:
    old = card(source_type="trainedAlgorithmicMedia")
    del old["provenance"]["claims"]
    assert codes(facts_of(old)) == WITH_AI


@pytest.mark.parametrize(
    ("customised", "personalised", "text"),
    [
        (True, True, "This feed is customised: what you saw, read or chose changed its order."),
        (False, True, "This feed is in the site’s own order: nothing known about you changed it."),
        (False, False, "This feed is without personalisation: it uses no data of yours."),
    ],
)
def test_the_feed_says_how_it_came_about(customised: bool, personalised: bool, text: str) -> None:  # noqa: FBT001
    told = feed_disclosure(customised=customised, personalised=personalised, language="en")
    assert told.text == text
    assert (told.label is not None) is customised


@pytest.mark.parametrize("language", LANGUAGES)
def test_codes_and_evidence_are_the_same_in_every_language(language: str) -> None:
    facts = ArticleFacts(
        published_at=PUBLISHED, ai_claim="Par IA.", trending_value=9.0, threshold=5.0
    )
    here, english = article_labels(facts, language), article_labels(facts, "en")
    assert [(x.code, x.evidence) for x in here] == [(x.code, x.evidence) for x in english]
    told = feed_disclosure(customised=True, personalised=True, language=language)
    assert told.label is not None
    assert told.label.code == "customised"
