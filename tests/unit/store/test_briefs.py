"""What the store promises of briefs: one for each story, whole or not at all, and bounded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from recommender.domain.articles import Article
from recommender.domain.brief_records import (
    Attempt,
    BriefStatus,
    ListedSource,
    Refusal,
    StatusChange,
    brief_id,
)
from recommender.domain.briefs import (
    Draft,
    Objection,
    Rule,
    Sentence,
    WriterKind,
    Writing,
)
from recommender.domain.ids import ArticleId, SiteId
from recommender.store.brief_revisions import NewRevision, Saving
from recommender.store.briefs import BriefStore
from recommender.store.connection import Redis
from recommender.store.limits import CatalogueLimits
from recommender.store.pending import Embedded

NOW = 1_767_225_600.0
A, B = ArticleId("a"), ArticleId("b")
LINE = Sentence(text="It rains “a lot”.\r\n\u2028", sources=(A, B))
WRITING = Writing(kind=WriterKind.GENERATIVE, system="m", version="1", prompt="digest")
DRAFT = Draft(
    headline=LINE,
    dateline="1 January 2026",
    paragraphs=((LINE, LINE), (LINE,)),
    language=None,
    writing=WRITING,
)
OBJECTION = Objection(rule=Rule.NUMBERS, sentence=1, detail="wanted 3, got 4")
ATTEMPTS = (
    Attempt(writer=WriterKind.GENERATIVE, seconds=0.5, failure="timed out"),
    Attempt(writer=WriterKind.GENERATIVE, seconds=0.5, objections=(OBJECTION,), draft=DRAFT),
    Attempt(writer=WriterKind.EXTRACTIVE, seconds=0.25),
)
DRAFTED = StatusChange(status=BriefStatus.DRAFT, by=None, at=NOW)
PUBLISHED = StatusChange(status=BriefStatus.PUBLISHED, by=None, at=NOW)


@pytest.fixture
def make_briefs(client: Redis, make_store: Callable[..., Any]) -> Callable[..., BriefStore]:
    """Give a maker of stores over a site with the live articles a and b of the story "s"."""

    def make(**bounds: Any) -> BriefStore:
        articles, queue = make_store()
        for name in (A, B):
            articles.submit([(Article(id=name, title=name, published_at=NOW), "1")])
        vector = np.array([1, 0], np.float32)
        queue.finish(
            [
                Embedded(pending=each, published_at=NOW, vector=vector, story="s")
                for each in queue.take("worker", 10)
            ]
        )
        limits = CatalogueLimits().model_copy(update=bounds)
        return BriefStore(client, SiteId("main"), limits)

    return make


def revision(store: BriefStore, after: int = 0, **fields: Any) -> NewRevision:
    sources = tuple(
        ListedSource(article=article.id, version=version, title=article.title, published_at=NOW)
        for article, version in [each for each in store.read([A, B]) if each is not None]
    )
    plain: dict[str, Any] = {
        "id": brief_id("s"),
        "story": "s",
        "after": after,
        "status": BriefStatus.DRAFT if after else None,
        "draft": DRAFT,
        "sources": sources,
        "attempts": ATTEMPTS,
        "drafted": DRAFTED,
    }
    return NewRevision(**(plain | fields))


def article(**fields: Any) -> Article:
    return Article(id=brief_id("s"), title="Rain", published_at=NOW, story="s", **fields)


def test_what_is_kept_is_read_as_it_was(make_briefs: Callable[..., BriefStore]) -> None:
    store = make_briefs()
    new = revision(store)
    assert store.save(new) is Saving.SAVED
    brief = store.get(new.id)
    assert brief is not None
    kept = brief.newest
    assert kept is not None
    assert (kept.draft, kept.sources, kept.attempts) == (DRAFT, new.sources, ATTEMPTS)
    assert kept.changes == (DRAFTED,)
    assert (brief.story, brief.live, brief.refusal) == ("s", None, None)


def test_a_revision_that_was_not_written_after_the_newest_is_not_kept(
    make_briefs: Callable[..., BriefStore],
) -> None:
    store = make_briefs()
    assert store.save(revision(store, after=1)) is Saving.OVERTAKEN
    assert store.save(revision(store)) is Saving.SAVED
    assert store.save(revision(store)) is Saving.OVERTAKEN
    assert store.save(revision(store, after=1)) is Saving.SAVED


def test_a_revision_is_not_kept_where_the_one_before_was_withdrawn_meanwhile(
    make_briefs: Callable[..., BriefStore],
) -> None:
    store = make_briefs()
    store.save(revision(store))
    new = revision(store, after=1, published=(PUBLISHED, article()))
    by = StatusChange(status=BriefStatus.WITHDRAWN, by="Rhona Cask", at=NOW)
    assert store.withdraw(new.id, by) == 1
    assert store.save(new) is Saving.OVERTAKEN


@pytest.mark.parametrize("changed", ["text", "story", "gone"])
def test_nothing_is_kept_of_sources_that_are_not_as_they_were_read(
    make_briefs: Callable[..., BriefStore],
    make_store: Callable[..., Any],
    client: Redis,
    changed: str,
) -> None:
    store = make_briefs()
    new = revision(store, published=(PUBLISHED, article()))
    articles, _ = make_store()
    if changed == "text":
        articles.submit([(Article(id=A, title="other", published_at=NOW), "2")])
    elif changed == "story":
        client.hset("nf:{main:catalogue}:article:a", "story", "another")
    else:
        articles.remove(A, NOW)
    before = articles.counts()
    assert store.save(new) is Saving.CHANGED
    assert store.get(new.id) is None
    assert articles.get(new.id) is None
    assert articles.counts() == before


def test_a_refusal_does_not_take_the_place_of_a_revision(
    make_briefs: Callable[..., BriefStore],
) -> None:
    store = make_briefs()
    new = revision(store)
    refusal = Refusal(at=NOW, sources=new.sources, attempts=ATTEMPTS)
    assert store.refuse(new.id, "s", 0, refusal)
    kept = store.get(new.id)
    assert kept is not None
    assert (kept.refusal, kept.revisions) == (refusal, ())
    store.save(new)
    assert not store.refuse(new.id, "s", 0, refusal)
    assert store.standings([new.id])[0].newest == 1


def test_a_published_revision_is_never_let_go_of(make_briefs: Callable[..., BriefStore]) -> None:
    store = make_briefs(max_revisions=1)
    store.save(revision(store, published=(PUBLISHED, article())))
    store.save(revision(store, after=1, status=BriefStatus.PUBLISHED))
    store.save(revision(store, after=2))
    brief = store.get(brief_id("s"))
    assert brief is not None
    assert ([each.number for each in brief.revisions], brief.live) == ([1, 3], 1)


NAMES = [brief_id(story) for story in "xyz"]


def test_past_the_bound_the_story_refused_longest_ago_is_forgotten(
    make_briefs: Callable[..., BriefStore],
) -> None:
    store = make_briefs(max_briefs=2)
    for at, name in enumerate(NAMES):
        store.refuse(name, "s", 0, Refusal(at=NOW + at, sources=(), attempts=()))
    assert [each.id for each in store.latest(10)] == [NAMES[2], NAMES[1]]
    assert store.get(NAMES[0]) is None


def drafted(at: float) -> StatusChange:
    return StatusChange(status=BriefStatus.DRAFT, by=None, at=NOW + at)


def test_past_the_bound_the_brief_written_longest_ago_is_forgotten(
    make_briefs: Callable[..., BriefStore],
) -> None:
    store = make_briefs(max_briefs=2)
    for at, name in enumerate(NAMES):
        store.save(revision(store, id=name, drafted=drafted(at)))
    assert [each.id for each in store.latest(10)] == [NAMES[2], NAMES[1]]
    assert store.get(NAMES[0]) is None


def test_what_was_refused_and_what_was_written_are_listed_by_their_time(
    make_briefs: Callable[..., BriefStore],
) -> None:
    store = make_briefs()
    x, y, z = NAMES
    for at, name in enumerate([x, y]):
        store.refuse(name, "s", 0, Refusal(at=NOW + at, sources=(), attempts=()))
    store.save(revision(store, id=z, drafted=drafted(2)))
    store.save(revision(store, id=x, drafted=drafted(3)))
    assert [each.id for each in store.latest(10)] == [x, z, y]
    assert [each.id for each in store.latest(2)] == [x, z]


def cited(client: Redis) -> dict[bytes, bytes]:
    return client.hgetall("nf:{main:catalogue}:cited")  # type: ignore[return-value]


def test_what_a_brief_was_written_from_is_noted_as_long_as_that_revision_is_kept(
    make_briefs: Callable[..., BriefStore], client: Redis
) -> None:
    store = make_briefs(max_revisions=1, max_briefs=1)
    both = revision(store)
    other = revision(store, id=NAMES[0], drafted=drafted(1))
    store.save(both)
    store.save(revision(store, after=1, sources=both.sources[:1]))
    assert cited(client) == {b"a": both.id.encode()}
    store.save(other)  # in the place of the former
    assert cited(client) == {b"a": other.id.encode(), b"b": other.id.encode()}
    store.withdraw_sources([B], NOW, "is held out by a rule")
    assert cited(client) == {b"a": other.id.encode()}


def test_an_article_may_be_a_source_of_several_briefs(
    make_briefs: Callable[..., BriefStore], make_store: Callable[..., Any]
) -> None:
    store = make_briefs()
    for name in NAMES:
        store.save(revision(store, id=name))
    make_store()[0].remove(A, NOW)
    statuses = [each.newest.status for each in store.several(NAMES) if each and each.newest]
    assert statuses == [BriefStatus.WITHDRAWN] * 3


def test_what_a_person_took_back_is_published_by_nobody_else(
    make_briefs: Callable[..., BriefStore],
) -> None:
    store = make_briefs()
    first = revision(store)
    store.save(first)
    store.withdraw(first.id, StatusChange(status=BriefStatus.WITHDRAWN, by="Rhona Cask", at=NOW))
    draft = revision(store, after=1, status=BriefStatus.WITHDRAWN)
    assert store.save(replace(draft, published=(PUBLISHED, article()))) is Saving.OVERTAKEN
    assert store.save(draft) is Saving.SAVED
    brief = store.get(first.id)
    assert brief is not None
    assert store.is_taken_back(first.id)
    assert store.approve(brief, article(), "Rhona Cask", NOW) is Saving.SAVED
    assert not store.is_taken_back(first.id)


def test_of_what_was_taken_back_as_much_is_known_as_there_may_be_stories(
    make_briefs: Callable[..., BriefStore],
) -> None:
    store = make_briefs(max_articles=2)
    for at, name in enumerate(NAMES):
        store.save(revision(store, id=name))
        change = StatusChange(status=BriefStatus.WITHDRAWN, by="Rhona Cask", at=NOW + at)
        assert store.withdraw(name, change) == 1
    assert [store.is_taken_back(name) for name in NAMES] == [False, True, True]
