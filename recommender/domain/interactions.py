"""What a reader did with an article."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from recommender.domain.ids import ArticleId, EventId, ReaderId, SlateId


class Kind(StrEnum):
    """The kinds of interaction."""

    IMPRESSION = "impression"
    CLICK = "click"
    READ = "read"
    LIKE = "like"
    DISLIKE = "dislike"
    SHARE = "share"
    SAVE = "save"
    HIDE = "hide"
    MORE_LIKE_THIS = "more_like_this"
    LESS_LIKE_THIS = "less_like_this"
    REPORT = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One event. ``occurred_at`` is seconds since the epoch; ``dwell_seconds`` only with READ.

    An event's id is unique for its reader: sending it again changes nothing.
    """

    id: EventId
    reader: ReaderId
    article: ArticleId
    kind: Kind
    occurred_at: float
    dwell_seconds: float | None = None
    slate: SlateId | None = None


class Outcome(StrEnum):
    """What became of one interaction that was sent."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One remembered interaction of a reader, as taste is derived from it."""

    article: ArticleId
    kind: Kind
    occurred_at: float
    dwell_seconds: float | None = None
