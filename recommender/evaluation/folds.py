"""Which impressions rankers learn from, and on which later ones they are measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InvalidInput
from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.metrics.ragged import Lists, joined_starts

DAY_SECONDS = 86_400.0

FIRST_DAYS = 2
"""Days at the start of a part that has none before it: they are only learned from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """A stretch that is measured, and what comes before it: None where nothing does."""

    name: str
    train: FeatureTable | None
    evaluate: FeatureTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is measured on what.

    Parameters
    ----------
    split : str
        The part that is measured.
    folds : tuple of Fold
        In order of time.
    evaluated : FeatureTable
        The impressions of all folds, one fold after the other.
    given : FeatureTable
        All impressions of the part.
    """

    split: str
    folds: tuple[Fold, ...]
    evaluated: FeatureTable
    given: FeatureTable

    @property
    def prequential(self) -> bool:
        """Whether each day is measured by what was learned on the days before it."""
        return len(self.evaluated) < len(self.given)


def plan(parts: Mapping[str, FeatureTable], split: str | None) -> Plan:
    """Return the folds of the part ``split``, by default the last one.

    A part with others before it is one fold, learned from those. A part that is the first is
    measured day by day (UTC) from the third day on, each day by what was learned on all days before
    it (prequentially: Dawid, Statistical Theory: The Prequential Approach, JRSS A 1984). Where it
    is shorter it is one fold, with nothing to learn from.

    Parameters
    ----------
    parts : mapping of str to FeatureTable
        In order of time.

    Raises
    ------
    InvalidInput
        There is no such part, or it has no impressions.
    """
    name = _known(parts, split)
    given = parts[name]
    if not len(given):
        raise InvalidInput("split", "a part with impressions", f"{name!r}, which has none")
    names = list(parts)
    earlier = [parts[each] for each in names[: names.index(name)] if len(parts[each])]
    if earlier:
        folds: tuple[Fold, ...] = (Fold(name=name, train=_joined(earlier), evaluate=given),)
    else:
        folds = _by_day(given) or (Fold(name=name, train=None, evaluate=given),)
    evaluated = _joined([fold.evaluate for fold in folds])
    return Plan(split=name, folds=folds, evaluated=evaluated, given=given)


def _known(parts: Mapping[str, FeatureTable], split: str | None) -> str:
    if not parts:
        raise InvalidInput("data", "at least one part with impressions", "none")
    name = split if split is not None else list(parts)[-1]
    if name not in parts:
        raise InvalidInput("split", f"one of {', '.join(parts)}", repr(name))
    return name


def _by_day(given: FeatureTable) -> tuple[Fold, ...]:
    days = np.floor(given.at / DAY_SECONDS)
    return tuple(
        Fold(
            name=datetime.fromtimestamp(day * DAY_SECONDS, UTC).date().isoformat(),
            train=given.take(days < day),
            evaluate=given.take(days == day),
        )
        for day in np.unique(days)[FIRST_DAYS:].tolist()
    )


def _joined(tables: Sequence[FeatureTable]) -> FeatureTable:
    """Return the impressions of all tables, which have the same columns."""
    first = tables[0]
    if len(tables) == 1:
        return first

    def all_of(name: str) -> NDArray[np.generic]:
        return np.concatenate([getattr(table, name) for table in tables])

    def all_known(name: str) -> NDArray[np.generic] | None:
        return None if any(getattr(each, name) is None for each in tables) else all_of(name)

    columns = ("rows", "impressions", "readers", "at", "known_until", "clicked", "articles")
    changes = {name: all_of(name) for name in (*columns, "published", "popularity")}
    changes |= {name: all_known(name) for name in ("positions", "propensities", "crowd")}  # type: ignore[misc]
    starts = joined_starts([table.starts for table in tables])
    return replace(first, starts=starts, read=_all_read(tables), **changes)  # type: ignore[arg-type]


def _all_read(tables: Sequence[FeatureTable]) -> Lists | None:
    read = [table.read for table in tables if table.read is not None]
    return Lists.joined(read) if len(read) == len(tables) else None
