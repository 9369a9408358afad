"""Stored articles: submitted, read, removed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from recommender.domain.articles import Article
from recommender.domain.brief_records import BriefStatus, StatusChange
from recommender.domain.ids import ArticleId, SiteId
from recommender.store.brief_records import change_json
from recommender.store.cards import article_of, card_of, pack_body, unpack_body
from recommender.store.connection import Redis, script, store_errors
from recommender.store.keys import EMBEDDERS_GROUP, SITES, CatalogueKeys
from recommender.store.limits import CatalogueLimits

LOAD_BATCH = 1_000
"""Articles read in one round trip while a catalogue is loaded."""

REMOVER = "whoever removed its article"
"""By whom a brief was withdrawn whose article was removed like any other."""


class Submission(StrEnum):
    """What became of an article that was submitted."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    TOO_OLD = "too_old"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveArticle:
    """A live article as the in-process catalogue holds it: card, packed vector, no body.

    Parameters
    ----------
    story : bytes or None
        Id of the story that it belongs to.
    """

    id: ArticleId
    card: bytes
    vector: bytes
    story: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """Everything that is stored of one article.

    Parameters
    ----------
    card : bytes
        The public JSON, without the body.
    live : bool
        False while it waits for its first embedding.
    """

    card: bytes
    body: str | None
    live: bool


class ArticleStore:
    """The articles of one site.

    Parameters
    ----------
    client : Redis
        An open connection.
    """

    def __init__(self, client: Redis, site: SiteId, limits: CatalogueLimits) -> None:
        self._redis = client
        self._keys = CatalogueKeys(site)
        self._limits = limits
        self._submit = script(client, "take_in", "submit")
        self._remove = script(client, "withdraw", "remove")
        with store_errors("registering the site"):
            client.sadd(SITES, site)

    def submit(self, articles: Sequence[tuple[Article, str]]) -> list[Submission]:
        """Store articles with their fingerprints and queue what is new or changed.

        One round trip; each article is taken or left as a whole.
        """
        with store_errors("storing articles"), self._redis.pipeline(transaction=False) as pipe:
            for article, fingerprint in articles:
                self._submit(
                    keys=[self._keys.article(article.id), self._keys.pending, self._keys.live],
                    args=taken_in(article, fingerprint, self._limits),
                    client=pipe,
                )
            return [Submission(answer.decode()) for answer in pipe.execute()]

    def remove(self, article: ArticleId, at: float) -> bool:
        """Remove an article everywhere in the catalogue; tell whether anything was done.

        Briefs that were written from it are withdrawn in the same step, and their articles leave;
        so they are where it left by age before.

        Parameters
        ----------
        at : float
            Seconds since the epoch.
        """
        changes = [
            StatusChange(status=BriefStatus.WITHDRAWN, by=by, at=at, reason=reason)
            for by, reason in (
                (None, f"its source {article} was removed"),
                (REMOVER, "its article was removed"),
            )
        ]
        keys = self._keys
        with store_errors("removing an article"):
            done = self._remove(
                keys=[
                    *(keys.article(article), keys.live, keys.changes, keys.cited),
                    *(keys.brief(article), keys.taken_back),
                ],
                args=[
                    *(article, self._limits.max_changes, keys.article_prefix, keys.brief_prefix),
                    *map(change_json, changes),
                    *(at, self._limits.max_articles),
                ],
            )
        return bool(done)

    def get(self, article: ArticleId) -> StoredArticle | None:
        """Return one article, or None where the site has none of that id."""
        with store_errors("reading an article"):
            found: Any = self._redis.hmget(self._keys.article(article), ["card", "body", "vector"])
        card, body, vector = found
        if card is None:
            return None
        return StoredArticle(card=card, body=unpack_body(body), live=vector is not None)

    def texts(self, ids: Sequence[ArticleId]) -> list[Article | None]:
        """Return whole articles in the order of ``ids``; None for those that are gone."""
        with store_errors("reading articles"), self._redis.pipeline(transaction=False) as pipe:
            for article in ids:
                pipe.hmget(self._keys.article(article), ["card", "body", "known_story"])
            return [article_of(*fields) if fields[0] else None for fields in pipe.execute()]

    def cards(self, ids: Sequence[ArticleId]) -> list[bytes | None]:
        """Return cards in the order of ``ids``; None for ids that the site does not have."""
        with store_errors("reading articles"), self._redis.pipeline(transaction=False) as pipe:
            for article in ids:
                pipe.hget(self._keys.article(article), "card")
            return list(pipe.execute())

    def live_ids(self) -> list[ArticleId]:
        """Return the ids of the live window, oldest first."""
        with store_errors("reading the live window"):
            members: Any = self._redis.zrange(self._keys.live, 0, -1)
        return [ArticleId(member.decode()) for member in members]

    def live(self, ids: Sequence[ArticleId]) -> Iterator[list[LiveArticle]]:
        """Yield what is live of ``ids``, in batches of one round trip each."""
        for start in range(0, len(ids), LOAD_BATCH):
            yield self._live_batch(ids[start : start + LOAD_BATCH])

    def counts(self) -> tuple[int, int]:
        """Return how many articles are live and how many wait for embedding."""
        with store_errors("counting articles"):
            return self._redis.zcard(self._keys.live), self._redis.xlen(self._keys.pending)

    def _live_batch(self, ids: Sequence[ArticleId]) -> list[LiveArticle]:
        with store_errors("reading articles"), self._redis.pipeline(transaction=False) as pipe:
            for article in ids:
                pipe.hmget(self._keys.article(article), ["card", "vector", "story"])
            answers = pipe.execute()
        return [
            LiveArticle(id=article, card=card, vector=vector, story=story)
            for article, (card, vector, story) in zip(ids, answers, strict=True)
            if card is not None and vector is not None
        ]


def taken_in(article: Article, fingerprint: str, limits: CatalogueLimits) -> list[Any]:
    """Return an article as ``lua/take_in.lua`` is given it."""
    return [
        article.id,
        fingerprint,
        card_of(article),
        pack_body(article.body),
        article.published_at,
        limits.max_pending,
        limits.max_articles,
        EMBEDDERS_GROUP,
        article.story or "",
    ]
