"""RSS, Atom, RDF, CDF and JSON Feed in, article documents out; no content makes it raise."""

from __future__ import annotations

import calendar
import io
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import feedparser

from recommender.errors import InvalidInput
from recommender.ingest.documents import ArticleDocument, Rejection
from recommender.ingest.entries import Entry, FeedFacts, RawFeed, read_entry, text_as_markup
from recommender.ingest.jsonfeed import looks_like_json, parse_json_feed
from recommender.ingest.source_types import SOURCE_TYPE_NAMES
from recommender.ingest.text import single_line

WANTED = "must be an RSS, Atom, RDF, CDF or JSON Feed document"

_READABLE_TYPES = frozenset({"text/plain", "text/html", "application/xhtml+xml"})

_PERSON = re.compile(r"([^()]*)\(([^()]*)\)\s*")

# Atom declares what is plain text. Elsewhere feedparser only guesses, so all is taken for markup.
_ATOM_PLAIN_TYPES = frozenset({"text/plain"})
_OTHER_PLAIN_TYPES: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReading:
    """What a feed gave, and what it did not.

    Parameters
    ----------
    format : str
        feedparser's name of it (``"rss20"``, ``"atom10"``), ``"cdf"``, ``"json1"`` or
        ``"json11"``; ``""`` where the content is no feed.
    title : str or None
        The feed's own title, as text.
    rejections : tuple of Rejection
        One per entry not taken (placed ``"place#number"``, the first entry is 1), or the only one
        where the document as a whole could not be read.
    """

    format: str
    title: str | None
    documents: tuple[ArticleDocument, ...]
    rejections: tuple[Rejection, ...]


def read_feed(
    content: bytes,
    place: str,
    content_type: str | None = None,
    *,
    category: str | None = None,
    source: str | None = None,
) -> FeedReading:
    """Read a feed of any kind; see :func:`recommender.ingest.entries.entry_id` for the ids.

    Parameters
    ----------
    content : bytes
        The document as it came.
    place : str
        The feed's address or the file's name. It places rejections, keeps apart the hashed ids of
        two feeds and, where it is an http address, completes relative links: give one feed the
        same place every time.
    content_type : str, optional
        The HTTP header, whose charset counts.
    category, source : str, optional
        Set on every article; else an entry's first tag and the feed's title.
    """
    try:
        feed = _take_apart(content, place, content_type)
    except InvalidInput as error:
        return _rejected("", None, place, str(error))
    title = single_line(feed.title or "") or None
    if feed.damage and not feed.items:
        broken = InvalidInput("feed", WANTED, f"one without readable entries: {feed.damage}")
        return _rejected(feed.format, title, place, str(broken))
    facts = FeedFacts(
        scope=_scope(feed, place),
        source=text_as_markup(source) if source else feed.title,
        category=text_as_markup(category) if category else None,
        language=feed.language,
    )
    outcomes = tuple(_outcomes(feed, facts, place))
    return FeedReading(
        format=feed.format,
        title=title,
        documents=tuple(one for one in outcomes if isinstance(one, ArticleDocument)),
        rejections=tuple(one for one in outcomes if isinstance(one, Rejection)),
    )


def _rejected(kind: str, title: str | None, place: str, reason: str) -> FeedReading:
    rejection = Rejection(place=place, reason=reason)
    return FeedReading(format=kind, title=title, documents=(), rejections=(rejection,))


def _outcomes(feed: RawFeed, facts: FeedFacts, place: str) -> Iterator[ArticleDocument | Rejection]:
    for number, item in enumerate(feed.items, start=1):
        entry_place = f"{place}#{number}"
        try:
            yield read_entry(feed.entry_of(item), facts, entry_place)
        except InvalidInput as error:
            yield Rejection(place=entry_place, reason=str(error))


def _scope(feed: RawFeed, place: str) -> str:
    """Return what the feed's own guids are told apart by: its site, which outlives its address."""
    site = urlsplit((feed.link or "").strip())
    return site.netloc.lower() if site.scheme in {"http", "https"} and site.netloc else place


def _take_apart(content: bytes, place: str, content_type: str | None) -> RawFeed:
    if not content.strip():
        raise InvalidInput("feed", WANTED, "an empty document")
    if looks_like_json(content):
        return parse_json_feed(content)
    return _parse_xml(content, place, content_type)


def _parse_xml(content: bytes, place: str, content_type: str | None) -> RawFeed:
    parsed = _feedparser_result(content, place, content_type)
    complaint = parsed.get("bozo_exception")
    # A bare <channel> is CDF, which feedparser reads and gives no version.
    kind = parsed.get("version") or ("cdf" if b"<channel" in content.lower() else "")
    if not kind:
        got = f"an unreadable one: {complaint}" if complaint else "none of their elements"
        raise InvalidInput("feed", WANTED, got)
    harmless = isinstance(complaint, feedparser.exceptions.ThingsNobodyCaresAboutButMe)
    feed = _dict(parsed, "feed")
    plain_types = _ATOM_PLAIN_TYPES if kind.startswith("atom") else _OTHER_PLAIN_TYPES
    return RawFeed(
        format=kind,
        title=_markup(feed, "title", plain_types),
        link=_text(feed, "link"),
        language=_text(feed, "language"),
        items=_dicts(parsed, "entries"),
        entry_of=partial(_entry, plain_types=plain_types),
        damage=str(complaint) if complaint and not harmless else None,
    )


