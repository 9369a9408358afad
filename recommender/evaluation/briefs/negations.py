"""Planted errors: a "not" put into a sentence, or taken out of it."""

from __future__ import annotations

import re
from random import Random

from recommender.evaluation.briefs.told import Told, outside_quotations, put

_PARTICIPLE = r"(?:been|\w+(?:ed|en|wn))\b"
_ADDED = (
    (re.compile(r"\b(?:is|are|was|were|will|would|must|should)(?= [a-z])(?! not\b)"), "{} not"),
    (re.compile(rf"\b(?:has|have|had)(?= {_PARTICIPLE})"), "{} not"),
    (re.compile(r"\b(?:said|confirmed|announced)(?= that\b)"), "denied"),
    (re.compile(r"\bwith(?= (?:a|the)\b)"), "without"),
)
_LEFT_OUT = (
    (re.compile(r"(?<=[a-z]) (?:not|never)(?= [a-z])(?! (?:only|just|until|least)\b)"), ""),
    (re.compile(r"\b(is|are|was|were|has|have|had|did|would|could|should)n['’]t\b"), r"\1"),
    (re.compile(r"\bwithout(?= [a-z])"), "with"),
    (re.compile(r"\b[Nn]o (?=[a-z]+s\b)"), ""),
    (re.compile(r"\bdenied(?= that\b)"), "said"),
)


def negation_added(told: Told, chance: Random) -> str | None:
    """Say of something that it is not, or that it was denied; not in a quotation."""
    choices = [
        put(told.text, found.start(), found.end(), words.format(found[0]))
        for pattern, words in _ADDED
        for found in outside_quotations(told.text, pattern)
    ]
    return chance.choice(choices) if choices else None


def negation_dropped(told: Told, chance: Random) -> str | None:
    """Leave out a negation, outside quotations."""
    choices = [
        put(told.text, found.start(), found.end(), found.expand(words))
        for pattern, words in _LEFT_OUT
        for found in outside_quotations(told.text, pattern)
    ]
    return chance.choice(choices) if choices else None
