"""What stands in quotation marks: English, German, French, Danish, straight and unclosed ones."""

from __future__ import annotations

import re
from dataclasses import dataclass

from recommender.briefs.facts.typography import words

_PAIRS = (
    ("“", "”"),
    ("„", "“”"),
    ("«", "»"),
    ("»", "«"),
    ("”", "”"),
    ("‚", "‘'"),  # noqa: RUF001
    ("「", "」"),
    ("『", "』"),
    ('"', '"'),
)
_DOUBLE = re.compile(
    "|".join(f"{opening}([^{opening}{closing}]*)[{closing}]" for opening, closing in _PAIRS)
)
_SINGLE = re.compile(r"(?<!\w)['‘](?=\S)((?:[^'‘“”\"]|(?<=\w)'(?=\w))*[^\s'‘])'(?!\w)")  # noqa: RUF001
_OPEN = re.compile(r"(?:^|(?<=[\s(\[]))[“„«\"](?=\S)")
_OMISSION = re.compile(r"\[[^\]]*\]|\(\s*(?:\.\.\.|…)\s*\)|\.\.\.|…")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """Words in quotation marks.

    Parameters
    ----------
    start, end : int
        The marks included.
    closed : bool
        False where the mark at its end is wanting: it is then read up to the text's end.
    """

    text: str
    start: int
    end: int
    closed: bool = True

    def told_by(self, told: tuple[str, ...]) -> bool:
        """Tell whether the words stand in the told ones, each part in one run and in this order.

        Parts are what omissions (…) and additions [in brackets] leave.
        """
        place = 0
        for part in _OMISSION.split(self.text):
            found = _place(tuple(words(part)), told, place)
            if found is None:
                return False
            place = found
        return True


def quotations(text: str) -> list[Quotation]:
    """Find the quotations of a text that :func:`~.typography.plain` has been over, in order.

    >>> [found.text for found in quotations('He called it "a thank-you" and “a farewell”.')]
    ['a thank-you', 'a farewell']
    """
    found = [
        Quotation(text=next(filter(None, match.groups()), ""), start=match.start(), end=match.end())
        for pattern in (_DOUBLE, _SINGLE)
        for match in pattern.finditer(text)
    ]
    found = _outermost(found)
    rest = _OPEN.search(text, found[-1].end if found else 0)
    if rest:
        left = Quotation(text=text[rest.end() :], start=rest.start(), end=len(text), closed=False)
        found.append(left)
    return found


def _outermost(found: list[Quotation]) -> list[Quotation]:
    """Leave out what stands inside another quotation."""
    kept: list[Quotation] = []
    for quotation in sorted(found, key=lambda quotation: (quotation.start, -quotation.end)):
        if not kept or quotation.start >= kept[-1].end:
            kept.append(quotation)
    return kept


def _place(part: tuple[str, ...], told: tuple[str, ...], start: int) -> int | None:
    """Return the place after the first run of these words from `start`, else None."""
    for place in range(start, len(told) - len(part) + 1):
        if told[place : place + len(part)] == part:
            return place + len(part)
    return None
