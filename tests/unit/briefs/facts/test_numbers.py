from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.briefs.facts.dates import dates
from recommender.briefs.facts.numbers import Number, numbers
from recommender.briefs.facts.typography import plain


def _only(text: str) -> Number:
    (number,) = numbers(plain(text))
    return number


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("8,914", "8914"),
        ("8,914", "8.914"),
        ("8,914", "eight thousand nine hundred and fourteen"),
        ("1.234.567,5", "1,234,567.5"),
        ("14 000", "14,000"),
        ("4.2m", "4.2 million"),
        ("4.2 million", "4,200,000"),
        ("1.35 million", "one point three five million"),
        ("$3 billion", "3,000,000,000 dollars"),
        ("€40,000", "40,000 euros"),
        ("6.1 percent", "6.1%"),
        ("40 per cent", "40 Prozent"),
        ("two-thirds", "two thirds"),
        ("a dozen", "12"),
        ("two dozen", "24"),
        ("forty-one thousand", "41,000"),
        ("the 21st", "twenty-first"),
        ("a 4.50-crown fee", "4.5 crowns"),
        ("7pm", "19:00"),
        ("3 a.m.", "3:00"),
        ("20.35 Uhr", "20:35"),
        ("half", "a half"),
    ],
)
def test_one_number_written_in_two_ways_agrees(text: str, other: str) -> None:
    assert _only(text).agrees(_only(other))
    assert _only(other).agrees(_only(text))


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("8,914", "8,941"),
        ("4.2 million", "42 million"),
        ("4.2 million", "4.2 billion"),
        ("eight", "eighty"),
        ("two-thirds", "a third"),
        ("7am", "7pm"),
        ("$40", "€40"),
        ("40%", "40 euros"),
    ],
)
def test_different_numbers_do_not_agree(text: str, other: str) -> None:
    assert not _only(text).agrees(_only(other))


@pytest.mark.parametrize("dash", ["-", "–", "—", "−"])
def test_a_score_is_two_numbers_whatever_the_dash(dash: str) -> None:
    found = numbers(plain(f"They won 5{dash}4."))
    assert [set(number.readings) for number in found] == [{Fraction(5)}, {Fraction(4)}]


@pytest.mark.parametrize("text", ["No one came.", "One of them fell.", "At first it rained."])
def test_pronouns_and_the_first_count_nothing(text: str) -> None:
    assert numbers(text) == []


def test_what_was_read_as_a_date_is_no_number() -> None:
    text = "On 14 October 23 fell ill."
    found = numbers(text, dates(text, date(2026, 10, 15)))
    assert [set(number.readings) for number in found] == [{Fraction(23)}]


@given(st.text(alphabet="0123456789.,:'- %mk€ and", max_size=200))
def test_no_row_of_digits_and_marks_breaks_the_reading(text: str) -> None:
    for number in numbers(plain(text)):
        assert number.readings


@given(st.integers(min_value=0, max_value=10**12))
def test_separators_of_thousands_never_change_a_number(value: int) -> None:
    assert _only(f"{value:,}").agrees(_only(str(value)))
