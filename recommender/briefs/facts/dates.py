"""Days, weeks, months and years that a text tells, resolved against the day of its publishing.

Read in English, German, French, Spanish and Danish: ISO and dotted dates, "14 October 2026",
"October 14th", months and years alone, weekdays, "yesterday", "last week".
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from recommender.briefs.calendar_names import MONTH_NUMBER, MONTHS, WEEKDAY_NUMBER
from recommender.briefs.facts import number_words
from recommender.briefs.facts.spans import is_free

_ALONE = sorted({*MONTHS["en"].split(), *MONTHS["de"].split()})
"""Months whose capital tells that they are one even where no day stands beside them."""

_ENGLISH = [*MONTHS["en"].split(), *(name[:3] for name in MONTHS["en"].split()), "Sept"]
"""Months as they stand before their day, with a capital: "he may 5 times" is no date."""

_RELATIVE = {
    **dict.fromkeys(("today", "tonight", "heute", "aujourd'hui", "hoy", "i dag"), 0),
    **dict.fromkeys(("yesterday", "gestern", "hier", "ayer", "i går"), -1),
    **dict.fromkeys(("tomorrow", "demain", "i morgen"), 1),
}
_YEAR_DAYS = 366
_SPELT = {
    word: int(value)
    for word in number_words.up_to_99()
    for value in number_words.readings(word)
    if value in range(1, 32)
}
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A date as it was told.

    Parameters
    ----------
    periods : tuple of (date, date)
        First and last day of each period that it can mean.
    is_relative : bool
        Whether it means another day when it is said on another day, a weekday's name apart.
    """

    start: int
    end: int
    periods: tuple[tuple[date, date], ...]
    is_relative: bool = False

    @property
    def is_year(self) -> bool:
        """Whether no more than a year was told."""
        first, last = self.periods[0]
        return (last - first).days >= _YEAR_DAYS - 2

    def agrees(self, told: Dated) -> bool:
        """Tell whether one of the told periods lies within one of these."""
        return any(
            first <= told_first and told_last <= last
            for first, last in self.periods
            for told_first, told_last in told.periods
        )


def _any(names: Sequence[str]) -> str:
    return "(?:" + "|".join(sorted(map(re.escape, names), key=len, reverse=True)) + ")"


_NAMED = _any(list(MONTH_NUMBER))
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?P<year>1[5-9]\d\d|20\d\d)"
_NTH = r"(?:st|nd|rd|th|er|\.)?"
_NO_MORE = r"(?![\d:]|[.,]\d| ?%)"
_OF = r"(?: of| de)?"
_BEFORE = r"(?<![\w.,:/-])"
_PATTERNS = [
    re.compile(pattern, flags)
    for pattern, flags in (
        (_BEFORE + _YEAR + r"-(?P<month>0?[1-9]|1[0-2])-" + _DAY + r"(?!\d)", 0),
        (_BEFORE + _DAY + r"[./](?P<month>0?[1-9]|1[0-2])[./]" + _YEAR + r"(?!\d)", 0),
        (
            rf"{_BEFORE}{_DAY}{_NTH}{_OF} (?P<name>{_NAMED})\b\.?(?:,?{_OF} {_YEAR}(?!\d))?",
            re.IGNORECASE,
        ),
        (
            rf"\b(?P<name>{_any(_ENGLISH)})\.? (?:the )?{_DAY}{_NTH}{_NO_MORE}(?:,? {_YEAR})?",
            0,
        ),
        (
            rf"\b(?P<spelt>{_any(list(_SPELT))})(?: of)? (?P<name>{_NAMED})\b(?:,? {_YEAR}(?!\d))?",
            re.IGNORECASE,
        ),
        (rf"\b(?P<name>{_NAMED})\.?,?(?: de| of)? {_YEAR}(?!\d)", re.IGNORECASE),
        (rf"(?<![\w])(?P<name>{_any(_ALONE)})(?!\w)", 0),
        (rf"(?<![\w.,€$£-]){_YEAR}(?![\w%]|[.,:]\d| ?%| per ?cent)", 0),
        (rf"\b(?P<when>last |next )?(?P<weekday>{_any(list(WEEKDAY_NUMBER))})s?\b", re.IGNORECASE),
        (rf"\b(?P<relative>{_any(list(_RELATIVE))})\b", re.IGNORECASE),
        (r"\b(?P<which>last|this|next) (?P<unit>week|month|year)\b", re.IGNORECASE),
    )
]


