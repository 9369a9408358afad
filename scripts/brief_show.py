"""Briefs as tables and as text: what was written, from what, and who let it pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.markup import escape
from rich.table import Table

from recommender.domain.brief_records import (
    Attempt,
    Brief,
    BriefStatus,
    Revision,
    StatusChange,
)
from recommender.domain.briefs import Sentence
from recommender.store.cards import instant_text


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
