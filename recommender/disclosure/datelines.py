"""The dateline: where and when a text says that it was written, before its first sentence.

Read in English, German, French and Spanish: "May 2nd 2025.", "2 May 2025",
"LONDON, May 2 (Reuters) —", "PARIS, 2025-05-02 —". A name alone ("WASHINGTON —") is none: what
stands before a dash in capitals may as well be a heading.
"""

from __future__ import annotations

import re
from calendar import isleap
from dataclasses import dataclass
from datetime import date, timedelta

HEAD_MAX = 160
"""Characters of a text among which its dateline is looked for."""

_MONTHS = (
    "january jan januar jänner janvier janv enero ene",
    "february feb febr februar février févr febrero",
    "march mar mär märz mars marzo",
    "april apr avril avr abril abr",
    "may mai mayo",
    "june jun juni juin junio",
    "july jul juli juillet juil julio",
    "august aug août agosto ago",
    "september sept sep septembre septiembre",
    "october oct oktober okt octobre octubre",
    "november nov novembre noviembre",
    "december dec dezember dez décembre déc diciembre dic",
)
_NUMBER_OF = {name: n for n, names in enumerate(_MONTHS, start=1) for name in names.split()}
_MONTH = "|".join(sorted(_NUMBER_OF, key=len, reverse=True))

_WEEKDAYS = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag"
    r"|mittwoch|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    r"|lunes|martes|miércoles|jueves|viernes|sábado|domingo),?\s+"
)
_YEAR_AFTER_DAY = r"(?:,?\s+(?P<year_1>\d{4})\b)"
_YEAR_AFTER_MONTH = r"(?:,?\s+(?:de\s+)?(?P<year_2>\d{4})\b)"
_MONTH_AND_DAY = rf"(?P<month_1>{_MONTH})\.?\s+(?P<day_1>\d{{1,2}})(?:st|nd|rd|th)?\b"
_DAY_AND_MONTH = (
    rf"(?P<day_2>\d{{1,2}})(?:st|nd|rd|th|er|\.)?\s+(?:de\s+)?(?P<month_2>{_MONTH})\b\.?"
)
_NUMBERS = (
    r"(?P<year_3>\d{4})-(?P<month_3>\d{2})-(?P<day_3>\d{2})(?!\d)"
    r"(?:[T ]\d{2}:\d{2}(?::\d{2})?\S{0,6})?"
    r"|(?P<day_4>\d{1,2})\.(?P<month_4>\d{1,2})\.(?P<year_4>\d{4})\b"
)


def _date(years: str) -> str:
    """Return the pattern of a date; ``years`` is "" where it must name its year, "?" else."""
    written = f"{_MONTH_AND_DAY}{_YEAR_AFTER_DAY}{years}|{_DAY_AND_MONTH}{_YEAR_AFTER_MONTH}{years}"
    return rf"(?i:(?:{_WEEKDAYS})?(?:{written}|{_NUMBERS}))"


_CITY = r"[^\W\d_a-zß-ÿ](?:[^\W\d_a-zß-ÿ]|[.'’ -]){2,40}"
_COUNTRY = r",\s[^\W\d_][\w. ]{1,20}?"
_CAPITALS = rf"{_CITY}(?:{_COUNTRY})?"
_NAME = r"[^\W\d_a-zß-ÿ][\w.'’ -]{2,40}?"
_WIRE = r"(?:\([^\W_][\w ./&-]{1,30}\)|/[A-Z][\w ]{1,30}/)"
_AGENCY = (
    r"\((?:\w+[ /])?(?:Thomson )?"
    r"(?:Reuters|AP|AFP|dpa|EFE|ANSA|APA|KNA|epd|SID|UPI|PTI|ANI|IANS|Xinhua|TASS"
    r"|Interfax|Bloomberg|Kyodo|Yonhap|Europa Press|CNN|BBC)(?:[ /-]\w+)*\)"
)
_DASH = r"\s*(?:—|–|--|-)\s*"

