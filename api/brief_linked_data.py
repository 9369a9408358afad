"""The marks of a brief's page for programs: JSON-LD in the vocabulary of schema.org."""

from __future__ import annotations

from typing import Any

from recommender.domain.brief_records import Brief, ListedSource
from recommender.services.brief_showing import ShownRevision
from recommender.store.cards import instant_text

Json = dict[str, Any]


def linked_data(brief: Brief, shown: ShownRevision, publisher: str, address: str) -> Json:
    """Return a published revision as a ``NewsArticle``.

    ``digitalSourceType`` holds the address of the IPTC's own term. Whoever publishes it is its
    creator too: schema.org has people and organisations there, and a program is neither.

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
        "datePublished": _instant_or_none(brief.first_published_at),
        "dateModified": _instant_or_none(revision.published_at),
        "publisher": site,
        "creator": site,
        "digitalSourceType": shown.digital_source_type,
        "isBasedOn": [_source(each) for each in revision.sources],
    }
    return _known(stated)


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


def _instant_or_none(seconds: float | None) -> str | None:
    return None if seconds is None else instant_text(seconds)
