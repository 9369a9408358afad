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

# The longer names first: "per cent" begins "per cent points".
_SHARES = {
    "points": (
        r"(?:percentage|per ?cent|%|pct)[ -]points?|prozentpunkte?n?|points? de pourcentage"
        r"|puntos? porcentual(?:es)?|procentpoint"
    ),
    "‰": r"‰|per ?mille|promille",
    "%": r"%|per ?cent|prozent|pour ?cent|por ciento|procent|pct",
}
_CURRENCIES = {
    "€": r"€|euros?|eur",
    "$": r"\$|dollars?|usd",
    "£": r"£|pounds?|gbp",
    "¥": r"¥|yen",
    "kr": r"kroner|kronor|kr",
}
_SCALES = (
    (10**15, r"quadrillions?|billiarden?|billiards?"),
    (10**12, r"trillions?|tn|billionen|billón|billones"),
    (10**9, r"billions?|bn|b|milliarden?|milliards?|milliarder|mrd\.?|mia\.?|mil millones"),
    (10**7, r"crores?"),
    (10**6, r"million(?:en|er|s)?|mio\.?|millón|millones|m|mn"),
    (10**5, r"lakhs?"),
    (10**3, r"thousand|tausend|mille|mil|tusind|k"),
)
_SCALE = "|".join(pattern for _, pattern in _SCALES)
_SCALED = rf"(?:[ -]?(?P<scale>{_SCALE})(?![\w]))?"
_SIGN = r"[€$£¥]|(?:eur|usd|gbp)"
_DIGITS = (
    rf"(?<![\w.^])(?P<sign>(?:{_SIGN}) ?)?(?<![\d.,])"
    r"(?P<digits>\d{1,3}(?P<part>[,.' ])\d{3}(?:(?P=part)\d{3})*(?:[.,]\d+)?(?!\d)"
    r"|\d+(?:[.,]\d+)?)(?![\d^])"
    rf"(?:(?P<ordinal>st|nd|rd|th)\b|{_SCALED})"
)
_NUMBER = re.compile(_DIGITS, re.IGNORECASE)
_FRACTION = re.compile(
    r"(?<![\w.,/\u2044^-])(?:(?P<whole>\d{1,3}) )?(?P<over>\d)(?:\u2044|(?<=[1-3])/(?=[2-4]))"
    rf"(?P<under>10|[2-9])(?![\d/]){_SCALED}",
    re.IGNORECASE,
)
_UNITS = {**_SHARES, **_CURRENCIES}
_UNIT = re.compile(rf"[ -]?(?P<unit>{'|'.join(_UNITS.values())})(?!\w)", re.IGNORECASE)
_LONGEST = 30
"""Characters of a number in digits; what is longer counts nothing."""
_TIME = re.compile(
    r"(?<![\w.,:])(?P<hour>[01]?\d|2[0-4])(?:(?:[:.h])(?P<minute>[0-5]\d))?"
    r"(?: ?(?P<half>[ap])\.?m\b\.?|(?<=\d[:h]\d\d)| ?(?P<clock>uhr|o'clock))(?![\w:])",
    re.IGNORECASE,
)
_PRONOUN_BEFORE = re.compile(
    r"(?:\b(?:no|any|every|each|some|this|that|which|the|another|not|my|your|his|her|its|our|their)"
    r"|'s) $",
    re.IGNORECASE,
)
_PRONOUN_AFTER = re.compile(
    rf" (?:of(?! (?:\d|(?:{'|'.join(number_words.up_to_99())})\b))|another|day|who|that)\b",
    re.IGNORECASE,
)
_SHORT_SCALES = frozenset("mk")
_MEASURED = re.compile(r"[ -](?:tall|high|long|wide|deep|thick|away)\b", re.IGNORECASE)
"""What stands behind metres, and not behind millions."""

