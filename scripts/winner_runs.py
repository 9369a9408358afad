"""Experiments with a known winner, by A/B and by interleaving: how many slates each takes.

Readers, their visits and their clicks are drawn anew in each run, and dealt by the service's own
hash under a new seed; what they are shown was served by the service (see ``scripts.winner_pages``),
merged by its own team draft, and what they did is judged by the rooms that judge every experiment.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.experiments.lift import lift
from recommender.evaluation.experiments.over_time import LEAST_READERS
from recommender.evaluation.experiments.planning import Aim, readers_at_any_look
from recommender.evaluation.experiments.preference import Credits, preference_of
from recommender.evaluation.experiments.results import Effect, Interval
from recommender.evaluation.experiments.tally import Tally
from recommender.experiments.hashing import BUCKETS, bucket_ranges
from recommender.experiments.interleaving import team_draft
from scripts.experiments_world import places_of
from scripts.simulated_readers import EAGER, NOT_EAGER, draw_visits, examination
from scripts.winner_pages import Pages

POWER = 0.9
PILOT = 5_000
"""Readers of the control whose clicks the plan goes by."""

FIRST_LOOK, GROWTH = 100, 1.05
"""Slates at the first look, and how many times as many there are at each further one."""

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """m visits of n readers, in order of time.

    Parameters
    ----------
    kind : ndarray, shape (n,), int64
        Whose pages each reader is shown.
    eagerness : ndarray, shape (n,), float64, 0 to 1
    reader, day, page : ndarray, shape (m,), int64
        ``page`` is the number of the reader's visit, from 0.
    """

    kind: Whole
    eagerness: Floats
    reader: Whole
    day: Whole
    page: Whole

    def clicked(self, shown: Floats, draws: np.random.Generator) -> Flags:
        """Return what is clicked of pages, by the click probabilities of fully eager readers.

        Parameters
        ----------
        shown : ndarray, shape (m, k), float64
        """
        chances = shown * self.eagerness[self.reader][:, None]
        return np.asarray(draws.random(shown.shape) < chances)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one experiment found.

    Parameters
    ----------
    slates : int or None
        Until the always-valid interval first said that one is better; None: it never did.
    is_right, is_wrong : bool
        Whether it said so of the second variant, or of the control.
    """

    slates: int | None
    is_right: bool = False
    is_wrong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What an A/B test and an interleaving one found of the same readers.

    Parameters
    ----------
    always_valid, fixed : bool
        Whether A/B's interval held the true lift: the always-valid one where it first excluded
        zero, at the end if it never did; the fixed one at the end.
    """

    ab: Found
    interleaving: Found
    always_valid: bool
    fixed: bool


class Drafts:
    """The pages of all visits merged, each by coins of its own, as far as they are asked for."""

    def __init__(self, pages: Pages, visits: Visits, draws: np.random.Generator) -> None:
        self._pages = pages
        self._visits = visits
        self._draws = draws
        self._coins = Random(int(draws.integers(2**32)))  # noqa: S311  # a simulation
        self._places = examination(pages.articles.shape[-1])
        self._clicks: list[int] = []
        self._second: list[float] = []

    def credits(self, slates: int) -> Credits:
        """Return whose the clicks on the first ``slates`` pages are."""
        while len(self._clicks) < slates:
            credits_ = self._clicked(len(self._clicks))
            self._clicks.append(len(credits_))
            self._second.append(float(((1.0 - credits_) / 2.0).sum()))
        return Credits(
            reader=self._visits.reader[:slates],
            day=self._visits.day[:slates],
            clicks=np.array(self._clicks[:slates], np.int64),
            second=np.array(self._second[:slates], np.float64),
        )

    def _clicked(self, visit: int) -> Floats:
        """Return the credit of each article that is clicked on a merged page."""
        reader, page = self._visits.reader[visit], self._visits.page[visit]
        kind = self._visits.kind[reader]
        control, other = self._pages.articles[:, kind, page].tolist()
        attraction = self._pages.attraction[:, kind, page].ravel().tolist()
        attracts = dict(zip([*control, *other], attraction, strict=True))
        drafted = team_draft(control, other, len(self._places), self._coins)
        looked = self._places * self._visits.eagerness[reader]
        chances = looked * [attracts[article] for article in drafted.order]
        return np.asarray(drafted.credits[self._draws.random(len(chances)) < chances])


def planned_readers(pages: Pages, draws: np.random.Generator) -> int:
    """Return how many readers a site needs for an A/B test of an effect of the true size.

    The planner says how many must come at least once.
    """
    visits = make_visits(pages, PILOT, draws)
    shown = pages.chances[0, visits.kind[visits.reader], visits.page]
    clicks = visits.clicked(shown, draws).sum(axis=1)
    statistic = _tally(visits.reader, clicks, shown.shape[1]).sums().statistic()
    mean, variance = float(statistic.mean), float(statistic.variance)
    aim = Aim(mean=mean, variance=variance, effect=pages.true_lift, power=POWER)
    return math.ceil(readers_at_any_look(aim) * PILOT / int(statistic.n))


def make_visits(pages: Pages, readers: int, draws: np.random.Generator) -> Visits:
    """Return the visits of readers, each of whom is shown the pages of one of those served."""
    _, kinds, days, _ = pages.attraction.shape
    comes = draw_visits(readers, days, draws)
    reader, day = np.nonzero(comes)
    page = (np.cumsum(comes, axis=1) - 1)[reader, day]
    order = np.lexsort((draws.random(len(day)), day))
    return Visits(
        kind=draws.integers(0, kinds, readers),
        eagerness=draws.beta(EAGER, NOT_EAGER, readers),
        reader=reader[order],
        day=day[order],
        page=page[order],
    )


def run_both(pages: Pages, readers: int, seed: str, draws: np.random.Generator) -> Run:
    """Draw readers with their visits, and have them meet an A/B test, and an interleaving one."""
    visits = make_visits(pages, readers, draws)
    variant = deal(readers, seed)[visits.reader]
    shown = pages.chances[variant, visits.kind[visits.reader], visits.page]
    clicks = visits.clicked(shown, draws).sum(axis=1)

    draft = Drafts(pages, visits, draws)

    def lift_at(slates: int) -> Effect | None:
        first = slice(slates)
        return lift_of(visits.reader[first], variant[first], clicks[first], shown.shape[1])

    def gain_at(slates: int) -> Interval | None:
        effect = lift_at(slates)
        return None if effect is None else effect.always_valid

    def share_at(slates: int) -> Interval | None:
        found = preference_of(draft.credits(slates))
        return found.always_valid if found.readers >= LEAST_READERS else None

    ab, end = first_found(gain_at, len(clicks), 0.0), lift_at(len(clicks))
    at_stop = gain_at(ab.slates or len(clicks))
    return Run(
        ab=ab,
        interleaving=first_found(share_at, len(clicks), 1 / 2),
        always_valid=at_stop is not None and _holds(at_stop, pages.true_lift),
        fixed=end is not None and _holds(end.fixed, pages.true_lift),
    )


def deal(readers: int, seed: str) -> Whole:
    """Return each reader's variant, 0 or 1, by the service's hash and equal weights."""
    ids = "".join(f"reader-{number:07d}" for number in range(readers)).encode()
    places = places_of(seed, np.frombuffer(ids, np.uint8).reshape(readers, -1))
    (_, half), _ = bucket_ranges([0.5, 0.5], 1.0)
    return np.asarray(places >= round(half * BUCKETS)).astype(np.int64)


def first_found(interval_at: Callable[[int], Interval | None], slates: int, none: float) -> Found:
    """Return what the first look finds whose interval excludes ``none``: no effect."""
    look = min(FIRST_LOOK, slates)
    while True:
        ends = interval_at(look)
        if ends is not None and not _holds(ends, none):
            is_right = ends.low > none
            return Found(slates=look, is_right=is_right, is_wrong=not is_right)
        if look == slates:
            return Found(slates=None)
        look = min(slates, math.ceil(GROWTH * look))


def lift_of(reader: Whole, variant: Whole, clicks: Whole, places: int) -> Effect | None:
    """Return the lift of the click rate over some visits; None of few readers.

    Parameters
    ----------
    reader, variant, clicks : ndarray, shape (m,), int64
    places : int
        Articles of each page.
    """
    control, other = (_tally(reader[at], clicks[at], places) for at in (variant == 0, variant == 1))
    few = min(control.readers, other.readers) < LEAST_READERS
    return None if few else lift(control, other)


def _tally(reader: Whole, clicks: Whole, places: int) -> Tally:
    readers, place = np.unique(reader, return_inverse=True)
    visits = np.bincount(place, minlength=len(readers))
    return Tally(
        numerator=np.bincount(place, clicks, minlength=len(readers)).astype(np.float64),
        denominator=(places * visits).astype(np.float64),
    )


def _holds(interval: Interval, value: float) -> bool:
    return interval.low <= value <= interval.high
