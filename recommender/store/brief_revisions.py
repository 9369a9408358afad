"""A revision that the store of briefs is asked to keep, what became of it, and how far it tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from recommender.domain.articles import Article
from recommender.domain.brief_records import Attempt, BriefStatus, ListedSource, StatusChange
from recommender.domain.briefs import Draft
from recommender.domain.ids import ArticleId


class Saving(StrEnum):
    """What became of a revision that was to be kept or published.

    ``OVERTAKEN``: another one came first. ``CHANGED``: one of its sources is no longer as it was
    read. ``FULL``: too many articles wait for embedding. Nothing is written but where it is saved.
    """

    SAVED = "saved"
    OVERTAKEN = "overtaken"
    CHANGED = "changed"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a story is told.

    Parameters
    ----------
    newest : int
        Number of the brief's newest revision; 0 where there is none.
    told : mapping of ArticleId to str
        Sources that need not be told again, with their versions.
    """

    newest: int
    told: Mapping[ArticleId, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRevision:
    """A revision that is to be added to a brief.

    Parameters
    ----------
    after : int
        Number of the newest revision when writing began; 0 where there was none.
    status : BriefStatus or None
        Where that one stood when it was decided whether this one is published.
    drafted : StatusChange
    published : tuple of StatusChange and Article, or None
        Where it is to be published at once: the change, and the article that it becomes.
    """

    id: ArticleId
    story: str
    after: int
    status: BriefStatus | None
    draft: Draft
    sources: tuple[ListedSource, ...]
    attempts: tuple[Attempt, ...]
    drafted: StatusChange
    published: tuple[StatusChange, Article] | None = None