def _feedparser_result(content: bytes, place: str, content_type: str | None) -> Any:
    headers = {"content-type": content_type} if content_type else {}
    if place.startswith(("http://", "https://")):
        headers["content-location"] = place
    try:
        # A stream, never a string: feedparser would take a string for an address and open it.
        # Markup is left as it is, since all of it is stripped afterwards.
        return feedparser.parse(
            io.BytesIO(content),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:
        # feedparser 6 promises to report faults and not to raise, yet hostile character
        # references, dates and nesting raise whatever its internals meet (ValueError,
        # RecursionError, ...). One bad feed must not stop the others.
        got = f"one that the parser fails on ({type(error).__name__}: {error})"
        raise InvalidInput("feed", WANTED, got[:200]) from error


def _entry(entry: Any, plain_types: frozenset[str]) -> Entry:
    return Entry(
        guid=_text(entry, "id"),
        link=_text(entry, "link"),
        title=_markup(entry, "title", plain_types),
        summary=_markup(entry, "summary", plain_types),
        body=_body(entry, plain_types),
        published_at=_published_at(entry),
        tags=tuple(term for tag in _dicts(entry, "tags") if (term := _tag(tag))),
        author=_author(entry),
        language=_language(entry),
        image=_image(entry),
        digital_source_type=_source_type(entry),
    )


# A feed may hold an element named like any of feedparser's own keys, so no key's type is sure.


def _text(fields: Any, name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) else None


def _dict(fields: Any, name: str) -> Any:
    value = fields.get(name)
    return value if isinstance(value, dict) else {}


def _dicts(fields: Any, name: str) -> Sequence[Any]:
    values = fields.get(name)
    return [one for one in values if isinstance(one, dict)] if isinstance(values, list) else []


def _markup(fields: Any, name: str, plain_types: frozenset[str]) -> str | None:
    kind = _text(_dict(fields, f"{name}_detail"), "type")
    return _escaped_if_plain(_text(fields, name), kind, plain_types)


def _escaped_if_plain(
    value: str | None, kind: str | None, plain_types: frozenset[str]
) -> str | None:
    return text_as_markup(value) if value and kind in plain_types else value


def _body(entry: Any, plain_types: frozenset[str]) -> str | None:
    readable = (one for one in _dicts(entry, "content") if one.get("type") in _READABLE_TYPES)
    bodies = (_escaped_if_plain(_text(one, "value"), one["type"], plain_types) for one in readable)
    return next((body for body in bodies if body), None)


def _published_at(entry: Any) -> datetime | None:
    # Asked in this order, and with "in": feedparser answers "updated_parsed" with the publish
    # time and a warning where there is no other.
    for name in ("published_parsed", "updated_parsed"):
        if name in entry and isinstance(entry[name], time.struct_time):
            try:
                return datetime.fromtimestamp(calendar.timegm(entry[name]), UTC)
            except (ValueError, OverflowError):
                continue
    return None


def _author(entry: Any) -> str | None:
    """Return the name out of ``mail (name)`` or ``name (mail)``.

    feedparser's own ``author_detail`` takes an address apart wrongly where its last part is
    longer than four letters; it could be used once that is mended.
    """
    author = _text(entry, "author")
    parts = _PERSON.fullmatch(author) if author else None
    names = [part for part in parts.groups() if "@" not in part] if parts else []
    return names[0] if len(names) == 1 else author


def _tag(tag: Any) -> str | None:
    return _text(tag, "term") or _text(tag, "label")


def _language(entry: Any) -> str | None:
    details = [_dict(entry, "title_detail"), *_dicts(entry, "content")]
    declared = (_text(detail, "language") for detail in details)
    return _text(entry, "language") or next((one for one in declared if one), None)


def _image(entry: Any) -> str | None:
    """Return the address of the first picture: a thumbnail, media content or an enclosure."""
    pictures = [
        *_dicts(entry, "media_thumbnail"),
        *filter(_is_picture, _dicts(entry, "media_content")),
        *(
            one
            for one in filter(_is_picture, _dicts(entry, "links"))
            if one.get("rel") == "enclosure"
        ),
    ]
    # feedparser answers "url" with "href" where a link has only that.
    addresses = (_text(one, "url") for one in pictures)
    return next((address for address in addresses if address), None)


def _source_type(entry: Any) -> str | None:
    """Return the element of that name; feedparser puts the name space's prefix before it."""
    wanted = SOURCE_TYPE_NAMES[1]
    return next((_text(entry, name) for name in entry if name.split("_")[-1] == wanted), None)


def _is_picture(media: Any) -> bool:
    return media.get("medium") == "image" or (_text(media, "type") or "").startswith("image/")
