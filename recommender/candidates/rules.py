"""The site's rules over one look at the catalogue: what they hold out, push and pin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from recommender.candidates.conditions import in_category
from recommender.catalogue.view import CatalogueView, Rows
from recommender.domain.ids import ArticleId
from recommender.domain.rules import Action, SiteRule, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledRules:
    """Rules as rows of a view of n rows.

    Parameters
    ----------
    held_out : ndarray, shape (h,)
        Rows that are shown to nobody.
    boost : ndarray, shape (n,), float32, or None
        What is added to the score of each row: boosts less buries. None where nothing is.
    pins : tuple of (int, int)
        Positions, 1 is the top, with the row that stands there; in ascending order. A pinned row
        obeys the hard rules: see :meth:`pins_among`.
    """

    held_out: Rows
    boost: NDArray[np.float32] | None
    pins: tuple[tuple[int, int], ...]

    def pins_among(self, eligible: NDArray[np.bool_]) -> tuple[tuple[int, int], ...]:
        """Return the pins whose rows are eligible; ``eligible`` has shape (n,)."""
        return tuple(pin for pin in self.pins if eligible[pin[1]])


NO_RULES = CompiledRules(held_out=np.empty(0, np.intp), boost=None, pins=())
"""Nothing is decreed."""


def compile_rules(rules: Sequence[SiteRule], view: CatalogueView, now: float) -> CompiledRules:
    """Return what the rules that hold at ``now`` (seconds since the epoch) mean for ``view``."""
    if not rules:
        return NO_RULES
    holding = [rule for rule in rules if rule.until is None or rule.until > now]
    return CompiledRules(
        held_out=_held_out([rule for rule in holding if rule.action is Action.HOLD_OUT], view),
        boost=_boost([rule for rule in holding if rule.amount], view),
        pins=_pins([rule for rule in holding if rule.action is Action.PIN], view),
    )


class RuleCompiler:
    """Compiles rules and remembers the last result: most requests see the same rules and view.

    Threads may share one; at worst two of them compile the same.
    """

    def __init__(self) -> None:
        self._last: _Remembered | None = None

    def compiled(
        self, rules: tuple[SiteRule, ...], view: CatalogueView, now: float
    ) -> CompiledRules:
        """Return :func:`compile_rules` of the same arguments."""
        if not rules:
            return NO_RULES
        last = self._last
        if last is None or not last.answers(rules, view, now):
            ends = [rule.until for rule in rules if rule.until is not None and rule.until > now]
            last = _Remembered(
                rules=rules,
                view=view,
                since=now,
                until=min(ends, default=inf),
                compiled=compile_rules(rules, view, now),
            )
            self._last = last
        return last.compiled


@dataclass(frozen=True, slots=True, kw_only=True)
class _Remembered:
    """What was compiled, and for which half-open span of time it holds."""

    rules: tuple[SiteRule, ...]
    view: CatalogueView
    since: float
    until: float
    compiled: CompiledRules

    def answers(self, rules: tuple[SiteRule, ...], view: CatalogueView, now: float) -> bool:
        return rules is self.rules and view is self.view and self.since <= now < self.until


def _held_out(rules: Sequence[SiteRule], view: CatalogueView) -> Rows:
    if not rules:
        return NO_RULES.held_out
    return np.unique(np.concatenate([_rows_of(rule, view) for rule in rules]))


def _boost(rules: Sequence[SiteRule], view: CatalogueView) -> NDArray[np.float32] | None:
    if not rules:
        return None
    boost = np.zeros(view.count, np.float32)
    for rule in rules:
        boost[_rows_of(rule, view)] += rule.amount if rule.action is Action.BOOST else -rule.amount
    return boost


def _pins(rules: Sequence[SiteRule], view: CatalogueView) -> tuple[tuple[int, int], ...]:
    rows = [(rule.position, view.row(ArticleId(rule.value))) for rule in rules]
    return tuple(sorted((position, row) for position, row in rows if row is not None))


def _rows_of(rule: SiteRule, view: CatalogueView) -> Rows:
    if rule.target is Target.ARTICLE:
        return view.rows_of([ArticleId(rule.value)])
    if rule.target is Target.CATEGORY:
        return np.flatnonzero(in_category(view, (rule.value,)))
    if rule.target is Target.SOURCE:
        return np.flatnonzero(view.source.among((rule.value,)))
    return np.flatnonzero(view.tags.with_any((rule.value,)))
