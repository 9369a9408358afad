"""What a moment knows, and what it may not."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from recommender.evaluation.trending.formulas import (
    REDDIT_EPOCH,
    as_served,
    hacker_news,
    reddit_hot,
    the_field,
    velocity,
    windowed,
)
from recommender.evaluation.trending.lists import foresight, top_of
from recommender.evaluation.trending.moments import Clicks, Moment, hours_of, moments
from recommender.trending.decay import decay_rate, value
from recommender.trending.ladder import TrendingConfig

BEGIN = 1_767_225_600.0
HOUR = 3_600.0


def clicks_of(*pairs: tuple[float, int], count: int = 3) -> Clicks:
    """Return clicks from (hours after the beginning, article)."""
    ordered = sorted(pairs)
    return Clicks(
        articles=np.array([article for _, article in ordered], np.int64),
        at=BEGIN + HOUR * np.array([hours for hours, _ in ordered]),
        weights=np.ones(len(ordered)),
        count=count,
        digest="",
    )


LOG = clicks_of((0.5, 0), (0.5, 0), (1.5, 1), (2.0, 2), (2.5, 0))


def counted(moment: Moment, hours: float) -> list[float]:
    return value(moment.levels(hours), decay_rate(hours), moment.now).tolist()


def test_a_moment_counts_what_was_before_and_shows_what_comes() -> None:
    first, second = (
        (counted(each, 1.0), each.coming.tolist(), each.totals.tolist())
        for each in moments(LOG, [1.0, 4.0])
    )
    half_an_hour = 0.5**0.5
    assert first == (pytest.approx([2 * half_an_hour, 0, 0]), [0, 1, 0], [2, 0, 0])
    # The click at 2.0 is of the hour that begins then: it is not known before.
    assert second == (
        pytest.approx([2 * half_an_hour / 2, half_an_hour, 0]),
        [1, 0, 1],
        [2, 1, 0],
    )


def test_a_click_within_the_hour_never_counts_in_its_list() -> None:
    """Planted clicks from the moment on change no formula's value at it, and what comes."""
    config = TrendingConfig()
    quiet = clicks_of((0.5, 0), (0.6, 1), (0.7, 1), (1.9, 0))
    planted = clicks_of((0.5, 0), (0.6, 1), (0.7, 1), (1.9, 0), *[(1.0, 2)] * 99, *[(1.2, 2)] * 99)
    hours, windows = (0.1, 0.15, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 24.0), (0.25, 1.0, 6.0)
    before, after = (next(moments(each, hours, windows)) for each in (quiet, planted))
    for formula in (*the_field().values(), as_served(config)):
        assert formula(before).tolist() == formula(after).tolist()
    assert (before.coming.tolist(), after.coming.tolist()) == ([1, 0, 0], [1, 0, 198])


def test_the_hours_are_those_with_log_before_and_after() -> None:
    assert ((hours_of(LOG) - BEGIN) / HOUR).tolist() == [1, 2]
    empty = dataclasses.replace(LOG, articles=LOG.articles[:0], at=LOG.at[:0])
    assert hours_of(empty).tolist() == []


def test_the_formulas_of_the_field_are_as_published() -> None:
    log = clicks_of(*[(0.5, 0)] * 10, (1.9, 1), (2.1, 2))
    moment = list(moments(log, (0.15, 0.5, 1.0), (0.25,)))[-1]
    assert hacker_news(moment)[:2] == pytest.approx([9 / (1.5 + 2) ** 1.8, 0.0])
    published = BEGIN + 0.5 * HOUR
    assert reddit_hot(moment)[0] == pytest.approx(1 + (published - REDDIT_EPOCH) / 45_000)
    assert reddit_hot(moment)[2] == hacker_news(moment)[2] == -math.inf
    assert windowed(0)(moment).tolist() == [0, 1, 0]
    fast, slow = (math.log(2) / (hours * HOUR) * 0.5 ** (0.1 / hours) for hours in (0.15, 0.5))
    assert velocity(moment)[1] == pytest.approx(fast + 0.25 * (fast - slow))


def test_a_list_is_worth_its_clicks_over_the_best_list() -> None:
    coming = np.array([6.0, 0.0, 2.0, 1.0])
    found = foresight(np.array([1.0, 5.0, -np.inf, 2.0]), coming, 2)
    assert found is not None
    second = 1 / math.log2(3)
    assert found.ndcg == pytest.approx((0 * 1 + 1 * second) / (6 * 1 + 2 * second))
    assert (found.overlap, found.caught) == (0 / 2, 1 / 8)


def test_an_hour_without_a_click_judges_nothing() -> None:
    assert foresight(np.array([1.0, 2.0]), np.zeros(2), 2) is None


@pytest.mark.parametrize("count", [1, 3, 5, 9])
def test_the_top_is_the_head_of_the_whole_order(count: int) -> None:
    values = np.array([0.0, 3.0, -np.inf, 3.0, 1.0, -np.inf])
    assert top_of(values, count).tolist() == [1, 3, 4, 0, 2, 5][:count]
    assert top_of(np.empty(0), count).tolist() == []
