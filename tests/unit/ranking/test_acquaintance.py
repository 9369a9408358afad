from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from recommender.domain.signals import ReaderSignals
from recommender.ranking.acquaintance import ACQUAINTANCE, Acquaintance, acquaintance_features

NOW = 1_767_225_600.0
HOUR = 3_600.0
NEVER = math.nan
NAMES = [each.name for each in ACQUAINTANCE]


@pytest.fixture
def guest() -> Acquaintance:
    """Two articles, the second a day older, and a guest who has just come."""
    return Acquaintance(
        own=None,
        read=np.zeros(2),
        last_read=np.full(2, NEVER),
        published=np.array([NOW, NOW - 24 * HOUR]),
        open_published=NEVER,
        is_open=np.zeros(2, np.bool_),
        same_category=np.zeros(2, np.bool_),
        same_subcategory=np.zeros(2, np.bool_),
        history_length=0,
        last_seen=NEVER,
    )


@pytest.fixture
def unmet() -> ReaderSignals:
    """What is counted of a reader who has met neither article."""
    return ReaderSignals(
        shown=np.zeros(2),
        first_shown=np.full(2, NEVER),
        last_shown=np.full(2, NEVER),
        clicked=np.zeros(2),
        last_clicked=np.full(2, NEVER),
    )


@pytest.fixture
def met(unmet: ReaderSignals) -> ReaderSignals:
    """The first article was shown 3 times, from 5 to 1 hours ago, and clicked 2 times before."""
    return replace(
        unmet,
        shown=np.array([3.0, 0.0]),
        first_shown=np.array([NOW - 5 * HOUR, NEVER]),
        last_shown=np.array([NOW - 1 * HOUR, NEVER]),
        clicked=np.array([2.0, 0.0]),
        last_clicked=np.array([NOW - 7 * HOUR, NEVER]),
    )


def rows_of(acquaintance: Acquaintance, **changes: Any) -> NDArray[np.float64]:
    return acquaintance_features(replace(acquaintance, **changes), NOW)


def column(name: str, acquaintance: Acquaintance, **changes: Any) -> list[float]:
    found: list[float] = rows_of(acquaintance, **changes)[:, NAMES.index(name)].tolist()
    return found


def test_every_column_is_named(guest: Acquaintance, met: ReaderSignals) -> None:
    assert rows_of(guest).shape == (2, len(ACQUAINTANCE))
    assert rows_of(guest, own=met).shape == (2, len(ACQUAINTANCE))


def test_what_is_open_is_no_data_of_the_reader() -> None:
    """The request tells of it, not what is remembered."""
    impersonal = {each.name for each in ACQUAINTANCE if not each.personal}
    assert impersonal == {each.name for each in ACQUAINTANCE if each.told_as == "context"}


def test_of_a_guest_nothing_is_known(guest: Acquaintance) -> None:
    assert not rows_of(guest).any()


def test_a_reader_who_has_met_nothing_is_like_a_guest(
    guest: Acquaintance, unmet: ReaderSignals
) -> None:
    assert not rows_of(guest, own=unmet).any()


def test_no_candidates_make_no_rows(guest: Acquaintance) -> None:
    per_candidate = ("read", "last_read", "published", "is_open")
    per_candidate += ("same_category", "same_subcategory")
    none = {name: getattr(guest, name)[:0] for name in per_candidate}
    assert rows_of(guest, **none).shape == (0, len(ACQUAINTANCE))


def test_what_was_shown_in_vain_counts_by_its_logarithm(
    guest: Acquaintance, met: ReaderSignals
) -> None:
    assert column("own_shown", guest, own=met) == pytest.approx([math.log(1 + 3), 0])


def test_what_was_shown_in_vain_counts_less_over_more_hours(
    guest: Acquaintance, met: ReaderSignals
) -> None:
    expected = [math.log(1 + 3 / (1 + 5)), 0]
    assert column("own_shown_rate", guest, own=met) == pytest.approx(expected)


def test_how_lately_halves_after_an_hour_and_never_is_0(
    guest: Acquaintance, met: ReaderSignals
) -> None:
    assert column("own_last_shown", guest, own=met) == pytest.approx([1 / (1 + 1), 0])
    assert column("own_first_shown", guest, own=met) == pytest.approx([1 / (1 + 5), 0])
    assert column("own_last_clicked", guest, own=met) == pytest.approx([1 / (1 + 7), 0])


