"""JSON Feed 1.0 and 1.1 taken apart (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson

from recommender.errors import InvalidInput
from recommender.ingest.entries import Entry, RawFeed, text_as_markup
from recommender.ingest.source_types import SOURCE_TYPE_NAMES

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
WANTED = (
    "must be a JSON Feed: an object with version https://jsonfeed.org/version/1.1 (or 1) "
    "and a list of items"
)

_VERSIONS = {
    "https://jsonfeed.org/version/1": "json1",
    "https://jsonfeed.org/version/1.0": "json1",
    "https://jsonfeed.org/version/1.1": "json11",
}


def looks_like_json(content: bytes) -> bool:
    """Tell whether the first character but white space is a brace; no XML begins so."""
    return content[:1024].removeprefix(BYTE_ORDER_MARK).lstrip().startswith(b"{")


def parse_json_feed(content: bytes) -> RawFeed:
    """Take a JSON Feed apart; members of a wrong type count as absent.

    Raises
    ------
    InvalidInput
        It is no JSON, or no JSON Feed.
    """
    feed = _feed_object(content)
    return RawFeed(
        format=_VERSIONS[feed["version"]],
        title=_plain(feed.get("title")),
        link=_text(feed.get("home_page_url")),
        language=_text(feed.get("language")),
        items=feed["items"],
        entry_of=entry_of_item,
    )


def entry_of_item(item: Any) -> Entry:
    """Read one item.

    Raises
    ------
    InvalidInput
        The item is not an object.
    """
    if not isinstance(item, dict):
        raise InvalidInput("item", "must be a JSON object", type(item).__name__)
    return Entry(
        guid=_identifier(item.get("id")),
        link=_text(item.get("url")) or _text(item.get("external_url")),
        title=_plain(item.get("title")),
        summary=_plain(item.get("summary")),
        body=_text(item.get("content_html")) or _plain(item.get("content_text")),
        published_at=_instant(item.get("date_published")) or _instant(item.get("date_modified")),
        tags=tuple(tag for tag in _list(item.get("tags")) if isinstance(tag, str)),
        author=_author(item),
        language=_text(item.get("language")),
        image=_text(item.get("image")) or _text(item.get("banner_image")),
        digital_source_type=_source_type(item),
    )


def _feed_object(content: bytes) -> dict[str, Any]:
    try:
        feed = orjson.loads(content.removeprefix(BYTE_ORDER_MARK))
    except orjson.JSONDecodeError as error:
        raise InvalidInput("feed", WANTED, f"unreadable JSON ({error})") from error
    if not (isinstance(feed, dict) and isinstance(feed.get("items"), list)):
        raise InvalidInput("feed", WANTED, "no list of items")
    if _text(feed.get("version")) not in _VERSIONS:
        raise InvalidInput("feed", WANTED, f"version {str(feed.get('version'))[:80]!r}")
    return feed


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _plain(value: object) -> str | None:
    return text_as_markup(value) if isinstance(value, str) else None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _identifier(value: object) -> str | None:
    # The specification asks readers to take a number for the text of it.
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else _text(value)


def _instant(value: object) -> datetime | None:
    try:
        instant = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return instant if instant and instant.tzinfo else None


def _source_type(item: dict[str, Any]) -> object:
    """Return what an extension (an object whose name begins with ``_``) says, else the item."""
    extensions = (
        value for name, value in item.items() if name.startswith("_") and isinstance(value, dict)
    )
    named = (
        place.get(name)
        for place in (*extensions, item)
        for name in (*SOURCE_TYPE_NAMES, "digital_source_type")
    )
    return next((value for value in named if value), None)


def _author(item: dict[str, Any]) -> str | None:
    """Return the first name; ``author`` is version 1.0, ``authors`` is 1.1."""
    people = [*_list(item.get("authors")), item.get("author")]
    names = (_plain(person.get("name")) for person in people if isinstance(person, dict))
    return next((name for name in names if name), None)
