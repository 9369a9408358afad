"""A slate as a feed that other programs read: JSON Feed 1.1 and RSS 2.0.

The labels stand in words at the end of each text, for a program that knows nothing of them. What
the formats have no place for is in JSON Feed's extension object ``_newsfeed``, and in RSS labels
are categories of their own domain. How a text was made is in RSS schema.org's
``digitalSourceType``, which is of creative works in general (IPTC's own term in XML is of images),
and what a brief was compiled from are Dublin Core's ``source``, "a related resource from which the
described resource is derived". RSS's own ``source`` is another thing: the channel that an item was
taken over from.
"""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import format_datetime
from html import escape
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import orjson

from api.headers import OF_ADDRESSES
from recommender.store.cards import instant_time

JSON_FEED_TYPE = "application/feed+json"
RSS_TYPE = "application/rss+xml"

JSON_FEED_VERSION = "https://jsonfeed.org/version/1.1"
LABELS_DOMAIN = "labels"
"""Domain of the RSS categories that are labels."""

ATOM = "http://www.w3.org/2005/Atom"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"

SCHEMA_ORG = "https://schema.org/"

ET.register_namespace("atom", ATOM)
ET.register_namespace("dc", DUBLIN_CORE)
ET.register_namespace("schema", SCHEMA_ORG)

Json = Mapping[str, Any]


def json_feed(answer: Json, urls: Json) -> dict[str, Any]:
    """Return a JSON Feed of a feed's answer.

    Parameters
    ----------
    answer : mapping
        The JSON document of ``GET /v1/feed``, its articles decoded.
    urls : mapping
        ``self``: address of this page; ``next``: of the next one, or None.
    """
    feed = {
        "version": JSON_FEED_VERSION,
        "title": title_of(answer),
        "description": answer["empty"] or answer["disclosure"]["text"],
        "language": answer["disclosure"]["language"],
        "feed_url": urls["self"],
        "items": [_item(shown) for shown in answer["articles"]],
        "_newsfeed": {name: value for name, value in answer.items() if name != "articles"},
    }
    return feed | ({"next_url": urls["next"]} if urls["next"] else {})


def rss(answer: Json, urls: Json) -> bytes:
    """Return an RSS 2.0 document of a feed's answer; parameters as for :func:`json_feed`."""
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    _text(channel, "title", title_of(answer))
    _text(channel, "link", urls["self"])
    _text(channel, "description", answer["empty"] or answer["disclosure"]["text"])
    _text(channel, "language", answer["disclosure"]["language"])
    for name in ("self", "next"):
        if urls[name]:
            ET.SubElement(channel, f"{{{ATOM}}}link", rel=name, href=urls[name], type=RSS_TYPE)
    for shown in answer["articles"]:
        _add_entry(channel, shown)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def title_of(answer: Json) -> str:
    """Return the feed's title: the site's name, and the reader's where it is theirs."""
    return f"{answer['site']}: {answer['user_id']}" if answer["user_id"] else str(answer["site"])


def decoded(answer: Json) -> dict[str, Any]:
    """Return ``answer`` with its ready-made parts taken apart."""
    document: dict[str, Any] = orjson.loads(orjson.dumps(answer))
    return document


def _item(shown: Json) -> dict[str, Any]:
    article = shown["article"]
    item = {
        "id": article["id"],
        "url": _uri(article["url"]),
        "title": article["title"],
        "summary": article["summary"],
        "content_text": _description(shown) or article["title"],
        "image": _uri(article["image"]),
        "date_published": article["published_at"],
        "authors": [{"name": article["author"]}] if article["author"] else None,
        "tags": _topics(article) or None,
        "language": article["language"],
    }
    extension = {name: value for name, value in shown.items() if name != "article"}
    extension["source_name"] = article["source"]
    extension["brief"] = article.get("brief")  # older cards have none
    return {name: value for name, value in item.items() if value is not None} | {
        "_newsfeed": extension
    }


def _add_entry(channel: ET.Element, shown: Json) -> None:
    article = shown["article"]
    entry = ET.SubElement(channel, "item")
    _text(entry, "title", article["title"])
    if article["url"]:
        _text(entry, "link", _uri(article["url"]) or "")
    ET.SubElement(entry, "guid", isPermaLink="false").text = _legal(article["id"])
    published = instant_time(article["published_at"])
    _text(entry, "pubDate", format_datetime(published))
    # The profile of the RSS Advisory Board: a description is HTML, a title plain text.
    _text(entry, "description", escape(_description(shown), quote=False))
    for topic in _topics(article):
        _text(entry, "category", topic)
    for label in shown["labels"]:
        ET.SubElement(entry, "category", domain=LABELS_DOMAIN).text = label["code"]
    for name, value in (("creator", article["author"]), ("publisher", article["source"])):
        if value:
            _text(entry, f"{{{DUBLIN_CORE}}}{name}", value)
    for source in (article.get("brief") or {}).get("sources", ()):
        _text(entry, f"{{{DUBLIN_CORE}}}source", _uri(source["url"]) or source["title"])
    if shown["digital_source_type"]:
        _text(entry, f"{{{SCHEMA_ORG}}}digitalSourceType", shown["digital_source_type"])


def _description(shown: Json) -> str:
    labels = "".join(f" [{label['text']}]" for label in shown["labels"])
    return f"{shown['article']['summary'] or ''}{labels}".strip()


def _topics(article: Json) -> list[str]:
    own = [article["category"], article["subcategory"], *article["tags"]]
    return list(dict.fromkeys(topic for topic in own if topic))


def _uri(address: str | None) -> str | None:
    """Return an address in ASCII, as both formats want it."""
    return address and quote(address, safe=OF_ADDRESSES)


def _text(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = _legal(text)


def _legal(text: str) -> str:
    """Drop the characters that XML 1.0 cannot carry."""
    return "".join(c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))
