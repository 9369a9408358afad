"""Planning: the readers that are said to be enough are enough, and no more."""

from __future__ import annotations

import math

import numpy as np
import pytest

from recommender.errors import InvalidInput
from recommender.evaluation.experiments.lift import lift
from recommender.evaluation.experiments.planning import (
    Aim,
    days_until,
    plan,
    readers_at_any_look,
    readers_once,
)
from recommender.evaluation.experiments.results import Effect
from recommender.evaluation.experiments.tally import Tally

AIM = Aim(mean=1.0, variance=1.0, effect=0.2)
RUNS = 400


def effects(readers: int) -> list[Effect]:
    draws = np.random.default_rng(1)
    found = [
        lift(
            Tally(numerator=draws.normal(1.0, 1.0, readers // 2)),
            Tally(numerator=draws.normal(1.2, 1.0, readers // 2)),
        )
        for _ in range(RUNS)
    ]
    return [each for each in found if each is not None]


def test_one_look_takes_the_readers_of_the_textbook() -> None:
    beyond = 1.959964 + 0.841621
    each = beyond**2 * (1 + 1.2**2) / 0.2**2
    assert readers_once(AIM) == pytest.approx(2 * each, rel=0.01)


def test_at_that_number_one_look_finds_the_effect_as_often_as_promised() -> None:
    found = sum(each.fixed.low > 0 for each in effects(readers_once(AIM))) / RUNS
    assert found == pytest.approx(0.8, abs=3 * math.sqrt(0.8 * 0.2 / RUNS))


def test_at_its_number_the_always_valid_interval_does_too() -> None:
    found = sum(each.always_valid.low > 0 for each in effects(readers_at_any_look(AIM))) / RUNS
    assert found == pytest.approx(0.8, abs=3 * math.sqrt(0.8 * 0.2 / RUNS))


def test_the_freedom_to_look_has_its_price_in_readers_and_days() -> None:
    found = plan(AIM, [100.0])
    assert found.price == found.always_valid.readers / found.fixed.readers > 1.0
    assert found.fixed.days == math.ceil(found.fixed.readers / 100)
    assert found.always_valid.days == math.ceil(found.always_valid.readers / 100)


def test_half_the_effect_takes_about_four_times_the_readers() -> None:
    half = Aim(mean=1.0, variance=1.0, effect=0.1)
    expected = 4 * (1 + 1.1**2) / (1 + 1.2**2)
    assert readers_once(half) / readers_once(AIM) == pytest.approx(expected, rel=0.01)


def test_more_variants_take_more_readers_each() -> None:
    three = Aim(mean=1.0, variance=1.0, effect=0.2, variants=3)
    assert readers_once(three) / 3 > readers_once(AIM) / 2


def test_an_effect_that_one_sees_at_once_takes_the_least() -> None:
    assert readers_once(Aim(mean=1.0, variance=1e-9, effect=2.0)) <= 6


def test_later_days_bring_as_many_as_the_last() -> None:
    assert days_until(100, [100.0, 50.0]) == 1
    assert days_until(151, [100.0, 50.0]) == 3
    assert days_until(200, [100.0, 50.0]) == 3
    assert days_until(201, [100.0, 50.0]) == 4
    assert days_until(101, [100.0, 0.0]) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mean", 0.0),
        ("variance", -1.0),
        ("variance", math.inf),
        ("effect", 0.0),
        ("effect", -1.0),
        ("effect", math.nan),
        ("power", 1.0),
        ("variants", 1),
    ],
)
def test_an_aim_outside_its_range_is_named(field: str, value: float) -> None:
    given = {"mean": 1.0, "variance": 1.0, "effect": 0.1} | {field: value}
    with pytest.raises(InvalidInput) as caught:
        Aim(**given)  # type: ignore[arg-type]
    assert caught.value.field == field


@pytest.mark.parametrize("arrivals", [[], [-1.0, 5.0]])
def test_arrivals_are_numbers_of_readers(arrivals: list[float]) -> None:
    with pytest.raises(InvalidInput, match="arrivals"):
        plan(AIM, arrivals)
