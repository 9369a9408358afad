"""Which of two merged rankings the readers' clicks are credited to, and how sure that is.

Each click is divided between both by the credit of its article, see
:func:`recommender.experiments.interleaving.team_draft`; what is told is the second's share of all
clicks. Sums, for who has the greater part of a slate is not fair to both: a small credit often is
worth as much as a large one seldom. Clicks of one reader are alike, so the reader is the unit, and
the variance is that of a ratio by the delta method.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from recommender.evaluation.experiments.lift import ALPHA, TUNING_READERS, spread
from recommender.evaluation.experiments.over_time import LEAST_READERS
from recommender.evaluation.experiments.results import Finding, Interval, SampleRatio, Verdict
from recommender.evaluation.experiments.tally import Floats, Tally

TUNING = TUNING_READERS // 10
"""Readers at which the always-valid interval is tightest: merged slates need a tenth of those of
an A/B test, at most."""

SMALLEST_SHARE = 0.01
"""A preference of less than this off one half matters to nobody: one ranking then has less than two
in a hundred of all clicks more than the other. What both put at one place is divided evenly, so the
more they are alike, the nearer to one half the share is, as a lift is nearer to none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """Whose the clicks are.

    Parameters
    ----------
    readers : int
        Who clicked an article of a team: what the intervals are made of.
    slates : int
        All that were merged, those without a click included.
    clicks : int
        Articles of a team that were clicked: ``first + second``.
    first, second : float
        What of them is credited to the control, and to the other.
    share : float or None
        ``second / clicks``; one half is no preference.
    fixed, always_valid : Interval or None
        Of the share: true once, and at every look; None where no two readers differ.
    """

    readers: int
    slates: int
    clicks: int
    first: float
    second: float
    share: float | None
    fixed: Interval | None
    always_valid: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credits:
    """m merged slates: number of the reader, day since 1970-01-01, and whose their clicks are.

    Parameters
    ----------
    clicks : ndarray, shape (m,), int64
        Articles of a team that were clicked.
    second : ndarray, shape (m,), float64
        What of these clicks is credited to the second ranking.
    """

    reader: NDArray[np.int64]
    day: NDArray[np.int64]
    clicks: NDArray[np.int64]
    second: Floats

    def until(self, day: int) -> Credits:
        """Return the slates of up to and with a day."""
        kept = self.day <= day
        return Credits(
            reader=self.reader[kept],
            day=self.day[kept],
            clicks=self.clicks[kept],
            second=self.second[kept],
        )


def preference_of(credits_: Credits) -> Preference:
    """Return who is preferred, with intervals over readers."""
    has_clicks = credits_.clicks > 0
    _, place = np.unique(credits_.reader[has_clicks], return_inverse=True)
    second = np.bincount(place, credits_.second[has_clicks]).astype(np.float64)
    clicks = np.bincount(place, credits_.clicks[has_clicks]).astype(np.float64)
    total, credited = int(credits_.clicks.sum()), float(second.sum())
    fixed, always = _intervals(second, clicks)
    return Preference(
        readers=len(clicks),
        slates=len(credits_.clicks),
        clicks=total,
        first=total - credited,
        second=credited,
        share=credited / total if total else None,
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
    ends = found.always_valid
    if ends is None or found.readers < LEAST_READERS:
        text = _too_little(found)
        return Verdict(finding=Finding.NOT_ENOUGH, winner=None, text=text, because=(told,))
    low, high = ends.low, ends.high
    if low > 1 / 2 or high < 1 / 2:
        winner = other if low > 1 / 2 else control
        text = f"Readers prefer {winner}."
        return Verdict(finding=Finding.WINNER, winner=winner, text=text, because=(told,))
    reach = max(high - 1 / 2, 1 / 2 - low)
    if reach <= SMALLEST_SHARE:
        text = f"No preference of more than {100 * reach:.1f} points off one half."
        return Verdict(finding=Finding.NO_DIFFERENCE, winner=None, text=text, because=(told,))
    text = f"Nothing is certain yet: a preference of up to {100 * reach:.1f} points is possible."
    return Verdict(finding=Finding.NOT_ENOUGH, winner=None, text=text, because=(told,))


def _intervals(second: Floats, clicks: Floats) -> tuple[Interval | None, Interval | None]:
    """Return the intervals of ``Σ second / Σ clicks`` over n readers.

    The always-valid one is the sequence that ``lift.effect`` names.
    """
    n = len(clicks)
    if n < 2:  # noqa: PLR2004  # one reader has no variance
        return None, None
    statistic = Tally(numerator=second, denominator=clicks).sums().statistic()
    share, variance = float(statistic.mean), float(statistic.variance)
    if variance < 1e-12:  # noqa: PLR2004  # rounding errors: no two readers differ
        return None, None
    once = float(t.ppf(1.0 - ALPHA / 2.0, n - 1)) * np.sqrt(variance / n)
    return _around(share, once), _around(share, np.sqrt(variance * spread(n, TUNING)))


def _around(share: float, reach: float) -> Interval:
    return Interval(low=max(0.0, float(share - reach)), high=min(1.0, float(share + reach)))


def _too_little(found: Preference) -> str:
    if found.readers < LEAST_READERS:
        return f"Too few readers clicked: at least {LEAST_READERS} are wanted."
    return "All readers' clicks are divided alike: do the rankings differ where readers click?"


def _told(found: Preference, other: str) -> str:
    if found.share is None:
        return f"nothing that a team brought was clicked on {found.slates:,} slates"
    ends = found.always_valid
    between = (
        "" if ends is None else f"{100 * ends.low:.1f} to {100 * ends.high:.1f} % at any look; "
    )
    return (
        f"{other} is credited with {found.second:,.1f} of {found.clicks:,} clicks, "
        f"{100 * found.share:.1f} % ({between}{found.readers:,} readers who clicked, "
        f"{found.slates:,} slates in all)"
    )
