from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.briefs.facts.dates import Dated, dates
from recommender.briefs.facts.typography import plain

WEDNESDAY = date(2026, 10, 14)


def _only(text: str, day: date = WEDNESDAY) -> Dated:
    (found,) = dates(plain(text), day)
    return found


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-14",
        "14.10.2026",
        "14/10/2026",
        "14 October 2026",
        "14th October",
        "the 14th of October",
        "October 14th",
        "October 14, 2026",
        "Oct. 14",
        "the fourteenth of October",
        "am 14. Oktober",
        "le 14 octobre 2026",
        "el 14 de octubre de 2026",
        "den 14. oktober",
        "on Wednesday",
        "am Mittwoch",
        "mercredi",
        "today",
        "heute",
    ],
)
def test_a_day_is_one_day_in_whatever_form(text: str) -> None:
    assert (WEDNESDAY, WEDNESDAY) in _only(text).periods


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("yesterday", date(2026, 10, 13), date(2026, 10, 13)),
        ("tomorrow", date(2026, 10, 15), date(2026, 10, 15)),
        ("last Friday", date(2026, 10, 9), date(2026, 10, 9)),
        ("next Wednesday", date(2026, 10, 21), date(2026, 10, 21)),
        ("last week", date(2026, 10, 5), date(2026, 10, 11)),
        ("next month", date(2026, 11, 1), date(2026, 11, 30)),
        ("last year", date(2025, 1, 1), date(2025, 12, 31)),
        ("in 2007", date(2007, 1, 1), date(2007, 12, 31)),
        ("until June 2030", date(2030, 6, 1), date(2030, 6, 30)),
    ],
)
def test_a_relative_or_rough_date_is_resolved_on_the_day_of_publishing(
    text: str, first: date, last: date
) -> None:
    assert _only(text).periods == ((first, last),)


def test_a_weekday_can_be_the_one_before_or_after() -> None:
    assert [first for first, _ in _only("on Monday").periods] == [
        date(2026, 10, 12),
        date(2026, 10, 19),
    ]


def test_a_wider_date_agrees_with_a_narrower_one_and_not_the_other_way() -> None:
    month, day = _only("in October 2026"), _only("on 14 October")
    assert month.agrees(day)
    assert not day.agrees(month)


@pytest.mark.parametrize("other", ["15 October", "14 November", "14 October 2024", "Thursday"])
def test_another_day_does_not_agree(other: str) -> None:
    assert not _only(other).agrees(_only("Wednesday"))


@pytest.mark.parametrize(
    "text", ["It may rain.", "The march began.", "31 sheep", "1,998 people", "€2020", "he may 5"]
)
def test_words_and_numbers_that_look_like_dates_are_none(text: str) -> None:
    assert dates(text, WEDNESDAY) == []


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2090, 1, 1)))
def test_every_day_is_read_from_its_iso_form(day: date) -> None:
    assert _only(day.isoformat(), day).periods == ((day, day),)


def test_an_iso_date_needs_no_leading_zeros() -> None:
    assert _only("2026-5-4").periods == ((date(2026, 5, 4), date(2026, 5, 4)),)
