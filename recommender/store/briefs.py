"""The briefs of one site: one for each story, each with its history."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from recommender.domain.articles import Article
from recommender.domain.brief_records import (
    Attempt,
    Brief,
    BriefStatus,
    ListedSource,
    Refusal,
    StatusChange,
)
from recommender.domain.briefs import Draft
from recommender.domain.ids import ArticleId, SiteId
from recommender.store.articles import taken_in
from recommender.store.brief_records import (
    brief_of,
    change_json,
    refusal_json,
    revision_json,
    versions_json,
    versions_of,
)
from recommender.store.cards import article_of, card_of
from recommender.store.connection import Redis, script, store_errors
from recommender.store.keys import CatalogueKeys
from recommender.store.limits import CatalogueLimits

PARTS = ("take_in", "withdraw", "publish")
"""What the scripts that publish are made of."""


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


class BriefStore:
    """The briefs of one site."""

    def __init__(self, client: Redis, site: SiteId, limits: CatalogueLimits) -> None:
        self._redis = client
        self._keys = CatalogueKeys(site)
        self._limits = limits
        self._save = script(client, *PARTS, "save_brief")
        self._approve = script(client, *PARTS, "approve_brief")
        self._refuse = script(client, *PARTS, "refuse_brief")
        self._withdraw = script(client, "withdraw", "withdraw_brief")
        self._withdraw_source = script(client, "withdraw", "withdraw_source")

    def get(self, brief: ArticleId) -> Brief | None:
        """Return a brief with its history, or None where there is none of that id."""
        with store_errors("reading a brief"):
            fields: Any = self._redis.hgetall(self._keys.brief(brief))
        return brief_of(brief, fields) if fields else None

    def latest(self, limit: int) -> list[Brief]:
        """Return the ``limit`` briefs that were written, or refused, last, the latest first."""
        with store_errors("reading the briefs"):
            members: Any = self._redis.zrange(self._keys.briefs, 0, limit - 1, desc=True)
        found = self.several([ArticleId(member.decode()) for member in members])
        return [each for each in found if each is not None]

    def several(self, briefs: Sequence[ArticleId]) -> list[Brief | None]:
        """Return briefs in the order of their ids; None for those that there are not."""
        with store_errors("reading the briefs"), self._redis.pipeline(transaction=False) as pipe:
            for each in briefs:
                pipe.hgetall(self._keys.brief(each))
            found = zip(briefs, pipe.execute(), strict=True)
            return [brief_of(each, fields) if fields else None for each, fields in found]

    def standings(self, briefs: Sequence[ArticleId]) -> list[Standing]:
        """Return how far the stories of these briefs are told, in their order."""
        with store_errors("reading the briefs"), self._redis.pipeline(transaction=False) as pipe:
            for each in briefs:
                pipe.hmget(self._keys.brief(each), ["newest", "told"])
            return [
                Standing(newest=int(newest or 0), told=versions_of(told))
                for newest, told in pipe.execute()
            ]

    def versions(self, articles: Sequence[ArticleId]) -> list[str | None]:
        """Return what names the content of each article; None for those that are gone."""
        with store_errors("reading articles"), self._redis.pipeline(transaction=False) as pipe:
            for each in articles:
                pipe.hget(self._keys.article(each), "entry")
            return [entry.decode() if entry else None for entry in pipe.execute()]

    def read(self, articles: Sequence[ArticleId]) -> list[tuple[Article, str] | None]:
        """Return articles with the version of what was read; None for those that are gone."""
        with store_errors("reading articles"), self._redis.pipeline(transaction=False) as pipe:
            for each in articles:
                pipe.hmget(self._keys.article(each), ["card", "body", "entry"])
            return [
                (article_of(card, body), entry.decode()) if card and entry else None
                for card, body, entry in pipe.execute()
            ]

    def save(self, revision: NewRevision) -> Saving:
        """Add a revision, and publish it where that is asked, in one step.

        It is kept only if the newest revision is still the one it was written after, and stands
        where it stood, and every source is still there, as it was read, and of the same story.
        """
        keys, limits = self._keys, self._limits
        changes: list[Any] = [change_json(revision.drafted)]
        if revision.published is not None:
            change, article = revision.published
            changes += [change_json(change), *self._taken_in(article)]
        sources = [each.article for each in revision.sources]
        with store_errors("keeping a brief"):
            answer = self._save(
                keys=[
                    *(keys.brief(revision.id), keys.briefs, *self._article_keys(revision.id)),
                    keys.changes,
                    *map(keys.article, sources),
                ],
                args=[
                    revision.id,
                    revision.story,
                    f"{revision.after} {revision.status or ''}",
                    revision_json(revision.draft, revision.sources, revision.attempts),
                    versions_json(revision.sources),
                    revision.drafted.at,
                    limits.max_revisions,
                    *self._bounds(),
                    len(sources),
                    *sources,
                    *changes,
                ],
            )
        return Saving(answer.decode())

    def refuse(self, brief: ArticleId, story: str, after: int, refusal: Refusal) -> bool:
        """Keep why nothing could be written; tell whether no revision was added meanwhile."""
        keys = self._keys
        with store_errors("keeping a refusal"):
            kept = self._refuse(
                keys=[keys.brief(brief), keys.briefs, keys.live, keys.changes],
                args=[
                    brief,
                    story,
                    after,
                    refusal_json(refusal),
                    versions_json(refusal.sources),
                    refusal.at,
                    *self._bounds(),
                ],
            )
        return bool(kept)

    def approve(self, brief: Brief, article: Article, by: str, at: float) -> Saving:
        """Publish the newest revision of ``brief``, a draft, as ``article``.

        Parameters
        ----------
        by : str
            Who approves it.
        at : float
            Seconds since the epoch.
        """
        keys, newest = self._keys, brief.newest
        if newest is None:
            return Saving.OVERTAKEN
        sources = [each.article for each in newest.sources]
        changes = (
            StatusChange(status=BriefStatus.APPROVED, by=by, at=at),
            StatusChange(status=BriefStatus.PUBLISHED, by=None, at=at),
        )
        with store_errors("publishing a brief"):
            answer = self._approve(
                keys=[keys.brief(brief.id), *self._article_keys(brief.id)]
                + [keys.article(each) for each in sources],
                args=[
                    newest.number,
                    len(sources),
                    *sources,
                    *map(change_json, changes),
                    *self._taken_in(article),
                ],
            )
        return Saving(answer.decode())

    def withdraw(self, brief: ArticleId, change: StatusChange) -> int:
        """Withdraw what waits for review and what is published, and its article in the same step.

        Returns
        -------
        int
            How many revisions were withdrawn: 0 where there was nothing to withdraw.
        """
        keys = self._keys
        with store_errors("withdrawing a brief"):
            return int(
                self._withdraw(
                    keys=[keys.brief(brief), keys.article(brief), keys.live, keys.changes],
                    args=[brief, self._limits.max_changes, change_json(change)],
                )
            )

    def withdraw_sources(self, articles: Sequence[ArticleId], at: float) -> None:
        """Withdraw what was written from articles that are shown to nobody any more.

        Parameters
        ----------
        at : float
            Seconds since the epoch.
        """
        keys, limits = self._keys, self._limits
        with store_errors("withdrawing briefs"), self._redis.pipeline(transaction=False) as pipe:
            for each in articles:
                reason = f"its source {each} is held out by a rule"
                change = StatusChange(status=BriefStatus.WITHDRAWN, by=None, at=at, reason=reason)
                self._withdraw_source(
                    keys=[keys.article(each), keys.live, keys.changes],
                    args=[
                        *(each, limits.max_changes, keys.article_prefix, keys.brief_prefix),
                        change_json(change),
                    ],
                    client=pipe,
                )
            pipe.execute()

    def _article_keys(self, brief: ArticleId) -> list[str]:
        return [self._keys.article(brief), self._keys.pending, self._keys.live]

    def _bounds(self) -> list[Any]:
        keys, limits = self._keys, self._limits
        return [limits.max_briefs, keys.brief_prefix, keys.article_prefix, limits.max_changes]

    def _taken_in(self, article: Article) -> list[Any]:
        content = card_of(article) + (article.body or "").encode()
        return taken_in(article, hashlib.sha256(content).hexdigest()[:32], self._limits)
