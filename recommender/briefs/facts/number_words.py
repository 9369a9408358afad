"""Numbers written out in English: "eight thousand", "two-thirds", "a dozen", "four point five"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

_SMALL_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_SMALL = _SMALL_WORDS.split()
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_UNITS = {
    **{word: number for number, word in enumerate(_SMALL)},
    **{word: 20 + 10 * number for number, word in enumerate(_TENS)},
}
_ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fifth": 5,
    "eighth": 8,
    "ninth": 9,
    "twelfth": 12,
    **{
        word + "th": number
        for word, number in _UNITS.items()
        if word in {"four", "six", "seven", "ten", "eleven"} or word.endswith("teen")
    },
    **{word[:-1] + "ieth": number for word, number in _UNITS.items() if word in _TENS},
}
_SCALES = {
    "dozen": 12,
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 10**9,
    "trillion": 10**12,
}
_PARTS = {
    "half": 2,
    "halves": 2,
    "quarter": 4,
    "quarters": 4,
    **{
        ordinal + many: n
        for ordinal, n in _ORDINALS.items()
        if n not in {1, 2}
        for many in ("", "s")
    },
}

# "First" by itself counts nothing: "at first", "first came the fire".
_VALUE = "|".join(sorted({*_UNITS, *_ORDINALS, *_SCALES, *_PARTS}, key=len, reverse=True))
WORDED = re.compile(
    rf"(?<![\w'])(?:an?[ -](?={'|'.join([*_SCALES, *_PARTS])}))?"
    rf"(?:{_VALUE})(?:(?:[ -]and[ -]a[ -]|[ -]and[ -]|[ -]point[ -]|[ -])(?:{_VALUE}))*(?!\w)",
    re.IGNORECASE,
)
"""A run of words that may be a number."""


def readings(run: str) -> frozenset[Fraction]:
    """Return what a run of number words can mean; nothing where it is no number.

    >>> sorted(readings("nine thousand and forty-one"))
    [Fraction(9041, 1)]
    >>> sorted(readings("third"))
    [Fraction(1, 3), Fraction(3, 1)]
    """
    parts = [part for part in re.split(r"[ -]", run.lower()) if part != "and"]
    if "point" in parts:
        return _pointed(parts)
    parts = [part for part in parts if part not in {"a", "an"}]
    if len(parts) > 1 and parts[-1] in _PARTS:
        return _parted(parts)
    value = _cardinal(parts)
    part = _PARTS.get(parts[-1]) if len(parts) == 1 else None
    told = {Fraction(1, part)} if part else set()
    return frozenset(told | ({value} if value is not None else set()))


def up_to_99() -> list[str]:
    """Return the words, with a hyphen where they are two, for one to 99 and for first to 99th."""
    small = [word for word in (*_UNITS, *_ORDINALS) if word != "zero"]
    digits = [*_SMALL[1:10], *(o for o, n in _ORDINALS.items() if n < 10)]  # noqa: PLR2004
    return [*small, *(f"{tens}-{digit}" for tens in _TENS for digit in digits)]


def _cardinal(parts: Sequence[str]) -> Fraction | None:
    """Return the value of number words without fractions."""
    total = current = Fraction(0)
    for part in parts:
        if part in _UNITS or part in _ORDINALS:
            current += Fraction({**_UNITS, **_ORDINALS}[part])
        elif part in {"dozen", "hundred"}:
            current = max(current, Fraction(1)) * _SCALES[part]
        elif part in _SCALES:
            total += max(current, Fraction(1)) * _SCALES[part]
            current = Fraction(0)
        else:
            return None
    return total + current


def _parted(parts: Sequence[str]) -> frozenset[Fraction]:
    """Return what "two thirds", "four and a half" or "twenty third" can mean."""
    count = _cardinal(parts[:-1])
    if count is None:
        return frozenset()
    part = Fraction(1, _PARTS[parts[-1]])
    told = {count * part}
    if (part == Fraction(1, 2) and count > 1) or parts[-1] == "quarter":
        told.add(count + part)
    if parts[-1] in _ORDINALS and count >= 20:  # noqa: PLR2004 - twenty-third, not two-third
        told.add(count + _ORDINALS[parts[-1]])
    return frozenset(told)


def _pointed(parts: Sequence[str]) -> frozenset[Fraction]:
    """Return what "one point three five million" means."""
    place = parts.index("point")
    scale = _SCALES.get(parts[-1], 1)
    digits = parts[place + 1 :] if scale == 1 else parts[place + 1 : -1]
    whole = _cardinal(parts[:place])
    if whole is None or not digits or any(_UNITS.get(digit, 100) > 99 for digit in digits):  # noqa: PLR2004
        return frozenset()
    decimals = "".join(str(_UNITS[digit]) for digit in digits)
    return frozenset({(whole + Fraction(int(decimals), 10 ** len(decimals))) * scale})
