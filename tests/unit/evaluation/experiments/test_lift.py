"""Lifts: intervals, p-values, what is known from before, beliefs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm, t

from recommender.evaluation.experiments.lift import (
    ALPHA,
    TUNING_READERS,
    adjusted_lift,
    belief,
    has_more,
    lift,
    why_unadjusted,
    why_undefined,
)
from recommender.evaluation.experiments.results import Effect, Goal, Undefined
from recommender.evaluation.experiments.tally import Tally

CONTROL = Tally(numerator=np.array([1.0, 3.0]))
VARIANT = Tally(numerator=np.array([2.0, 4.0, 3.0]))
LIFT = 3 / 2 - 1
VARIANCE = 1 / (2**2 * 3) + 2 * 3**2 / (2**4 * 2)
"""Of the lift: (variance / readers) of the variant over the control's mean squared, and so on."""


def known(effect: Effect | None) -> Effect:
    assert effect is not None
    return effect


def drawn(seed: int, readers: int, rate: float) -> Tally:
    """Return readers who differ in how much they see and how gladly they click."""
    draws = np.random.default_rng(seed)
    impressions = 1 + draws.poisson(draws.gamma(1.0, 8.0, readers))
    clicks = draws.binomial(impressions, draws.beta(2.0, 2.0 / rate - 2.0, readers))
    return Tally(numerator=clicks.astype(float), denominator=impressions.astype(float))


def test_a_lift_is_relative_to_the_control_and_has_the_readers_of_both() -> None:
    effect = known(lift(CONTROL, VARIANT))
    assert effect.lift == pytest.approx(LIFT)
    assert effect.readers == (2, 3)


def test_the_fixed_interval_is_that_of_welch() -> None:
    effect = known(lift(CONTROL, VARIANT))
    freedom = (1 / 3 + 2 / 2) ** 2 / ((1 / 3) ** 2 / 2 + (2 / 2) ** 2 / 1)
    half = t.ppf(0.975, freedom) * math.sqrt(VARIANCE)
    assert effect.fixed.low == pytest.approx(LIFT - half)
    assert effect.fixed.high == pytest.approx(LIFT + half)
    assert effect.fixed_p == pytest.approx(2 * t.sf(LIFT / math.sqrt(VARIANCE), freedom))


@pytest.mark.parametrize("readers", [200, 5_000])
def test_the_always_valid_interval_is_the_asymptotic_confidence_sequence(readers: int) -> None:
    """Waudby-Smith et al., arXiv 2103.06476, equations 9 and 161."""
    control, variant = drawn(1, readers, 0.05), drawn(2, readers, 0.05)
    effect = known(lift(control, variant))
    a, b = control.sums().statistic(), variant.sums().statistic()
    variance = b.variance / (a.mean**2 * b.n) + a.variance * b.mean**2 / (a.mean**4 * a.n)
    n = a.n + b.n
    rho = math.sqrt((-2 * math.log(ALPHA) + math.log(-2 * math.log(ALPHA) + 1)) / TUNING_READERS)
    grown = n * rho**2 + 1
    half = math.sqrt(variance * n) * math.sqrt(
        2 * grown * math.log(math.sqrt(grown) / ALPHA) / (n * rho) ** 2
    )
    assert effect.always_valid.low == pytest.approx(effect.lift - half, abs=1e-9)
    assert effect.always_valid.high == pytest.approx(effect.lift + half, abs=1e-9)


def test_the_freedom_to_look_makes_the_interval_wider() -> None:
    effect = known(lift(drawn(1, 2_000, 0.05), drawn(2, 2_000, 0.06)))
    assert effect.always_valid.low < effect.fixed.low
    assert effect.always_valid.high > effect.fixed.high
    assert effect.always_valid_p > effect.fixed_p


