"""Impressions in groups: by how much is known of the reader, and by how old the article is."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.feature_table import FeatureTable

HISTORY = "history_length"
"""Feature: the logarithm of 1 + how many interactions are remembered of the reader."""

HISTORY_ENDS = (1.0, 6.0, 21.0, 51.0, 101.0)
AGE_ENDS_HOURS = (1.0, 4.0, 12.0, 24.0, 48.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Impressions that have something in common: ``chosen``, shape (m,), bool."""

    name: str
    chosen: NDArray[np.bool_]


def by_history(table: FeatureTable) -> tuple[Group, ...]:
    """Return groups by how many interactions are remembered of the reader.

    None where the table does not tell it.
    """
    if HISTORY not in table.names:
        return ()
    values = table.rows[:, table.names.index(HISTORY)].astype(np.float64)
    lengths = np.full(len(table), np.nan)
    present = np.diff(table.starts) > 0
    lengths[present] = np.rint(np.expm1(values[table.starts[:-1][present]]))
    return _groups(lengths, HISTORY_ENDS, _count_names())


def by_article_age(table: FeatureTable) -> tuple[Group, ...]:
    """Return groups by the age of what was clicked, the mean where several were.

    Only the click tells which article an impression was about, so this looks back at the outcome:
    good for comparing rankers in a group, not for comparing groups.
    """
    of_rows = table.impression_of_rows
    hours = (table.at[of_rows] - table.published) / 3_600.0
    known = table.clicked & np.isfinite(hours)
    sums = np.bincount(of_rows[known], hours[known], minlength=len(table))
    counts = np.bincount(of_rows[known], minlength=len(table))
    ages = np.divide(sums, counts, out=np.full(len(table), np.nan), where=counts > 0)
    return _groups(ages, AGE_ENDS_HOURS, _hour_names())


def _count_names() -> list[str]:
    ends = [int(each) for each in HISTORY_ENDS]
    between = [f"{low} to {high - 1}" for low, high in itertools.pairwise(ends)]
    return ["none", *between, f"{ends[-1]} and more", "not known"]


def _hour_names() -> list[str]:
    ends = AGE_ENDS_HOURS
    between = [f"{low:g} to {high:g} h" for low, high in itertools.pairwise(ends)]
    return [f"under {ends[0]:g} h", *between, f"{ends[-1]:g} h and more", "not known"]


def _groups(
    values: NDArray[np.float64], ends: Sequence[float], names: Sequence[str]
) -> tuple[Group, ...]:
    """Return the groups between the ends, then those whose value is NaN; none that is empty.

    Where all are NaN there are no groups.
    """
    if np.isnan(values).all():
        return ()
    places = np.searchsorted(ends, values, side="right")
    places[np.isnan(values)] = len(ends) + 1
    groups = (Group(name=name, chosen=places == place) for place, name in enumerate(names))
    return tuple(group for group in groups if group.chosen.any())
