"""Use case: the site's editors read and replace its rules."""

from __future__ import annotations

from collections.abc import Sequence

from recommender.candidates.rules import compile_rules
from recommender.clock import Clock
from recommender.domain.rules import SiteRule
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

        Of the articles that the follower has read: one that came later is met the next time.
        """
        view, now = self._follower.catalogue.view, self._clock.now()
        rows = compile_rules(self.in_force(), view, now).held_out
        held_out = [view.ids[row] for row in rows[view.alive[rows]].tolist()]
        self._briefs.withdraw_sources(held_out, now)
