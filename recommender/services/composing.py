"""How a brief comes about: written, checked, written anew, and told as an article."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from recommender.briefs.writer import BriefWriter
from recommender.clock import Clock
from recommender.domain.articles import Article, BriefNote, BriefSource
from recommender.domain.brief_records import Attempt, brief_id
from recommender.domain.briefs import Draft, Event, Objection, Source, WriterKind
from recommender.domain.provenance import DigitalSourceType, Provenance
from recommender.errors import WriterFailed

TAGS_KEPT = 8
"""Tags of a brief at most: the most frequent ones of its sources."""

FAILURE_CHARACTERS = 300
"""How much is kept of an error that nobody thought of."""

Turns = Sequence[tuple[WriterKind, BriefWriter]]
"""Who is asked one after the other until a draft stands; who comes twice in a row may mend it."""

Check = Callable[[Draft, Event], Sequence[Objection]]
"""Says what is wrong with a draft; nothing where it stands."""

Value = TypeVar("Value")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprint:
    """What the site says of its briefs.

    Parameters
    ----------
    publisher : str
        The source that their articles name.
    page_url : str or None
        Address of their pages, with ``{id}`` in it; None where they have none.
    """

    publisher: str
    page_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """What came of writing.

    Parameters
    ----------
    draft : Draft or None
        One that nothing is objected to; None where there is none.
    attempts : tuple of Attempt
        All of them, in their order.
    """

    draft: Draft | None
    attempts: tuple[Attempt, ...]


def compose(event: Event, turns: Turns, check: Check, clock: Clock) -> Composition:
    """Have ``event`` written in one turn after the other until a draft stands."""
    attempts: list[Attempt] = []
    objections: tuple[Objection, ...] = ()
    former: BriefWriter | None = None
    for kind, writer in turns:
        began = clock.elapsed()
        tried = _tried(writer, check, event, objections if writer is former else ())
        draft, failure, objections = tried
        stands = draft is not None and not objections
        attempts.append(
            Attempt(
                writer=kind,
                seconds=clock.elapsed() - began,
                failure=failure,
                objections=objections,
                draft=None if stands else draft,
            )
        )
        if stands:
            return Composition(draft=draft, attempts=tuple(attempts))
        former = writer
    return Composition(draft=None, attempts=tuple(attempts))


def _tried(
    writer: BriefWriter, check: Check, event: Event, objections: Sequence[Objection]
) -> tuple[Draft | None, str | None, tuple[Objection, ...]]:
    """Return the draft with what is wrong with it, or why there is none that was checked."""
    try:
        draft = writer.write(event, objections)
        return draft, None, tuple(check(draft, event))
    except WriterFailed as error:
        return None, str(error), ()
    except Exception as error:  # one story that nobody thought of must not stop all others
        log.exception("story %s cannot be told", event.story)
        return None, f"{type(error).__name__}: {error}"[:FAILURE_CHARACTERS], ()


def as_event(story: str, articles: Iterable[Article]) -> Event:
    """Return a story as a writer is given it."""
    sources = (
        Source(
            article=each.id,
            title=each.title,
            text="\n\n".join(part for part in (each.summary, each.body) if part),
            published_at=each.published_at,
            publisher=each.source,
            url=each.url,
            language=each.language,
        )
        for each in articles
    )
    return Event(
        story=story,
        sources=tuple(sorted(sources, key=lambda each: (each.published_at, each.article))),
    )


def as_article(
    story: str,
    draft: Draft,
    sources: Sequence[Article],
    imprint: Imprint,
    *,
    revision: int,
) -> Article:
    """Return the article that a brief is published as.

    Topic and tags are the most frequent ones of its sources; of these it lists those that it cites,
    and it expires with the first of them. It is as new as the newest of them, whenever it was
    written: an event of last month is no news.
    """
    name, cited = brief_id(story), _cited(draft, sources)
    ends = [each.expires_at for each in cited if each.expires_at is not None]
    category = _most_frequent(each.category for each in sources)
    within = [each for each in sources if each.category == category]
    tags = Counter(tag for each in sources for tag in each.tags)
    paragraphs = [" ".join(each.text for each in paragraph) for paragraph in draft.paragraphs]
    return Article(
        id=name,
        title=draft.headline.text,
        published_at=max(each.published_at for each in cited),
        url=imprint.page_url and imprint.page_url.replace("{id}", name),
        summary=draft.paragraphs[0][0].text,
        body="\n\n".join((draft.dateline, *paragraphs)),
        category=category,
        subcategory=_most_frequent(each.subcategory for each in within),
        tags=tuple(tag for tag, _ in tags.most_common(TAGS_KEPT)),
        source=imprint.publisher,
        language=draft.language or _most_frequent(each.language for each in sources),
        expires_at=min(ends, default=None),
        provenance=_provenance(draft),
        story=story,
        brief=BriefNote(
            revision=revision,
            writer=draft.writing.kind,
            sources=tuple(map(_listed, cited)),
        ),
    )


def _cited(draft: Draft, sources: Iterable[Article]) -> list[Article]:
    names = draft.cited
    return sorted(
        (each for each in sources if each.id in names), key=lambda each: each.published_at
    )


def _listed(article: Article) -> BriefSource:
    return BriefSource(
        id=article.id,
        title=article.title,
        published_at=article.published_at,
        source=article.source,
        url=article.url,
    )


def _provenance(draft: Draft) -> Provenance:
    writing = draft.writing
    if writing.kind is WriterKind.EXTRACTIVE:
        return Provenance(digital_source_type=DigitalSourceType.COMPOSITE)
    return Provenance(
        digital_source_type=DigitalSourceType.TRAINED_ALGORITHMIC_MEDIA,
        ai_system=writing.system,
        ai_system_version=writing.version,
    )


def _most_frequent(values: Iterable[Value | None]) -> Value | None:
    counted = Counter(each for each in values if each is not None)
    return counted.most_common(1)[0][0] if counted else None
