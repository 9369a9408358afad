"""Planted errors: a name put in the place of another, or two of them exchanged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from random import Random

from recommender.evaluation.briefs.names import Name, NameKind
from recommender.evaluation.briefs.told import Told, outside_quotations, put

_SYMMETRIC = re.compile(
    r"^\W*(?:and|or|nor|with|to|near|plus|alongside|as well as)\W"
    r"|\b(?:and|or|each other)\W*$|\bbetween\b"
)
_BEFORE_A_NOUN = re.compile(r"(?:\b(?:[Tt]he|[Aa]n?|[Ii]ts|[Tt]heir|new|revived)|['’]s) $")
_NO_NOUN = re.compile(
    r"(?![ ][a-z])|[ ](?:was|were|is|are|has|had|will|would|and|or|of|in|on|at|by|to|"
    r"for|from|with|as|but|while|when|after|before|who|which|that|needs|wants|said|says)\b"
)


def name_of_the_event(told: Told, chance: Random) -> str | None:
    """Put another name of the same event and kind in the place of one."""
    return _replaced(told, told.reading.names, chance)


def name_of_another(told: Told, others: Sequence[Name], chance: Random) -> str | None:
    """Put a name of the same kind from another event in the place of one.

    Parameters
    ----------
    others : sequence of Name
        Of that event.
    """
    said = told.reading.text
    return _replaced(told, [each for each in others if each.text not in said], chance)


def names_exchanged(told: Told, chance: Random) -> str | None:
    """Exchange two names of one kind: who did it, and to whom.

    Not where they stand side by side ("A and B agreed"): that would still be true.
    """
    found = sorted(_found(told, told.reading.names), key=lambda each: each[1].start())
    pairs = [
        (first, second)
        for (name, first), (other, second) in pairwise(found)
        if name.kind is other.kind
        and not name.shares_a_word_with(other.text)
        and re.search(r"\w{3}", told.text[first.end() : second.start()])
        and not _SYMMETRIC.search(told.text[first.end() : second.start()])
    ]
    if not pairs:
        return None
    first, second = chance.choice(pairs)
    text = told.text
    between = text[first.end() : second.start()]
    return f"{text[: first.start()]}{second[0]}{between}{first[0]}{text[second.end() :]}"


def _replaced(told: Told, others: Sequence[Name], chance: Random) -> str | None:
    found = _found(told, told.reading.names)
    chance.shuffle(found)
    for name, where in found:
        fit = [
            each
            for each in others
            if each.kind is name.kind
            and not name.shares_a_word_with(each.text)
            and each.text not in told.text
        ]
        if fit:
            other = chance.choice(fit).text
            # "Ms Penhale" has to stay a person who could be called so.
            is_short = " " not in where[0] and " " in name.text
            words = other.split()[-1] if is_short else other
            return put(told.text, where.start(), where.end(), words)
    return None


def _found(told: Told, names: Sequence[Name]) -> list[tuple[Name, re.Match[str]]]:
    """Return the names that a sentence calls, outside quotations, each once, the longest first."""
    found: list[tuple[Name, re.Match[str]]] = []
    swapped = [each for each in names if each.kind is not NameKind.THING]
    for name in sorted(swapped, key=lambda each: -len(each.text)):
        full = rf"(?<![-–\w]){re.escape(name.text)}\b(?![-–]\w| [A-Z])"
        surname = rf"(?<![-–\w]){re.escape(name.text.split()[-1])}\b(?![-–]\w| [A-Z])"
        pattern = full if name.kind is not NameKind.PERSON else f"{full}|{surname}"
        for match in outside_quotations(told.text, re.compile(pattern)):
            taken = (range(each.start(), each.end()) for _, each in found)
            is_taken = any(match.start() in each for each in taken)
            if not is_taken and not _is_attribute(told.text, match):
                found.append((name, match))
                break
    return found


def _is_attribute(text: str, name: re.Match[str]) -> bool:
    """Tell whether a noun follows that the name belongs to: another name may be as true.

    The Ostley tower may well be the Tannery Road tower.
    """
    return bool(_BEFORE_A_NOUN.search(text[: name.start()])) and not _NO_NOUN.match(
        text, name.end()
    )
