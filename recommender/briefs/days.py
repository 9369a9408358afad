"""The days that a sentence names by their distance: "on Tuesday", "yesterday", "last month".

Such words mean something else when they are read on another day. A bare weekday is taken as the
nearest one, up to three days back or ahead; as the coming one where it is said to be ahead: "for
Saturday", "will meet on Saturday".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from recommender.briefs.calendar_names import MONTHS, WEEKDAY_NUMBER


def day_of(seconds: float) -> date:
    """Return the day of a moment in seconds since the epoch, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).date()


def days_named(sentence: str, told_on: date) -> tuple[date, ...]:
    """Return what a sentence's words for days and spans mean where it is told on that day.

    Parameters
    ----------
    sentence : str
        In English, German, French, Spanish or Danish.

    Returns
    -------
    tuple of date
        In the order of the sentence; of a week, month or year its first day.

    Examples
    --------
    >>> told = days_named("It fell on Friday and rose today.", date(2026, 10, 5))
    >>> [day.isoformat() for day in told]
    ['2026-10-02', '2026-10-05']
    """
    return tuple(_resolved(sentence, told_on))


def _resolved(sentence: str, told_on: date) -> Iterator[date]:
    for found in _DAY.finditer(sentence.casefold()):
        if found["near"]:
            yield told_on + timedelta(days=_NEAR[found["near"]])
        elif span := found["span"] or found["roman_span"]:
            yield _SPANS[span](told_on, _SHIFT.get(found["before"] or found["after"], 0))
        else:
            yield _weekday(found, told_on)


def _weekday(found: re.Match[str], told_on: date) -> date:
    ahead = (WEEKDAY_NUMBER[found["weekday"]] - told_on.weekday()) % 7
    shift = _SHIFT.get(found["lead"] or found["trail"], 0)
    if shift < 0:
        return told_on + timedelta(days=ahead - 7)
    if shift > 0:
        return told_on + timedelta(days=ahead or 7)
    is_ahead = ahead <= _NEAREST or _AHEAD.search(found.string, 0, found.start())
    return told_on + timedelta(days=ahead if is_ahead else ahead - 7)


def _week(told_on: date, shift: int) -> date:
    return told_on + timedelta(days=7 * shift - told_on.weekday())


def _month(told_on: date, shift: int) -> date:
    months = told_on.year * 12 + told_on.month - 1 + shift
    return date(months // 12, months % 12 + 1, 1)


def _year(told_on: date, shift: int) -> date:
    return date(told_on.year + shift, 1, 1)


_NEAREST = 3
"""Days up to which a bare weekday lies ahead."""

_NEAR = {
    phrase: days
    for days, phrases in {
        -2: "vorgestern|avant-hier|anteayer|i forgårs",
        -1: "yesterday|last night|gestern|hier soir|hier matin|ayer|anoche|i går",
        0: "today|tonight|this morning|this afternoon|this evening|heute|aujourd'hui|aujourd’hui"
        "|ce matin|ce soir|hoy|esta mañana|esta tarde|esta noche|i dag",
        1: "tomorrow|morgen|demain|mañana|i morgen",
        2: "übermorgen|après-demain|pasado mañana|i overmorgen",
    }.items()
    for phrase in phrases.split("|")
}
_SHIFT = {
    word: shift
    for shift, words in {
        -1: "last past previous letzten letzter letzte letztes vergangenen vergangener vergangene"
        " vergangenes dernier dernière passé passée pasado pasada sidste forrige",
        1: "next coming following nächsten nächster nächste nächstes kommenden kommender kommende"
        " kommendes prochain prochaine próximo próxima næste",
    }.items()
    for word in words.split()
}
_SPANS = {
    name: first_day
    for first_day, names in {
        _week: "week woche semaine semana uge",
        _month: "month monat mois mes måned",
        _year: "year jahr an année año år season spring summer autumn winter "
        + MONTHS["en"].lower(),
    }.items()
    for name in names.split()
}
_SHIFTS = "|".join(_SHIFT)
_NAMED = "|".join(WEEKDAY_NUMBER)
_AHEAD = re.compile(
    r"\b(?:(?:for|until|till|bis|für|pour|d'ici|jusqu'à|para|hasta|til|indtil)"
    r"(?: (?:the|zum|den|dem|el))?"
    # What will be is told of the same clause: "it will meet on Saturday".
    r"|(?:will|shall|is to|are to|is due|are due|wird|werden|skal)\b[^,;:.!?]*) $"
)
"""What stands before a weekday that is ahead."""
_THIS = "this|diese|dieser|diesen|diesem|dieses|cette|ce|esta|este|denne|dette"
_DAY = re.compile(
    # "In the morning" is of no day: "am Morgen", "por la mañana".
    rf"(?<!\bam )(?<!\bla )\b(?P<near>{'|'.join(sorted(_NEAR, key=len, reverse=True))})\b"
    rf"|\b(?:(?P<lead>{_SHIFTS}) )?(?P<weekday>{_NAMED})(?: (?P<trail>{_SHIFTS}))?\b"
    rf"|\b(?:(?P<before>{_SHIFTS}|{_THIS}) (?P<span>{'|'.join(_SPANS)})\b)"
    rf"|\b(?:la|le|l'|l’|el)\s?(?P<roman_span>{'|'.join(_SPANS)}) (?P<after>{_SHIFTS})\b"
)
