"""The briefs of one site: one for each story, each with its history."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from recommender.domain.articles import Article
from recommender.domain.brief_records import (
    Brief,
    BriefStatus,
    Refusal,
    StatusChange,
)
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
from recommender.store.brief_revisions import NewRevision, Saving, Standing
from recommender.store.cards import article_of, card_of
from recommender.store.connection import Redis, script, store_errors
from recommender.store.keys import CatalogueKeys
from recommender.store.limits import CatalogueLimits

ASKED_AT_ONCE = 1_000
"""Articles of which one command asks for the briefs that were written from them."""

PARTS = ("take_in", "withdraw", "publish")
"""What the scripts that publish are made of."""


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
        with store_errors("reading the briefs"), self._redis.pipeline(transaction=False) as pipe:
            for place in (self._keys.briefs, self._keys.refused):
                pipe.zrange(place, 0, limit - 1, desc=True, withscores=True)
            written, refused = pipe.execute()
        members = sorted(written + refused, key=itemgetter(1), reverse=True)[:limit]
        found = self.several([ArticleId(member.decode()) for member, _ in members])
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

    def is_taken_back(self, brief: ArticleId) -> bool:
        """Tell whether a person took the brief back, and nobody approved it since.

        That is known even where its record was let go.
        """
        with store_errors("reading the briefs"):
            return self._redis.zscore(self._keys.taken_back, brief) is not None

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
        where it stood, and every source is still there, as it was read, and of the same story;
        and it is published only if no person took the brief back.
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
                    *(keys.brief(revision.id), *self._article_keys(revision.id), keys.changes),
                    *(keys.briefs, keys.refused, keys.taken_back, keys.cited),
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
                keys=[
                    *(keys.brief(brief), keys.briefs, keys.refused, keys.live),
                    *(keys.changes, keys.cited),
                ],
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
                keys=[
                    *(keys.brief(brief.id), *self._article_keys(brief.id), keys.taken_back),
                    *map(keys.article, sources),
                ],
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
        """Withdraw all revisions by a person's decision, and the article in the same step.

        What is written after that is published only where a person approves it.

        Returns
        -------
        int
            How many revisions were withdrawn: 0 where none was published or waited.
        """
        keys = self._keys
        with store_errors("withdrawing a brief"):
            return int(
                self._withdraw(
                    keys=[
                        *(keys.brief(brief), keys.article(brief), keys.live, keys.changes),
                        keys.taken_back,
                    ],
                    args=[
                        *(brief, self._limits.max_changes, change_json(change)),
                        *(change.at, self._limits.max_articles),
                    ],
                )
            )

    def withdraw_sources(self, articles: Sequence[ArticleId], at: float, why: str) -> None:
        """Withdraw what was written from articles that can be no sources any more.

        Former revisions, too; and that an article left by age meanwhile changes nothing.

        Parameters
        ----------
        why : str
            What is the matter with them, "is held out by a rule".
        at : float
            Seconds since the epoch.
        """
        keys, limits = self._keys, self._limits
        cited = self._cited(articles)
        with store_errors("withdrawing briefs"), self._redis.pipeline(transaction=False) as pipe:
            for each in cited:
                reason = f"its source {each} {why}"
                change = StatusChange(status=BriefStatus.WITHDRAWN, by=None, at=at, reason=reason)
                self._withdraw_source(
                    keys=[keys.cited, keys.live, keys.changes],
                    args=[
                        *(each, limits.max_changes, keys.article_prefix, keys.brief_prefix),
                        change_json(change),
                    ],
                    client=pipe,
                )
            pipe.execute()

    def _cited(self, articles: Sequence[ArticleId]) -> list[ArticleId]:
        """Return those that a brief was written from."""
        with store_errors("reading the briefs"), self._redis.pipeline(transaction=False) as pipe:
            for start in range(0, len(articles), ASKED_AT_ONCE):
                pipe.hmget(self._keys.cited, articles[start : start + ASKED_AT_ONCE])
            noted = chain.from_iterable(pipe.execute())
        return [each for each, briefs in zip(articles, noted, strict=True) if briefs]

    def _article_keys(self, brief: ArticleId) -> list[str]:
        return [self._keys.article(brief), self._keys.pending, self._keys.live]

    def _bounds(self) -> list[Any]:
        keys, limits = self._keys, self._limits
        return [limits.max_briefs, keys.brief_prefix, keys.article_prefix, limits.max_changes]

    def _taken_in(self, article: Article) -> list[Any]:
        content = card_of(article) + (article.body or "").encode()
        return taken_in(article, hashlib.sha256(content).hexdigest()[:32], self._limits)
