"""Briefs as documents and as text: what was written, from what, and who let it pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from recommender.domain.brief_records import (
    Attempt,
    Brief,
    BriefStatus,
    ListedSource,
    Revision,
    StatusChange,
)
from recommender.domain.briefs import Draft, Rule, Sentence
from recommender.store.cards import instant_text

Json = dict[str, Any]


def brief_document(brief: Brief, revision: Revision | None) -> Json:
    """Return a brief as JSON, with the text of one revision where there is any."""
    document: Json = {
        "id": brief.id,
        "story": brief.story,
        "live": brief.live,
        "revisions": [
            {"revision": each.number, "changes": [*map(_change, each.changes)]}
            for each in brief.revisions
        ],
        "refusal": None
        if brief.refusal is None
        else {
            "at": instant_text(brief.refusal.at),
            "sources": [*map(_source, brief.refusal.sources)],
            "attempts": [*map(attempt_document, brief.refusal.attempts)],
        },
    }
    return document if revision is None else document | _revision(revision)


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


def brief_table(briefs: Sequence[Brief]) -> Table:
    """Return the list of briefs."""
    table = Table(title="briefs", title_justify="left")
    for column in ("id", "status", "revision", "sources", "when", "headline"):
        table.add_column(column, justify="right" if column in "revision sources" else "left")
    for each in briefs:
        table.add_row(*map(escape, _row(each)))
    return table


def brief_text(brief: Brief, revision: Revision | None) -> str:
    """Return a brief as people read it, its sentences followed by the numbers of their sources."""
    lines = [f"{brief.id}, of story {brief.story}", ""]
    if revision is not None:
        lines += _lines(revision)
    if brief.refusal is not None:
        lines += [
            f"Refused at {instant_text(brief.refusal.at)}",
            *_attempts(brief.refusal.attempts),
        ]
    lines += ["History"]
    lines += [
        f"  revision {each.number}: {_told(change)}"
        for each in brief.revisions
        for change in each.changes
    ]
    return "\n".join(lines)


def _revision(revision: Revision) -> Json:
    found = {each.rule for each in revision.attempts[-1].objections}
    return {
        "revision": revision.number,
        "status": revision.status,
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
            "kind": writing.kind,
            "system": writing.system,
            "version": writing.version,
            "prompt": writing.prompt,
        },
    }


def _sentence(sentence: Sentence) -> Json:
    return {"text": sentence.text, "sources": sentence.sources}


def _source(source: ListedSource) -> Json:
    return {
        "article": source.article,
        "title": source.title,
        "publisher": source.publisher,
        "url": source.url,
        "published_at": instant_text(source.published_at),
    }


def _change(change: StatusChange) -> Json:
    return {
        "status": change.status,
        "by": change.by,
        "at": instant_text(change.at),
        "reason": change.reason,
    }


def _row(brief: Brief) -> tuple[str, ...]:
    newest = brief.newest
    if newest is None:
        at = instant_text(brief.refusal.at) if brief.refusal else ""
        return brief.id, "refused", "", "", at, ""
    return (
        brief.id,
        newest.status,
        str(newest.number),
        str(len(newest.sources)),
        instant_text(newest.changes[-1].at),
        newest.draft.headline.text,
    )


def _lines(revision: Revision) -> Iterator[str]:
    numbers = {each.article: n for n, each in enumerate(revision.sources, start=1)}

    def cited(sentence: Sentence) -> str:
        marks = ", ".join(str(numbers[each]) for each in sentence.sources)
        return f"{sentence.text} [{marks}]"

    draft = revision.draft
    yield from (cited(draft.headline), draft.dateline, "")
    for paragraph in draft.paragraphs:
        yield from (" ".join(map(cited, paragraph)), "")
    yield "Sources"
    for number, each in zip(numbers.values(), revision.sources, strict=True):
        known = (each.publisher, each.title, instant_text(each.published_at), each.url)
        yield f"  [{number}] " + ", ".join(part for part in known if part)
    yield ""
    yield from _attempts(revision.attempts)
    yield f"Revision {revision.number} is {_state(revision.status)}"
    yield ""


def _attempts(attempts: Sequence[Attempt]) -> Iterator[str]:
    for number, each in enumerate(attempts, start=1):
        outcome = each.failure or ("objected to" if each.objections else "all checks passed")
        yield f"Attempt {number}, {each.writer}, {each.seconds:.1f} s: {outcome}"
        for objection in each.objections:
            place = "" if objection.sentence is None else f" (sentence {objection.sentence})"
            yield f"  {objection.rule}{place}: {objection.detail}"


def _state(status: BriefStatus) -> str:
    return "a draft that waits for approval" if status is BriefStatus.DRAFT else status


def _told(change: StatusChange) -> str:
    by = f" by {change.by}" if change.by else ""
    reason = f": {change.reason}" if change.reason else ""
    return f"{change.status}{by} at {instant_text(change.at)}{reason}"
