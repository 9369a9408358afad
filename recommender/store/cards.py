"""The card: an article's stored and public JSON, without its body."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from typing import Any

import orjson

from recommender.domain.articles import Article, BriefNote, BriefSource
from recommender.domain.briefs import WriterKind
from recommender.domain.ids import ArticleId
from recommender.domain.provenance import Claim, ClaimCode, DigitalSourceType, Provenance


def instant_text(seconds: float) -> str:
    """Return RFC 3339 in UTC, to the millisecond.

    Examples
    --------
    >>> instant_text(1_700_000_000.25)
    '2023-11-14T22:13:20.250Z'
    """
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def instant_or_none(seconds: float | None) -> str | None:
    """Return :func:`instant_text`, or None where there is no time."""
    return None if seconds is None else instant_text(seconds)


def instant_time(text: str) -> datetime:
    """Return the time of an RFC 3339 text with a zone."""
    return datetime.fromisoformat(text)


def instant_seconds(text: str) -> float:
    """Return seconds since the epoch of an RFC 3339 text with a zone."""
    return instant_time(text).timestamp()


def card_of(article: Article) -> bytes:
    """Return the public JSON of ``article``; its body is kept apart."""
    made = article.provenance
    return orjson.dumps(
        {
            "id": article.id,
            "url": article.url,
            "title": article.title,
            "summary": article.summary,
            "category": article.category,
            "subcategory": article.subcategory,
            "tags": article.tags,
            "source": article.source,
            "author": article.author,
            "language": article.language,
            "image": article.image,
            "published_at": instant_text(article.published_at),
            "expires_at": instant_or_none(article.expires_at),
            "provenance": {
                "digital_source_type": made.digital_source_type,
                "ai_system": made.ai_system,
                "ai_system_version": made.ai_system_version,
                "generated_with_ai": made.generated_with_ai,
                "claims": [{"code": each.code, "text": each.text} for each in made.claims],
            },
            "brief": None if article.brief is None else _note_json(article.brief),
        }
    )


def article_of(card: bytes, body: bytes | None, story: bytes | None = None) -> Article:
    """Return the article of a stored ``card``, packed ``body`` and known ``story``."""
    fields: dict[str, Any] = orjson.loads(card)
    made, note = fields.pop("provenance"), fields.pop("brief", None)  # older cards have none
    kind = made["digital_source_type"]
    expires_at = fields.pop("expires_at")
    return Article(
        id=ArticleId(fields.pop("id")),
        published_at=instant_seconds(fields.pop("published_at")),
        expires_at=instant_seconds(expires_at) if expires_at else None,
        tags=tuple(fields.pop("tags")),
        body=unpack_body(body),
        story=story.decode() if story else None,
        brief=_note(note) if note else None,
        provenance=Provenance(
            digital_source_type=DigitalSourceType(kind) if kind else None,
            ai_system=made["ai_system"],
            ai_system_version=made["ai_system_version"],
            claims=tuple(
                Claim(code=ClaimCode(each["code"]), text=each["text"])
                for each in made.get("claims", ())  # older cards have none
            ),
        ),
        **fields,
    )


def _note_json(note: BriefNote) -> dict[str, Any]:
    return {
        "revision": note.revision,
        "writer": note.writer,
        "sources": [
            {
                "id": each.id,
                "title": each.title,
                "source": each.source,
                "url": each.url,
                "published_at": instant_text(each.published_at),
            }
            for each in note.sources
        ],
    }


def _note(kept: dict[str, Any]) -> BriefNote:
    return BriefNote(
        revision=kept["revision"],
        writer=WriterKind(kept["writer"]),
        sources=tuple(
            BriefSource(
                id=ArticleId(each["id"]),
                title=each["title"],
                source=each["source"],
                url=each["url"],
                published_at=instant_seconds(each["published_at"]),
            )
            for each in kept["sources"]
        ),
    )


def pack_body(body: str | None) -> bytes:
    """Return the body compressed, or nothing where there is none."""
    return zlib.compress(body.encode()) if body else b""


def unpack_body(packed: bytes | None) -> str | None:
    """Return the text of :func:`pack_body`."""
    return zlib.decompress(packed).decode() if packed else None
