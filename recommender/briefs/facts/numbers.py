"""Numbers in digits and in words, with their units: "8,914", "4.2m", "two-thirds", "6.1 percent".

Thousands and decimals are read the English and the continental way, so that "1.234" can be either
and agrees with both. Words are read in English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from recommender.briefs.facts import number_words
from recommender.briefs.facts.spans import Span, is_free

Reading = Fraction | tuple[int, int]
"""A value, or a time of the day as hour and minute."""

_PERCENT = r"%|per ?cent|percentage points?|prozent|pour ?cent|por ciento|procent|pct"
_CURRENCIES = {
    "€": r"€|euros?|eur",
    "$": r"\$|dollars?|usd",
    "£": r"£|pounds?|gbp",
    "¥": r"¥|yen",
    "kr": r"kroner|kronor|kr",
}
_SCALES = (
    (10**3, r"thousand|tausend|mille|mil|tusind|k"),
    (
        10**6,
        r"million(?:en|er|s)?|mio\.?|millón|millones|m|mn",
    ),
    (10**9, r"billions?|bn|milliarden?|milliards?|milliarder|mrd\.?|mia\.?"),
    (10**12, r"trillions?|tn"),
)
_SCALE = "|".join(pattern for _, pattern in _SCALES)
_SIGN = r"[€$£¥]"
_DIGITS = (
    rf"(?<![\w.])(?P<sign>{_SIGN} ?)?(?<![\d.,])"
    r"(?P<digits>\d{1,3}(?P<part>[,.' ])\d{3}(?:(?P=part)\d{3})*(?:[.,]\d+)?(?!\d)"
    r"|\d+(?:[.,]\d+)?)"
    rf"(?:(?P<ordinal>st|nd|rd|th)\b|(?:[ -]?(?P<scale>{_SCALE})(?![\w])))?"
)
_NUMBER = re.compile(_DIGITS, re.IGNORECASE)
_UNIT = re.compile(
    rf"[ -]?(?:(?P<percent>{_PERCENT})|(?P<currency>{'|'.join(_CURRENCIES.values())}))(?!\w)",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?<![\w.,:])(?P<hour>[01]?\d|2[0-4])(?:(?:[:.h])(?P<minute>[0-5]\d))?"
    r"(?: ?(?P<half>[ap])\.?m\b\.?|(?<=\d[:h]\d\d)| ?(?P<clock>uhr|o'clock))(?![\w:])",
    re.IGNORECASE,
)
_PRONOUN_BEFORE = re.compile(
    r"\b(?:no|any|every|each|some|this|that|which|the|another|not) $", re.IGNORECASE
)
_PRONOUN_AFTER = re.compile(r" (?:of|another|day|who|that)\b", re.IGNORECASE)
_SHORT_SCALES = frozenset("mk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number as it was told.

    Parameters
    ----------
    readings : frozenset
        What it can mean.
    unit : str or None
        A currency's sign or %; None where neither stands beside it.
    """

    start: int
    end: int
    readings: frozenset[Reading]
    unit: str | None = None

    def agrees(self, told: Number) -> bool:
        """Tell whether both can mean one thing, in one unit where both tell theirs."""
        same_unit = self.unit is None or told.unit is None or self.unit == told.unit
        return same_unit and not self.readings.isdisjoint(told.readings)


def numbers(text: str, taken: Sequence[Span] = ()) -> list[Number]:
    """Find the numbers of a text that :func:`~.typography.plain` has been over, in order.

    "One" is left out where it is a pronoun, and "first" always.

    Parameters
    ----------
    taken : sequence of Span
        Places that were read as something else, such as dates.

    Examples
    --------
    >>> [sorted(found.readings) for found in numbers("8,914 people, two dozen shops")]
    [[Fraction(4457, 500), Fraction(8914, 1)], [Fraction(24, 1)]]
    """
    found: list[Number] = []
    for reading in (_times, _in_digits, _in_words):
        for number in reading(text):
            if number.readings and is_free(number.start, number.end, [*taken, *found]):
                found.append(number)
    return sorted(found, key=lambda number: number.start)


def _times(text: str) -> Iterator[Number]:
    for match in _TIME.finditer(text):
        hour, minute = int(match["hour"]), int(match["minute"] or 0)
        half = (match["half"] or "").lower()
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        yield Number(start=match.start(), end=match.end(), readings=frozenset({(hour, minute)}))


def _in_digits(text: str) -> Iterator[Number]:
    for match in _NUMBER.finditer(text):
        values = _values(match["digits"])
        scale = (match["scale"] or "").lower()
        readings: set[Reading] = set(values)
        if scale:
            readings = {value * _scale(scale) for value in values}
            readings |= values if scale in _SHORT_SCALES else set()
        elif re.fullmatch(r"\d{1,2}\.\d\d", match["digits"]):
            hour, minute = map(int, match["digits"].split("."))
            readings.add((hour, minute))
        yield _with_unit(text, match.start(), match.end(), readings, match["sign"])


def _in_words(text: str) -> Iterator[Number]:
    for match in number_words.WORDED.finditer(text):
        start, end = match.span()
        if not _counts_nothing(text, start, end):
            yield _with_unit(text, start, end, set(number_words.readings(match[0])), None)


def _counts_nothing(text: str, start: int, end: int) -> bool:
    """Tell whether a word is the pronoun "one", or "first"."""
    word = text[start:end].lower()
    pronoun = _PRONOUN_BEFORE.search(text[max(0, start - 8) : start]) or _PRONOUN_AFTER.match(
        text, end
    )
    return word == "first" or (word == "one" and pronoun is not None)


def _with_unit(text: str, start: int, end: int, readings: set[Reading], sign: str | None) -> Number:
    """Return the number with the unit that stands before or after it."""
    after = _UNIT.match(text, end)
    unit = sign.strip() if sign else None
    if after and not unit:
        end = after.end()
        unit = "%" if after["percent"] else _currency(after["currency"])
    return Number(start=start, end=end, readings=frozenset(readings), unit=unit)


def _currency(word: str) -> str:
    return next(
        sign for sign, names in _CURRENCIES.items() if re.fullmatch(names, word, re.IGNORECASE)
    )


def _scale(word: str) -> int:
    return next(scale for scale, names in _SCALES if re.fullmatch(names, word))


def _values(digits: str) -> set[Fraction]:
    """Return what digits mean with separators read the English and the continental way."""
    values = set()
    for thousands, decimal in ((",", "."), (".", ","), ("'", "."), (" ", ".")):
        bare = digits.replace(thousands, "").replace(" ", "").replace("'", "")
        grouped = re.fullmatch(rf"\d{{1,3}}(?:[{thousands} ']\d{{3}})+(?:\{decimal}\d+)?", digits)
        if grouped or thousands not in digits:
            bare = bare.replace(decimal, ".")
            if re.fullmatch(r"\d+(?:\.\d+)?", bare):
                values.add(Fraction(bare))
    return values
