"""What was observed of an experiment: who met which variant when, and what they did each day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InvalidInput
from recommender.evaluation.experiments.results import Metric
from recommender.evaluation.experiments.tally import Tally

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed:
    """The n readers of an experiment; a reader's number is the place in these arrays.

    Parameters
    ----------
    variants : tuple of str
        Two or more, the first is the control.
    variant : ndarray, shape (n,), int64
        The place in ``variants`` of what each reader met.
    day : ndarray, shape (n,), int64
        Day of the first exposure, days since 1970-01-01, UTC.
    segments : mapping of str to ndarray, shape (n,), str
        Properties of the readers that were known before exposure.

    Raises
    ------
    InvalidInput
        There are fewer than two variants, a name twice, a variant that nobody met, a variant that
        is not named, or arrays of other lengths.
    """

    variants: tuple[str, ...]
    variant: Whole
    day: Whole
    segments: Mapping[str, NDArray[np.str_]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.variants) < 2 or len(set(self.variants)) < len(self.variants):  # noqa: PLR2004
            raise InvalidInput("variants", "two or more names", ", ".join(self.variants))
        for name, values in {"day": self.day, **self.segments}.items():
            if values.shape != self.variant.shape:
                wanted = f"one value for each of {len(self)} readers"
                raise InvalidInput(name, wanted, f"shape {values.shape}")
        if not np.isin(self.variant, np.arange(len(self.variants))).all():
            raise InvalidInput("variant", f"places of {len(self.variants)} variants", "others")
        for name, count in self.counts().items():
            if not count:
                raise InvalidInput(f"variants.{name}", "met by at least one reader", "nobody")

    def __len__(self) -> int:
        return len(self.variant)

    def counts(self) -> dict[str, int]:
        """Return the readers of each variant."""
        found = np.bincount(self.variant, minlength=len(self.variants)).tolist()
        return dict(zip(self.variants, found, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Deeds:
    """One metric's m rows: what a reader did on a day.

    Parameters
    ----------
    reader, day : ndarray, shape (m,), int64
        Number of the reader, and days since 1970-01-01, UTC; a reader may have several rows in a
        day, or none.
    numerator : ndarray, shape (m,), float64
    denominator : ndarray, shape (m,), float64, or None
        None where the metric is a mean over readers.
    before : ndarray, shape (n,), float64, or None
        Each reader's activity in the 14 days before exposure.

    Raises
    ------
    InvalidInput
        The arrays differ in length.
    """

    metric: Metric
    reader: Whole
    day: Whole
    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64] | None = None
    before: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        for name in ("day", "numerator", "denominator"):
            values = getattr(self, name)
            if values is not None and values.shape != self.reader.shape:
                wanted = f"one value for each of {len(self.reader)} rows"
                raise InvalidInput(f"{self.metric.name}.{name}", wanted, f"shape {values.shape}")


def tallies(
    exposed: Exposed, deeds: Deeds, *, readers: Flags | None = None, rows: Flags | None = None
) -> tuple[Tally, ...]:
    """Return one tally for each variant, readers who did nothing included.

    Parameters
    ----------
    readers : ndarray, shape (n,), bool, optional
        Readers that count; all where it is not given.
    rows : ndarray, shape (m,), bool, optional
        Rows that count; all where it is not given.

    Raises
    ------
    InvalidInput
        A row is of no reader of the experiment, or of a day before the reader's exposure.
    """
    _check(exposed, deeds)
    counted = np.ones(len(exposed), np.bool_) if readers is None else readers
    numerator = _by_reader(exposed, deeds.reader, deeds.numerator, rows)
    denominator = (
        None
        if deeds.denominator is None
        else _by_reader(exposed, deeds.reader, deeds.denominator, rows)
    )
    kept = [counted & (exposed.variant == place) for place in range(len(exposed.variants))]
    return tuple(
        Tally(
            numerator=numerator[each],
            denominator=None if denominator is None else denominator[each],
            before=None if deeds.before is None else deeds.before[each],
        )
        for each in kept
    )


def _check(exposed: Exposed, deeds: Deeds) -> None:
    name = deeds.metric.name
    if deeds.before is not None and deeds.before.shape != (len(exposed),):
        wanted = f"one value for each of {len(exposed)} readers"
        raise InvalidInput(f"{name}.before", wanted, f"shape {deeds.before.shape}")
    if not len(deeds.reader):
        return
    if deeds.reader.min() < 0 or deeds.reader.max() >= len(exposed):
        raise InvalidInput(f"{name}.reader", f"numbers of {len(exposed)} readers", "others")
    early = deeds.day < exposed.day[deeds.reader]
    if early.any():
        wanted = "rows from the day of the reader's exposure on"
        raise InvalidInput(f"{name}.day", wanted, f"{int(early.sum())} rows before it")


def _by_reader(
    exposed: Exposed, reader: Whole, values: NDArray[np.float64], rows: Flags | None
) -> NDArray[np.float64]:
    kept = slice(None) if rows is None else rows
    sums = np.bincount(reader[kept], values[kept], minlength=len(exposed))
    return sums.astype(np.float64, copy=False)
