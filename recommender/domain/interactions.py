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

    Parameters
    ----------
    slate : SlateId or None
        The slate that it points to. A click counts for it, that is for what is expected of the
        slate's articles and for rankers that learn, where the slate showed the article and was
        served to this reader, to a session that was merged into this reader, or to a guest, who
        has no id: anybody who was given the slate's id clicks for the guest. Any other click is
        recorded, and counts for its article alone.
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
