"""Days as newspapers write them: where a sentence names one, and which one it means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MONTH = "|".join(MONTHS)
_PATTERN = re.compile(
    rf"(?P<iso>\b\d{{4}}-\d\d-\d\d\b)"
    rf"|(?P<day>\b\d{{1,2}} (?:{_MONTH})(?: \d{{4}})?\b|\b(?:{_MONTH}) \d{{1,2}}\b)"
    rf"|(?P<month>(?<=[a-z] )(?:{_MONTH})(?: \d{{4}})?\b)"
    rf"|(?P<weekday>\b(?:{'|'.join(WEEKDAYS)})\b)"
    rf"|(?P<year>(?<![\d,.–-])\b(?:19|20)\d\d\b(?![\d,.–-]\d))"
)
_PAST = re.compile(r"\b(?:was|were|had|said|told|took|fell|lost|came|began|broke|\w{3,}ed)\b")
_AHEAD = re.compile(
    r"\b(?:will|would|should|shall|may|might|can|could|due|by|until|next|is|are|meets|expects?|"
    r"plans?|ahead|set|to be|before|scheduled|last)\b"
)


class DayKind(StrEnum):
    """What of a day a mention gives."""

    ISO = "iso"
    DAY = "day"
    MONTH = "month"
    WEEKDAY = "weekday"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Words of a text that name a day, a month or a year."""

    start: int
    end: int
    text: str
    kind: DayKind


def days_in(text: str) -> list[Mention]:
    """Return the mentions of days in a text, in its order.

    Examples
    --------
    >>> [each.text for each in days_in("Shut on Monday, open until 3 May; built in 1972.")]
    ['Monday', '3 May', '1972']
    """
    return [
        Mention(start=m.start(), end=m.end(), text=m[0], kind=DayKind(m.lastgroup or ""))
        for m in _PATTERN.finditer(text)
    ]


def weekday_meant(sentence: str, weekday: str, told_on: date) -> date | None:
    """Return the day that a weekday means in a sentence told on a day; None where it is open.

    The day of telling itself, or else the last such day before, where all that the sentence tells
    is past.

    Examples
    --------
    >>> weekday_meant("It closed on Monday.", "Monday", date(2026, 10, 7))
    datetime.date(2026, 10, 5)
    >>> weekday_meant("It will close on Monday.", "Monday", date(2026, 10, 7))
    """
    back = (told_on.weekday() - WEEKDAYS.index(weekday)) % 7
    if back == 0 or is_past(sentence):
        return told_on - timedelta(days=back)
    return None


def day_meant(sentence: str, day: int, month: int, told_on: date) -> date | None:
    """Return the day that a day of a month means: the last such one, where the sentence is past."""
    if not is_past(sentence):
        return None
    this_year = date(told_on.year, month, day)
    return this_year if this_year <= told_on else date(told_on.year - 1, month, day)


def is_past(sentence: str) -> bool:
    """Tell whether a sentence tells of the past alone, by its verbs.

    Examples
    --------
    >>> is_past("It closed."), is_past("It closed and will open."), is_past("It opens.")
    (True, False, False)
    """
    return bool(_PAST.search(sentence)) and not _AHEAD.search(sentence)


def in_english(day: date) -> str:
    """Return a day as ``5 October``."""
    return f"{day.day} {MONTHS[day.month - 1]}"
