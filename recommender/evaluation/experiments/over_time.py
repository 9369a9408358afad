"""The primary metric over time: what was known each day, each day alone, and what wears off."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.experiments.lift import lift, why_undefined
from recommender.evaluation.experiments.observed import Deeds, Exposed, Flags, tallies
from recommender.evaluation.experiments.results import Part, Segments, Undefined
from recommender.evaluation.experiments.tally import Tally

LEAST_READERS = 100
"""Of a variant: below it no lift is shown, since the intervals are true of many readers only."""

WARNING = (
    "Segments were not drawn by chance and are many: one in twenty shows a difference where there "
    "is none. Take a segment as a question for the next experiment, not as an answer."
)


def looks(exposed: Exposed, deeds: Deeds) -> tuple[Part, ...]:
    """Return what was known at the end of each day, from the first exposure on."""
    return tuple(
        _part(exposed, deeds, _date(day), exposed.day <= day, deeds.day <= day)
        for day in _days(exposed, deeds)
    )


def daily(exposed: Exposed, deeds: Deeds) -> tuple[Part, ...]:
    """Return each day alone, of all who were exposed by then."""
    return tuple(
        _part(exposed, deeds, _date(day), exposed.day <= day, deeds.day == day)
        for day in _days(exposed, deeds)
    )


def since_exposure(exposed: Exposed, deeds: Deeds) -> tuple[Part, ...]:
    """Return the metric by days since each reader's first exposure.

    Only readers for whom that day has come count: an experiment's last readers have few days.
    """
    days = _days(exposed, deeds)
    age = deeds.day - exposed.day[deeds.reader]
    return tuple(
        _part(exposed, deeds, str(passed), exposed.day + passed <= days[-1], age == passed)
        for passed in range(len(days))
    )


def segments(exposed: Exposed, deeds: Deeds) -> tuple[Segments, ...]:
    """Return the metric within each value of each property of the readers."""
    everything = np.ones(len(deeds.reader), np.bool_)
    return tuple(
        Segments(
            by=by,
            parts=tuple(
                _part(exposed, deeds, str(each), values == each, everything)
                for each in np.unique(values)
            ),
            warning=WARNING,
        )
        for by, values in exposed.segments.items()
    )


def _part(exposed: Exposed, deeds: Deeds, name: str, readers: Flags, rows: Flags) -> Part:
    """Return the metric of some readers in some rows, with each variant's lift."""
    found = tallies(exposed, deeds, readers=readers, rows=rows)
    control, *others = found
    compared = dict(zip(exposed.variants[1:], others, strict=True))
    reasons = {of: _why_not_shown(control, each) for of, each in compared.items()}
    return Part(
        name=name,
        values=tuple(each.value(of) for of, each in zip(exposed.variants, found, strict=True)),
        effects={
            of: lift(control, each) if reasons[of] is None else None
            for of, each in compared.items()
        },
        undefined={of: reason for of, reason in reasons.items() if reason is not None},
    )


def _why_not_shown(control: Tally, variant: Tally) -> Undefined | None:
    if min(control.readers, variant.readers) < LEAST_READERS:
        return Undefined.FEW_READERS
    return why_undefined(control.sums().statistic(), variant.sums().statistic())


def _days(exposed: Exposed, deeds: Deeds) -> list[int]:
    """Return the number of each day of the experiment, those without a row included."""
    seen: NDArray[np.int64] = np.concatenate((exposed.day, deeds.day))
    return list(range(int(exposed.day.min()), int(seen.max()) + 1))


def _date(day: int) -> str:
    return str(np.datetime64(day, "D"))
