"""Rephrasing that keeps the meaning: numbers, days, names and set phrases written another way.

Nothing within quotation marks is touched: a quotation is faithful only word for word.
"""

from __future__ import annotations

import re
from datetime import date
from random import Random

from recommender.evaluation.briefs.days import (
    MONTHS,
    DayKind,
    Mention,
    day_meant,
    days_in,
    in_english,
    weekday_meant,
)
from recommender.evaluation.briefs.names import Name, NameKind, words_of_name
from recommender.evaluation.briefs.numerals import (
    THOUSAND,
    Numeral,
    in_figures,
    in_words,
    numerals_in,
)
from recommender.evaluation.briefs.told import Told, is_quoted, outside_quotations, put

_PHRASES = (
    (r"\b[Ss]ome (?=[\d,.]+\b)", "about "),
    (r"\b[Aa]bout (?=[\d,.]+\b)", "around "),
    (r"\b[Aa]round (?=[\d,.]+\b)", "roughly "),
    (r"\b[Rr]oughly (?=[\d,.]+\b)", "approximately "),
    (r"\b[Mm]ore than (?=[\d,.]+\b)", "over "),
    (r"\b[Ff]ewer than (?=[\d,.]+\b)", "under "),
    (r"\b[Nn]early\b", "almost"),
    (r"(?<=\d) per ?cent\b", "%"),
    (r"\bper cent\b", "percent"),
    (r"\bannually\b", "a year"),
    (r"\bdaily\b", "a day"),
    (r"\b[Bb]egan\b", "started"),
    (r"\bsaid\b", "stated"),
    (r"\bsays\b", "states"),
    (r"\bcalled off\b", "cancelled"),
    (r"\bemployees\b", "workers"),
    (r"\b[Bb]ecause\b", "since"),
    (r"\balthough\b", "though"),
    (r"\bas well as\b", "and"),
    (r"\bpurchase\b", "acquisition"),
)
_BEFORE_A_NAME = re.compile(r"[A-Z]\w+[ -]$|\bin $|[–-]$")


def number_rewritten(told: Told, chance: Random) -> str | None:
    """Write a number in words for figures or the other way, or its scale in full."""
    choices = [
        (each, way)
        for each in numerals_in(told.text)
        if not is_quoted(told.text, each.start)
        and not _BEFORE_A_NAME.search(told.text[: each.start])
        and not re.match(r"–|-\d| dozen", told.text[each.end :])
        for way in _ways_to_write(each, told.text[each.end :])
    ]
    if not choices:
        return None
    number, words = chance.choice(choices)
    return put(told.text, number.start, number.end, words)


def day_rewritten(told: Told, chance: Random) -> str | None:
    """Write a day in another form: the weekday as its date, a date as ISO 8601 has it."""
    choices = [
        changed
        for each in days_in(told.text)
        if not is_quoted(told.text, each.start)
        for changed in _ways_to_date(told, each)
    ]
    return chance.choice(choices) if choices else None


def name_rewritten(told: Told, chance: Random) -> str | None:
    """Call a person by the surname alone, or by the full name for the surname."""
    choices = [
        changed
        for each in told.reading.names
        if each.kind is NameKind.PERSON and _is_clear(each, told.reading.names)
        for changed in _ways_to_call(told.text, each.text)
    ]
    return chance.choice(choices) if choices else None


def phrase_replaced(told: Told, chance: Random) -> str | None:
    """Put another set phrase of the same meaning in the place of one."""
    choices = [
        (found, other)
        for pattern, other in _PHRASES
        for found in outside_quotations(told.text, re.compile(pattern))
    ]
    if not choices:
        return None
    found, other = chance.choice(choices)
    return put(told.text, found.start(), found.end(), other)


def _ways_to_write(number: Numeral, after: str) -> list[str]:
    is_percentage = re.match(r" ?%", after) is not None
    is_whole = number.value == int(number.value)
    if not number.is_figures:
        scale = f" {number.scale}" if number.scale else ""
        small = number.value < THOUSAND and number.scale is not None
        amount = number.value if small else number.value / _unit(number.scale)
        return [in_figures(amount) + ("" if small else scale)]
    ways: list[str] = []
    if number.scale == "billion":
        ways.append(f"{in_figures(number.value / 1e6)} million")
    if number.scale is None and is_whole and number.value < THOUSAND and not is_percentage:
        ways.append(in_words(int(number.value)))
    if number.scale is None and is_whole and number.value % THOUSAND == 0:
        thousands = int(number.value) // THOUSAND
        ways += (
            [f"{thousands} thousand", f"{in_words(thousands)} thousand"]
            if 0 < thousands < THOUSAND
            else []
        )
    if number.scale == "million" and is_whole and "." not in number.amount:
        ways += [in_figures(number.value), f"{number.amount}m"]
    # "A 40-metre gap": words would need their own hyphens, figures of a scale would not fit.
    return [] if after.startswith("-") else ways


def _unit(scale: str | None) -> float:
    return {None: 1.0, "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9}[scale]


def _ways_to_date(told: Told, mention: Mention) -> list[str]:
    text, before = told.text, told.text[: mention.start]
    if not before.lower().endswith(("on ", "since ")) or text[mention.end :].startswith(("'", "’")):
        return []
    if mention.kind is DayKind.WEEKDAY and before.lower().endswith("on "):
        meant = weekday_meant(text, mention.text, told.day)
        return _ways_to_date_a_weekday(text, mention, meant) if meant else []
    if mention.kind is DayKind.DAY and mention.text[0].isdigit():
        return _ways_to_date_a_day(told, mention)
    return []


def _ways_to_date_a_weekday(text: str, mention: Mention, meant: date) -> list[str]:
    part = re.match(r" (morning|afternoon|evening|night)\b", text[mention.end :])
    if part:
        of = f"the {part[1]} of {in_english(meant)}"
        return [put(text, mention.start, mention.end + part.end(), of)]
    ways = (
        in_english(meant),
        f"{in_english(meant)} {meant.year}",
        f"{mention.text} {in_english(meant)}",
        meant.isoformat(),
    )
    return [put(text, mention.start, mention.end, each) for each in ways]


def _ways_to_date_a_day(told: Told, mention: Mention) -> list[str]:
    day, month, *year = mention.text.split()
    ways = [] if year else [f"{month} {day}"]
    number = MONTHS.index(month) + 1
    meant = None if year else day_meant(told.text, int(day), number, told.day)
    if meant is not None:
        ways += [f"{in_english(meant)} {meant.year}", meant.isoformat()]
    return [put(told.text, mention.start, mention.end, each) for each in ways]


def _is_clear(person: Name, names: tuple[Name, ...]) -> bool:
    """Tell whether the surname means this person alone, and no firm or town."""
    surname = person.text.rpartition(" ")[2]
    return all(
        each is person or words_of_name(surname).isdisjoint(words_of_name(each.text))
        for each in names
    )


def _ways_to_call(text: str, person: str) -> list[str]:
    surname = person.rpartition(" ")[2]
    full = [*outside_quotations(text, re.compile(rf"\b{re.escape(person)}\b"))]
    alone = re.compile(rf"(?<![-–\w])(?:M(?:r|s|rs) )?{re.escape(surname)}\b(?![-–]\w| [A-Z])")
    if full:
        return [put(text, each.start(), each.end(), surname) for each in full]
    return [put(text, each.start(), each.end(), person) for each in outside_quotations(text, alone)]
