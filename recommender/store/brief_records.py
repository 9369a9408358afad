"""The JSON in which briefs are stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import orjson

from recommender.domain.brief_records import (
    Attempt,
    Brief,
    BriefStatus,
    ListedSource,
    Refusal,
    Revision,
    StatusChange,
)
from recommender.domain.briefs import Draft, Objection, Rule, Sentence, WriterKind, Writing
from recommender.domain.ids import ArticleId

Json = dict[str, Any]


def revision_json(
    draft: Draft, sources: Sequence[ListedSource], attempts: Sequence[Attempt]
) -> bytes:
    """Return what never changes of a revision."""
    return orjson.dumps(
        {
            "draft": asdict(draft),
            "sources": [asdict(each) for each in sources],
            "attempts": [asdict(each) for each in attempts],
        }
    )


def versions_json(sources: Sequence[ListedSource]) -> bytes:
    """Return each source's id with the version of its content, as the scripts compare them."""
    return orjson.dumps({each.article: each.version for each in sources})


def change_json(change: StatusChange) -> bytes:
    """Return one change of status, on one line."""
    return orjson.dumps(asdict(change))


def refusal_json(refusal: Refusal) -> bytes:
    """Return a refusal."""
    return orjson.dumps(asdict(refusal))


def versions_of(kept: bytes | None) -> dict[ArticleId, str]:
    """Return what :func:`versions_json` kept; nothing where nothing is."""
    return {ArticleId(name): each for name, each in orjson.loads(kept or b"{}").items()}


def brief_of(name: ArticleId, fields: Mapping[bytes, bytes]) -> Brief:
    """Return a brief from the fields of its hash, which ``store/keys.py`` lists."""
    numbers = sorted(int(each[:-5]) for each in fields if each.endswith(b":text"))
    live, refusal = fields.get(b"live"), fields.get(b"refusal")
    return Brief(
        id=name,
        story=fields[b"story"].decode(),
        revisions=tuple(
            _revision(number, fields[b"%d:text" % number], fields[b"%d:changes" % number])
            for number in numbers
        ),
        live=int(live) if live else None,
        refusal=_refusal(orjson.loads(refusal)) if refusal else None,
    )


def _revision(number: int, text: bytes, changes: bytes) -> Revision:
    kept = orjson.loads(text)
    return Revision(
        number=number,
        draft=_draft(kept["draft"]),
        sources=_sources(kept["sources"]),
        attempts=tuple(map(_attempt, kept["attempts"])),
        changes=tuple(_change(orjson.loads(each)) for each in changes.splitlines()),
    )


def _refusal(kept: Json) -> Refusal:
    return Refusal(
        at=kept["at"],
        sources=_sources(kept["sources"]),
        attempts=tuple(map(_attempt, kept["attempts"])),
    )


def _sources(kept: Sequence[Json]) -> tuple[ListedSource, ...]:
    return tuple(ListedSource(**each) for each in kept)


def _attempt(kept: Json) -> Attempt:
    draft = kept["draft"]
    made: Json = {
        "writer": WriterKind(kept["writer"]),
        "objections": tuple(
            Objection(**(each | {"rule": Rule(each["rule"])})) for each in kept["objections"]
        ),
        "draft": _draft(draft) if draft else None,
    }
    return Attempt(**(kept | made))


def _change(kept: Json) -> StatusChange:
    return StatusChange(**(kept | {"status": BriefStatus(kept["status"])}))


def _draft(kept: Json) -> Draft:
    writing = kept["writing"]
    made: Json = {
        "headline": _sentence(kept["headline"]),
        "paragraphs": tuple(tuple(map(_sentence, each)) for each in kept["paragraphs"]),
        "writing": Writing(**(writing | {"kind": WriterKind(writing["kind"])})),
    }
    return Draft(**(kept | made))


def _sentence(kept: Json) -> Sentence:
    return Sentence(text=kept["text"], sources=tuple(map(ArticleId, kept["sources"])))
