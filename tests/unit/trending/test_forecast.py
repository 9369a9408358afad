"""The order of a tuned site's trending list."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydantic import ValidationError

from recommender.trending.decay import T0, level
from recommender.trending.forecast import PRIOR, ForecastConfig, facts_of, forecast
from recommender.trending.ladder import TrendingConfig
from recommender.trending.order import listed_order

NOW = T0 + 1_000 * 3_600.0
RANGE = {"low": (-20.0, -20.0), "high": (20.0, 20.0)}
NEUTRAL = ForecastConfig(weights=(0.0,) * 5, **RANGE)


def tuned(forecast_config: ForecastConfig | None, reordered: int = 200) -> TrendingConfig:
    return TrendingConfig(
        half_lives_hours=(1.0, 4.0),
        served_hours=4.0,
        surge_hours=(1.0, 4.0),
        forecast=forecast_config,
        reordered=reordered,
    )


def ladders(ages_hours: list[list[float]], config: TrendingConfig) -> NDArray[np.float64]:
    """Return the levels of articles whose clicks are so old."""
    return np.array(
        [
            [
                np.logaddexp.reduce(level(NOW - np.array(ages) * 3_600.0, rate))
                for rate in config.rates
            ]
            for ages in ages_hours
        ]
    ).reshape(-1, len(config.rates))


OLD_AND_NEW = [[8.0] * 40, [0.0] * 8, [0.0]]
"""At 4 h the first leads with 40 / 4 = 10 clicks; at 1 h it has 40 / 256 and the second 8."""


def test_without_a_forecast_the_order_is_by_value_at_the_served_half_life() -> None:
    config = tuned(None)
    assert listed_order(ladders(OLD_AND_NEW, config), NOW, config).tolist() == [0, 1, 2]


def test_a_forecast_without_weights_is_the_rate_at_the_fastest_half_life() -> None:
    config = tuned(NEUTRAL)
    assert listed_order(ladders(OLD_AND_NEW, config), NOW, config).tolist() == [1, 2, 0]


def test_only_the_top_by_value_is_reordered() -> None:
    config = tuned(NEUTRAL, reordered=2)
    assert listed_order(ladders(OLD_AND_NEW, config), NOW, config).tolist() == [1, 0, 2]


def test_nothing_is_in_order_too() -> None:
    config = tuned(NEUTRAL)
    assert listed_order(np.empty((0, 2)), NOW, config).tolist() == []


def test_a_forecast_is_the_size_and_weighted_facts_and_products() -> None:
    config = ForecastConfig(weights=(1.0, 2.0, 3.0, 4.0, 5.0), **RANGE)
    size, pace = 0.5, -0.25
    expected = size + size + 2 * pace + 3 * size * size + 4 * size * pace + 5 * pace * pace
    assert forecast(np.array([[size, pace]]), config) == pytest.approx([expected])


def test_a_fact_that_was_never_met_while_tuning_counts_as_the_nearest_that_was() -> None:
    config = ForecastConfig(weights=(1.0, 0.0, 0.0, 0.0, 0.0), low=(0.0, -1.0), high=(1.0, 1.0))
    assert forecast(np.array([[9.0, 0.0], [-9.0, 0.0]]), config) == pytest.approx([9 + 1, -9 + 0])


def test_the_facts_are_the_clicks_an_hour_and_how_they_change() -> None:
    config = tuned(None)
    size, pace = facts_of(ladders([[0.0] * 7], config), config.rates, NOW)[0]
    assert math.exp(size) == pytest.approx(math.log(2) / 1.0 * (7 + PRIOR))
    assert math.exp(pace) == pytest.approx(4.0)


@given(
    clicks=st.lists(st.lists(st.floats(0.0, 48.0), min_size=1, max_size=9), max_size=8),
    weights=st.tuples(*[st.floats(-0.5, 0.5)] * 5),
    later=st.floats(0.0, 24.0),
)
def test_the_order_is_that_of_a_plain_count_at_every_instant(
    clicks: list[list[float]], weights: tuple[float, ...], later: float
) -> None:
    config = tuned(ForecastConfig(weights=weights, **RANGE))
    now = NOW + later * 3_600.0
    order = listed_order(ladders(clicks, config), now, config)

    def plainly(ages: list[float]) -> float:
        counts = [sum(0.5 ** ((age + later) / hours) for age in ages) for hours in (1.0, 4.0)]
        fast, slow = (
            math.log(math.log(2) / hours * (count + PRIOR))
            for hours, count in zip((1.0, 4.0), counts, strict=True)
        )
        pace = fast - slow
        terms = (fast, pace, fast * fast, fast * pace, pace * pace)
        return fast + sum(w * term for w, term in zip(weights, terms, strict=True))

    values = [plainly(clicks[place]) for place in order]
    assert values == pytest.approx(sorted(values, reverse=True), abs=1e-7)
    assert sorted(order.tolist()) == list(range(len(clicks)))


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"weights": (0.0,) * 4} | RANGE, "weights"),
        ({"weights": (0.0,) * 5, "low": (0.0,), "high": (1.0, 1.0)}, "r values"),
        ({"weights": (0.0, 0.0, 0.0, 0.0, math.nan)} | RANGE, "finite"),
        ({"weights": (0.0,) * 5, "low": (0.0, 2.0), "high": (1.0, 1.0)}, "low at or below"),
    ],
)
def test_a_forecast_that_makes_no_sense_is_refused(fields: dict[str, object], wanted: str) -> None:
    with pytest.raises(ValidationError, match=wanted):
        ForecastConfig.model_validate(fields)


def test_a_forecast_tuned_for_another_ladder_is_refused() -> None:
    with pytest.raises(ValidationError, match="as many half-lives"):
        TrendingConfig(forecast=NEUTRAL)
