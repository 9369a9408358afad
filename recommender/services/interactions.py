"""Use case: interactions recorded, exactly once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from recommender.catalogue.view import CatalogueView
from recommender.clock import Clock
from recommender.domain.ids import ArticleId, ReaderId
from recommender.domain.interactions import Interaction, Outcome
from recommender.errors import InvalidInput, TooManyEvents, UnknownArticle
from recommender.services.follower import CatalogueFollower
from recommender.store.articles import ArticleStore
from recommender.store.cards import instant_text
from recommender.store.events import FUTURE_SECONDS, Event, EventStore
from recommender.store.limits import DAY_SECONDS, ReaderLimits
from recommender.trending.signals import topics_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What became of one interaction; ``problem`` says why it was rejected."""

    outcome: Outcome
    problem: InvalidInput | TooManyEvents | None = None


@dataclass(frozen=True, slots=True)
class _Subject:
    """What an article is about; ``topics`` as of :func:`topics_of`."""

    category: str | None
    topics: Sequence[str]


class InteractionService:
    """Records the interactions of one site's readers."""

    def __init__(
        self,
        events: EventStore,
        articles: ArticleStore,
        follower: CatalogueFollower,
        limits: ReaderLimits,
        clock: Clock,
    ) -> None:
        self._events = events
        self._articles = articles
        self._follower = follower
        self._window = limits.event_window_days * DAY_SECONDS
        self._clock = clock

    def record(self, interactions: Sequence[Interaction]) -> list[Recorded]:
        """Apply interactions, each reader's in one script; one answer for each, in order.

        A rejected one never stops the others. When Redis fails half-way the error is raised, and
        sending everything again is safe: what was applied is then a duplicate.
        """
        now = self._clock.now()
        subjects = self._subjects({each.article for each in interactions})
        answers: dict[int, Recorded] = {}
        by_reader: dict[ReaderId, list[int]] = {}
        for place, each in enumerate(interactions):
            problem = self._problem(each, subjects, now)
            if problem is None:
                by_reader.setdefault(each.reader, []).append(place)
            else:
                answers[place] = Recorded(outcome=Outcome.REJECTED, problem=problem)
        for reader, places in by_reader.items():
            events = [_event(interactions[place], subjects) for place in places]
            answers.update(zip(places, self._apply(reader, events, now), strict=True))
        return [answers[place] for place in range(len(interactions))]

    def _apply(self, reader: ReaderId, events: list[Event], now: float) -> list[Recorded]:
        try:
            return [Recorded(outcome=each) for each in self._events.record(reader, events, now)]
        except TooManyEvents as error:
            return [Recorded(outcome=Outcome.REJECTED, problem=error)] * len(events)

    def _problem(
        self, each: Interaction, subjects: Mapping[ArticleId, _Subject], now: float
    ) -> InvalidInput | None:
        if each.article not in subjects:
            return UnknownArticle(each.article)
        if not now - self._window <= each.occurred_at <= now + FUTURE_SECONDS:
            return InvalidInput(
                "occurred_at",
                f"from {instant_text(now - self._window)} (events are taken for "
                f"{self._window / DAY_SECONDS:g} days) to {FUTURE_SECONDS:g} seconds from now",
                instant_text(each.occurred_at),
            )
        return None

    def _subjects(self, articles: set[ArticleId]) -> dict[ArticleId, _Subject]:
        view = self._follower.catalogue.view
        known: dict[ArticleId, _Subject] = {}
        for article in articles:
            row = view.row(article)
            if row is not None:
                known[article] = _subject_in(view, row)
        elsewhere = sorted(articles - known.keys())
        cards = self._articles.cards(elsewhere) if elsewhere else []
        for article, card in zip(elsewhere, cards, strict=True):
            if card is not None:
                known[article] = _subject_of(orjson.loads(card))
        return known


def _subject_in(view: CatalogueView, row: int) -> _Subject:
    category = view.category.name(row)
    tags = view.tags.names_of(row)
    return _Subject(category, topics_of(category, view.subcategory.name(row), tags))


def _subject_of(card: Mapping[str, Any]) -> _Subject:
    category = card["category"]
    return _Subject(category, topics_of(category, card["subcategory"], card["tags"]))


def _event(done: Interaction, subjects: Mapping[ArticleId, _Subject]) -> Event:
    subject = subjects[done.article]
    return Event(interaction=done, category=subject.category, topics=subject.topics)
