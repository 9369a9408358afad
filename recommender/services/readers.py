"""Use case: readers' own control of what is kept of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from recommender.catalogue.view import CatalogueView
from recommender.clock import Clock
from recommender.domain.ids import ReaderId
from recommender.domain.readers import Preferences
from recommender.domain.slates import LoggedSlate
from recommender.errors import InvalidInput
from recommender.services.follower import CatalogueFollower
from recommender.store.merging import Moved, SessionMerger
from recommender.store.preferences import PreferenceStore
from recommender.store.reader_data import Erased, Kept, ReaderData
from recommender.store.reader_logs import LoggedInteraction, ReaderLogs

TOPICS_NAMED = 20
"""Topics that an error names at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """Everything that is kept of a reader.

    Parameters
    ----------
    kept : mapping of ReaderId to Kept
        By id: the reader first, then whoever was merged into it.
    interactions : tuple of LoggedInteraction
        Under any of these ids.
    slates : tuple of LoggedSlate
        The same.
    """

    kept: Mapping[ReaderId, Kept]
    interactions: tuple[LoggedInteraction, ...]
    slates: tuple[LoggedSlate, ...]


class ReaderService:
    """What the readers of one site choose, move, take away and erase."""

    def __init__(
        self,
        *,
        preferences: PreferenceStore,
        merger: SessionMerger,
        data: ReaderData,
        logs: ReaderLogs,
        follower: CatalogueFollower,
        clock: Clock,
    ) -> None:
        self._preferences = preferences
        self._merger = merger
        self._data = data
        self._logs = logs
        self._follower = follower
        self._clock = clock

    def preferences(self, reader: ReaderId) -> Preferences:
        """Return what the reader chose; the defaults where nothing was chosen."""
        return self._preferences.get(reader)

    def choose(self, reader: ReaderId, wanted: Preferences) -> Preferences:
        """Keep what the reader chooses now, in place of what was chosen before; return it.

        Raises
        ------
        InvalidInput
            A topic is none of the site's, or a source is followed and muted at once.
        """
        _refuse_contradiction(wanted)
        if wanted.topics:
            before = self._preferences.get(reader).topics  # it may have left the window since
            existing = topics_of(self._follower.catalogue.view)
            _refuse_unknown(wanted.topics, existing, {*existing, *before})
        chosen = Preferences(
            topics=_once(wanted.topics),
            followed_sources=_once(wanted.followed_sources),
            muted_sources=_once(wanted.muted_sources),
            language=wanted.language,
            personalised=wanted.personalised,
        )
        self._preferences.put(reader, chosen)
        return chosen

    def merge(self, reader: ReaderId, source: ReaderId) -> Moved:
        """Move the session of ``source`` into ``reader``; doing it again is safe.

        Raises
        ------
        InvalidInput
            Both are the same reader, or more than ``max_merged`` would be merged into ``reader``;
            nothing was changed.
        """
        if source == reader:
            raise InvalidInput("from", "another reader than the one in the path", repr(source))
        return self._merger.merge(source, reader, self._clock.now())

    def export(self, reader: ReaderId) -> Export:
        """Return everything that is kept of a reader and of whoever was merged into it.

        Into them as well, and so on: see :meth:`ReaderData.family`.
        """
        readers = self._data.family(reader)
        return Export(
            kept={each: self._data.kept(each) for each in readers},
            interactions=tuple(self._logs.interactions(readers)),
            slates=tuple(self._logs.slates(readers)),
        )

    def erase(self, reader: ReaderId) -> Erased:
        """Delete everything of a reader and of whoever was merged into it, and into them."""
        return self._data.erase(reader)


def topics_of(view: CatalogueView) -> list[str]:
    """Return the categories of the live articles, those with most of them first."""
    codes, counts = np.unique(view.category.codes[view.alive], return_counts=True)
    names = [view.category.names[code] for code in codes[np.argsort(-counts, kind="stable")]]
    return [name for name in names if name]


def _refuse_contradiction(wanted: Preferences) -> None:
    for place, source in enumerate(wanted.muted_sources):
        if source in wanted.followed_sources:
            field = f"muted_sources.{place}"
            raise InvalidInput(field, "a source that is not followed as well", repr(source))


def _refuse_unknown(topics: tuple[str, ...], existing: list[str], allowed: set[str]) -> None:
    for place, topic in enumerate(topics):
        if topic not in allowed:
            raise InvalidInput(f"topics.{place}", _wanted_topic(existing), repr(topic))


def _wanted_topic(existing: list[str]) -> str:
    if not existing:
        return "a topic of this site, which has none yet"
    more = ", ..." if len(existing) > TOPICS_NAMED else ""
    return f"a topic of this site: {', '.join(existing[:TOPICS_NAMED])}{more}"


def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
