"""A small world of three topics, and readers who do things in it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import pytest

from recommender.domain.ids import ArticleId, EventId, ReaderId
from recommender.domain.interactions import Interaction, Kind
from recommender.services.asking import Ask

TOPICS = ("food", "travel", "science")
EACH = 6
"""Articles of each topic."""


def vector(topic: int, number: int) -> tuple[float, ...]:
    """Return a unit vector near the topic's axis; the articles of a topic fan out a little."""
    angle = 0.05 * number
    values = [0.0] * 4
    values[topic], values[3] = math.cos(angle), math.sin(angle)
    return tuple(values)


@pytest.fixture
def world(make_live: Callable[..., None]) -> Callable[[Any], None]:
    """Give a function that makes ``food0`` … ``science5`` live, all published at the same time."""

    def world(wiring: Any) -> None:
        for topic, name in enumerate(TOPICS):
            vectors = {f"{name}{number}": vector(topic, number) for number in range(EACH)}
            make_live(wiring, vectors, category=name)

    return world


@pytest.fixture
def do(clock: Any) -> Callable[..., list[str]]:
    """Give a function that records what a reader did with articles, each event under a new id."""
    numbers = itertools.count()

    def do(
        wiring: Any,
        reader: str,
        kind: str,
        *articles: str,
        at: float | None = None,
        dwell: float | None = None,
    ) -> list[str]:
        done = [
            Interaction(
                id=EventId(f"event-{next(numbers)}"),
                reader=ReaderId(reader),
                article=ArticleId(article),
                kind=Kind(kind),
                occurred_at=clock.now() if at is None else at,
                dwell_seconds=dwell,
            )
            for article in articles
        ]
        return [str(each.outcome) for each in wiring.interactions.record(done)]

    return do


@pytest.fixture
def shown() -> Callable[..., list[str]]:
    """Give a function that serves a reader a first page, and returns its articles in order."""

    def shown(wiring: Any, reader: str | None, size: int = 100) -> list[str]:
        asked = Ask(reader=None if reader is None else ReaderId(reader), size=size)
        return list(wiring.feed.feed(asked).slate.ordering.articles)

    return shown
