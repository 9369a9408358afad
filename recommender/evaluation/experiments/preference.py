"""Whose articles readers click where two rankings are merged, and how sure that is.

Chapelle, Joachims, Radlinski and Yue, "Large-scale validation and analysis of interleaved search
evaluation", ACM TOIS 2012: a slate is won by the ranking with more clicked articles; what is told
is the share of decided slates that the second one wins. Slates of one reader are alike, so the
reader is the unit, and the variance is that of a ratio by the delta method.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from recommender.evaluation.experiments.lift import ALPHA, TUNING_READERS
from recommender.evaluation.experiments.over_time import LEAST_READERS
from recommender.evaluation.experiments.results import Finding, Interval, SampleRatio, Verdict
from recommender.evaluation.experiments.tally import Floats, Tally

TUNING = TUNING_READERS // 10
"""Readers at which the always-valid interval is tightest: merged slates need a tenth of those of
an A/B test, at most."""

SMALLEST_SHARE = 0.02
"""A preference of less than this off one half matters to nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """Who won how many slates.

    Parameters
    ----------
    readers : int
        Who decided a slate: what the intervals are made of.
    slates : int
        All that were merged: ``first + second + ties``.
    first, second : int
        Slates that the control won, and the other.
    share : float or None
        ``second / (first + second)``; one half is no preference.
    fixed, always_valid : Interval or None
        Of the share: true once, and at every look; None where no two readers differ.
    """

    readers: int
    slates: int
    first: int
    second: int
    ties: int
    share: float | None
    fixed: Interval | None
    always_valid: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credits:
    """m merged slates: number of the reader, day since 1970-01-01, and who won.

    Parameters
    ----------
    sign : ndarray, shape (m,), int64
        1: the control; −1: the other; 0: nobody.
    """

    reader: NDArray[np.int64]
    day: NDArray[np.int64]
    sign: NDArray[np.int64]

    def until(self, day: int) -> Credits:
        """Return the slates of up to and with a day."""
        kept = self.day <= day
        return Credits(reader=self.reader[kept], day=self.day[kept], sign=self.sign[kept])


def preference_of(credits_: Credits) -> Preference:
    """Return who is preferred, with intervals over readers."""
    first, second = credits_.sign == 1, credits_.sign == -1
    deciders, place = np.unique(credits_.reader[first | second], return_inverse=True)
    n = len(deciders)
    won = np.bincount(place, second[first | second], minlength=n).astype(np.float64)
    decided = np.bincount(place, minlength=n).astype(np.float64)
    share = float(won.sum() / decided.sum()) if n else None
    fixed, always = _intervals(won, decided)
    return Preference(
        readers=n,
        slates=len(credits_.sign),
        first=int(first.sum()),
        second=int(second.sum()),
        ties=int((credits_.sign == 0).sum()),
        share=share,
        fixed=fixed,
        always_valid=always,
    )


def decide_preference(ratio: SampleRatio, found: Preference, variants: tuple[str, str]) -> Verdict:
    """Return what the experiment says; true at every look."""
    control, other = variants
    told = _told(found, other)
    if ratio.alarm:
        text = (
            "The coin that says who picks first did not fall evenly, so the rankings cannot be "
            f"compared: {', '.join(f'{name} {n:,} times' for name, n in ratio.counts.items())}."
        )
        return Verdict(finding=Finding.BLOCKED, winner=None, text=text, because=(told,))
    if found.readers < LEAST_READERS or found.share is None or found.always_valid is None:
        text = f"Too few readers decided a slate: at least {LEAST_READERS} are wanted."
        return Verdict(finding=Finding.NOT_ENOUGH, winner=None, text=text, because=(told,))
    low, high = found.always_valid.low, found.always_valid.high
    if low > 1 / 2 or high < 1 / 2:
        winner = other if low > 1 / 2 else control
        text = f"Readers prefer {winner}: {told}."
        return Verdict(finding=Finding.WINNER, winner=winner, text=text, because=(told,))
    reach = max(high - 1 / 2, 1 / 2 - low)
    if reach <= SMALLEST_SHARE:
        text = f"No preference of more than {100 * reach:.1f} points off one half."
        return Verdict(finding=Finding.NO_DIFFERENCE, winner=None, text=text, because=(told,))
    text = f"Nothing is certain yet: a preference of up to {100 * reach:.1f} points is possible."
    return Verdict(finding=Finding.NOT_ENOUGH, winner=None, text=text, because=(told,))


def _intervals(won: Floats, decided: Floats) -> tuple[Interval | None, Interval | None]:
    """Return the intervals of ``Σ won / Σ decided`` over n readers.

    The always-valid one is the sequence that ``lift.effect`` names.
    """
    n = len(won)
    if n < 2:  # noqa: PLR2004  # one reader has no variance
        return None, None
    statistic = Tally(numerator=won, denominator=decided).sums().statistic()
    share, variance = float(statistic.mean), float(statistic.variance)
    if variance < 1e-12:  # noqa: PLR2004  # rounding errors: no two readers differ
        return None, None
    once = float(t.ppf(1.0 - ALPHA / 2.0, n - 1)) * np.sqrt(variance / n)
    r = (-2.0 * np.log(ALPHA) + np.log(-2.0 * np.log(ALPHA) + 1.0)) / TUNING
    spread = 2.0 * (n * r + 1.0) * np.log(np.sqrt(n * r + 1.0) / ALPHA) / (n * n * r)
    return _around(share, once), _around(share, np.sqrt(variance * spread))


def _around(share: float, reach: float) -> Interval:
    return Interval(low=max(0.0, float(share - reach)), high=min(1.0, float(share + reach)))


def _told(found: Preference, other: str) -> str:
    if found.share is None:
        return f"no slate of {found.slates:,} was decided"
    decided = found.first + found.second
    ends = found.always_valid
    between = (
        "" if ends is None else f", {100 * ends.low:.1f} to {100 * ends.high:.1f} % at any look"
    )
    return (
        f"{other} wins {100 * found.share:.1f} % of {decided:,} decided slates{between} "
        f"({found.readers:,} readers, {found.slates:,} slates)"
    )
