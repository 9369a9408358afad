"""Experiments without an effect, and readers dealt by the hash: what the benchmark judges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.experiments.lift import effect
from recommender.evaluation.experiments.results import Effect
from recommender.evaluation.experiments.sample_ratio import sample_ratio
from recommender.evaluation.experiments.tally import Sums
from recommender.experiments.hashing import BASIS, PRIME, bucket_ranges
from recommender.experiments.hashing import BUCKETS as PLACES

VISITS = 2.0
"""Mean number of a reader's visits after the first; how many differs widely between readers."""

IMPRESSIONS = 10
"""Of a visit."""

CLICKS, NO_CLICKS = 1.2, 22.0
"""Of the beta distribution of a reader's click rate: 5 % in the mean, some readers hardly any."""

POWERS = tuple(10**place for place in range(9, -1, -1))
"""Of the digits of a number with 32 bits."""

Whole = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged:
    """Whether any look at one experiment claimed a difference, by either interval."""

    always_valid: bool
    fixed_horizon: bool
    first_readers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """m visits, ordered by reader, then by look; ``variant`` is 0 or 1."""

    reader: Whole
    look: Whole
    variant: Whole
    clicks: Floats
    impressions: Floats


def flagged(readers: int, looks: int, draws: np.random.Generator) -> Flagged:
    """Look at one experiment whose variants are the same, at equal distances as readers arrive."""
    sums = sums_by_look(make_visits(readers, looks, draws), looks)
    found = [effect(a.statistic(), b.statistic()) for a, b in sums]
    return Flagged(
        always_valid=any(
            _excludes_zero(each.always_valid.low, each.always_valid.high) for each in _known(found)
        ),
        fixed_horizon=any(
            _excludes_zero(each.fixed.low, each.fixed.high) for each in _known(found)
        ),
        first_readers=min(each.readers for each in sums[0]),
    )


def make_visits(readers: int, looks: int, draws: np.random.Generator) -> Visits:
    """Return the visits of readers who arrive evenly, come back, and differ in taste and habit."""
    arrived = np.sort(np.arange(readers) * looks // readers)
    variant = draws.integers(0, 2, readers)
    rate = draws.beta(CLICKS, NO_CLICKS, readers)
    # A gamma mixture of Poisson: most come once or twice, a few come daily.
    again = draws.poisson(draws.gamma(0.5, VISITS / 0.5, readers))
    later = np.repeat(np.arange(readers), again)
    look = np.concatenate((arrived, draws.integers(arrived[later], looks)))
    reader = np.concatenate((np.arange(readers), later))
    order = np.lexsort((look, reader))
    reader, look = reader[order], look[order]
    return Visits(
        reader=reader,
        look=look,
        variant=variant[reader],
        clicks=draws.binomial(IMPRESSIONS, rate[reader]).astype(np.float64),
        impressions=np.full(len(reader), float(IMPRESSIONS)),
    )


def sums_by_look(visits: Visits, looks: int) -> list[tuple[Sums, Sums]]:
    """Return what was known of both variants at each look.

    Readers' totals grow from visit to visit, and a square or a product with them: what each visit
    adds to them is added up by look.
    """
    first = np.diff(visits.reader, prepend=-1) > 0
    clicks, shown = _so_far(visits.clicks, first), _so_far(visits.impressions, first)
    clicks_before, shown_before = clicks - visits.clicks, shown - visits.impressions
    added = (
        first.astype(np.float64),
        visits.clicks,
        clicks**2 - clicks_before**2,
        visits.impressions,
        shown**2 - shown_before**2,
        clicks * shown - clicks_before * shown_before,
    )
    place = visits.look * 2 + visits.variant
    table = np.array([np.bincount(place, each, minlength=2 * looks) for each in added])
    known = table.reshape(len(added), looks, 2).cumsum(axis=1)
    return [(_sums(known[:, look, 0]), _sums(known[:, look, 1])) for look in range(looks)]


def places_of(seed: str, readers: NDArray[np.uint8]) -> Whole:
    """Return each reader's place among ``PLACES``, as ``recommender.experiments.hashing.bucket``.

    Parameters
    ----------
    readers : ndarray, shape (n, c), uint8
        Ids of c ASCII characters.
    """
    prefix = np.frombuffer(seed.encode(), np.uint8)
    columns = [*np.repeat(prefix[:, None], len(readers), axis=1), *readers.T]
    inner = _fnv1a(columns, [np.ones(len(readers), np.bool_)] * len(columns))
    digits = [(inner // power % 10 + ord("0")).astype(np.uint8) for power in POWERS]
    written = [(inner >= power) | (power == 1) for power in POWERS]
    return (_fnv1a(digits, written) % PLACES).astype(np.int64)


def alarms(places: Whole, weight: float) -> bool:
    """Return whether readers, dealt to A with this weight, are alarming where half was promised."""
    ends = [round(end * PLACES) for _, end in bucket_ranges([weight, 1.0 - weight], 1.0)]
    in_first = int(np.count_nonzero(places < ends[0]))
    counts = {"A": in_first, "B": len(places) - in_first}
    return sample_ratio(counts, {"A": 0.5, "B": 0.5}).alarm


def _fnv1a(
    columns: Sequence[NDArray[np.uint8]], written: Sequence[NDArray[np.bool_]]
) -> NDArray[np.uint32]:
    """Return the hash of each row of characters; those that are not written do not count."""
    value = np.full(len(columns[0]), BASIS, np.uint32)
    for column, there in zip(columns, written, strict=True):
        value = np.where(there, (value ^ column) * np.uint32(PRIME), value)
    return value


def _so_far(values: Floats, first: NDArray[np.bool_]) -> Floats:
    """Return the running total of each reader, whose visits lie together."""
    whole = np.cumsum(values)
    before = (whole - values)[first]
    so_far: Floats = whole - before[np.cumsum(first) - 1]
    return so_far


def _sums(known: Floats) -> Sums:
    readers, total, squares, of, of_squares, products = known.tolist()
    return Sums(
        readers=int(readers),
        total=total,
        squares=squares,
        of=of,
        of_squares=of_squares,
        products=products,
    )


def _known(effects: list[Effect | None]) -> list[Effect]:
    return [each for each in effects if each is not None]


def _excludes_zero(low: float, high: float) -> bool:
    return low > 0.0 or high < 0.0
