"""Briefs from the choice of an event to the feed and out of it, over a real Redis."""

from __future__ import annotations

import math
import os
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

from recommender.bootstrap_briefs import brief_service
from recommender.briefs.extractive import ExtractiveWriter
from recommender.clock import FixedClock
from recommender.domain.brief_records import Brief, BriefStatus, Refusal, StatusChange, brief_id
from recommender.domain.briefs import Draft, Event, Objection, Sentence, WriterKind
from recommender.domain.ids import ArticleId
from recommender.domain.rules import Action, SiteRule, Target
from recommender.errors import (
    BriefConflict,
    InvalidInput,
    QueueFull,
    UnknownArticle,
    UnknownBrief,
    WriterFailed,
)
from recommender.ingest.documents import parse_document
from recommender.services.brief_settings import BriefSettings, Review
from recommender.services.briefs import Outcome, Result
from recommender.store.brief_revisions import NewRevision, Saving
from recommender.store.briefs import BriefStore
from recommender.store.connection import Redis
from recommender.store.limits import CatalogueLimits
from recommender.store.pending import Embedded
from scripts import demo_world

DIMENSION = 256
STORY = "football-01"
BRIEF = brief_id(STORY)
EVENT = demo_world.events()["carrow-vale-cup-upset"]
Tell = Callable[..., None]


def embed(texts: Sequence[str]) -> np.ndarray:
    """Stand in for the model: counts of words, so texts are as alike as their words are."""
    vectors = np.zeros((len(texts), DIMENSION), np.float32)
    for row, text in enumerate(texts):
        for word in text.casefold().split():
            vectors[row, zlib.crc32(word.encode()) % DIMENSION] += 1.0
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture
def tell(wiring: Any, clock: FixedClock) -> Tell:
    """Give a function that makes articles of the sample live as one story, like a worker does."""
    now = datetime.fromtimestamp(clock.now(), UTC)
    documents = {each["id"]: each for each in demo_world.articles(now)}

    def tell(ids: Sequence[str], changes: Mapping[str, Any] | None = None) -> None:
        wiring.intake.submit([parse_document(documents[each] | (changes or {})) for each in ids])
        work(wiring)

    return tell


def work(wiring: Any) -> None:
    """Embed what waits: every article without a story of its own belongs to the one story."""
    entries = wiring.queue.take("test", 100)
    articles = wiring.article_store.texts([each.article for each in entries])
    wiring.layout.require_model("words", DIMENSION)
    wiring.queue.finish(
        [
            Embedded(
                pending=entry,
                published_at=article.published_at,
                vector=embed([article.title])[0],
                story=article.story or STORY,
            )
            for entry, article in zip(entries, articles, strict=True)
            if article is not None
        ]
    )


@dataclass
class Pen:
    """A writer of the test: compiles, after doing what the test has in mind."""

    before: Callable[[int], None] = lambda _: None
    spoil: Callable[[Draft], Draft] = lambda draft: draft
    asked: list[tuple[Event, Sequence[Objection]]] = field(default_factory=list)

    def write(self, event: Event, objections: Sequence[Objection] = ()) -> Draft:
        self.asked.append((event, objections))
        self.before(len(self.asked))
        settings = BriefSettings()
        return self.spoil(ExtractiveWriter(embed, settings.extractive).write(event))


def service(wiring: Any, *pens: Pen) -> Any:
    turns = [(WriterKind.EXTRACTIVE, pen) for pen in pens or (Pen(),)]
    return brief_service(wiring, embed, turns)


def run(wiring: Any, *pens: Pen) -> list[Outcome]:
    return list(service(wiring, *pens).run_once(10).outcomes)


def kept(wiring: Any) -> Brief:
    brief = wiring.brief_review.history(BRIEF)
    assert isinstance(brief, Brief)
    return brief


def status(wiring: Any) -> tuple[int, str]:
    newest = kept(wiring).newest
    assert newest is not None
    return newest.number, newest.status


def in_catalogue(wiring: Any) -> bool:
    wiring.follower.catch_up()
    return wiring.follower.catalogue.view.row(BRIEF) is not None


def sources(brief: Brief) -> list[str]:
    assert brief.newest is not None
    return [each.article for each in brief.newest.sources]


def test_an_event_becomes_an_article_of_its_story(wiring: Any, tell: Tell) -> None:
    tell(EVENT)
    assert [each.result for each in run(wiring)] == [Result.PUBLISHED]
    assert status(wiring) == (1, BriefStatus.PUBLISHED)
    draft = kept(wiring).newest.draft  # type: ignore[union-attr]
    assert all(each.sources and set(each.sources) <= set(EVENT) for each in draft.sentences())
    work(wiring)
    assert in_catalogue(wiring)
    stored = wiring.article_store.get(BRIEF)
    card = orjson.loads(stored.card)
    assert card["title"] == draft.headline.text
    assert card["summary"] == draft.paragraphs[0][0].text
    assert stored.body.startswith(draft.dateline + "\n\n" + card["summary"])
    assert (card["source"], card["category"], card["language"]) == ("Briefs", "football", "en")
    assert card["provenance"]["digital_source_type"] == "composite"
    assert card["provenance"]["generated_with_ai"] is False
    view = wiring.follower.catalogue.view
    assert view.story.name(view.row(BRIEF)) == STORY


