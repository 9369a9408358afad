"""Briefs as JSON documents, for the API and the programs: what was written, from what, and why."""

from __future__ import annotations

from typing import Any

from api.brief_schemas import RevisionText
from api.labels import label_document
from recommender.domain.brief_records import Attempt, Brief, ListedSource, Revision, StatusChange
from recommender.domain.briefs import Draft, Rule, Sentence
from recommender.services.brief_showing import ShownRevision
from recommender.store.cards import instant_or_none, instant_text

Json = dict[str, Any]

_NO_TEXT: Json = dict.fromkeys(RevisionText.model_fields)


def brief_document(brief: Brief, shown: ShownRevision | None) -> Json:
    """Return a brief with its history, and the text of one revision where there is any."""
    return {
        "id": brief.id,
        "story": brief.story,
        "live": brief.live,
        **(_NO_TEXT if shown is None else _revision(shown)),
        "revisions": [*map(_history, brief.revisions)],
        "refusal": None
        if brief.refusal is None
        else {
            "at": instant_text(brief.refusal.at),
            "sources": [*map(_source, brief.refusal.sources)],
            "attempts": [*map(attempt_document, brief.refusal.attempts)],
        },
    }


def brief_in_short(brief: Brief) -> Json:
    """Return how far a brief is: its newest revision, and which one is live."""
    newest = brief.newest
    steps = (newest.changes[-1] if newest is not None else None, brief.refusal)
    changed_at = max((each.at for each in steps if each is not None), default=None)
    return {
        "id": brief.id,
        "status": newest and newest.status,
        "revision": newest and newest.number,
        "live": brief.live,
        "changed_at": instant_or_none(changed_at),
    }


def attempt_document(attempt: Attempt) -> Json:
    """Return one try to write as JSON."""
    return {
        "writer": attempt.writer,
        "seconds": round(attempt.seconds, 3),
        "failure": attempt.failure,
        "objections": [
            {"rule": each.rule, "sentence": each.sentence, "detail": each.detail}
            for each in attempt.objections
        ],
        "draft": None if attempt.draft is None else _text(attempt.draft),
    }


def _revision(shown: ShownRevision) -> Json:
    revision = shown.revision
    found = {each.rule for each in revision.attempts[-1].objections}
    return {
        "revision": revision.number,
        "status": revision.status,
        "published_at": instant_or_none(revision.published_at),
        "url": shown.url,
        "labels": [*map(label_document, shown.labels)],
        "digital_source_type": shown.digital_source_type,
        **_text(revision.draft),
        "sources": [*map(_source, revision.sources)],
        "checks": {rule.value: rule not in found for rule in Rule},
        "attempts": [*map(attempt_document, revision.attempts)],
    }


def _text(draft: Draft) -> Json:
    writing = draft.writing
    return {
        "headline": _sentence(draft.headline),
        "dateline": draft.dateline,
        "paragraphs": [[*map(_sentence, each)] for each in draft.paragraphs],
        "language": draft.language,
        "writing": {
            "writer": writing.kind,
            "system": writing.system,
            "version": writing.version,
            "prompt": writing.prompt,
        },
    }


def _sentence(sentence: Sentence) -> Json:
    return {"text": sentence.text, "sources": sentence.sources}


def _source(source: ListedSource) -> Json:
    return {
        "id": source.article,
        "title": source.title,
        "source": source.publisher,
        "url": source.url,
        "published_at": instant_text(source.published_at),
    }


def _history(revision: Revision) -> Json:
    return {
        "revision": revision.number,
        "status": revision.status,
        "published_at": instant_or_none(revision.published_at),
        "changes": [*map(_change, revision.changes)],
    }


def _change(change: StatusChange) -> Json:
    return {
        "status": change.status,
        "by": change.by,
        "at": instant_text(change.at),
        "reason": change.reason,
    }
