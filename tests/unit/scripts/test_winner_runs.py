"""Experiments with a known winner: dealt, drawn and judged as those of the service."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recommender.evaluation.experiments.results import Interval
from recommender.experiments.hashing import bucket
from scripts.winner_pages import Pages
from scripts.winner_runs import (
    Drafts,
    Found,
    Visits,
    deal,
    first_found,
    lift_of,
    make_visits,
    planned_readers,
    run_both,
)


def pages(control: float, other: float) -> Pages:
    """Return two places at two visits, other articles under each variant, as attractive all."""
    attraction = np.stack([np.full((3, 2, 2), each) for each in (control, other)])
    articles = np.broadcast_to(np.arange(4).reshape(2, 1, 1, 2), attraction.shape)
    return Pages(articles=articles, attraction=attraction)


def test_the_true_lift_is_of_expected_clicks() -> None:
    assert pages(0.2, 0.3).true_lift == pytest.approx(0.3 / 0.2 - 1)


def test_first_pages_count_as_often_as_they_are_served() -> None:
    """Of two days, a reader comes on none, one or both alike: the first page is served twice."""
    attraction = np.full((2, 1, 2, 1), 0.1)
    attraction[1, 0, :, 0] = 0.2, 0.4
    articles = np.arange(4).reshape(2, 1, 2, 1)
    found = Pages(articles=articles, attraction=attraction).true_lift
    assert found == pytest.approx((2 * 0.2 + 0.4) / (2 * 0.1 + 0.1) - 1)


def test_readers_are_dealt_by_the_hash_of_the_service() -> None:
    expected = [int(bucket("seed", f"reader-{number:07d}") >= 0.5) for number in range(200)]
    assert deal(200, "seed").tolist() == expected


def test_visits_come_in_order_of_days_and_each_shows_the_next_page() -> None:
    visits = make_visits(pages(0.1, 0.1), 300, np.random.default_rng(1))
    assert visits.day.tolist() == sorted(visits.day.tolist())
    for reader in np.unique(visits.reader).tolist():
        own = visits.page[visits.reader == reader].tolist()
        assert own == list(range(len(own)))


def test_clicks_go_by_the_place_and_by_the_reader() -> None:
    visits = Visits(
        kind=np.zeros(2, np.int64),
        eagerness=np.array([1.0, 0.0]),
        reader=np.array([0, 1, 0]),
        day=np.zeros(3, np.int64),
        page=np.zeros(3, np.int64),
    )
    clicked = visits.clicked(np.tile([1.0, 0.0], (3, 1)), np.random.default_rng(1))
    assert clicked.tolist() == [[True, False], [False, False], [True, False]]


def test_clicks_on_a_merged_page_are_credited_to_who_would_have_put_the_article_there() -> None:
    world = pages(0.0, 1.0)
    visits = make_visits(world, 100, np.random.default_rng(1))
    sure = replace(visits, eagerness=np.ones(100))
    won = Drafts(world, sure, np.random.default_rng(1)).credits(60)
    # One place is each one's: the other's article is clicked for sure where it comes first, else
    # at half of the visits.
    assert set(won.clicks.tolist()) == {0, 1}
    assert 1 / 2 < won.clicks.mean() < 1.0
    assert won.second.tolist() == won.clicks.tolist()
    assert won.reader.tolist() == visits.reader[:60].tolist()


def test_a_lift_is_told_of_a_hundred_readers_of_each_variant() -> None:
    reader = np.arange(200)
    variant = reader % 2
    clicks = np.where(variant == 1, reader % 4 // 2 * 2 + 1, reader % 4 // 2 * 2)
    effect = lift_of(reader, variant, clicks, 10)
    assert effect is not None
    assert effect.lift == pytest.approx((1 + 3) / (0 + 2) - 1)
    assert lift_of(reader[1:], variant[1:], clicks[1:], 10) is None


def test_the_first_look_that_excludes_no_effect_ends_it() -> None:
    def interval_at(slates: int) -> Interval:
        return Interval(low=0.1 - 20.0 / slates, high=0.1 + 20.0 / slates)

    # Looks at 100, 105, 111, …; above 0 from 201 on.
    looks = [100]
    while looks[-1] <= 200:
        looks.append(-(-105 * looks[-1] // 100))
    assert first_found(interval_at, 1_000, 0.0) == Found(slates=looks[-1], is_right=True)
    assert first_found(interval_at, 150, 0.0) == Found(slates=None)
    assert first_found(interval_at, 1_000, 0.5) == Found(slates=100, is_wrong=True)


def test_both_experiments_find_a_winner() -> None:
    drawn = np.random.default_rng(1)
    world = pages(0.2, 0.25)
    readers = planned_readers(world, drawn)
    found = [run_both(world, readers, f"seed-{number}", drawn) for number in range(10)]
    assert sum(each.ab.is_right for each in found) >= 7
    assert sum(each.interleaving.is_right for each in found) >= 7
    assert sum(each.always_valid for each in found) >= 9
    assert not any(each.ab.is_wrong or each.interleaving.is_wrong for each in found)


def test_without_a_difference_nothing_is_found() -> None:
    drawn = np.random.default_rng(1)
    found = [run_both(pages(0.3, 0.3), 500, f"seed-{number}", drawn) for number in range(10)]
    assert sum(each.ab.slates is None for each in found) >= 9
    assert sum(each.interleaving.slates is None for each in found) >= 9
