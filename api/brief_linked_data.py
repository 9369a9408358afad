"""The marks of a brief's page for programs: JSON-LD in the vocabulary of schema.org."""

from __future__ import annotations

from typing import Any

from recommender.domain.brief_records import Brief, ListedSource
from recommender.domain.provenance import IPTC_BASE, DigitalSourceType
from recommender.services.brief_showing import ShownRevision
from recommender.store.cards import instant_or_none, instant_text

Json = dict[str, Any]

OF_SCHEMA_ORG = {
    IPTC_BASE + DigitalSourceType.COMPOSITE: "CompositeDigitalSource",
    IPTC_BASE + DigitalSourceType.TRAINED_ALGORITHMIC_MEDIA: "TrainedAlgorithmicMediaDigitalSource",
}
"""Terms that briefs have, as members of schema.org's ``IPTCDigitalSourceEnumeration``."""


def linked_data(brief: Brief, shown: ShownRevision, publisher: str, address: str) -> Json:
    """Return a published revision as a ``NewsArticle``.

    ``digitalSourceType`` holds schema.org's term, which is what it wants there, and the IPTC's own,
    which schema.org's stands for. Whoever publishes it is its creator too: schema.org has people
    and organisations there, and a program is neither.

    Parameters
    ----------
    publisher : str
        The source that the brief's article names.
    address : str
        Of its page.
    """
    revision, draft = shown.revision, shown.revision.draft
    paragraphs = (" ".join(each.text for each in part) for part in draft.paragraphs)
    site = {"@type": "Organization", "name": publisher}
    stated = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": address,
        "url": address,
        "identifier": brief.id,
        "version": revision.number,
        "headline": draft.headline.text,
        "dateline": draft.dateline,
        "articleBody": "\n\n".join(paragraphs),
        "inLanguage": draft.language,
        "datePublished": instant_or_none(brief.first_published_at),
        "dateModified": instant_or_none(revision.published_at),
        "publisher": site,
        "creator": site,
        "digitalSourceType": _source_types(shown.digital_source_type),
        "isBasedOn": [_source(each) for each in revision.cited],
    }
    return _known(stated)


def _source_types(term: str | None) -> list[str] | None:
    if term is None:
        return None
    own = OF_SCHEMA_ORG.get(term)
    return [term] if own is None else [f"https://schema.org/{own}", term]


def _source(source: ListedSource) -> Json:
    named = source.publisher
    return _known(
        {
            "@type": "Article",
            "headline": source.title,
            "url": source.url,
            "datePublished": instant_text(source.published_at),
            "publisher": None if named is None else {"@type": "Organization", "name": named},
        }
    )


def _known(stated: Json) -> Json:
    return {name: value for name, value in stated.items() if value is not None}
