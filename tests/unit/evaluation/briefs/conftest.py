"""Made-up events for what measures briefs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from recommender.domain.briefs import Event, Source
from recommender.domain.ids import ArticleId
from recommender.evaluation.briefs.told import Told, read

WEDNESDAY = datetime(2026, 10, 7, 12, tzinfo=UTC).timestamp()

_FIRST = (
    "The river rose after heavy rain. Mayor Ada Vane said on Wednesday that 340 houses in Elmport "
    "were under water. Chief executive Bo Lark wants nine million crowns from the Harbour Trust."
)
_SECOND = (
    "The Harbour Trust refused on Tuesday. Ada Vane asked Bo Lark for 12 boats near Stony Bridge, "
    "although none was free. The flood of 1990 was higher."
)


@pytest.fixture
def event() -> Callable[..., Event]:
    """Give a maker of events, each text being a source published a Wednesday noon."""

    def event(story: str, *texts: str) -> Event:
        sources = tuple(
            Source(
                article=ArticleId(f"{story}-{number}"),
                title="High water",
                text=text,
                published_at=WEDNESDAY,
                publisher=f"Paper {number}",
                language="en",
            )
            for number, text in enumerate(texts, start=1)
        )
        return Event(story=story, sources=sources)

    return event


@pytest.fixture
def flood(event: Callable[..., Event]) -> Event:
    """Give an event of two sources with people, a place, an organisation, numbers and days."""
    return event("flood", _FIRST, _SECOND)


@pytest.fixture
def tell(flood: Event) -> Callable[[str], Told]:
    """Give a maker of sentences on the flood, of its first source."""

    def tell(text: str) -> Told:
        return Told(text=text, sources=flood.sources[:1], reading=read(flood))

    return tell