def test_the_p_value_is_below_alpha_where_the_interval_excludes_zero() -> None:
    effects = [
        known(lift(drawn(seed, 400, 0.05), drawn(seed + 999, 400, 0.07))) for seed in range(40)
    ]
    flagged = [each.always_valid.low > 0 or each.always_valid.high < 0 for each in effects]
    assert flagged == [each.always_valid_p < ALPHA for each in effects]
    assert 0 < sum(flagged) < len(flagged)


def test_intervals_cover_the_truth_as_often_as_they_promise() -> None:
    truth, runs = 0.06 / 0.05 - 1, 400
    effects = [
        known(lift(drawn(2 * seed, 500, 0.05), drawn(2 * seed + 1, 500, 0.06)))
        for seed in range(runs)
    ]
    fixed = sum(each.fixed.low <= truth <= each.fixed.high for each in effects) / runs
    always = sum(each.always_valid.low <= truth <= each.always_valid.high for each in effects)
    assert fixed == pytest.approx(0.95, abs=3 * math.sqrt(0.95 * 0.05 / runs))
    assert always / runs > 0.99


def test_overwhelming_evidence_has_no_p_value_left() -> None:
    draws = np.random.default_rng(1)
    few, many = draws.normal(1.0, 0.1, 20_000), draws.normal(3.0, 0.1, 20_000)
    effect = known(lift(Tally(numerator=few), Tally(numerator=many)))
    assert effect.always_valid_p == 0.0


@pytest.mark.parametrize(
    ("control", "variant", "reason"),
    [
        ([0.0, 0.0, 0.0], [1.0, 2.0, 3.0], Undefined.CONTROL_AT_ZERO),
        ([0.0, 0.0], [0.0, 0.0], Undefined.NONE_COUNTED),
        ([1.0], [1.0, 2.0], Undefined.FEW_READERS),
        ([], [1.0, 2.0], Undefined.FEW_READERS),
        ([0.1, 0.1, 0.1], [1.0, 2.0, 3.0], Undefined.ALIKE),
        ([1.0, 2.0, 3.0], [0.7, 0.7, 0.7], Undefined.ALIKE),
        ([1.0, 2.0, 3.0], [0.0, 0.0, 0.0], Undefined.ALIKE),
    ],
)
def test_what_has_no_lift_has_none_and_says_why(
    control: list[float], variant: list[float], reason: Undefined
) -> None:
    a, b = Tally(numerator=np.array(control)), Tally(numerator=np.array(variant))
    assert lift(a, b) is None
    assert belief(a, b, Goal.MORE) is None
    assert why_undefined(a.sums().statistic(), b.sums().statistic()) is reason


@pytest.mark.parametrize(
    ("control", "variant", "certain"),
    [
        ([0] * 100, [1] * 100, True),
        ([0] * 99 + [1], [1] * 100, True),  # the lift's interval goes from far below zero
        ([0] * 1_000, [0] * 980 + [1] * 20, True),
        ([0] * 1_000, [0] * 995 + [1] * 5, False),
        ([1] * 100, [0] * 100, False),
        ([1] * 100, [1] * 100, False),
        ([0] * 100, [0] * 100, False),
        ([0] * 9, [1] * 9, False),  # of few readers nothing is certain
    ],
)
def test_more_is_certain_without_a_lift(
    control: list[float], variant: list[float], *, certain: bool
) -> None:
    a, b = (Tally(numerator=np.array(each, np.float64)) for each in (control, variant))
    assert has_more(a, b) is certain
    pages = [
        Tally(numerator=2 * each.numerator, denominator=np.full(each.readers, 2.0))
        for each in (a, b)
    ]
    assert has_more(*pages) is certain


def test_more_is_seldom_certain_at_any_of_many_looks_where_nothing_differs() -> None:
    """Failures on two pages in a hundred, looked at each 200 readers up to 4,000."""
    draws, found = np.random.default_rng(7), 0
    for _ in range(200):
        pages = 1.0 + draws.poisson(3.0, (2, 2_000))
        failures = draws.binomial(pages.astype(np.int64), 0.02).astype(np.float64)
        found += any(
            has_more(
                *(
                    Tally(numerator=above[:readers], denominator=below[:readers])
                    for above, below in zip(failures, pages, strict=True)
                )
            )
            for readers in range(100, 2_001, 100)
        )
    assert found <= 0.05 * 200


