"""Numbers as newspapers write them: found in a sentence, and spelt in figures or in words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from recommender.evaluation.briefs.days import days_in

# fmt: off
_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen",
    "sixteen", "seventeen", "eighteen", "nineteen",
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
# fmt: on
_VALUES = {word: n for n, word in enumerate(_SMALL)} | {
    word: 20 + 10 * n for n, word in enumerate(_TENS)
}
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9}

HUNDRED = 100
THOUSAND = 1_000

_FIGURES = r"(?<![\w:.,])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w:])|(?<![\w:.,])\d+(?:\.\d+)?(?![\w:])"
_BELOW = (
    rf"(?:(?:{'|'.join(_TENS)})(?:-(?:{'|'.join(_SMALL[1:10])}))?|{'|'.join(reversed(_SMALL))})\b"
)
_SPELT = rf"\b(?:(?:{'|'.join(_SMALL[1:10])}) hundred and {_BELOW}|{_BELOW})"
_PATTERN = re.compile(
    rf"(?:(?P<figures>{_FIGURES})|(?P<spelt>{_SPELT}))(?:[ -](?P<scale>{'|'.join(_SCALES)})\b)?",
    re.IGNORECASE,
)
_ROLE = re.compile(r"[ -]?(per ?cent|%|[A-Za-z]+)")
_NO_QUANTITY = re.compile(r"^(?: ?[ap]\.?m\.?\b| o'clock| to (?:four|five|six|seven|eight)\b)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeral:
    """A number in a text.

    Parameters
    ----------
    amount : str
        It without its scale, as it is written.
    scale : str or None
        "million", say, as a word after the amount.
    value : float
        Both together.
    role : str
        The word after it: what it counts.
    """

    start: int
    end: int
    text: str
    amount: str
    scale: str | None
    value: float
    role: str

    @property
    def is_figures(self) -> bool:
        """Whether it is written in digits."""
        return self.amount[0].isdigit()


def numerals_in(text: str) -> list[Numeral]:
    """Return the numbers of a text in its order, without those of days and times of day.

    "One" alone is left out: it is a pronoun more often than a number.

    Examples
    --------
    >>> numerals_in("Some two hundred and twelve thousand left.")[0].value
    212000.0
    >>> found = numerals_in("By 3 May, nine million crowns, 4.5 per cent, went to one of 12.")
    >>> [(each.text, each.value, each.role) for each in found]
    [('nine million', 9000000.0, 'crowns'), ('4.5', 4.5, 'per cent'), ('12', 12.0, '')]
    """
    days = [range(each.start, each.end) for each in days_in(text)]
    found = (_numeral(text, match) for match in _PATTERN.finditer(text))
    return [
        each
        for each in found
        if each.amount.lower() not in ("one", "zero")
        and not any(each.start in day for day in days)
        and not _NO_QUANTITY.match(text[each.end :])
    ]


def in_words(number: int) -> str:
    """Return a whole number under a thousand in British words.

    Examples
    --------
    >>> in_words(12), in_words(45), in_words(340), in_words(200)
    ('twelve', 'forty-five', 'three hundred and forty', 'two hundred')
    """
    if number < len(_SMALL):
        return _SMALL[number]
    if number < HUNDRED:
        tens, rest = _TENS[number // 10 - 2], number % 10
        return f"{tens}-{_SMALL[rest]}" if rest else tens
    hundreds, rest = f"{_SMALL[number // HUNDRED]} hundred", number % HUNDRED
    return f"{hundreds} and {in_words(rest)}" if rest else hundreds


def in_figures(number: float) -> str:
    """Return a number in digits with commas at the thousands.

    Examples
    --------
    >>> in_figures(38000.0), in_figures(2.5)
    ('38,000', '2.5')
    """
    return f"{number:,.0f}" if number == int(number) else f"{number:,}"


def _numeral(text: str, match: re.Match[str]) -> Numeral:
    amount, scale = match["figures"] or match["spelt"], match["scale"]
    role = _ROLE.match(text, match.end())
    return Numeral(
        start=match.start(),
        end=match.end(),
        text=match[0],
        amount=amount,
        scale=scale.lower() if scale else None,
        value=_value(amount) * (_SCALES[scale.lower()] if scale else 1.0),
        role=role[1].lower().replace("percent", "per cent").replace("%", "per cent")
        if role
        else "",
    )


def _value(amount: str) -> float:
    if amount[0].isdigit():
        return float(amount.replace(",", ""))
    hundreds, _, rest = amount.lower().rpartition(" hundred and ")
    below = sum(_VALUES[word] for word in rest.split("-"))
    return float(below + (HUNDRED * _VALUES[hundreds] if hundreds else 0))
