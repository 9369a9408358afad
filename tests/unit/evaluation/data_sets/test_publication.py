"""The clock of publication: numbers in the order of time become times."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.evaluation.data_sets.publication import DAY_SECONDS, PublicationClock

DAY = DAY_SECONDS


def fitted(*meetings: tuple[int, float]) -> PublicationClock:
    numbers, days = zip(*meetings, strict=True)
    return PublicationClock.fit(np.array(numbers), DAY * np.array(days))


def days_of(clock: PublicationClock, *numbers: int) -> list[float]:
    return (clock.estimate(np.array(numbers)) / DAY).tolist()


STEADY = [(100 + 10 * day, float(day)) for day in range(6)]


def test_an_article_appeared_no_later_than_a_newer_one_was_met() -> None:
    clock = fitted(*STEADY, (115, 4.5))
    assert days_of(clock, 115) == pytest.approx([1.5])


def test_old_articles_met_late_change_nothing() -> None:
    plain, more = fitted(*STEADY), fitted(*STEADY, (3, 2.2), (90, 4.9))
    assert days_of(more, 3, 115, 150) == days_of(plain, 3, 115, 150)


def test_both_ends_go_on_at_the_rate_of_a_middling_day() -> None:
    clock = fitted(*STEADY)
    assert clock.seconds_per_number == DAY / 10
    assert days_of(clock, 170, 80) == pytest.approx([5 + 2, 0 - 2])


def test_what_is_met_on_the_first_day_was_mostly_there_already() -> None:
    """The years before number 100 were not all published in the first minute of the log."""
    clock = fitted((1, 0.0), (100, 0.001), *STEADY[1:])
    assert days_of(clock, 1) == pytest.approx([1 - (110 - 1) / 10])


def test_a_log_of_one_meeting_puts_everything_at_its_time() -> None:
    assert days_of(fitted((7, 2.0)), 1, 7, 9) == [2.0, 2.0, 2.0]


@given(st.lists(st.tuples(st.integers(1, 500), st.floats(0, 20)), min_size=1, max_size=40))
def test_no_estimate_is_later_than_the_first_meeting(meetings: list[tuple[int, float]]) -> None:
    clock = fitted(*meetings)
    for number, met in meetings:
        assert days_of(clock, number)[0] <= max(met, clock.at[0] / DAY) + 1e-6
    numbers = np.arange(1, 500)
    assert (np.diff(clock.estimate(numbers)) >= 0).all(), "a newer number is never older"
