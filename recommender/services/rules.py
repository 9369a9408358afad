"""Use case: the site's editors read and replace its rules."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import numpy as np
import orjson

from recommender.candidates.rules import compile_rules
from recommender.catalogue.view import CatalogueView
from recommender.clock import Clock
from recommender.domain.ids import ArticleId
from recommender.domain.rules import Action, SiteRule, Target
from recommender.errors import InvalidInput
from recommender.services.follower import CatalogueFollower
from recommender.store.briefs import BriefStore
from recommender.store.cards import instant_text
from recommender.store.rules import RuleStore


class RuleService:
    """The rules of one site.

    Parameters
    ----------
    follower : CatalogueFollower
        Tells which articles the rules name.
    """

    def __init__(
        self, *, rules: RuleStore, briefs: BriefStore, follower: CatalogueFollower, clock: Clock
    ) -> None:
        self._rules = rules
        self._briefs = briefs
        self._follower = follower
        self._clock = clock

    def in_force(self) -> tuple[SiteRule, ...]:
        """Return the rules that hold now, in the order in which they were put."""
        now = self._clock.now()
        return tuple(rule for rule in self._rules.get() if rule.until is None or rule.until > now)

    def replace(self, rules: Sequence[SiteRule]) -> None:
        """Put ``rules`` in the place of all others; every process has them within a second.

        Briefs that were written from what they hold out are withdrawn before this returns.

        Raises
        ------
        InvalidInput
            One of them is over already.
        """
        now = self._clock.now()
        for index, rule in enumerate(rules):
            if rule.until is not None and rule.until <= now:
                wanted = f"an instant in the future; it is {instant_text(now)}"
                raise InvalidInput(f"rules.{index}.until", wanted, instant_text(rule.until))
        self._rules.put(rules)
        self.withdraw_held_out()

    def withdraw_held_out(self) -> None:
        """Withdraw the briefs that were written from articles which the rules hold out now.

        Of the articles that the follower has read: one that came later is met the next time. Of
        those that left by age, those that a rule names, and those whose source one names.
        """
        view, now, rules = self._follower.catalogue.view, self._clock.now(), self.in_force()
        rows = compile_rules(rules, view, now).held_out
        held_out = {view.ids[row] for row in rows[view.alive[rows]].tolist()}
        named = [rule for rule in rules if rule.action is Action.HOLD_OUT]
        held_out |= {ArticleId(rule.value) for rule in named if rule.target is Target.ARTICLE}
        sources = {rule.value for rule in named if rule.target is Target.SOURCE}
        held_out |= _quoted_of(view, sources)
        self._briefs.withdraw_sources(sorted(held_out), now, "is held out by a rule")


def _quoted_of(view: CatalogueView, sources: AbstractSet[str]) -> set[ArticleId]:
    """Return the articles of these sources that live briefs quote, whether they are live or not."""
    quoting = np.flatnonzero(view.quoted.with_any(tuple(sources)) & view.alive)
    listed = (orjson.loads(view.cards[row])["brief"]["sources"] for row in quoting.tolist())
    return {
        ArticleId(each["id"]) for cited in listed for each in cited if each["source"] in sources
    }