def test_a_second_ahead_is_now(guest: Acquaintance, met: ReaderSignals) -> None:
    """Seconds are logged whole: one may be ahead of a clock that is not."""
    ahead = replace(met, last_shown=np.array([NOW + 1, NOW]))
    assert column("own_last_shown", guest, own=ahead) == [1, 1]


def test_clicks_of_ones_own_count_by_their_logarithm(
    guest: Acquaintance, met: ReaderSignals
) -> None:
    assert column("own_clicked", guest, own=met) == pytest.approx([math.log(1 + 2), 0])


def test_reads_are_those_of_the_history_guest_or_not(guest: Acquaintance) -> None:
    """A guest's history comes with the request."""
    read = {"read": np.array([0.0, 3.0]), "last_read": np.array([NEVER, NOW - 3 * HOUR])}
    assert column("own_read", guest, **read) == pytest.approx([0, math.log(1 + 3)])
    assert column("own_last_read", guest, **read) == pytest.approx([0, 1 / (1 + 3)])


@pytest.mark.parametrize("name", ["is_open", "same_category", "same_subcategory"])
def test_what_is_so_is_1(guest: Acquaintance, name: str) -> None:
    assert column(name, guest, **{name: np.array([False, True])}) == [0, 1]


def test_how_far_from_the_open_article_it_was_published_with_and_without_sign(
    guest: Acquaintance,
) -> None:
    """The open one is from 8 hours ago: 8 after it the first was published, 16 before the other."""
    opened = NOW - 8 * HOUR
    newer = column("newer_than_open", guest, open_published=opened)
    assert newer == pytest.approx([math.log(1 + 8), -math.log(1 + 16)])
    apart = column("apart_from_open", guest, open_published=opened)
    assert apart == pytest.approx([math.log(1 + 8), math.log(1 + 16)])


def test_whether_an_article_is_open_is_told_of_all(guest: Acquaintance) -> None:
    assert column("reading", guest) == [0, 0]
    assert column("reading", guest, open_published=NOW) == [1, 1]


def test_how_much_and_how_lately_is_told_of_all(guest: Acquaintance) -> None:
    habit = {"history_length": 6, "last_seen": NOW - 3 * HOUR}
    assert column("history_length", guest, **habit) == pytest.approx([math.log(1 + 6)] * 2)
    assert column("last_seen", guest, **habit) == pytest.approx([math.log(1 + 3)] * 2)
    assert column("last_seen", guest, last_seen=NOW + 60) == [0, 0]


SECONDS = st.one_of(st.just(NEVER), st.floats(0, 2 * NOW), st.floats(NOW - HOUR, NOW + HOUR))
COUNTS = arrays(np.float64, 2, elements=st.integers(0, 10**9).map(float))


@given(
    counts=st.tuples(COUNTS, COUNTS, COUNTS),
    seconds=arrays(np.float64, (5, 2), elements=SECONDS),
    opened=SECONDS,
    last_seen=SECONDS,
    who=st.sampled_from(["guest", "reader"]),
)
def test_no_feature_is_ever_infinite_or_missing(
    counts: Any, seconds: Any, opened: float, last_seen: float, who: str
) -> None:
    shown, clicked, read = counts
    first_shown, last_shown, last_clicked, last_read, published = seconds
    own = ReaderSignals(
        shown=shown,
        first_shown=first_shown,
        last_shown=last_shown,
        clicked=clicked,
        last_clicked=last_clicked,
    )
    rows = acquaintance_features(
        Acquaintance(
            own=None if who == "guest" else own,
            read=read,
            last_read=last_read,
            published=np.nan_to_num(published),
            open_published=opened,
            is_open=np.zeros(2, np.bool_),
            same_category=np.ones(2, np.bool_),
            same_subcategory=np.zeros(2, np.bool_),
            history_length=len(read),
            last_seen=last_seen,
        ),
        NOW,
    )
    assert rows.shape == (2, len(ACQUAINTANCE))
    assert np.isfinite(rows).all()
    assert (np.abs(rows) < 100).all()
