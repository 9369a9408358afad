"""The dateline of a brief: the day in words, and words that the feed reads back."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from recommender.briefs.datelines import dateline_of
from recommender.disclosure.datelines import split_dateline


def _at(year: int, month: int, day: int, hour: int = 12) -> float:
    return datetime(year, month, day, hour, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "1 March 2025"),
        ("de", "1. März 2025"),
        ("fr", "1er mars 2025"),
        ("es", "1 de marzo de 2025"),
        ("fi", "2025-03-01"),
        ("", "2025-03-01"),
        (None, "2025-03-01"),
    ],
)
def test_the_day_is_told_in_words_of_the_language(language: str | None, told: str) -> None:
    assert dateline_of(_at(2025, 3, 1), language) == told


def test_only_the_first_of_a_french_month_is_an_ordinal() -> None:
    assert dateline_of(_at(2025, 3, 21), "fr") == "21 mars 2025"


@pytest.mark.parametrize("tag", ["de-AT", "DE", "de_CH"])
def test_a_language_is_known_whatever_its_region_and_case(tag: str) -> None:
    assert dateline_of(_at(2025, 3, 2), tag) == "2. März 2025"


def test_the_day_is_that_of_utc() -> None:
    assert dateline_of(_at(2025, 12, 31, 23), "en") == "31 December 2025"
    assert dateline_of(_at(2026, 1, 1, 0), "en") == "1 January 2026"


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "fi"])
@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_is_read_back_as_a_dateline(language: str, month: int) -> None:
    dateline = dateline_of(_at(2025, month, 1), language)
    found, rest = split_dateline(f"{dateline} — Rain fell.")
    assert found is not None
    assert (found.day, rest) == (date(2025, month, 1), "Rain fell.")