def test_a_reader_with_more_pages_meets_more_failures_and_no_higher_rate() -> None:
    few, many = np.full(500, 2.0), np.full(500, 20.0)
    draws = np.random.default_rng(8)
    less, more = (draws.binomial(each.astype(np.int64), 0.1).astype(float) for each in (few, many))
    assert not has_more(
        Tally(numerator=less, denominator=few), Tally(numerator=more, denominator=many)
    )
    assert has_more(Tally(numerator=less), Tally(numerator=more))


def test_a_ratio_of_nothing_has_no_lift() -> None:
    shown, dark = drawn(1, 50, 0.05), Tally(numerator=np.zeros(50), denominator=np.zeros(50))
    for control, variant in ((shown, dark), (dark, shown)):
        assert lift(control, variant) is None
        reason = why_undefined(control.sums().statistic(), variant.sums().statistic())
        assert reason is Undefined.NO_DENOMINATOR
    assert not has_more(dark, dark)


def test_what_is_not_adjusted_says_why() -> None:
    ratio, mean = drawn(1, 50, 0.05), np.arange(9.0)
    assert why_unadjusted(ratio, ratio) is Undefined.RATIO
    past = Tally(numerator=mean, before=mean)
    assert why_unadjusted(past, Tally(numerator=mean)) is Undefined.NO_PAST
    assert why_unadjusted(Tally(numerator=np.zeros(9), before=mean), past) is (
        Undefined.CONTROL_AT_ZERO
    )
    assert why_unadjusted(past, Tally(numerator=mean + 1.0, before=mean[::-1])) is None


def test_what_was_known_before_narrows_the_interval() -> None:
    draws = np.random.default_rng(3)
    before = draws.gamma(2.0, 2.0, (2, 2_000))
    after = before * np.array([[1.0], [1.1]]) + draws.normal(0.0, 1.0, (2, 2_000))
    control, variant = (
        Tally(numerator=each, before=past) for each, past in zip(after, before, strict=True)
    )
    raw, adjusted = known(lift(control, variant)), known(adjusted_lift(control, variant))
    width = adjusted.always_valid.high - adjusted.always_valid.low
    assert width < 0.5 * (raw.always_valid.high - raw.always_valid.low)
    assert adjusted.fixed.low < 0.1 < adjusted.fixed.high


def test_a_past_that_tells_nothing_changes_nothing() -> None:
    control = Tally(numerator=np.array([1.0, 3.0, 2.0]), before=np.ones(3))
    variant = Tally(numerator=np.array([2.0, 4.0, 5.0]), before=np.ones(3))
    assert adjusted_lift(control, variant) == lift(control, variant)


def test_a_ratio_is_not_adjusted() -> None:
    assert adjusted_lift(drawn(1, 100, 0.05), drawn(2, 100, 0.05)) is None


def test_a_belief_is_the_chance_to_win_and_the_loss_that_choosing_may_bring() -> None:
    found = belief(CONTROL, VARIANT, Goal.MORE)
    assert found is not None
    spread = math.sqrt(VARIANCE)
    z = LIFT / spread
    assert found.readers == (2, 3)
    assert found.chance_to_win == pytest.approx(norm.cdf(z))
    assert found.risk == pytest.approx(spread * norm.pdf(z) - LIFT * norm.cdf(-z))


def test_where_less_is_better_a_rise_loses() -> None:
    more, less = belief(CONTROL, VARIANT, Goal.MORE), belief(CONTROL, VARIANT, Goal.LESS)
    assert more is not None
    assert less is not None
    assert more.chance_to_win + less.chance_to_win == pytest.approx(1)
    # Choosing gains in the mean what it would gain where it wins, less the risk.
    assert less.risk - more.risk == pytest.approx(LIFT)
