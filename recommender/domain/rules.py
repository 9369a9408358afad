"""What a site's editors decree over the ranking."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What a rule does with the articles that it names."""

    PIN = "pin"
    BOOST = "boost"
    BURY = "bury"
    HOLD_OUT = "hold_out"


class Target(StrEnum):
    """By what a rule names articles."""

    ARTICLE = "article"
    CATEGORY = "category"
    SOURCE = "source"
    TAG = "tag"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRule:
    """One rule.

    Parameters
    ----------
    amount : float
        What a boost adds to the score and a bury takes from it, above 0; 0 for the other actions.
    position : int
        Where a pinned article stands, 1 is the top; 0 for the other actions.
    until : float or None
        Seconds since the epoch from which the rule no longer holds.
    """

    action: Action
    target: Target
    value: str
    amount: float = 0.0
    position: int = 0
    until: float | None = None
