"""Use case: the site's editors read and replace its rules."""

from __future__ import annotations

from collections.abc import Sequence

from recommender.clock import Clock
from recommender.domain.rules import SiteRule
from recommender.errors import InvalidInput
from recommender.store.cards import instant_text
from recommender.store.rules import RuleStore


class RuleService:
    """The rules of one site."""

    def __init__(self, rules: RuleStore, clock: Clock) -> None:
        self._rules = rules
        self._clock = clock

    def in_force(self) -> tuple[SiteRule, ...]:
        """Return the rules that hold now, in the order in which they were put."""
        now = self._clock.now()
        return tuple(rule for rule in self._rules.get() if rule.until is None or rule.until > now)

    def replace(self, rules: Sequence[SiteRule]) -> None:
        """Put ``rules`` in the place of all others; every process has them within a second.

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
