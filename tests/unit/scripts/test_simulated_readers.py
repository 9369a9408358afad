"""Readers with a known taste click as the model says, and the truth is a sum of its chances."""

from __future__ import annotations

import math
import struct
from pathlib import Path

import numpy as np
import pytest

from recommender.settings import Settings
from scripts.simulated_days import truth_of
from scripts.simulated_readers import Crowd, draw_visits, examination, make_crowd, numbers_of
from scripts.simulated_service import MovedClock, move_clock


def crowd() -> Crowd:
    """Return a reader who likes category 0 twice as much as 1, and 2 not at all; six articles."""
    return Crowd(
        taste=np.array([[2 / 3, 1 / 3, 0.0]]),
        curiosity=np.array([0.25]),
        eagerness=np.array([0.5]),
        appeal=np.array([0.0, 0.0, 0.0, 1.0, 0.4, 0.8]),
    )


def test_a_click_takes_a_look_at_the_place_and_an_article_that_attracts() -> None:
    chances = crowd().chances(0, np.array([3, 4, 5, 0]))
    assert chances.tolist() == pytest.approx(
        [
            1 / 1 * 0.5 * (0.75 * 1.0 + 0.25 * 1.0),  # the category they like best
            1 / 2 * 0.5 * (0.75 * 0.5 + 0.25 * 0.4),
            1 / 3 * 0.5 * (0.75 * 0.0 + 0.25 * 0.8),  # curiosity alone
            1 / 4 * 0.5 * (0.75 * 1.0 + 0.25 * 0.0),  # taste alone
        ]
    )


def test_a_place_is_looked_at_whatever_stands_there() -> None:
    assert examination(3).tolist() == pytest.approx([1, 1 / 2, 1 / 3])


def test_what_a_reader_clicked_before_is_of_their_taste() -> None:
    clicked = crowd().history(0, np.random.default_rng(1))
    assert set((clicked % 3).tolist()) == {0, 1}
    assert len(set(clicked.tolist())) == len(clicked)


def test_tastes_are_probabilities_and_a_seed_gives_the_same_readers() -> None:
    first, again = (make_crowd(50, 80, np.random.default_rng(3)) for _ in range(2))
    assert np.allclose(first.taste.sum(axis=1), 1.0)
    assert np.array_equal(first.taste, again.taste)
    assert len(first) == 50
    for share in (first.curiosity, first.eagerness, first.appeal):
        assert 0.0 <= share.min() <= share.max() <= 1.0


def test_each_number_of_visits_is_as_likely() -> None:
    visits = draw_visits(40_000, 3, np.random.default_rng(1)).sum(axis=1)
    assert np.bincount(visits) / 40_000 == pytest.approx([1 / 4] * 4, abs=0.01)


def test_articles_are_known_by_the_numbers_in_their_ids() -> None:
    assert numbers_of(["a7", "a0", "a123"]).tolist() == [7, 0, 123]


def test_the_truth_is_the_ratio_of_expected_click_rates() -> None:
    """Who never came does not count; equal gains of all readers leave no error."""
    expected = np.array([[1.0, 2.0, 0.0], [1.5, 3.0, 0.0]])
    impressions = np.array([[10.0, 30.0, 0.0], [10.0, 30.0, 0.0]])
    truth = truth_of(expected, impressions)
    assert truth.rates == pytest.approx((3 / 40, 4.5 / 40))
    assert truth.lift == pytest.approx(4.5 / 3 - 1)
    assert truth.error == pytest.approx(0.0)
    assert truth.readers == 2


def test_readers_who_gain_differently_make_the_truth_uncertain() -> None:
    truth = truth_of(np.array([[1.0, 1.0], [1.0, 2.0]]), np.full((2, 2), 10.0))
    # Off their share of the lift of 1/2 are the two by -1/2 and 1/2; the control's mean is 1.
    assert truth.lift == pytest.approx(1 / 2)
    assert truth.error == pytest.approx(math.sqrt(2 * (1 / 2) ** 2 / (2 - 1)) / math.sqrt(2))


def test_a_moved_clock_moves_for_everybody_who_reads_it(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    move_clock(settings, 0.0)
    one, other = MovedClock(tmp_path / "clock"), MovedClock(tmp_path / "clock")
    before = one.now()
    move_clock(settings, 86_400.0)
    assert (tmp_path / "clock").read_bytes() == struct.pack("<d", 86_400.0)
    for clock in (one, other):
        assert 86_400.0 <= clock.now() - before < 86_400.0 + 3_600.0
