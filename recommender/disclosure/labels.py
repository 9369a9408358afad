"""Labels: facts that are disclosed to the reader, each computed from evidence.

An article may be ``trending``, ``compiled``, ``generated_with_ai`` and ``experimental``, a feed
``customised``.
What an article says of itself counts as evidence of how it was made, never of its being popular
or of the feed around it. Where nothing is known there is no label: "unknown" is not "human".
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from recommender.disclosure.messages import say
from recommender.domain.briefs import WriterKind
from recommender.domain.provenance import (
    GENERATED_WITH_AI,
    IPTC_BASE,
    ClaimCode,
    DigitalSourceType,
)

Evidence = tuple[tuple[str, str | float], ...]
"""Names and values, in order: ``dict(label.evidence)`` is what goes on the wire."""


ROUNDING = 1e-9
"""Part of the threshold that a value may lack by rounding: five clicks now are five."""


class LabelCode(StrEnum):
    """The stable codes."""

    TRENDING = "trending"
    COMPILED = "compiled"
    GENERATED_WITH_AI = "generated_with_ai"
    EXPERIMENTAL = "experimental"
    CUSTOMISED = "customised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A disclosed fact.

    Parameters
    ----------
    text : str
        The fact in the reader's language.
    since : float or None
        Second since the epoch from which it holds, where that is known.
    evidence : tuple of (str, str or float)
        What the fact was computed from.
    """

    code: LabelCode
    text: str
    since: float | None
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFacts:
    """What the labels of one article are computed from.

    Parameters
    ----------
    published_at : float
        Seconds since the epoch.
    digital_source_type : str or None
        The publisher's term; None is unknown.
    ai_claim : str or None
        The article's own words that say it was generated with AI.
    writer : WriterKind or None
        Who wrote the brief; None where it is none.
    sources, revision : int
        How many articles the brief cites, and which revision of it this is.
    trending_value, threshold : float
        Weighted interactions, decayed to now; at or over the threshold an article is trending.
    trending_since : float or None
        Second at which the value last rose over the threshold; None or NaN where unknown.
    """

    published_at: float
    digital_source_type: str | None = None
    ai_system: str | None = None
    ai_system_version: str | None = None
    ai_claim: str | None = None
    writer: WriterKind | None = None
    sources: int = 0
    revision: int = 0
    trending_value: float = 0.0
    trending_since: float | None = None
    threshold: float = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """What is said of a whole feed; ``label`` is there exactly where the feed is customised."""

    label: Label | None
    text: str


def facts_of(
    card: Mapping[str, Any],
    *,
    trending_value: float = 0.0,
    trending_since: float | None = None,
    threshold: float = math.inf,
) -> ArticleFacts:
    """Return the facts of an article's card (its public JSON, parsed) and of its attention now."""
    made, brief = card["provenance"], card.get("brief")  # older cards have none
    return ArticleFacts(
        published_at=datetime.fromisoformat(card["published_at"]).timestamp(),
        digital_source_type=made["digital_source_type"],
        ai_system=made["ai_system"],
        ai_system_version=made["ai_system_version"],
        ai_claim=_claim_to_ai(made.get("claims") or ()),
        writer=WriterKind(brief["writer"]) if brief else None,
        sources=len(brief["sources"]) if brief else 0,
        revision=brief["revision"] if brief else 0,
        trending_value=trending_value,
        trending_since=trending_since,
        threshold=threshold,
    )


def article_labels(facts: ArticleFacts, language: str) -> tuple[Label, ...]:
    """Return the labels of an article in one of the languages of ``messages``.

    Trending holds while the value is at or over the threshold. Compiled is a brief that consists of
    sentences of its sources. Experimental is there exactly where a generative system wrote the
    text, or part of it.

    Examples
    --------
    >>> facts = ArticleFacts(published_at=0.0, ai_claim="Written by AI.")
    >>> [label.text for label in article_labels(facts, "en")]
    ['Generated with AI, as the article itself says', 'Experimental: made with generative AI']
    """
    labels = []
    if facts.trending_value >= facts.threshold * (1.0 - ROUNDING):
        labels.append(_trending(facts, language))
    if facts.writer is WriterKind.EXTRACTIVE:
        labels.append(_compiled(facts, language))
    evidence = _evidence_of_ai(facts)
    if evidence:
        for code, text in (
            (LabelCode.GENERATED_WITH_AI, _ai_sentence(facts, language)),
            (LabelCode.EXPERIMENTAL, say("label.experimental", language)),
        ):
            label = Label(code=code, text=text, since=facts.published_at, evidence=evidence)
            labels.append(label)
    return tuple(labels)


