"""What is kept of a brief: its revisions, what they were written from, and who let them pass."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

from recommender.domain.briefs import Draft, Objection, WriterKind
from recommender.domain.ids import ArticleId

ID_PREFIX = "brief-"
"""What a brief's id begins with."""

ID_DIGITS = 16
"""Hexadecimal digits of a brief's id: two stories share one with a chance of one in 10¹⁹."""

ID_FORM = f"{ID_PREFIX!r} and {ID_DIGITS} hexadecimal digits in lower case"
"""The form of a brief's id, in words."""

ID_PATTERN = rf"^{ID_PREFIX}[0-9a-f]{{{ID_DIGITS}}}$"
"""The same as a regular expression, for a whole text."""

_ID = re.compile(ID_PATTERN)


def brief_id(story: str) -> ArticleId:
    """Return the id of the one brief of a story, which is the id of its article as well.

    Examples
    --------
    >>> brief_id("business-01")
    'brief-fae0f4bdaee17c2a'
    """
    digest = hashlib.sha256(story.encode()).hexdigest()
    return ArticleId(ID_PREFIX + digest[:ID_DIGITS])


def is_brief_id(text: str) -> bool:
    """Tell whether ``text`` has the form of a brief's id, which no other article may have.

    Examples
    --------
    >>> is_brief_id("brief-fae0f4bdaee17c2a"), is_brief_id("brief-history-of-time")
    (True, False)
    """
    return _ID.fullmatch(text) is not None


class BriefStatus(StrEnum):
    """Where a revision of a brief stands."""

    DRAFT = "draft"
    APPROVED = "approved"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """A change of status.

    Parameters
    ----------
    by : str or None
        Who decided it; None where the service did.
    at : float
        Seconds since the epoch.
    reason : str or None
    """

    status: BriefStatus
    by: str | None
    at: float
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try to write a brief.

    Parameters
    ----------
    seconds : float
        How long writing and checking took.
    failure : str or None
        Why the writer gave no draft; None where it gave one.
    objections : tuple of Objection
        What a check found wrong with its draft; none where the draft stands.
    draft : Draft or None
        What was objected to; None where there is nothing, or it stands.
    """

    writer: WriterKind
    seconds: float
    failure: str | None = None
    objections: tuple[Objection, ...] = ()
    draft: Draft | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSource:
    """An article that a brief was written from, as it is shown with it; its text is not kept.

    Parameters
    ----------
    version : str
        Names the content that was read: another one is another source.
    published_at : float
        Seconds since the epoch.
    """

    article: ArticleId
    version: str
    title: str
    published_at: float
    publisher: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One text of a brief.

    Parameters
    ----------
    number : int
        From 1.
    sources : tuple of ListedSource
        All that it was written from, the oldest first.
    attempts : tuple of Attempt
        In their order; the last one gave ``draft``.
    changes : tuple of StatusChange
        In their order, at least one.
    """

    number: int
    draft: Draft
    sources: tuple[ListedSource, ...]
    attempts: tuple[Attempt, ...]
    changes: tuple[StatusChange, ...]

    @property
    def status(self) -> BriefStatus:
        """Where it stands; that a later revision took its place is no change of its status."""
        return self.changes[-1].status

    @property
    def cited(self) -> tuple[ListedSource, ...]:
        """Those of its sources that a sentence rests on, the oldest first."""
        names = self.draft.cited
        return tuple(each for each in self.sources if each.article in names)

    @property
    def published_at(self) -> float | None:
        """Second since the epoch at which it was published; None where it never was."""
        published = (each.at for each in self.changes if each.status is BriefStatus.PUBLISHED)
        return next(published, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """That no brief could be written of a story, or no new revision.

    Parameters
    ----------
    at : float
        Seconds since the epoch.
    sources : tuple of ListedSource
        What it was tried from.
    """

    at: float
    sources: tuple[ListedSource, ...]
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """The one brief of a story.

    Parameters
    ----------
    revisions : tuple of Revision
        Those that are kept, the oldest first; none where none could be written so far.
    live : int or None
        Number of the revision that is in the feed, which waiting drafts may follow.
    refusal : Refusal or None
        Where writing failed since the newest revision.
    """

    id: ArticleId
    story: str
    revisions: tuple[Revision, ...] = ()
    live: int | None = None
    refusal: Refusal | None = None

    @property
    def newest(self) -> Revision | None:
        """The newest revision."""
        return self.revisions[-1] if self.revisions else None

    @property
    def first_published_at(self) -> float | None:
        """Second at which the first revision that is kept was published; None where none was."""
        published = (each.published_at for each in self.revisions)
        return min((each for each in published if each is not None), default=None)

    def revision(self, number: int) -> Revision | None:
        """Return the revision of a number, or None where it is not kept."""
        return next((each for each in self.revisions if each.number == number), None)
