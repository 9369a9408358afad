"""Relative lift of a variant over the control: intervals, p-values, CUPED and a Bayesian view."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from gbstats.bayesian.tests import EffectBayesianABTest, EffectBayesianConfig
from gbstats.frequentist.tests import (
    FrequentistConfig,
    SequentialConfig,
    SequentialTwoSidedTTest,
    TTest,
    TwoSidedTTest,
)
from gbstats.models.statistics import (
    RatioStatistic,
    RegressionAdjustedStatistic,
    SampleMeanStatistic,
)

from recommender.evaluation.experiments.results import Belief, Effect, Goal, Interval, Undefined
from recommender.evaluation.experiments.tally import Floats, Tally

ALPHA = 0.05
"""How often an interval may miss the truth."""

TUNING_READERS = 5_000
"""Number of readers, both variants together, at which the always-valid interval is tightest."""

Statistic: TypeAlias = SampleMeanStatistic | RatioStatistic | RegressionAdjustedStatistic


def lift(control: Tally, variant: Tally) -> Effect | None:
    """Return the relative lift as it was measured, None where it is undefined."""
    return effect(control.sums().statistic(), variant.sums().statistic())


def adjusted_lift(control: Tally, variant: Tally) -> Effect | None:
    """Return the relative lift with activity before exposure taken out (CUPED).

    None where that activity is unknown, or where the lift is undefined.
    """
    before, after = control.adjusted(), variant.adjusted()
    return None if before is None or after is None else effect(before, after)


def why_undefined(control: Statistic, variant: Statistic) -> Undefined | None:
    """Return why there is no lift of one over the other, None where there is one."""
    if min(control.n, variant.n) < 2:  # noqa: PLR2004  # one reader has no variance
        return Undefined.FEW_READERS
    if any(isinstance(of, RatioStatistic) and not of.d_statistic.sum for of in (control, variant)):
        return Undefined.NO_DENOMINATOR
    test = TwoSidedTTest(control, variant)
    if test.stat_a.mean == 0.0 or test.stat_a.unadjusted_mean == 0.0:
        is_none = test.stat_b.mean == 0.0
        return Undefined.NONE_COUNTED if is_none else Undefined.CONTROL_AT_ZERO
    return None if _has_variance(test) else Undefined.ALIKE


def why_unadjusted(control: Tally, variant: Tally) -> Undefined | None:
    """Return why there is no lift with activity before exposure taken out, None where there is."""
    if control.denominator is not None:
        return Undefined.RATIO
    before, after = control.adjusted(), variant.adjusted()
    if before is None or after is None:
        return Undefined.NO_PAST
    return why_undefined(before, after)


def effect(control: Statistic, variant: Statistic) -> Effect | None:
    """Return the relative lift with both intervals, None where it is undefined.

    It is undefined with fewer than two readers in either variant, where a variant has nothing to
    divide by, where the control's mean is zero, and where the readers of a variant do not differ
    at all; :func:`why_undefined` says which.

    Notes
    -----
    The variance of a ratio, and of the relative lift, is that of the delta method (Deng et al.,
    Applying the Delta Method in Metric Analytics, KDD 2018). The fixed interval is Welch's. The
    always-valid one is the asymptotic confidence sequence of Waudby-Smith et al. (Time-uniform
    central limit theory and asymptotic confidence sequences, arXiv 2103.06476, equation 9). With n
    readers, v the variance of the lift, a the ``ALPHA`` and m the ``TUNING_READERS``, its
    half-width is ``sqrt(n v) sqrt(2 (n r + 1) ln(sqrt(n r + 1) / a) / (n² r))``, where
    ``r = (-2 ln a + ln(-2 ln a + 1)) / m``. It is asymptotic: of less than some hundred readers
    it promises nothing.
    """
    if why_undefined(control, variant) is not None:
        return None
    once = TwoSidedTTest(control, variant, FrequentistConfig(alpha=ALPHA))
    config = SequentialConfig(alpha=ALPHA, sequential_tuning_parameter=TUNING_READERS)
    always = SequentialTwoSidedTTest(control, variant, config)
    with np.errstate(over="ignore"):  # overwhelming evidence: the p-value is then 1/infinity
        fixed, sequence = once.compute_result(), always.compute_result()
    return Effect(
        readers=(control.n, variant.n),
        lift=float(fixed.expected),
        fixed=_interval(fixed.ci),
        fixed_p=float(fixed.p_value),
        always_valid=_interval(sequence.ci),
        always_valid_p=float(sequence.p_value),
    )


def has_more(control: Tally, variant: Tally) -> bool:
    """Tell whether the variant has certainly more of a metric, at any look.

    What is rare in the control has a lift whose interval goes on for ever, and what it has none of
    has no lift. So the difference itself is tested here: of each reader's numerator less what their
    denominator promises at the rate of all readers (Budylin et al., Consistent Transformation of
    Ratio Metrics, WSDM 2018), by the sequence of :func:`effect`, with the variance of all readers,
    which is right where the variants are alike.
    """
    below = [_ones_or(each.denominator, each.readers) for each in (control, variant)]
    whole = sum(float(each.sum()) for each in below)
    if not whole:
        return False
    rate = float(control.numerator.sum() + variant.numerator.sum()) / whole
    own, others = control.numerator - rate * below[0], variant.numerator - rate * below[1]
    readers = len(own) + len(others)
    variance = np.concatenate((own, others)).var() * (1.0 / len(own) + 1.0 / len(others))
    reach = math.sqrt(readers * float(variance) * spread(readers, TUNING_READERS))
    return bool(others.mean() - own.mean() > reach)


def spread(readers: int, tuning: float) -> float:
    """Return the squared half-width of the sequence of :func:`effect` about a mean over readers.

    Parameters
    ----------
    readers : int, > 0
        Of a variance of 1.
    tuning : float
        Number of readers at which it is tightest.
    """
    log = -2.0 * math.log(ALPHA)
    r = (log + math.log(log + 1.0)) / tuning
    grown = readers * r + 1.0
    return 2.0 * grown * math.log(math.sqrt(grown) / ALPHA) / (readers * readers * r)


def belief(control: Tally, variant: Tally, goal: Goal) -> Belief | None:
    """Return how likely the variant is better, and what choosing it may cost; flat prior.

    None where the lift is undefined.
    """
    measured = lift(control, variant)
    if measured is None:
        return None
    config = EffectBayesianConfig(inverse=goal is Goal.LESS, alpha=ALPHA)
    statistics = (control.sums().statistic(), variant.sums().statistic())
    found = EffectBayesianABTest(*statistics, config).compute_result()
    # gbstats gives the risk of keeping the control first, then that of choosing the variant.
    return Belief(
        readers=measured.readers,
        chance_to_win=float(found.chance_to_win),
        risk=float(found.risk[1]),
    )


def _ones_or(below: Floats | None, readers: int) -> Floats:
    return np.ones(readers) if below is None else below


def _interval(ends: list[float]) -> Interval:
    return Interval(low=float(ends[0]), high=float(ends[1]))


def _has_variance(test: TTest) -> bool:
    # Sums of squares of equal values may leave a variance of a rounding error above zero.
    statistics = (test.stat_a, test.stat_b)
    return all(each.variance > 1e-12 * each.unadjusted_mean**2 for each in statistics)