_NEGATIVE = re.compile(r"(?:(?:^|[\s(])(?<!\d )-|\bminus )(?:[€$£¥] ?)?$", re.IGNORECASE)
_BELOW_ZERO = re.compile(
    r" ?(?:°|degrees?|grad|degrés|grados|grader)?(?: ?[CF]\b| celsius| fahrenheit)?"
    r" (?:below|under|unter) (?:zero|freezing|null)\b",
    re.IGNORECASE,
)
_AT_LEAST = (
    "more than|over|at least|no fewer than|no less than|not less than|mehr als|mindestens|plus de|"
    "au moins|más de|al menos|mere end|mindst"
)
_AT_MOST = (
    "up to|at most|fewer than|less than|under|no more than|not more than|as many as|as much as|"
    "nearly|almost|weniger als|bis zu|höchstens|fast|knapp|moins de|jusqu'à|près de|presque|"
    "menos de|hasta|casi|mindre end|op til|næsten"
)
_BOUND = re.compile(
    rf"\b(?:(?P<least>{_AT_LEAST})|(?:{_AT_MOST}))"
    r" (?:(?:an?|the|about|some|around|estimated) )*(?:[€$£¥] ?)?$",
    re.IGNORECASE,
)
_REACH = 40
"""Characters before a number in which its sign and its bound are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number as it was told.

    Parameters
    ----------
    readings : frozenset
        What it can mean.
    unit : str or None
        A currency's sign, %, ‰ or "points" of a percentage; None where none stands beside it.
    is_negative : bool
        Whether a minus stands before it, or "below zero" behind.
    bound : int
        1 for "at least", -1 for "up to", 0 where nothing of the kind is told.
    """

    start: int
    end: int
    readings: frozenset[Reading]
    unit: str | None = None
    is_negative: bool = False
    bound: int = 0

    def agrees(self, told: Number) -> bool:
        """Tell whether both can mean one thing, in one unit where both tell theirs.

        What was told as "-3%" may be said to have fallen by 3%; with "-12 degrees" that is not so.
        """
        same_unit = self.unit is None or told.unit is None or self.unit == told.unit
        same_sign = self.is_negative == told.is_negative or (
            told.is_negative and told.unit is not None
        )
        opposite = self.bound * told.bound < 0
        same_value = not self.readings.isdisjoint(told.readings)
        return same_value and same_unit and same_sign and not opposite


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
    for reading in (_times, _fractions, _in_digits, _in_words):
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


def _fractions(text: str) -> Iterator[Number]:
    for match in _FRACTION.finditer(text):
        value = int(match["whole"] or 0) + Fraction(int(match["over"]), int(match["under"]))
        scaled = value * _scale((match["scale"] or "").lower())
        yield _with_unit(text, match.start(), match.end(), {scaled}, None)


def _in_digits(text: str) -> Iterator[Number]:
    for match in _NUMBER.finditer(text):
        values = _values(match["digits"]) if len(match["digits"]) <= _LONGEST else set()
        scale = (match["scale"] or "").lower()
        readings: set[Reading] = {value * _scale(scale) for value in values}
        if scale in _SHORT_SCALES and not match["sign"]:
            is_measured = _MEASURED.match(text, match.end())
            readings = set(values) if is_measured else readings | values
        elif not scale and re.fullmatch(r"\d{1,2}\.\d\d", match["digits"]):
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
    """Return the number with the unit, the sign and the bound that stand before or after it."""
    after = _UNIT.match(text, end)
    unit = _unit(sign.strip()) if sign else None
    if after and not unit:
        end = after.end()
        unit = _unit(after["unit"])
    before = text[max(0, start - _REACH) : start]
    bound = _BOUND.search(before)
    below = _BELOW_ZERO.match(text, end)
    return Number(
        start=start,
        end=below.end() if below else end,
        readings=frozenset(readings),
        unit=unit,
        is_negative=bool(below or _NEGATIVE.search(before)),
        bound=0 if not bound else 1 if bound["least"] else -1,
    )


def _unit(word: str) -> str:
    return next(unit for unit, names in _UNITS.items() if re.fullmatch(names, word, re.IGNORECASE))


def _scale(word: str) -> int:
    """Return what a word makes of the number before it; 1 where there is no word."""
    return next((scale for scale, names in _SCALES if re.fullmatch(names, word)), 1)


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
