"""The days that a sentence names by their distance, in five languages."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from recommender.briefs.days import day_of, days_named

WEDNESDAY = date(2026, 10, 14)


@pytest.mark.parametrize(
    ("sentence", "days"),
    [
        ("It fell yesterday.", -1),
        ("Es fiel gestern.", -1),
        ("Elle est tombée hier soir.", -1),
        ("Cayó ayer.", -1),
        ("Den faldt i går.", -1),
        ("It falls tomorrow.", 1),
        ("Es fällt morgen.", 1),
        ("Elle tombe demain.", 1),
        ("Cae mañana.", 1),
        ("Den falder i morgen.", 1),
        ("It fell on Monday.", -2),
        ("Es fiel am Montag.", -2),
        ("Elle est tombée lundi.", -2),
        ("Cayó el lunes.", -2),
        ("Den faldt mandag.", -2),
        ("It fell last Friday.", -5),
        ("Es fiel vergangenen Freitag.", -5),
        ("Elle est tombée vendredi dernier.", -5),
        ("Cayó el viernes pasado.", -5),
        ("It falls next Wednesday.", 7),
    ],
)
def test_a_day_is_told_by_its_distance(sentence: str, days: int) -> None:
    assert days_named(sentence, WEDNESDAY) == (WEDNESDAY + timedelta(days=days),)


@pytest.mark.parametrize(("name", "days"), [("Saturday", 3), ("Sunday", -3), ("Wednesday", 0)])
def test_a_bare_weekday_is_the_nearest_one(name: str, days: int) -> None:
    assert days_named(f"It is {name}.", WEDNESDAY) == (WEDNESDAY + timedelta(days=days),)


@pytest.mark.parametrize(
    ("sentence", "days"),
    [
        ("Tickets for Sunday's draw sold out.", 4),
        ("It is shut until Sunday.", 4),
        ("It will fall on Sunday.", 4),
        ("Er bleibt bis zum Sonntag.", 4),
        ("Il est prévu pour dimanche.", 4),
        ("Cierra hasta el domingo.", 4),
        ("It fell on Sunday and will rise.", -3),
        ("It will rise, she said on Sunday.", -3),
    ],
)
def test_a_weekday_that_is_said_to_be_ahead_is_the_coming_one(sentence: str, days: int) -> None:
    assert days_named(sentence, WEDNESDAY) == (WEDNESDAY + timedelta(days=days),)


@pytest.mark.parametrize(
    ("span", "first"),
    [
        ("this week", date(2026, 10, 12)),
        ("letzte Woche", date(2026, 10, 5)),
        ("le mois dernier", date(2026, 9, 1)),
        ("el año pasado", date(2025, 1, 1)),
        ("næste måned", date(2026, 11, 1)),
    ],
)
def test_of_a_span_the_first_day_is_told(span: str, first: date) -> None:
    assert days_named(span, WEDNESDAY) == (first,)


@pytest.mark.parametrize("sentence", ["Am Morgen fiel er.", "Cayó por la mañana.", "It fell."])
def test_a_part_of_a_day_is_no_day(sentence: str) -> None:
    assert days_named(sentence, WEDNESDAY) == ()


def test_a_moment_is_of_its_day_in_utc() -> None:
    assert day_of(86_400 - 1) == date(1970, 1, 1)
    assert day_of(86_400) == date(1970, 1, 2)
