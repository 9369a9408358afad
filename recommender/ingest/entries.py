"""One entry of any kind of feed, and the rules by which it becomes an article document.

An entry lives by its id, title and body: a fault there rejects it. Everything else is a soft
fact, dropped where it breaks a limit, so that one long tag does not cost the article.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from recommender.domain.ids import is_valid_id
from recommender.errors import InvalidInput
from recommender.ingest.documents import (
    SLUG_MAX,
    SUMMARY_MAX,
    TAGS_MAX,
    ArticleDocument,
    Rejection,
    parse_document,
)
from recommender.ingest.lines import RECORD_MAX_CHARACTERS
from recommender.ingest.text import plain_text, single_line

TITLE_FROM_TEXT = (80, 120)
"""A title taken from an entry's text is cut at a space between these two, in characters."""

LABEL_MAX = 600
"""Characters of labels at the end of a text that are kept out of a title made from it."""

_BRACKETS_AT_END = re.compile(r"(?:\s*(?:\[[^\[\]]*\]|\([^()]*\)))+$")

_VITAL = frozenset({"id", "title", "body"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one entry says, before any rule. ``title``, ``summary`` and ``body`` are markup.

    Parameters
    ----------
    digital_source_type : object
        A text, or an object of JSON as ninjs has it.
    """

    guid: str | None = None
    link: str | None = None
    title: str | None = None
    summary: str | None = None
    body: str | None = None
    published_at: datetime | None = None
    tags: tuple[str, ...] = ()
    author: str | None = None
    language: str | None = None
    image: str | None = None
    digital_source_type: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFeed:
    """A feed taken apart, its entries not yet looked at.

    Parameters
    ----------
    format : str
        As in :class:`recommender.ingest.feeds.FeedReading`.
    items : sequence
        One parser's own objects; ``entry_of`` reads one of them.
    damage : str or None
        What the parser complained of, where it found the document broken.
    """

    format: str
    title: str | None
    link: str | None
    language: str | None
    items: Sequence[Any]
    entry_of: Callable[[Any], Entry]
    damage: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFacts:
    """What an entry inherits from its feed. ``scope`` keeps apart equal guids of two feeds."""

    scope: str
    source: str | None = None
    category: str | None = None
    language: str | None = None


def read_entry(entry: Entry, feed: FeedFacts, place: str) -> ArticleDocument | Rejection:
    """Check one entry; a rejection's record can be read again as a JSON line."""
    fields = _fields_of(entry, feed)
    try:
        return _parse_softly(fields)
    except InvalidInput as error:
        record = json.dumps(fields, default=str)[:RECORD_MAX_CHARACTERS]
        return Rejection(place=place, reason=str(error), record=record)


def text_as_markup(text: str) -> str:
    """Escape plain text, for it to come out of :func:`plain_text` unchanged."""
    return html.escape(text, quote=False)


def entry_id(entry: Entry, scope: str) -> str:
    """Return the article id of an entry.

    The guid (a relative permalink completed from the feed's address), else the link, where it is
    a valid id and a URI: those mean the same in every feed. Else ``f-`` and the first 32
    hexadecimal digits of the SHA-256 of the feed's scope and the guid, or the link, or (with
    neither) the title and the publish time, so that the "17" of two sites are two articles.

    Examples
    --------
    >>> entry_id(Entry(guid="tag:a.example,2026:7"), "https://a.example/feed")
    'tag:a.example,2026:7'
    >>> entry_id(Entry(guid="two words"), "https://a.example/feed")
    'f-3fcbb8154596944a1fd09269fc6514ce'
    """
    name = (entry.guid or "").strip() or (entry.link or "").strip()
    if is_valid_id(name) and ":" in name:
        return name
    name = name or f"{entry.title}\n{entry.published_at}"
    content = f"{scope}\n{name}".encode("utf-8", "backslashreplace")
    return "f-" + hashlib.sha256(content).hexdigest()[:32]


def _fields_of(entry: Entry, feed: FeedFacts) -> dict[str, Any]:
    summary, body = _summary_and_body(entry)
    title = single_line(entry.title or "") or first_words(summary or body or "")
    tags = _slugs(entry.tags)
    fields = {
        "id": entry_id(entry, feed.scope),
        "title": text_as_markup(title),
        "url": entry.link and entry.link.strip(),
        "summary": summary and text_as_markup(summary),
        "body": body and text_as_markup(body),
        "category": feed.category or (tags[0] if tags else None),
        "tags": tags,
        "source": feed.source,
        "author": entry.author,
        "language": (entry.language or feed.language or "").strip().replace("_", "-"),
        "image": entry.image and entry.image.strip(),
        "published_at": entry.published_at,
        "digitalSourceType": entry.digital_source_type,
    }
    return {name: value for name, value in fields.items() if value or name == "title"}


def _summary_and_body(entry: Entry) -> tuple[str | None, str | None]:
    """Return both as text; too long a summary is the body where there is none, else dropped."""
    summary, body = plain_text(entry.summary or ""), plain_text(entry.body or "")
    if len(summary) > SUMMARY_MAX:
        summary, body = "", body or summary
    return (summary if summary != body else None) or None, body or None


def first_words(text: str) -> str:
    """Return the beginning of ``text`` as a title; a label in brackets at its end is none of it.

    Examples
    --------
    >>> first_words("Rain fell. [Generated with AI]")
    'Rain fell.'
    """
    shortest, longest = TITLE_FROM_TEXT
    line = " ".join(text.split())
    if len(line) <= longest + LABEL_MAX:
        line = _BRACKETS_AT_END.sub("", line) or line
    if len(line) <= longest:
        return line
    end = line.rfind(" ", shortest, longest)
    return line[: end if end > 0 else longest - 1].rstrip() + "…"


def _slugs(tags: Sequence[str]) -> list[str]:
    slugs = (single_line(tag).lower() for tag in tags)
    fitting = (text_as_markup(slug) for slug in slugs if 0 < len(slug) <= SLUG_MAX)
    return list(dict.fromkeys(fitting))[:TAGS_MAX]


def _parse_softly(fields: dict[str, Any]) -> ArticleDocument:
    if not fields["title"]:
        raise InvalidInput("title", "an entry needs a title, a summary or a body", "none")
    try:
        return ArticleDocument.model_validate(fields)
    except ValidationError as error:
        wrong = {part["loc"][0] for part in error.errors(include_url=False) if part["loc"]}
    return parse_document({k: v for k, v in fields.items() if k in _VITAL or k not in wrong})