def test_what_is_read_of_a_story_ranks_it(
    wiring: Any, tell: Tell, do: Callable[..., list[str]]
) -> None:
    tell(EVENT)
    assert in_catalogue(wiring) is False
    do(wiring, "anna", "click", EVENT[0])
    do(wiring, "bert", "click", EVENT[1])
    (outcome,) = run(wiring)
    value, surge = 1 + 1, 24 / 1  # two clicks just now; half-lives of 1 and 24 hours
    expected = math.log(1 + value) + 0.5 * math.log(1 + surge) + math.log(len(EVENT))
    assert outcome.event.rank == pytest.approx(expected)


def test_what_was_told_is_not_told_again(wiring: Any, tell: Tell) -> None:
    tell(EVENT)
    run(wiring)
    work(wiring)
    assert run(wiring) == []
    tell(EVENT[:1])  # the same content
    assert run(wiring) == []


def test_the_same_text_under_two_names_is_one_source(
    wiring: Any, tell: Tell, clock: FixedClock
) -> None:
    now = datetime.fromtimestamp(clock.now(), UTC)
    known = {each["id"]: each for each in demo_world.articles(now)}
    tell(EVENT[:1])
    again = known[EVENT[0]] | {"id": "again", "source": "Kell Post"}
    wiring.intake.submit([parse_document(again | {"published_at": "2026-01-01T00:00:00Z"})])
    work(wiring)
    assert run(wiring) == []
    tell(EVENT[1:2])
    run(wiring)
    assert sources(kept(wiring)) == EVENT[:2]


def test_a_new_source_and_a_changed_one_make_a_new_revision(wiring: Any, tell: Tell) -> None:
    tell(EVENT[:3])
    run(wiring)
    tell(EVENT[3:])
    assert [each.result for each in run(wiring)] == [Result.PUBLISHED]
    assert sources(kept(wiring)) == EVENT
    tell(EVENT[:1], {"summary": "Another summary of what came about."})
    run(wiring)
    brief = kept(wiring)
    assert [(each.number, len(each.sources)) for each in brief.revisions] == [
        (1, 3),
        (2, 4),
        (3, 4),
    ]
    assert brief.live == 3


