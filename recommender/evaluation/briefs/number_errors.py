"""Planted errors: a number changed into another that reads as well.

The new one counts nothing of the same kind anywhere in the event's sources.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from random import Random

from recommender.evaluation.briefs.numerals import HUNDRED, Numeral, in_words, numerals_in
from recommender.evaluation.briefs.told import Told, is_quoted, put, upper_first

_BOUND = re.compile(
    r"\b(?:[Mm]ore than|[Oo]ver|[Aa]t least|[Uu]p to|[Ff]ewer than|[Ll]ess than|[Uu]nder|[Ww]ithin|"
    r"[Nn]early|[Aa]lmost|[Oo]nly|[Tt]op) $"
)
MOST_TIMES = 5.0
"""Another number of the story is put in where it is at most as many times larger or smaller."""

_OTHER_SCALE = {
    "million": "billion",
    "billion": "million",
    "thousand": "million",
    "hundred": "thousand",
}


def number_misread(told: Told, chance: Random) -> str | None:
    """Change a digit by one, or two neighbours in turn; a number in words into one near it."""

    def misread(number: Numeral) -> list[str]:
        if number.is_figures:
            scale = f" {number.scale}" if number.scale else ""
            return [each + scale for each in _misread(number.amount, chance)]
        step = chance.choice((-3, -2, -1, 1, 2, 3))
        return [in_words(max(2, int(number.value) + step))] if number.value < HUNDRED else []

    return _changed(told, misread, chance)


def scale_changed(told: Told, chance: Random) -> str | None:
    """Say "billion" for "million", and the like."""

    def scaled(number: Numeral) -> list[str]:
        return [f"{number.amount} {_OTHER_SCALE[number.scale]}"] if number.scale else []

    return _changed(told, scaled, chance)


def number_of_the_story(told: Told, chance: Random) -> str | None:
    """Put another number of the event's sources, of about the size, in the place of one."""
    known = numerals_in(told.reading.text)

    def others(number: Numeral) -> list[str]:
        fit = [
            each.text.lower()
            for each in known
            if each.is_figures is number.is_figures
            and number.value / MOST_TIMES <= each.value <= number.value * MOST_TIMES
        ]
        return [chance.choice(fit)] if fit else []

    return _changed(told, others, chance)


def numbers_exchanged(told: Told, chance: Random) -> str | None:
    """Exchange two numbers of a sentence that count different things."""
    text, numbers = told.text, _changeable(told)
    pairs = [
        (first, second)
        for first, second in pairwise(numbers)
        if first.is_figures is second.is_figures
        and first.value != second.value
        and first.role != second.role
        and not re.search(r"\b(?:from|between) $", text[: first.start])  # a range has no order
    ]
    if not pairs:
        return None
    first, second = chance.choice(pairs)
    between, after = text[first.end : second.start], text[second.end :]
    return upper_first(
        f"{text[: first.start]}{second.text.lower()}{between}{first.text.lower()}{after}"
    )


def _changed(told: Told, others: Callable[[Numeral], list[str]], chance: Random) -> str | None:
    """Put one of others in the place of a number so that it counts what no source counts so."""
    known, numbers = numerals_in(told.reading.text), _changeable(told)
    chance.shuffle(numbers)
    ways = (
        (number, put(told.text, number.start, number.end, each))
        for number in numbers
        for each in others(number)
    )
    return next((text for number, text in ways if _is_wrong(text, number, known)), None)


def _changeable(told: Told) -> list[Numeral]:
    """Return the numbers outside quotations, those behind a bound apart.

    "More than 400" may be true of another number as well.
    """
    return [
        each
        for each in numerals_in(told.text)
        if not is_quoted(told.text, each.start) and not _BOUND.search(told.text[: each.start])
    ]


def _misread(amount: str, chance: Random) -> list[str]:
    """Return figures with one digit off by one, and with two neighbours in turn."""
    digits = [place for place, each in enumerate(amount) if each.isdigit()]
    place = chance.choice(digits)
    step = 1 if amount[place] in "01" else -1 if amount[place] == "9" else chance.choice((-1, 1))
    ways = [amount[:place] + str(int(amount[place]) + step) + amount[place + 1 :]]
    turned = [
        amount[:here]
        + amount[there]
        + amount[here + 1 : there]
        + amount[here]
        + amount[there + 1 :]
        for here, there in pairwise(digits)
        if amount[here] != amount[there] and not (here == digits[0] and amount[there] == "0")
    ]
    ways += [chance.choice(turned)] if turned else []
    return chance.sample(ways, len(ways))


def _is_wrong(text: str, before: Numeral, known: list[Numeral]) -> bool:
    """Tell whether the number that came in counts what no source counts so."""
    after = next((each for each in numerals_in(text) if each.start == before.start), None)
    return (
        after is not None
        and after.value != before.value
        and all((each.value, each.role) != (after.value, after.role) for each in known)
    )
