"""Planning an experiment: how many readers and days a smallest effect takes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gbstats.frequentist.tests import (
    FrequentistConfig,
    SequentialConfig,
    SequentialTwoSidedTTest,
    TTest,
    TwoSidedTTest,
)
from gbstats.models.statistics import SampleMeanStatistic
from scipy.optimize import brentq
from scipy.stats import norm

from recommender.errors import InvalidInput
from recommender.evaluation.experiments.lift import ALPHA, TUNING_READERS, Statistic

LEAST, MOST = 2.0, 1e12
"""Readers of a variant between which the number is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What an experiment is to find.

    Parameters
    ----------
    mean, variance : float, > 0
        Of the metric over readers on the site; of a ratio the variance by the delta method.
    effect : float
        Smallest relative lift worth finding, -1 < effect, not 0; 0.02 is two per cent.
    power : float, in (0, 1)
        How often an effect of that size is to be found.
    variants : int, >= 2
        The control included; the readers are shared out equally.

    Raises
    ------
    InvalidInput
        A value is outside its range.
    """

    mean: float
    variance: float
    effect: float
    power: float = 0.8
    variants: int = 2

    def __post_init__(self) -> None:
        for name in ("mean", "variance"):
            if not 0.0 < getattr(self, name) < math.inf:
                raise InvalidInput(name, "a number above 0", str(getattr(self, name)))
        if not (-1.0 < self.effect < math.inf and self.effect):
            raise InvalidInput("effect", "above -1 and not 0", str(self.effect))
        if not 0.0 < self.power < 1.0:
            raise InvalidInput("power", "between 0 and 1", str(self.power))
        if self.variants < 2:  # noqa: PLR2004  # A and B
            raise InvalidInput("variants", "2 or more", str(self.variants))


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """Readers of all variants together, and the days until so many have come; None: never."""

    readers: int
    days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long an experiment must run.

    Parameters
    ----------
    fixed : Length
        Where it is looked at once, at the end.
    always_valid : Length
        Where it may be looked at every day: at that number of readers the effect is found as often
        as ``power`` says, and often before.
    price : float
        How many times the readers of the first the second has.
    """

    aim: Aim
    fixed: Length
    always_valid: Length
    price: float


def plan(aim: Aim, arrivals: Sequence[float]) -> Plan:
    """Return the readers and days that an aim takes.

    Parameters
    ----------
    arrivals : sequence of float, one or more
        Readers whom the experiment would meet for the first time on its first day, its second, and
        so on. From then on each day brings as many as the last of these.

    Raises
    ------
    InvalidInput
        There are no arrivals, or a negative number.
    """
    if not arrivals or min(arrivals) < 0.0:
        raise InvalidInput("arrivals", "a number of readers for each of one or more days")
    fixed, always = readers_once(aim), readers_at_any_look(aim)
    return Plan(
        aim=aim,
        fixed=Length(readers=fixed, days=days_until(fixed, arrivals)),
        always_valid=Length(readers=always, days=days_until(always, arrivals)),
        price=always / fixed,
    )


def readers_once(aim: Aim) -> int:
    """Return the readers, all variants together, for one look at the end."""
    config = FrequentistConfig(alpha=_alpha(aim))
    return _readers(aim, lambda a, b: TwoSidedTTest(a, b, config))


def readers_at_any_look(aim: Aim) -> int:
    """Return the readers, all variants together, at whom the always-valid interval has power."""
    config = SequentialConfig(alpha=_alpha(aim), sequential_tuning_parameter=TUNING_READERS)
    return _readers(aim, lambda a, b: SequentialTwoSidedTTest(a, b, config))


def days_until(readers: int, arrivals: Sequence[float]) -> int | None:
    """Return the first day by whose end so many readers have come, None if they never do.

    Examples
    --------
    >>> days_until(250, [100.0, 50.0])
    4
    """
    come = 0.0
    for day, more in enumerate(arrivals, start=1):
        come += more
        if come >= readers:
            return day
    if not arrivals[-1]:
        return None
    return len(arrivals) + math.ceil((readers - come) / arrivals[-1])


def _alpha(aim: Aim) -> float:
    # Holm's first step, which the best of several variants must pass, is Bonferroni's.
    return ALPHA / (aim.variants - 1)


def _readers(aim: Aim, test: Callable[[Statistic, Statistic], TTest]) -> int:
    """Return the readers at whom the interval excludes zero as often as the aim's power.

    So it is where the effect is the half-width and ``z(power)`` standard errors (the chance of
    the other sign is left out).
    """
    beyond = float(norm.ppf(aim.power))

    def margin(log_readers: float) -> float:
        readers = round(math.exp(log_readers))
        control = _statistic(readers, aim.mean, aim.variance)
        tried = test(control, _statistic(readers, aim.mean * (1.0 + aim.effect), aim.variance))
        low, high = tried.confidence_interval
        return float(abs(aim.effect) - (high - low) / 2.0 - beyond * math.sqrt(tried.variance))

    if margin(math.log(LEAST)) >= 0.0:
        return aim.variants * int(LEAST)
    found = brentq(margin, math.log(LEAST), math.log(MOST), xtol=1e-9)
    return aim.variants * math.ceil(math.exp(found))


def _statistic(readers: int, mean: float, variance: float) -> SampleMeanStatistic:
    total = mean * readers
    squares = variance * (readers - 1) + total * mean
    return SampleMeanStatistic(n=readers, sum=total, sum_squares=squares)