# A dash, or a full stop, or the end of the paragraph closes a dateline. What follows must begin
# like a sentence, for "2 May 2025 was cold" and "May 2 - or later" begin sentences
# themselves.
_BEGINS = r"(?=[^\w\s]|[^\W_a-zß-ÿ]|$)"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_date('')}\s*(?:\n|$|(?:\.|—|–|--|\s-|\s\|)\s*(?:\n|$|{_BEGINS}))",
        rf"(?:{_CAPITALS},?\s+)?{_date('?')}\s*(?:{_WIRE}{_DASH}|{_AGENCY}\s+){_BEGINS}",
        rf"{_CAPITALS},?\s+{_date('?')}(?:{_DASH}|\s*\n)\s*{_BEGINS}",
        rf"(?:{_CAPITALS}\s+{_AGENCY}(?:{_DASH}|\s+)|{_NAME}\s+{_AGENCY}{_DASH}){_BEGINS}",
        rf"{_CITY}{_COUNTRY}\s+{_WIRE}{_DASH}{_BEGINS}",
    )
)


_LEAP_YEARS_APART = 8
"""Most years from one leap year to the next: 1896 and 1904."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dateline:
    """A dateline as it stood in the text.

    Parameters
    ----------
    text : str
        Its own words.
    day : date or None
        None where it names no day, or one without a year.
    yearless : tuple of int, or None
        The month and the day where it names them without a year.
    """

    text: str
    day: date | None
    yearless: tuple[int, int] | None = None

    def day_by(self, today: date) -> date | None:
        """Return the day that is meant in a text received ``today``; None where none is named.

        Without a year it is the latest such day that is not after tomorrow: at the other end of the
        world tomorrow has begun, a year ago is long past.

        Examples
        --------
        >>> Dateline(text="OSLO, 3 March —", day=None, yearless=(3, 3)).day_by(date(2026, 1, 9))
        datetime.date(2025, 3, 3)
        """
        if self.yearless is None:
            return self.day
        month, day = self.yearless
        latest = today + timedelta(days=1)
        years = range(latest.year, latest.year - _LEAP_YEARS_APART - 1, -1)
        days = (date(y, month, day) for y in years if (month, day) != (2, 29) or isleap(y))
        return next(each for each in days if each <= latest)


def split_dateline(text: str) -> tuple[Dateline | None, str]:
    r"""Return the dateline at the beginning of ``text``, and what follows it.

    Examples
    --------
    >>> split_dateline("LONDON, May 2, 2025 (Reuters) - Rain fell.")[0].day
    datetime.date(2025, 5, 2)
    >>> split_dateline("2 May 2025 was a wet day.")
    (None, '2 May 2025 was a wet day.')
    """
    start = len(text) - len(text.lstrip())
    for form in _FORMS:
        found = form.match(text, start, start + HEAD_MAX)
        if found:
            parts = {name: value for name, value in found.groupdict().items() if value}
            try:
                day, yearless = _day_of(parts)
            except ValueError:  # the thirty-first of February dates nothing
                return None, text
            dateline = Dateline(text=found[0].strip(), day=day, yearless=yearless)
            return dateline, text[found.end() :].lstrip()
    return None, text


def _day_of(parts: dict[str, str]) -> tuple[date | None, tuple[int, int] | None]:
    """Return the day that a form's groups name, or the month and day where they name no year.

    Raises
    ------
    ValueError
        No calendar has that day.
    """
    given = {name.rpartition("_")[0]: value for name, value in parts.items()}
    if "day" not in given:
        return None, None
    month = given["month"].lower()
    # A letter may match without being the same (a dotless i): such a month is none, as 0 is.
    number = int(month) if month.isdecimal() else _NUMBER_OF.get(month, 0)
    # A leap year stands in where none is named: only whether there is such a day is asked then.
    day = date(int(given.get("year", "2000")), number, int(given["day"]))
    return (day, None) if "year" in given else (None, (day.month, day.day))