def digital_source_type_uri(facts: ArticleFacts) -> str | None:
    """Return the IPTC address of how the article was made; None is unknown.

    The publisher's term, else the one for generated text where the article claims to be that.
    """
    term = facts.digital_source_type
    if term is None and facts.ai_claim:
        term = DigitalSourceType.TRAINED_ALGORITHMIC_MEDIA
    return term and IPTC_BASE + term


def system_name(system: str, version: str | None) -> str:
    """Return a system with its version, where that is another name: servers echo the first.

    Examples
    --------
    >>> system_name("Quill", "4.1"), system_name("some-model", "some-model")
    ('Quill 4.1', 'some-model')
    """
    return " ".join(dict.fromkeys(filter(None, (system, version))))


def feed_disclosure(*, customised: bool, personalised: bool, language: str) -> Disclosure:
    """Return what is said of a feed.

    Parameters
    ----------
    customised : bool
        Whether the order differs from the one that the feed has without the reader's data.
    personalised : bool
        Whether the reader's data were used at all.
    """
    if customised:
        label = Label(
            code=LabelCode.CUSTOMISED,
            text=say("label.customised", language),
            since=None,
            evidence=(("differs_from", "order_without_reader_data"),),
        )
        return Disclosure(label=label, text=say("disclosure.customised", language))
    key = "disclosure.site_order" if personalised else "disclosure.not_personalised"
    return Disclosure(label=None, text=say(key, language))


def _claim_to_ai(claims: Sequence[Mapping[str, str]]) -> str | None:
    wanted = ClaimCode.GENERATED_WITH_AI
    return next((claim["text"] for claim in claims if claim["code"] == wanted), None)


def _trending(facts: ArticleFacts, language: str) -> Label:
    since = facts.trending_since
    return Label(
        code=LabelCode.TRENDING,
        text=say("label.trending", language),
        since=None if since is None or math.isnan(since) else since,
        evidence=(("value", facts.trending_value), ("threshold", facts.threshold)),
    )


def _compiled(facts: ArticleFacts, language: str) -> Label:
    told = (
        ("digital_source_type", facts.digital_source_type),
        ("writer", facts.writer),
        ("sources", facts.sources),
        ("revision", facts.revision),
    )
    return Label(
        code=LabelCode.COMPILED,
        text=say("label.compiled", language, count=facts.sources),
        since=facts.published_at,
        evidence=tuple((name, value) for name, value in told if value),
    )


def _evidence_of_ai(facts: ArticleFacts) -> Evidence:
    """Return the publisher's word, the article's own, or both; empty where neither says so."""
    by_publisher = facts.digital_source_type in GENERATED_WITH_AI
    if not by_publisher and not facts.ai_claim:
        return ()
    told = (
        ("digital_source_type", facts.digital_source_type if by_publisher else None),
        ("claim", facts.ai_claim),
        ("ai_system", facts.ai_system),
        ("ai_system_version", facts.ai_system_version),
    )
    return tuple((name, value) for name, value in told if value)


def _ai_sentence(facts: ArticleFacts, language: str) -> str:
    if facts.digital_source_type not in GENERATED_WITH_AI:
        return say("label.generated_with_ai.claim", language)
    if facts.digital_source_type != DigitalSourceType.TRAINED_ALGORITHMIC_MEDIA:
        return say("label.generated_with_ai.part", language)
    if not facts.ai_system:
        return say("label.generated_with_ai", language)
    system = system_name(facts.ai_system, facts.ai_system_version)
    return say("label.generated_with_ai.named", language, system=system)
