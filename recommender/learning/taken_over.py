"""Weights that are not learned: of the site's rules, and of wishes that the data cannot tell of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from recommender.learning.lists import Lists
from recommender.ranking.weighted import WeightedConfig

RULES = "boost"
"""What the site's rules add to a score: by definition it is added as it is, and never learned."""

WISHES = ("followed", "aversion")
"""What readers asked for outright. Public data sets know of none, and readers' wishes must count
before there is anything to learn them from."""


def without_rules(lists: Lists) -> Lists:
    """Return the lists as if no rule had added anything."""
    if RULES not in lists.names:
        return lists
    rows = lists.rows.copy()
    rows[:, lists.names.index(RULES)] = 0.0
    return replace(lists, rows=rows)


def taken_over(lists: Lists) -> dict[str, float]:
    """Return the weights, by feature, that every learned ranker takes over from the weighted one.

    The rules' weight is 1; of the wishes those that are the same in all rows have the weights that
    :class:`WeightedConfig` has unless told otherwise.
    """
    taken = {RULES: 1.0} if RULES in lists.names else {}
    usual = WeightedConfig().model_dump()
    for wish in WISHES:
        if wish in lists.names and not np.ptp(lists.rows[:, lists.names.index(wish)]):
            taken[wish] = usual[wish]
    return taken
