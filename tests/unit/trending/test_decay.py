from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.trending.decay import T0, decay_rate, level, log_add, surge, value

HOUR = 3_600.0
YEAR = 365.25 * 24 * HOUR

levels = st.floats(-1e6, 1e6)
half_lives = st.sampled_from([0.25, 1.0, 4.0, 24.0])
events = st.lists(
    st.tuples(st.floats(0.0, 48.0), st.sampled_from([1.0, 2.0, 3.0])), min_size=1, max_size=40
)
"""Events as (age in hours, weight)."""


def total(rate: float, now: float, aged: list[tuple[float, float]]) -> np.ndarray:
    summed = np.array(-np.inf)
    for age, weight in aged:
        summed = log_add(summed, level(now - age * HOUR, rate, weight))
    return summed


def plain_sum(half_life: float, aged: list[tuple[float, float]]) -> float:
    return math.fsum(weight * 2.0 ** (-age / half_life) for age, weight in aged)


@given(levels, levels)
def test_log_add_is_commutative(a: float, b: float) -> None:
    assert log_add(a, b) == log_add(b, a)


@given(levels, levels, levels)
def test_log_add_is_associative(a: float, b: float, c: float) -> None:
    assert log_add(log_add(a, b), c) == pytest.approx(log_add(a, log_add(b, c)), rel=1e-14)


@given(levels)
def test_nothing_added_changes_nothing(a: float) -> None:
    assert log_add(a, -np.inf) == a


@given(half_lives, events)
def test_the_value_is_the_plain_sum_of_decayed_weights(
    half_life: float, aged: list[tuple[float, float]]
) -> None:
    rate, now = decay_rate(half_life), T0 + 2 * YEAR
    assert value(total(rate, now, aged), rate, now) == pytest.approx(
        plain_sum(half_life, aged), rel=1e-9
    )


@given(half_lives, events, st.randoms(use_true_random=False))
def test_late_and_out_of_order_events_count_as_if_they_had_come_in_time(
    half_life: float, aged: list[tuple[float, float]], random: object
) -> None:
    rate, now = decay_rate(half_life), T0 + 2 * YEAR
    shuffled = list(aged)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    in_time = sorted(aged, reverse=True)
    assert value(total(rate, now, shuffled), rate, now) == pytest.approx(
        value(total(rate, now, in_time), rate, now), rel=1e-9
    )


@given(half_lives, events, events, st.floats(0.0, 1_000.0))
def test_the_order_of_two_articles_never_changes_without_events(
    half_life: float,
    one: list[tuple[float, float]],
    other: list[tuple[float, float]],
    later_hours: float,
) -> None:
    rate, now = decay_rate(half_life), T0 + YEAR
    first, second = total(rate, now, one), total(rate, now, other)
    later = now + later_hours * HOUR
    if value(first, rate, now) > value(second, rate, now) * (1 + 1e-9):
        assert first > second
        assert value(first, rate, later) >= value(second, rate, later)


@pytest.mark.parametrize("half_life", [0.25, 24.0])
def test_a_value_halves_with_every_half_life(half_life: float) -> None:
    rate = decay_rate(half_life)
    one = level(T0, rate, 3.0)
    aged = [float(value(one, rate, T0 + n * half_life * HOUR)) for n in range(4)]
    assert aged == pytest.approx([3.0, 3.0 / 2, 3.0 / 4, 3.0 / 8], rel=1e-12)


def test_a_decade_on_nothing_overflows_and_values_keep_nine_digits() -> None:
    rate, now = decay_rate(0.25), T0 + 10 * YEAR
    summed = total(rate, now, [(1.0, 2.0), (0.25, 1.0), (0.0, 1.0)])
    assert value(summed, rate, now) == pytest.approx(2 * 2**-4 + 1 / 2 + 1, rel=1e-9)
    assert value(level(T0, rate), rate, now) == 0.0


def test_surge_is_one_for_a_steady_stream() -> None:
    fast, slow, now = decay_rate(1.0), decay_rate(24.0), T0 + YEAR
    every_minute = now - 60.0 * np.arange(20 * 24 * 60)
    levels_now = [np.logaddexp.reduce(level(every_minute, rate)) for rate in (fast, slow)]
    assert surge(*levels_now, fast, slow, now) == pytest.approx(1.0, rel=0.01)


def test_surge_of_a_story_that_broke_just_now_is_the_ratio_of_the_rates() -> None:
    fast, slow, now = decay_rate(1.0), decay_rate(24.0), T0 + YEAR
    assert surge(level(now, fast), level(now, slow), fast, slow, now) == pytest.approx(24.0)


@given(events)
def test_surge_never_passes_the_ratio_of_the_rates(aged: list[tuple[float, float]]) -> None:
    fast, slow, now = decay_rate(1.0), decay_rate(24.0), T0 + YEAR
    risen = surge(total(fast, now, aged), total(slow, now, aged), fast, slow, now)
    assert 0.0 <= risen <= 24.0 * (1 + 1e-9)


def test_surge_of_a_fading_story_is_below_one() -> None:
    fast, slow, now = decay_rate(1.0), decay_rate(24.0), T0 + YEAR
    aged = [(12.0, 1.0)]
    risen = surge(total(fast, now, aged), total(slow, now, aged), fast, slow, now)
    assert risen == pytest.approx(24.0 * 2**-12 / 2**-0.5)