def dates(text: str, day: date) -> list[Dated]:
    """Find the dates of a text that :func:`~.typography.plain` has been over, in order.

    Parameters
    ----------
    day : date
        When it was published. A day or month without a year is the nearest before or after; so is a
        weekday, or that very day.

    Examples
    --------
    >>> [found.periods for found in dates("It broke on Tuesday.", date(2026, 10, 6))]
    [((datetime.date(2026, 10, 6), datetime.date(2026, 10, 6)),)]
    """
    found: list[Dated] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if not is_free(match.start(), match.end(), found):
                continue
            told = {name: value for name, value in match.groupdict().items() if value}
            periods = tuple(_periods(told, day))
            if periods:
                relative = "relative" in told or "unit" in told
                start, end = match.span()
                found.append(Dated(start=start, end=end, periods=periods, is_relative=relative))
    return sorted(found, key=lambda dated: dated.start)


def _periods(told: dict[str, str], day: date) -> Iterator[tuple[date, date]]:
    """Yield the periods that the parts of a date can mean."""
    if "weekday" in told:
        yield from _weekdays(
            WEEKDAY_NUMBER[told["weekday"].lower()], told.get("when", "").lower(), day
        )
    elif "relative" in told:
        then = day + timedelta(days=_RELATIVE[told["relative"].lower()])
        yield then, then
    elif "unit" in told:
        yield _unit(
            told["unit"].lower(), ("last", "this", "next").index(told["which"].lower()), day
        )
    else:
        yield from _of_calendar(told, day)


def _of_calendar(told: dict[str, str], day: date) -> Iterator[tuple[date, date]]:
    """Yield the days, months or years of the calendar that are meant."""
    years = [int(told["year"])] if "year" in told else range(day.year - 1, day.year + 2)
    month = MONTH_NUMBER[told["name"].lower()] if "name" in told else int(told.get("month", 0))
    for year in years:
        length = calendar.monthrange(year, month or 12)[1]
        spelt = _SPELT.get(told.get("spelt", "").lower())
        first = int(told.get("day", spelt or 1))
        last = first if spelt or "day" in told else length
        if last > length:
            continue
        period = date(year, month or 1, first), date(year, month or 12, last)
        if "year" in told or abs((period[0] - day).days) < _YEAR_DAYS:
            yield period


def _weekdays(weekday: int, when: str, day: date) -> Iterator[tuple[date, date]]:
    """Yield the nearest days of that name that are meant."""
    back = timedelta(days=(day.weekday() - weekday) % 7)
    if not back and not when:
        yield day, day
        return
    if when != "next ":
        last = day - (back or _WEEK)
        yield last, last
    if when != "last ":
        following = day - back + _WEEK
        yield following, following


def _unit(unit: str, which: int, day: date) -> tuple[date, date]:
    """Return the last (0), this (1) or the next (2) week, month or year."""
    by = which - 1
    if unit == "week":
        monday = day - timedelta(days=day.weekday()) + by * _WEEK
        return monday, monday + timedelta(days=6)
    if unit == "year":
        return date(day.year + by, 1, 1), date(day.year + by, 12, 31)
    year, month = divmod(day.year * 12 + day.month - 1 + by, 12)
    return date(year, month + 1, 1), date(year, month + 1, calendar.monthrange(year, month + 1)[1])
