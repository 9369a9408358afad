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
        ("5½ per cent", "5.5%"),
        ("5½", "five and a half"),
        ("⅔", "two-thirds"),
        ("2 1/2 million", "2.5 million"),
        ("2 Milliarden", "2 billion"),
        ("2 mil millones", "2 billion"),
        ("3 lakh", "300,000"),
        ("$5B", "5 billion dollars"),
        ("EUR7777", "€7,777"),
        ("5m tall", "5"),
        ("3 percentage points", "3 Prozentpunkte"),
        ("3 percentage points", "3"),
        ("-12 degrees", "minus 12 degrees"),
        ("-12", "12 degrees below zero"),
        ("more than 300", "at least 300"),
        ("up to €300", "nearly €300"),
        ("up to 300", "300"),
        ("no more than 300", "up to 300"),
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
        ("5½", "51"),
        ("5½", "51.2"),
        ("2 billion", "2"),
        ("2 Billionen", "2 billion"),
        ("1,000 crore", "1,000"),
        ("1,000 lakh", "1,000"),
        ("2 quadrillion", "2"),
        ("2 billones", "2 billion"),
        ("2 Milliarden", "2 million"),
        ("5m tall", "5 million"),
        ("£5m", "£5"),
        ("3%", "3 percentage points"),
        ("10%", "10‰"),
        ("10%", "10 per mille"),
        ("-12 degrees", "12 degrees"),
        ("12 degrees below zero", "12 degrees"),
        ("up to 300", "more than 300"),
        ("up to 300", "no fewer than 300"),
        ("almost 300", "at least 300"),
        ("no more than 300", "more than 300"),
    ],
)
def test_different_numbers_do_not_agree(text: str, other: str) -> None:
    assert not _only(text).agrees(_only(other))


def test_what_was_told_with_a_minus_may_have_fallen_but_not_the_other_way_round() -> None:
    assert _only("fell by 3.2%").agrees(_only("-3.2%"))
    assert not _only("-3.2%").agrees(_only("rose by 3.2%"))


@pytest.mark.parametrize("text", ["9" * 5_000, "0." + "9" * 5_000, "1" + ",000" * 2_000, "10²"])
def test_a_row_of_digits_without_end_and_a_power_are_no_numbers(text: str) -> None:
    assert numbers(plain(f"He counted {text} crowns.")) == []


@pytest.mark.parametrize("dash", ["-", "–", "—", "−"])
def test_a_score_is_two_numbers_whatever_the_dash(dash: str) -> None:
    found = numbers(plain(f"They won 5{dash}4."))
    assert [set(number.readings) for number in found] == [{Fraction(5)}, {Fraction(4)}]


@pytest.mark.parametrize(
    "text",
    [
        "No one came.",
        "One of them fell.",
        "They hurt one another.",
        "Their one cable broke.",
        "The town's one doctor left.",
        "One of the drivers fell.",
        "At first it rained.",
        "Une grève et un feu.",
        "Eine Brücke und ein Turm.",
    ],
)
def test_pronouns_and_the_first_count_nothing(text: str) -> None:
    assert numbers(text) == []


@pytest.mark.parametrize("text", ["one of 3", "one of three", "one in three", "one to 3"])
def test_one_is_a_number_where_it_is_set_against_another(text: str) -> None:
    assert [set(number.readings) for number in numbers(text)] == [{Fraction(1)}, {Fraction(3)}]


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
