"""Planted errors: a day, month or year changed, or "yesterday" for a weekday that was not."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from random import Random

from recommender.evaluation.briefs.days import (
    MONTHS,
    WEEKDAYS,
    DayKind,
    Mention,
    days_in,
    weekday_meant,
)
from recommender.evaluation.briefs.told import Told, is_quoted, put

_BOUND = re.compile(r"\b(?:by|until|before|up to|within|after|from)(?: \w+)? $", re.IGNORECASE)
_SHIFTS = (-7, -3, -2, -1, 1, 2, 3, 7, 10)


def day_changed(told: Told, chance: Random) -> str | None:
    """Change a weekday, a day, a month or a year; say "yesterday" where it was another day.

    A day behind a bound ("by Friday") is left: another could be true as well. The new one is
    named nowhere in the sentence.
    """
    mentions = [
        each
        for each in days_in(told.text)
        if not is_quoted(told.text, each.start) and not _BOUND.search(told.text[: each.start])
    ]
    if not mentions:
        return None
    mention = chance.choice(mentions)
    ways = [each for each in _other_days(told, mention, chance) if each != told.text]
    return chance.choice(ways) if ways else None


def _other_days(told: Told, mention: Mention, chance: Random) -> list[str]:
    match mention.kind:
        case DayKind.WEEKDAY:
            return _weekdays(told, mention, chance)
        case DayKind.ISO:
            shifted = date.fromisoformat(mention.text) + timedelta(days=chance.choice(_SHIFTS))
            words = [shifted.isoformat()]
        case DayKind.YEAR:
            words = [_year(mention.text, chance)]
        case _:
            words = _parts(mention.text, chance)
    return [put(told.text, mention.start, mention.end, each) for each in words]


def _weekdays(told: Told, mention: Mention, chance: Random) -> list[str]:
    text = told.text
    if re.match(r" \d", text[mention.end :]):  # "Monday 5 October": the date says it too
        return []
    told_too = {each.text for each in days_in(text)}
    others = [each for each in WEEKDAYS if each not in told_too]
    ways = [put(text, mention.start, mention.end, chance.choice(others))]
    if told_of_yesterday := _yesterday(told, mention):
        ways.append(told_of_yesterday)
    return ways


def _yesterday(told: Told, mention: Mention) -> str | None:
    """Say "yesterday" for "on Monday", where Monday was the eve of no day that a source is of."""
    text, start = told.text, mention.start - len("on ")
    meant = weekday_meant(text, mention.text, told.day)
    days = {datetime.fromtimestamp(s.published_at, UTC).date() for s in told.reading.event.sources}
    if meant is None or meant + timedelta(days=1) in days or text[start : mention.start] != "on ":
        return None
    part = re.match(r" (?:morning|afternoon|evening)\b", text[mention.end :])
    following = text[mention.end :]
    is_possessive = following.startswith(("'", "’")) or (
        not part and following.startswith(" night")
    )
    return None if is_possessive else put(text, start, mention.end, "yesterday")


def _parts(words: str, chance: Random) -> list[str]:
    """Return a date with another day, and with another month, and with another year if any."""
    parts = words.split()
    ways = []
    for place, part in enumerate(parts):
        other = list(parts)
        if part in MONTHS:
            other[place] = chance.choice(_near_months(part))
        elif len(part) == len("2026"):
            other[place] = _year(part, chance)
        else:
            other[place] = chance.choice([str(d) for d in range(1, 29) if str(d) != part])
        ways.append(" ".join(other))
    return ways


def _near_months(month: str) -> list[str]:
    place = MONTHS.index(month)
    return [MONTHS[(place + step) % 12] for step in (-2, -1, 1, 2)]


def _year(year: str, chance: Random) -> str:
    return str(int(year) + chance.choice((-10, -3, -2, -1, 1, 2, 3)))
