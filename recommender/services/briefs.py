"""Use case: events are told: chosen, written, checked, and published or left to a person."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from recommender.clock import Clock
from recommender.domain.articles import Article
from recommender.domain.brief_records import (
    Attempt,
    BriefStatus,
    ListedSource,
    Refusal,
    StatusChange,
    brief_id,
)
from recommender.domain.briefs import Draft, Event, WriterKind
from recommender.domain.ids import ArticleId
from recommender.services.brief_settings import BriefSettings, Review
from recommender.services.composing import (
    Check,
    Composition,
    Turns,
    as_article,
    as_event,
    compose,
)
from recommender.services.rules import RuleService
from recommender.services.telling import StoryTeller
from recommender.store.brief_revisions import NewRevision, Saving
from recommender.store.briefs import BriefStore
from recommender.store.leases import BriefLeases
from recommender.store.pending import PendingQueue
from recommender.stories.choosing import JudgedStory, PassedOver


class Result(StrEnum):
    """What became of an event that was to be told.

    ``REFUSED``: no draft stood. ``OVERTAKEN``: the story, or its brief, changed meanwhile; it is
    looked at anew the next time. ``BUSY``: another worker writes it.
    """

    PUBLISHED = "published"
    DRAFT = "draft"
    REFUSED = "refused"
    OVERTAKEN = "overtaken"
    BUSY = "busy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one event.

    Parameters
    ----------
    attempts : tuple of Attempt
        Empty where nothing was written.
    """

    id: ArticleId
    event: JudgedStory
    result: Result
    attempts: tuple[Attempt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One look for events.

    Parameters
    ----------
    waiting : int
        Events that could be told as well, and were left for the next time.
    passed_over : sequence of (PassedOver, int)
        Stories of several articles that are not told, by reason.
    """

    outcomes: tuple[Outcome, ...]
    waiting: int
    passed_over: Sequence[tuple[PassedOver, int]]


class BriefService:
    """Writes the briefs of one site, in any number of processes.

    Parameters
    ----------
    catch_up : callable
        Brings what ``teller`` and ``rules`` read up to date.
    turns : sequence of (WriterKind, BriefWriter)
        Who writes, in turns.
    check : callable
        What is wrong with a draft.
    """

    def __init__(
        self,
        *,
        store: BriefStore,
        leases: BriefLeases,
        teller: StoryTeller,
        rules: RuleService,
        queue: PendingQueue,
        catch_up: Callable[[], None],
        turns: Turns,
        check: Check,
        config: BriefSettings,
        clock: Clock,
    ) -> None:
        self._store = store
        self._leases = leases
        self._teller = teller
        self._rules = rules
        self._queue = queue
        self._catch_up = catch_up
        self._turns = turns
        self._check = check
        self._config = config
        self._clock = clock

    def run_once(
        self,
        limit: int,
        on_done: Callable[[Outcome], None] = lambda _: None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> Round:
        """Tell the ``limit`` events of highest rank that have anything new.

        Before that, what was written from articles is withdrawn that the site's rules hold out, or
        that turned out to be generated with AI and so are no sources here. What a source that
        changed no longer bears out is withdrawn where no new revision takes its place.

        Parameters
        ----------
        on_done : callable
            Called with each outcome as it is known.
        stopping : callable
            Asked before each event whether to leave it, and all that follow, for the next time.

        Raises
        ------
        QueueFull
            Too many articles wait for embedding to publish another one; asked before anything is
            written. Where they came while it was written, the text is kept as a draft.
        """
        self._catch_up()
        self._rules.withdraw_held_out()
        with_ai, now = self._teller.generated_with_ai(), self._clock.now()
        self._store.withdraw_sources(with_ai, now, "is generated with AI")
        choice = self._teller.choose()
        outcomes: list[Outcome] = []
        for event in choice.chosen[:limit]:
            if stopping():
                break
            outcomes.append(self._tell(event))
            on_done(outcomes[-1])
        return Round(
            outcomes=tuple(outcomes),
            waiting=len(choice.chosen) - len(outcomes),
            passed_over=sorted(choice.passed_over.items()),
        )

    def _tell(self, event: JudgedStory) -> Outcome:
        name, holder = brief_id(event.story), secrets.token_hex(8)
        if not self._leases.take(name, holder, self._config.lease_seconds):
            return Outcome(id=name, event=event, result=Result.BUSY)
        try:
            return self._written(name, event)
        finally:
            self._leases.release(name, holder)

    def _written(self, name: ArticleId, event: JudgedStory) -> Outcome:
        articles = self._read(event)
        # Asked before the price is paid: another worker may have told it since it was chosen.
        if articles is None or not self._still(event):
            return Outcome(id=name, event=event, result=Result.OVERTAKEN)
        if self._config.review is not Review.ALWAYS and not self._store.is_taken_back(name):
            self._queue.require_room()
        text = as_event(event.story, articles)
        composed = compose(text, self._turns, self._check, self._clock)
        result = (
            self._save(name, event, articles, composed) if self._still(event) else Result.OVERTAKEN
        )
        return Outcome(id=name, event=event, result=result, attempts=composed.attempts)

    def _withdraw_fallen(
        self, name: ArticleId, event: Event, sources: Sequence[ListedSource]
    ) -> None:
        """Withdraw what is published and does not stand by its sources as they are now."""
        brief, now = self._store.get(name), {each.article: each.version for each in sources}
        live = brief.revision(brief.live) if brief and brief.live else None
        if live is None:
            return
        changed = [e.article for e in live.sources if now.get(e.article, e.version) != e.version]
        if changed and self._check(live.draft, event):
            why = "changed, and what was written of it does not stand any more"
            self._store.withdraw_sources(changed, self._clock.now(), why)

    def _waits(self, brief: ArticleId, draft: Draft) -> bool:
        """Tell whether ``draft``, the next revision of ``brief``, waits for a person."""
        is_generated = draft.writing.kind is WriterKind.GENERATIVE
        reviewed = {Review.ALWAYS, Review.GENERATED} if is_generated else {Review.ALWAYS}
        return self._config.review in reviewed or self._store.is_taken_back(brief)

    def _still(self, event: JudgedStory) -> bool:
        self._catch_up()
        return self._teller.still(event)

    def _read(self, event: JudgedStory) -> list[Article] | None:
        """Return the articles of the event as they were chosen; None where one changed since."""
        found = self._store.read([each.id for each in event.sources])
        articles = [
            kept[0]
            for each, kept in zip(event.sources, found, strict=True)
            if kept is not None and kept[1] == each.version
        ]
        return articles if len(articles) == len(event.sources) else None

    def _save(
        self,
        name: ArticleId,
        event: JudgedStory,
        articles: Sequence[Article],
        composed: Composition,
    ) -> Result:
        now, sources = self._clock.now(), _listed(event, articles)
        waits = composed.draft is None or self._waits(name, composed.draft)
        if waits:  # so nothing takes the place of what is published
            self._withdraw_fallen(name, as_event(event.story, articles), sources)
        if composed.draft is None:
            refusal = Refusal(at=now, sources=sources, attempts=composed.attempts)
            kept = self._store.refuse(name, event.story, event.revision, refusal)
            return Result.REFUSED if kept else Result.OVERTAKEN
        brief = self._store.get(name)
        article = as_article(
            event.story,
            composed.draft,
            articles,
            self._config.imprint,
            revision=event.revision + 1,
        )
        published = StatusChange(status=BriefStatus.PUBLISHED, by=None, at=now)
        revision = NewRevision(
            id=name,
            story=event.story,
            after=event.revision,
            status=brief.newest.status if brief and brief.newest else None,
            draft=composed.draft,
            sources=sources,
            attempts=composed.attempts,
            drafted=StatusChange(status=BriefStatus.DRAFT, by=None, at=now),
            published=None if waits else (published, article),
        )
        saving = self._store.save(revision)
        if saving is Saving.FULL:  # while it was written: what was paid for waits for a person
            waits, saving = True, self._store.save(replace(revision, published=None))
        if saving is not Saving.SAVED:
            return Result.OVERTAKEN
        self._rules.withdraw_held_out()  # a rule put meanwhile did not know of this revision
        return Result.DRAFT if waits else Result.PUBLISHED


def _listed(event: JudgedStory, articles: Sequence[Article]) -> tuple[ListedSource, ...]:
    return tuple(
        ListedSource(
            article=article.id,
            version=each.version,
            title=article.title,
            published_at=article.published_at,
            publisher=article.source,
            url=article.url,
        )
        for each, article in zip(event.sources, articles, strict=True)
    )
