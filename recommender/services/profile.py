"""Use case: what is known of a reader and what is inferred from it, as data and in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from recommender.candidates.interests import WEIGHTS, InterestConfig, interests_of
from recommender.catalogue.view import CatalogueView
from recommender.clock import Clock
from recommender.disclosure.messages import say
from recommender.domain.ids import ArticleId, ReaderId
from recommender.domain.readers import Preferences
from recommender.services.follower import CatalogueFollower
from recommender.store.reader_data import Kept, ReaderData

EXAMPLES = 3
"""Articles named for each interest, and as avoided in words."""

AVOIDED_MAX = 20
"""Articles listed as sent away or disliked, the latest ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An article with its title; None where it is no longer live."""

    id: ArticleId
    title: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestFound:
    """One interest: its share of the reader's attention, and articles that stand for it."""

    share: float
    examples: tuple[Named, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Affinity:
    """How much of the reader's attention a topic has: in [-1, 1], below 0 where it is avoided."""

    topic: str
    affinity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much is kept of a reader.

    Parameters
    ----------
    read : int
        Distinct articles of the history that were opened or liked.
    history, seen, hidden, events : int
        Entries of each list.
    """

    read: int
    history: int
    seen: int
    hidden: int
    events: int


NOTHING = Counts(read=0, history=0, seen=0, hidden=0, events=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A reader, as the site sees them.

    Parameters
    ----------
    first, last : float or None
        Seconds since the epoch of the oldest and the newest interaction or article shown that
        are kept; None where there is none.
    interests : tuple of InterestFound
        Strongest first.
    topics, avoided_topics : tuple of Affinity
        Strongest first; a chosen topic counts among the first.
    avoided : tuple of Named
        Articles sent away or disliked, the latest first.
    """

    reader: ReaderId
    preferences: Preferences
    counts: Counts
    first: float | None
    last: float | None
    interests: tuple[InterestFound, ...]
    topics: tuple[Affinity, ...]
    avoided_topics: tuple[Affinity, ...]
    avoided: tuple[Named, ...]

    @property
    def is_known(self) -> bool:
        """Whether anything is known that the reader did not choose in so many words."""
        return self.counts != NOTHING


class ProfileService:
    """Tells the readers of one site what is known of them."""

    def __init__(
        self,
        data: ReaderData,
        follower: CatalogueFollower,
        interests: InterestConfig,
        clock: Clock,
    ) -> None:
        self._data = data
        self._follower = follower
        self._interests = interests
        self._clock = clock

    def profile(self, reader: ReaderId) -> Profile:
        """Return what is known of ``reader`` and what a feed would infer from it now."""
        view, now = self._follower.catalogue.view, self._clock.now()
        return profile_of(reader, self._data.kept(reader), view, now, self._interests)


def profile_of(
    reader: ReaderId, kept: Kept, view: CatalogueView, now: float, config: InterestConfig
) -> Profile:
    """Return the profile of a reader of whom ``kept`` is kept."""
    chosen = kept.preferences or Preferences()
    found = interests_of(kept.history, view, now, config, chosen.topics)
    topics = _affinities(view, found.affinity.tolist())
    times = [*(each.occurred_at for each in kept.history), *kept.seen.values()]
    return Profile(
        reader=reader,
        preferences=chosen,
        counts=_counts(kept),
        first=min(times, default=None),
        last=max(times, default=None),
        interests=tuple(
            InterestFound(share=share, examples=_named(view, rows[:EXAMPLES].tolist()))
            for share, rows in zip(found.weights.tolist(), found.members, strict=True)
        ),
        topics=tuple(each for each in topics if each.affinity > 0),
        avoided_topics=tuple(each for each in topics if each.affinity < 0),
        avoided=_avoided(kept, view),
    )


def sentences_of(profile: Profile, language: str) -> tuple[str, ...]:
    """Return a profile in words; ``language`` is one of ``disclosure.messages.LANGUAGES``."""
    return tuple(say(key, language, **slots) for key, slots in _sayings(profile))


def _sayings(profile: Profile) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield the key of each sentence with what fills it."""
    chosen, counts = profile.preferences, profile.counts
    yield f"profile.{'personalised' if chosen.personalised else 'not_personalised'}", {}
    choices = {
        "profile.topics": chosen.topics,
        "profile.followed_sources": chosen.followed_sources,
        "profile.muted_sources": chosen.muted_sources,
    }
    for key, names in choices.items():
        if names:
            yield key, {"about": ", ".join(names)}
    if not profile.is_known:
        yield "profile.unknown", {}
        return
    yield (
        "profile.counts",
        {"read": counts.read, "seen": counts.seen, "hidden": counts.hidden},
    )
    yield from _inferred(profile)


def _inferred(profile: Profile) -> Iterator[tuple[str, dict[str, object]]]:
    for interest in profile.interests:
        title = interest.examples[0].title
        yield "profile.interest", {"percent": round(100 * interest.share), "title": title}
    for each in profile.topics:
        if each.topic not in profile.preferences.topics:
            yield "profile.topic", {"about": each.topic}
    for each in profile.avoided_topics:
        yield "profile.avoided", {"about": each.topic}
    titles = [each.title for each in profile.avoided if each.title is not None]
    for title in titles[:EXAMPLES]:
        yield "profile.avoided_article", {"title": title}


def _affinities(view: CatalogueView, values: Sequence[float]) -> list[Affinity]:
    """Return the topics of any affinity, strongest first."""
    found = [
        Affinity(topic=view.category.names[code], affinity=value)
        for code, value in enumerate(values)
        if value
    ]
    return sorted(found, key=lambda each: -abs(each.affinity))


def _avoided(kept: Kept, view: CatalogueView) -> tuple[Named, ...]:
    last = dict(kept.hidden)
    for each in kept.history:
        if WEIGHTS[each.kind] < 0:
            last[each.article] = max(each.occurred_at, last.get(each.article, each.occurred_at))
    latest = sorted(last, key=lambda article: -last[article])[:AVOIDED_MAX]
    return tuple(
        Named(id=article, title=None if row < 0 else view.titles[row])
        for article, row in zip(latest, view.positions(latest).tolist(), strict=True)
    )


def _named(view: CatalogueView, rows: Sequence[int]) -> tuple[Named, ...]:
    return tuple(Named(id=view.ids[row], title=view.titles[row]) for row in rows)


def _counts(kept: Kept) -> Counts:
    read = {each.article for each in kept.history if WEIGHTS[each.kind] > 0}
    return Counts(
        read=len(read),
        history=len(kept.history),
        seen=len(kept.seen),
        hidden=len(kept.hidden),
        events=len(kept.events),
    )