def test_of_two_workers_at_once_one_writes_the_brief(
    make_wiring: Callable[..., Any], wiring: Any, tell: Tell
) -> None:
    tell(EVENT)
    both = threading.Barrier(2)
    results: list[Result] = []

    def worker() -> None:
        mine = service(make_wiring())
        both.wait()
        results.extend(each.result for each in mine.run_once(10).outcomes)

    threads = [threading.Thread(target=worker) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert results.count(Result.PUBLISHED) == 1
    assert set(results) <= {Result.PUBLISHED, Result.BUSY, Result.OVERTAKEN}
    assert len(kept(wiring).revisions) == 1
    assert wiring.article_store.counts() == (4, 1)


def test_who_comes_while_it_is_written_leaves_it(
    make_wiring: Callable[..., Any], wiring: Any, tell: Tell
) -> None:
    tell(EVENT)
    met: list[Result] = []
    pen = Pen(before=lambda _: met.extend(each.result for each in run(make_wiring())))
    assert [each.result for each in run(wiring, pen)] == [Result.PUBLISHED]
    assert met == [Result.BUSY]


def test_without_a_lease_still_one_brief_is_kept_and_the_later_one_is_told(
    make_wiring: Callable[..., Any], wiring: Any, tell: Tell, client: Redis
) -> None:
    tell(EVENT)

    def meanwhile(_: int) -> None:
        client.delete(f"nf:{{main:catalogue}}:lease:{BRIEF}")
        assert [each.result for each in run(make_wiring())] == [Result.PUBLISHED]

    assert [each.result for each in run(wiring, Pen(before=meanwhile))] == [Result.OVERTAKEN]
    assert len(kept(wiring).revisions) == 1


@pytest.mark.parametrize("what", ["grows", "loses a source", "has a source changed"])
def test_a_story_that_changes_while_it_is_written_is_written_anew(
    wiring: Any, tell: Tell, what: str
) -> None:
    tell(EVENT[:3])

    def meanwhile(_: int) -> None:
        if what == "grows":
            tell(EVENT[3:])
        elif what == "loses a source":
            wiring.articles.remove(EVENT[0])
        else:
            tell(EVENT[:1], {"summary": "Another summary of what came about."})

    assert [each.result for each in run(wiring, Pen(before=meanwhile))] == [Result.OVERTAKEN]
    with pytest.raises(UnknownBrief):
        kept(wiring)
    run(wiring)
    expected = {"grows": EVENT, "loses a source": EVENT[1:3]}.get(what, EVENT[:3])
    assert sources(kept(wiring)) == expected
    assert status(wiring) == (1, BriefStatus.PUBLISHED)


def test_a_brief_leaves_with_one_of_its_sources_and_its_history_remains(
    make_wiring: Callable[..., Any], wiring: Any, tell: Tell, clock: FixedClock
) -> None:
    tell(EVENT[:2])
    run(wiring)
    work(wiring)
    reader = make_wiring()
    assert in_catalogue(reader)
    clock.advance(60.0)
    wiring.articles.remove(EVENT[1])
    assert not in_catalogue(reader)
    assert wiring.article_store.get(BRIEF) is None
    brief = kept(wiring)
    assert brief.live is None
    assert brief.newest is not None
    last = brief.newest.changes[-1]
    assert (last.status, last.by, last.at) == (BriefStatus.WITHDRAWN, None, clock.now())
    assert EVENT[1] in (last.reason or "")
    assert brief.newest.draft.headline.text
    assert run(wiring) == [], "one source is left"


def test_what_is_left_of_the_sources_is_told_anew(wiring: Any, tell: Tell) -> None:
    tell(EVENT[:3])
    run(wiring)
    work(wiring)
    wiring.articles.remove(EVENT[0])
    assert status(wiring) == (1, BriefStatus.WITHDRAWN)
    run(wiring)
    assert status(wiring) == (2, BriefStatus.PUBLISHED)
    assert sources(kept(wiring)) == EVENT[1:3]


def test_a_source_removed_before_the_brief_is_embedded_stops_it(wiring: Any, tell: Tell) -> None:
    tell(EVENT[:2])
    run(wiring)
    wiring.articles.remove(EVENT[0])
    work(wiring)
    assert not in_catalogue(wiring)
    assert status(wiring) == (1, BriefStatus.WITHDRAWN)


AT_ONCE = {"published_at": "2026-01-01T00:00:00Z"}
"""As late as a brief of it: of the same second, what leaves first is told by its id."""


def age_out(site: Any, window: int) -> None:
    """Let a later article push out what is over the window, and be gone itself."""
    catalogue = CatalogueLimits().model_copy(update={"max_articles": window})
    small = replace(site, settings=site.settings.model_copy(update={"catalogue": catalogue}))
    site.clock.advance(60.0)
    small.intake.submit([parse_document({"id": "later", "title": "Later"})])
    work(small)
    small.articles.remove(ArticleId("later"))


def test_a_brief_whose_article_leaves_by_age_is_withdrawn_and_told_anew_once_there_is_news(
    wiring: Any, tell: Tell, clock: FixedClock
) -> None:
    tell(EVENT[1:3], AT_ONCE)
    run(wiring)
    work(wiring)
    age_out(wiring, window=3)
    assert not in_catalogue(wiring)
    assert wiring.article_store.live_ids() == EVENT[1:3]
    brief = kept(wiring)
    assert (status(wiring), brief.live) == ((1, BriefStatus.WITHDRAWN), None)
    last = brief.newest.changes[-1]  # type: ignore[union-attr]
    assert (last.by, last.at, last.reason) == (None, clock.now(), "its article left by age")
    assert run(wiring) == [], "nothing is new"
    tell(EVENT[3:])
    run(wiring)
    assert status(wiring) == (2, BriefStatus.PUBLISHED)


def test_a_draft_that_waits_outlives_the_published_revision_that_leaves_by_age(
    make_wiring: Callable[..., Any], wiring: Any, tell: Tell
) -> None:
    tell(EVENT[1:3], AT_ONCE)
    run(wiring)
    work(wiring)
    tell(EVENT[3:], AT_ONCE)
    site = make_wiring(briefs=BriefSettings(review=Review.ALWAYS))
    run(site)
    age_out(wiring, window=4)
    brief = kept(wiring)
    assert [each.status for each in brief.revisions] == [BriefStatus.WITHDRAWN, BriefStatus.DRAFT]
    assert brief.live is None
    site.brief_review.approve(BRIEF, "Rhona Cask")
    assert (status(wiring), kept(wiring).live) == ((2, BriefStatus.PUBLISHED), 2)


def test_a_brief_outlives_a_source_that_leaves_by_age(wiring: Any, tell: Tell) -> None:
    tell(EVENT[:2])
    run(wiring)
    work(wiring)
    age_out(wiring, window=3)
    assert wiring.article_store.live_ids() == [BRIEF, EVENT[1]]
    assert in_catalogue(wiring)
    assert (status(wiring), kept(wiring).live) == ((1, BriefStatus.PUBLISHED), 1)


def test_a_source_that_left_by_age_may_still_be_removed(wiring: Any, tell: Tell) -> None:
    tell(EVENT[:2])
    run(wiring)
    work(wiring)
    age_out(wiring, window=3)
    wiring.articles.remove(EVENT[0])
    assert (status(wiring), kept(wiring).live) == ((1, BriefStatus.WITHDRAWN), None)
    assert not in_catalogue(wiring)
    with pytest.raises(UnknownArticle):
        wiring.articles.remove(EVENT[0])


@pytest.mark.parametrize(
    ("target", "value"), [(Target.ARTICLE, EVENT[0]), (Target.SOURCE, "Meridian Wire")]
)
def test_a_source_that_left_by_age_may_still_be_held_out(
    wiring: Any, tell: Tell, target: Target, value: str
) -> None:
    tell(EVENT[:2])
    run(wiring)
    work(wiring)
    age_out(wiring, window=3)
    assert in_catalogue(wiring)
    wiring.rules.replace([hold_out(target, value)])
    assert (status(wiring), kept(wiring).live) == ((1, BriefStatus.WITHDRAWN), None)


def hold_out(target: Target, value: str) -> SiteRule:
    return SiteRule(action=Action.HOLD_OUT, target=target, value=value)


def test_a_brief_leaves_when_a_rule_that_holds_a_source_out_is_put(
    wiring: Any, tell: Tell, clock: FixedClock
) -> None:
    tell(EVENT[:2])
    run(wiring)
    work(wiring)
    assert in_catalogue(wiring)
    wiring.rules.replace([hold_out(Target.ARTICLE, EVENT[0])])
    assert status(wiring) == (1, BriefStatus.WITHDRAWN)
    last = kept(wiring).newest.changes[-1]  # type: ignore[union-attr]
    reason = f"its source {EVENT[0]} is held out by a rule"
    assert (last.by, last.at, last.reason) == (None, clock.now(), reason)
    assert not in_catalogue(wiring)
    assert run(wiring) == []
    tell(EVENT[2:])
    run(wiring)
    assert sources(kept(wiring)) == EVENT[1:], "what is held out is no source"
    run(wiring)
    assert status(wiring) == (2, BriefStatus.PUBLISHED)


def test_a_brief_leaves_at_the_next_look_once_a_rule_in_force_meets_a_source(
    wiring: Any, tell: Tell
) -> None:
    wiring.rules.replace([hold_out(Target.CATEGORY, "embargoed")])
    tell(EVENT[:2])
    run(wiring)
    work(wiring)
    tell(EVENT[:1], {"category": "embargoed"})
    assert status(wiring) == (1, BriefStatus.PUBLISHED)
    run(wiring)
    assert status(wiring) == (1, BriefStatus.WITHDRAWN)


class LateRule(BriefStore):
    """A store that is asked to write while somebody puts a rule."""

    put: Callable[[], None]

    def save(self, revision: NewRevision) -> Saving:
        self.put()
        return super().save(revision)

    def approve(self, *approved: Any) -> Saving:
        self.put()
        return super().approve(*approved)


@pytest.fixture
def late(wiring: Any, make_wiring: Callable[..., Any]) -> Any:
    """Give the site as those see it who write while a rule is put that holds a source out."""
    site = make_wiring()
    store = LateRule(site.client, site.site, site.settings.catalogue)
    store.put = lambda: wiring.rules.replace([hold_out(Target.CATEGORY, "football")])
    site.__dict__["brief_store"] = store
    return site


def test_a_rule_put_while_a_brief_is_saved_is_kept_to(wiring: Any, tell: Tell, late: Any) -> None:
    tell(EVENT[:2])
    run(late)
    assert status(wiring) == (1, BriefStatus.WITHDRAWN)
    assert wiring.article_store.get(BRIEF) is None


def test_a_rule_put_while_a_brief_is_approved_is_kept_to(
    make_wiring: Callable[..., Any], wiring: Any, tell: Tell, late: Any
) -> None:
    tell(EVENT[:2])
    run(make_wiring(briefs=BriefSettings(review=Review.ALWAYS)))
    late.follower.catch_up()
    with pytest.raises(BriefConflict, match="a rule holds one of its sources out"):
        late.brief_review.approve(BRIEF, "Rhona Cask")
    assert status(wiring) == (1, BriefStatus.WITHDRAWN)
    assert wiring.article_store.get(BRIEF) is None


@pytest.mark.parametrize("review", [Review.NEVER, Review.ALWAYS])
def test_a_brief_leaves_whose_source_takes_back_what_it_quotes(
    make_wiring: Callable[..., Any], wiring: Any, tell: Tell, review: Review
) -> None:
    tell(EVENT[:3])
    run(wiring)
    tell(EVENT[:1], {"body": "CORRECTION. This report was wrong and is retracted."})
    site = make_wiring(briefs=BriefSettings(review=review))
    pen = Pen() if review is Review.ALWAYS else Pen(spoil=unsourced)
    wanted = Result.DRAFT if review is Review.ALWAYS else Result.REFUSED
    assert [each.result for each in run(site, pen)] == [wanted]
    brief = kept(wiring)
    assert brief.live is None
    reason = f"its source {EVENT[0]} changed, and what was written of it does not stand any more"
    assert brief.revisions[0].changes[-1].reason == reason
    if review is Review.ALWAYS:
        assert status(wiring) == (2, BriefStatus.DRAFT)
    else:
        assert run(wiring) == [], "it was tried from these sources"


def test_a_brief_stays_whose_source_changed_in_what_it_does_not_quote(
    make_wiring: Callable[..., Any], wiring: Any, tell: Tell
) -> None:
    tell(EVENT[:3])
    run(wiring)
    tell(EVENT[:1], {"author": "Ann Ember"})
    site = make_wiring(briefs=BriefSettings(review=Review.ALWAYS))
    assert [each.result for each in run(site)] == [Result.DRAFT]
    assert kept(wiring).live == 1


def test_a_brief_stays_where_no_new_one_stands_for_a_source_that_came(
    wiring: Any, tell: Tell
) -> None:
    tell(EVENT[:2])
    run(wiring)
    tell(EVENT[2:])
    assert [each.result for each in run(wiring, Pen(spoil=unsourced))] == [Result.REFUSED]
    assert (status(wiring), kept(wiring).live) == ((1, BriefStatus.PUBLISHED), 1)


def test_a_brief_leaves_where_a_source_turns_out_to_be_generated_with_ai(
    wiring: Any, tell: Tell
) -> None:
    tell(EVENT[:2])
    run(wiring)
    tell(EVENT[:1], {"provenance": {"digital_source_type": "trainedAlgorithmicMedia"}})
    assert run(wiring) == []
    assert (status(wiring), kept(wiring).live) == ((1, BriefStatus.WITHDRAWN), None)


def test_a_brief_expires_with_the_first_of_its_sources(wiring: Any, tell: Tell) -> None:
    tell(EVENT[:1], {"expires_at": "2026-01-02T00:00:00Z"})
    tell(EVENT[1:2], {"expires_at": "2026-01-03T00:00:00Z"})
    run(wiring)
    card = orjson.loads(wiring.article_store.get(BRIEF).card)
    assert card["expires_at"] == "2026-01-02T00:00:00.000Z"


def test_a_story_that_nobody_thought_of_is_refused_and_does_not_stop_the_others(
    wiring: Any, tell: Tell
) -> None:
    def burst(_: int) -> None:
        raise ZeroDivisionError("of all things")

    tell(EVENT[:2])
    assert [each.result for each in run(wiring, Pen(before=burst))] == [Result.REFUSED]
    refusal = kept(wiring).refusal
    assert refusal is not None
    assert refusal.attempts[0].failure == "ZeroDivisionError: of all things"


def test_a_former_source_that_leaves_withdraws_the_former_revision_alone(
    make_wiring: Callable[..., Any], tell: Tell
) -> None:
    site = make_wiring(briefs=BriefSettings.model_validate({"choosing": {"max_sources": 3}}))
    tell(EVENT[:3])
    run(site)
    tell(EVENT[3:])
    run(site)
    assert sources(kept(site)) == EVENT[1:], "the newest three"
    site.articles.remove(EVENT[0])
    assert status(site) == (2, BriefStatus.PUBLISHED)
    first, second = kept(site).revisions
    assert (first.status, second.status) == (BriefStatus.WITHDRAWN, BriefStatus.PUBLISHED)
    site.articles.remove(EVENT[1])
    assert status(site) == (2, BriefStatus.WITHDRAWN)
    assert len(kept(site).revisions[0].changes) == len(first.changes), "it was withdrawn before"


def test_whoever_sends_an_article_cannot_say_which_story_it_tells() -> None:
    with pytest.raises(InvalidInput, match="story: unknown field"):
        parse_document({"id": "a", "title": "A", "story": STORY})


def test_whoever_sends_an_article_cannot_send_it_in_the_place_of_a_brief() -> None:
    with pytest.raises(InvalidInput, match=r"^id: must not be 'brief-' and 16 hexadecimal"):
        parse_document({"id": BRIEF, "title": "A"})
    assert parse_document({"id": "brief-history-of-time", "title": "A"}).id


def test_a_brief_removed_like_an_article_is_withdrawn_and_not_written_again(
    wiring: Any, tell: Tell
) -> None:
    tell(EVENT[:3])
    run(wiring)
    work(wiring)
    wiring.articles.remove(BRIEF)
    assert status(wiring) == (1, BriefStatus.WITHDRAWN)
    assert not in_catalogue(wiring)
    assert run(wiring) == []
    tell(EVENT[3:])
    assert [each.result for each in run(wiring)] == [Result.DRAFT], "a person took it back"


def test_an_article_that_says_it_was_generated_with_ai_is_no_source(
    wiring: Any, tell: Tell, make_wiring: Callable[..., Any]
) -> None:
    tell(EVENT[:2])
    text = "Carrow Vale beat Sallow Bay United on penalties. The cup goes on next week. "
    claim = "[Generated with AI. This is an experimental feature.]"
    tell(EVENT[2:3], {"body": text + claim, "provenance": None})
    run(wiring)
    assert sources(kept(wiring)) == EVENT[:2]
    allowed = BriefSettings.model_validate({"choosing": {"ai_sources": True}})
    run(make_wiring(briefs=allowed))
    assert sources(kept(wiring)) == EVENT[:3]


@pytest.mark.data
@pytest.mark.skipif("NEWSFEED_DATA" not in os.environ, reason="NEWSFEED_DATA names no data folder")
def test_the_article_that_began_it_all_is_no_source_unless_the_site_allows_it(
    wiring: Any, tell: Tell, make_wiring: Callable[..., Any]
) -> None:
    (seed,) = (Path(os.environ["NEWSFEED_DATA"]) / "seed").iterdir()
    document = {"id": "seed", "title": "Troops", "body": seed.read_text(), "source": "A Feed"}
    wiring.intake.submit([parse_document(document)])
    tell(EVENT[:1])
    assert run(wiring) == [], "one source that counts is too few"
    tell(EVENT[1:2])
    run(wiring)
    assert sources(kept(wiring)) == EVENT[:2]
    allowed = BriefSettings.model_validate({"choosing": {"ai_sources": True}})
    (outcome,) = run(make_wiring(briefs=allowed))
    assert "seed" in {each.id for each in outcome.event.sources}


def fail(_: int) -> None:
    raise WriterFailed("the server answered 503")


def unsourced(draft: Draft) -> Draft:
    head = Sentence(text=draft.headline.text, sources=())
    return Draft(
        headline=head,
        dateline=draft.dateline,
        paragraphs=draft.paragraphs,
        language=draft.language,
        writing=draft.writing,
    )


@pytest.mark.parametrize("bad", [{"before": fail}, {"spoil": unsourced}], ids=["fails", "errs"])
def test_where_a_writer_fails_twice_the_next_one_stands_and_the_reasons_are_kept(
    wiring: Any, tell: Tell, bad: dict[str, Any]
) -> None:
    tell(EVENT)
    pen = Pen(**bad)
    run(wiring, pen, pen, Pen())
    newest = kept(wiring).newest
    assert newest is not None
    first, second, last = newest.attempts
    for each in (first, second):
        assert each.failure == "the server answered 503" or each.objections
        assert (each.draft is None) is bool(each.failure)
    assert (last.failure, last.objections, last.draft) == (None, (), None)
    assert pen.asked[0][1] == ()
    assert tuple(pen.asked[1][1]) == first.objections
    assert newest.status is BriefStatus.PUBLISHED


def test_where_no_draft_stands_there_is_no_brief_until_the_story_grows(
    wiring: Any, tell: Tell
) -> None:
    tell(EVENT[:3])
    assert [each.result for each in run(wiring, Pen(spoil=unsourced))] == [Result.REFUSED]
    brief = kept(wiring)
    assert (brief.revisions, brief.live) == ((), None)
    assert brief.refusal is not None
    assert brief.refusal.attempts[0].objections
    assert wiring.article_store.get(BRIEF) is None
    assert run(wiring) == [], "the same sources would be refused again"
    tell(EVENT[3:])
    run(wiring)
    assert status(wiring) == (1, BriefStatus.PUBLISHED)
    assert kept(wiring).refusal is None


def test_a_draft_waits_for_a_person_and_both_are_noted(
    make_wiring: Callable[..., Any], tell: Tell
) -> None:
    site = make_wiring(briefs=BriefSettings(review=Review.ALWAYS))
    tell(EVENT)
    assert [each.result for each in run(site)] == [Result.DRAFT]
    assert site.article_store.get(BRIEF) is None
    site.brief_review.approve(BRIEF, "Rhona Cask")
    newest = kept(site).newest
    assert newest is not None
    assert [(each.status, each.by) for each in newest.changes] == [
        (BriefStatus.DRAFT, None),
        (BriefStatus.APPROVED, "Rhona Cask"),
        (BriefStatus.PUBLISHED, None),
    ]
    work(site)
    assert in_catalogue(site)
    with pytest.raises(BriefConflict, match="published"):
        site.brief_review.approve(BRIEF, "Rhona Cask")


def test_a_draft_of_a_source_that_changed_is_not_published(
    make_wiring: Callable[..., Any], tell: Tell
) -> None:
    site = make_wiring(briefs=BriefSettings(review=Review.ALWAYS))
    tell(EVENT[:3])
    run(site)
    tell(EVENT[:1], {"summary": "Another summary of what came about."})
    with pytest.raises(BriefConflict, match="changed"):
        site.brief_review.approve(BRIEF, "Rhona Cask")
    site.articles.remove(EVENT[1])
    assert status(site) == (1, BriefStatus.WITHDRAWN)
    with pytest.raises(BriefConflict, match="withdrawn"):
        site.brief_review.approve(BRIEF, "Rhona Cask")


def test_the_published_revision_stays_while_the_next_one_waits(
    make_wiring: Callable[..., Any], wiring: Any, tell: Tell
) -> None:
    tell(EVENT[:3])
    run(wiring)
    work(wiring)
    site = make_wiring(briefs=BriefSettings(review=Review.ALWAYS))
    tell(EVENT[3:])
    run(site)
    assert (status(site), kept(site).live) == ((2, BriefStatus.DRAFT), 1)
    assert in_catalogue(site)
    site.articles.remove(EVENT[3])
    assert (status(site), kept(site).live) == ((2, BriefStatus.WITHDRAWN), 1)
    assert in_catalogue(site), "the published one was not written from it"


def test_what_a_person_withdrew_comes_back_only_through_a_person(
    wiring: Any, tell: Tell, clock: FixedClock
) -> None:
    tell(EVENT[:2])
    run(wiring)
    work(wiring)
    clock.advance(1.0)
    wiring.brief_review.withdraw(BRIEF, "Rhona Cask", "wrong picture of it")
    assert not in_catalogue(wiring)
    last = kept(wiring).newest.changes[-1]  # type: ignore[union-attr]
    assert (last.by, last.reason) == ("Rhona Cask", "wrong picture of it")
    assert run(wiring) == [], "nothing is new"
    for more in EVENT[2:]:
        tell([more])
        clock.advance(1.0)
        assert [each.result for each in run(wiring)] == [Result.DRAFT]
    wiring.brief_review.approve(BRIEF, "Rhona Cask")
    assert status(wiring) == (3, BriefStatus.PUBLISHED)
    wiring.brief_review.withdraw(BRIEF, "Rhona Cask")
    with pytest.raises(BriefConflict):
        wiring.brief_review.withdraw(BRIEF, "Rhona Cask")


def test_what_a_person_withdrew_is_known_when_its_revisions_are_let_go(
    make_wiring: Callable[..., Any], tell: Tell
) -> None:
    site = make_wiring(catalogue=CatalogueLimits(max_revisions=1))
    tell(EVENT[:2])
    run(site)
    site.brief_review.withdraw(BRIEF, "Rhona Cask")
    for number in range(3):
        tell(EVENT[:1], {"summary": f"Summary {number} of what came about."})
        assert [each.result for each in run(site)] == [Result.DRAFT]


def test_a_person_withdraws_by_whatever_clock(wiring: Any, tell: Tell, clock: FixedClock) -> None:
    tell(EVENT[:2])
    run(wiring)
    clock.advance(-5.0)
    wiring.brief_review.withdraw(BRIEF, "Rhona Cask")
    clock.advance(65.0)
    tell(EVENT[2:])
    assert [each.result for each in run(wiring)] == [Result.DRAFT]


def test_what_a_person_withdrew_stays_so_when_the_record_is_let_go(
    make_wiring: Callable[..., Any], tell: Tell
) -> None:
    site = make_wiring(catalogue=CatalogueLimits(max_briefs=10))
    tell(EVENT[:2])
    run(site)
    brief = kept(site)
    site.brief_review.withdraw(BRIEF, "Rhona Cask")
    write_others(site, brief)
    assert site.brief_store.get(BRIEF) is None
    site.clock.advance(60.0)
    assert [each.result for each in run(site)] == [Result.DRAFT]
    site.brief_review.approve(BRIEF, "Rhona Cask")
    tell(EVENT[2:])
    assert [each.result for each in run(site)] == [Result.PUBLISHED]


@pytest.mark.parametrize("config", [BriefSettings(), BriefSettings(review=Review.ALWAYS)])
def test_where_memory_is_out_a_brief_is_withdrawn_all_the_same(
    make_wiring: Callable[..., Any], tell: Tell, full: Callable[[], None], config: BriefSettings
) -> None:
    site = make_wiring(briefs=config)
    tell(EVENT[:2])
    run(site)
    full()
    site.brief_review.withdraw(BRIEF, "Rhona Cask")
    assert (status(site), kept(site).live) == ((1, BriefStatus.WITHDRAWN), None)
    assert site.article_store.get(BRIEF) is None
    assert site.brief_store.is_taken_back(BRIEF)


@pytest.mark.parametrize("config", [BriefSettings(), BriefSettings(review=Review.ALWAYS)])
def test_where_memory_is_out_a_brief_leaves_with_its_source(
    make_wiring: Callable[..., Any], tell: Tell, full: Callable[[], None], config: BriefSettings
) -> None:
    site = make_wiring(briefs=config)
    tell(EVENT[:2])
    run(site)
    full()
    site.brief_store.withdraw_sources(EVENT[:1], site.clock.now(), "is held out by a rule")
    assert (status(site), kept(site).live) == ((1, BriefStatus.WITHDRAWN), None)


@pytest.fixture
def full(client: Redis) -> Iterator[Callable[[], None]]:
    """Give a function that takes all memory from the server, which evicts nothing."""
    yield lambda: client.config_set("maxmemory", 1)
    client.config_set("maxmemory", 0)


def write_others(site: Any, like: Brief) -> None:
    """Write as many other briefs as may be kept, a second later."""
    assert like.newest is not None
    change = StatusChange(status=BriefStatus.DRAFT, by=None, at=site.clock.now() + 1.0)
    for number in range(site.settings.catalogue.max_briefs):
        other = NewRevision(
            id=brief_id(f"other-{number}"),
            story=f"other-{number}",
            after=0,
            status=None,
            draft=like.newest.draft,
            sources=(),
            attempts=(),
            drafted=change,
        )
        assert site.brief_store.save(other) is Saving.SAVED


def test_the_oldest_revisions_are_let_go(make_wiring: Callable[..., Any], tell: Tell) -> None:
    site = make_wiring(catalogue=CatalogueLimits(max_revisions=2))
    tell(EVENT[:2])
    for number in range(4):
        tell(EVENT[:1], {"summary": f"Summary {number} of what came about."})
        run(site)
    assert [each.number for each in kept(site).revisions] == [3, 4]


def test_a_brief_whose_record_is_let_go_leaves_with_its_article(
    make_wiring: Callable[..., Any], tell: Tell
) -> None:
    site = make_wiring(catalogue=CatalogueLimits(max_briefs=10))
    tell(EVENT[:2])
    run(site)
    work(site)
    assert in_catalogue(site)
    write_others(site, kept(site))
    assert site.brief_store.get(BRIEF) is None
    assert not in_catalogue(site)
    assert site.article_store.get(BRIEF) is None


def test_stories_that_are_refused_push_no_brief_out(
    make_wiring: Callable[..., Any], tell: Tell
) -> None:
    site = make_wiring(catalogue=CatalogueLimits(max_briefs=10))
    tell(EVENT[:2])
    run(site)
    work(site)
    refusal = Refusal(at=site.clock.now() + 1.0, sources=(), attempts=())
    names = [brief_id(f"other-{number}") for number in range(11)]
    for name in names:
        assert site.brief_store.refuse(name, "other", 0, refusal)
    assert (status(site), in_catalogue(site)) == ((1, BriefStatus.PUBLISHED), True)
    there = [site.brief_store.get(name) is not None for name in names]
    assert sum(there) == 10, "they are bounded, too"


def test_a_brief_that_cannot_be_embedded_is_withdrawn(wiring: Any, tell: Tell) -> None:
    tell(EVENT[:2])
    run(wiring)
    (entry,) = wiring.queue.take("test", 10)
    wiring.queue.give_up(entry)
    assert status(wiring) == (1, BriefStatus.WITHDRAWN)
    last = kept(wiring).newest.changes[-1]  # type: ignore[union-attr]
    assert (last.by, last.reason) == (None, "its article cannot be embedded")
    assert wiring.article_store.get(BRIEF) is None


WAITING = parse_document({"id": "waiting", "title": "Waiting"})


def test_where_the_queue_is_full_nothing_is_written(
    make_wiring: Callable[..., Any], tell: Tell
) -> None:
    tell(EVENT)
    site = make_wiring(catalogue=CatalogueLimits(max_pending=1))
    site.intake.submit([WAITING])
    pen = Pen()
    with pytest.raises(QueueFull):
        run(site, pen)
    assert pen.asked == []
    with pytest.raises(UnknownBrief):
        kept(site)


def test_a_draft_needs_no_room_in_the_queue(make_wiring: Callable[..., Any], tell: Tell) -> None:
    tell(EVENT)
    limits = CatalogueLimits(max_pending=1)
    site = make_wiring(catalogue=limits, briefs=BriefSettings(review=Review.ALWAYS))
    site.intake.submit([WAITING])
    assert [each.result for each in run(site)] == [Result.DRAFT]


def test_a_queue_that_fills_while_a_brief_is_written_leaves_it_a_draft(
    make_wiring: Callable[..., Any], tell: Tell
) -> None:
    tell(EVENT)
    site = make_wiring(catalogue=CatalogueLimits(max_pending=1))
    pen = Pen(before=lambda _: site.intake.submit([WAITING]))
    assert [each.result for each in run(site, pen)] == [Result.DRAFT]
    assert status(site) == (1, BriefStatus.DRAFT)
    assert site.article_store.get(BRIEF) is None
    work(site)
    site.brief_review.approve(BRIEF, "Rhona Cask")
    assert status(site) == (1, BriefStatus.PUBLISHED)


def test_an_unknown_brief_is_told(wiring: Any) -> None:
    for ask in (wiring.brief_review.history, lambda each: wiring.brief_review.approve(each, "x")):
        with pytest.raises(UnknownBrief, match="nowhere"):
            ask(ArticleId("nowhere"))
