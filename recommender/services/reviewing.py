"""Use case: people look at briefs, let drafts pass, and take briefs back."""

from __future__ import annotations

from recommender.clock import Clock
from recommender.domain.brief_records import Brief, BriefStatus, StatusChange
from recommender.domain.ids import ArticleId
from recommender.errors import BriefConflict, QueueFull, UnknownBrief
from recommender.services.composing import Imprint, as_article
from recommender.services.rules import RuleService
from recommender.store.brief_revisions import Saving
from recommender.store.briefs import BriefStore


class BriefReview:
    """The briefs of one site, for its editors.

    Parameters
    ----------
    imprint : Imprint
        What a brief's article says of the site.
    queue_limit : int
        Most articles that may wait for embedding, for the message.
    """

    def __init__(
        self,
        *,
        store: BriefStore,
        rules: RuleService,
        imprint: Imprint,
        queue_limit: int,
        clock: Clock,
    ) -> None:
        self._store = store
        self._rules = rules
        self._imprint = imprint
        self._queue_limit = queue_limit
        self._clock = clock

    def latest(self, limit: int) -> list[Brief]:
        """Return the ``limit`` briefs that were written, or refused, last, the latest first."""
        return self._store.latest(limit)

    def history(self, brief: ArticleId) -> Brief:
        """Return a brief with all revisions that are kept.

        Raises
        ------
        UnknownBrief
        """
        kept = self._store.get(brief)
        if kept is None:
            raise UnknownBrief(brief)
        return kept

    def approve(self, brief: ArticleId, by: str, revision: int | None = None) -> Brief:
        """Publish the draft that waits, in the name of ``by``.

        Parameters
        ----------
        revision : int, optional
            The one that was read.

        Raises
        ------
        UnknownBrief
        BriefConflict
            No draft waits, or it is not the one that was read; one of its sources changed since it
            was written, or a rule holds one out.
        QueueFull
            Too many articles wait for embedding.
        """
        kept = self.history(brief)
        newest = kept.newest
        if newest is None or newest.status is not BriefStatus.DRAFT:
            status = newest.status if newest else "not written yet"
            raise BriefConflict(f"wanted a brief whose newest revision is a draft, got {status}")
        if revision not in {None, newest.number}:
            raise BriefConflict(f"wanted revision {newest.number}, which waits, got {revision}")
        found = self._store.read([each.article for each in newest.sources])
        sources = [each[0] for each in found if each is not None]
        now = self._clock.now()
        article = as_article(
            kept.story,
            newest.draft,
            sources,
            self._imprint,
            revision=newest.number,
        )
        saving = self._store.approve(kept, article, by, now)
        if saving is Saving.FULL:
            raise QueueFull(self._queue_limit)
        if saving is not Saving.SAVED:
            raise BriefConflict(
                "the draft's sources changed since it was written, or somebody was faster; look at "
                "it again: the next run writes a new revision of what changed"
            )
        self._rules.withdraw_held_out()
        approved = self.history(brief)
        if approved.live is None:
            raise BriefConflict("a rule holds one of its sources out, so it was withdrawn at once")
        return approved

    def withdraw(self, brief: ArticleId, by: str, reason: str | None = None) -> Brief:
        """Take back what is published and what waits; it leaves every feed within a second.

        So do former revisions, which have pages of their own. What is written of the story after
        that waits for approval.

        Raises
        ------
        UnknownBrief
        BriefConflict
            There is nothing to take back.
        """
        self.history(brief)
        change = StatusChange(
            status=BriefStatus.WITHDRAWN, by=by, at=self._clock.now(), reason=reason
        )
        if not self._store.withdraw(brief, change):
            raise BriefConflict("wanted a brief that is published or a draft, got one that is not")
        return self.history(brief)
