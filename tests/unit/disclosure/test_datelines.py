"""Datelines: read in four languages at the beginning of a text, and nowhere else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.disclosure.datelines import Dateline, split_dateline

SECOND_OF_MAY = date(2025, 5, 2)


@pytest.mark.parametrize(
    "dateline",
    [
        "May 2nd 2025.",
        "May 2, 2025.",
        "2 May 2025.",
        "2 May 2025 —",
        "Friday, May 2, 2025.",
        "2025-05-02.",
        "2025-05-02T10:00:00Z –",
        "2. Mai 2025.",
        "02.05.2025 –",
        "Freitag, 2. Mai 2025.",
        "2 mai 2025 —",
        "2 de mayo de 2025.",
        "LONDON, May 2, 2025 (Reuters) —",
        "NEW YORK, 2 May 2025 –",
        "PARIS, May 2, 2025 /PRNewswire/ --",
        "WASHINGTON, D.C., May 2, 2025 (AP) -",
    ],
)
def test_a_dateline_gives_its_day_and_leaves_the_text(dateline: str) -> None:
    found, rest = split_dateline(f"{dateline} Rain fell.")
    assert found is not None
    assert (found.text, found.day, rest) == (dateline, SECOND_OF_MAY, "Rain fell.")


@pytest.mark.parametrize(
    "dateline",
    [
        "LONDON, Nov 2 (Reuters) —",
        "Nov 2 (Reuters) -",
        "OSLO, 2 Nov —",
        "OSLO, 2 November (Wire) —",
        "2. November (dpa)",
        "2. November (dpa) -",
    ],
)
def test_a_dateline_without_a_year_gives_the_month_and_the_day(dateline: str) -> None:
    found, rest = split_dateline(f"{dateline} Rain fell.")
    assert found == Dateline(text=dateline, day=None, yearless=(11, 2))
    assert rest == "Rain fell."


@pytest.mark.parametrize(
    ("month_and_day", "today", "meant"),
    [
        ((3, 3), date(2026, 3, 4), date(2026, 3, 3)),
        ((11, 12), date(2026, 3, 4), date(2025, 11, 12)),
        ((3, 6), date(2026, 3, 4), date(2025, 3, 6)),
        ((3, 4), date(2026, 3, 4), date(2026, 3, 4)),
        ((3, 5), date(2026, 3, 4), date(2026, 3, 5)),
        ((1, 1), date(2025, 12, 31), date(2026, 1, 1)),
        ((2, 29), date(2026, 3, 4), date(2024, 2, 29)),
        ((2, 29), date(1903, 12, 31), date(1896, 2, 29)),
    ],
)
def test_a_day_without_a_year_is_the_latest_that_may_have_begun(
    month_and_day: tuple[int, int], today: date, meant: date
) -> None:
    dateline = Dateline(text="", day=None, yearless=month_and_day)
    assert dateline.day_by(today) == meant


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 1, 1)), st.dates())
def test_any_day_without_a_year_is_found_in_the_past(today: date, day: date) -> None:
    meant = Dateline(text="", day=None, yearless=(day.month, day.day)).day_by(today)
    assert meant is not None
    assert (meant.month, meant.day) == (day.month, day.day)
    assert meant <= today + timedelta(days=1)


def test_a_year_that_is_named_is_the_year() -> None:
    assert Dateline(text="", day=SECOND_OF_MAY).day_by(date(2020, 1, 1)) == SECOND_OF_MAY


@pytest.mark.parametrize(
    "dateline",
    [
        "LONDON (Reuters) -",
        "BERLIN (AP) —",
        "Berlin (dpa/lno) -",
        "LANSING (WWJ/AP) -",
        "NARITA, Japan (AP)",
        "SOUTH WINDSOR, Conn. (WFSB) -",
    ],
)
def test_a_dateline_without_a_day_gives_none(dateline: str) -> None:
    found, rest = split_dateline(f"{dateline} Rain fell.")
    assert found is not None
    assert (found.text, found.day_by(SECOND_OF_MAY), rest) == (dateline, None, "Rain fell.")


@pytest.mark.parametrize("end", ["\n", "\n\n", ""])
def test_a_date_that_is_a_paragraph_of_its_own_is_a_dateline(end: str) -> None:
    found, rest = split_dateline(f"2 May 2025{end}")
    assert found is not None
    assert (found.day, rest) == (SECOND_OF_MAY, "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2 May 2025 was a wet day.",
        "May 2nd 2025 was a wet day.",
        "2 May 2025 - or a day later - rain fell.",
        "May 2. That was the day.",
        "May 2025. Rain fell.",
        "February 31st 2025. Rain fell.",
        "31.02.2025 – Regen fiel.",
        "2 apr\u0131l 2025. Rain fell.",
        "2 augu\u017ft 2025. Rain fell.",
        "BREAKING — Rain fell.",
        "NVIDIA (NVDA) — Shares fell.",
        "Bread (white) - Prices fell.",
        "Rain fell. 2 May 2025.",
    ],
)
def test_a_sentence_is_no_dateline(text: str) -> None:
    assert split_dateline(text) == (None, text)


FORMS = ("{0:%Y-%m-%d}", "{0.day} March {0:%Y}", "March {0.day}, {0:%Y}")


@given(st.dates(min_value=date(1900, 1, 1)), st.sampled_from(FORMS))
def test_any_day_is_read_back(day: date, form: str) -> None:
    day = day if "%m" in form else day.replace(month=3)
    found, _ = split_dateline(form.format(day) + ". Rain fell.")
    assert found is not None
    assert found.day == day


@given(st.text(max_size=300))
def test_nothing_is_lost_or_raised_by_any_text(text: str) -> None:
    found, rest = split_dateline(text)
    assert text.endswith(rest)
    assert found is None or found.text in text
