"""Planted errors: sentences that sound of the event, and that no source says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from random import Random

from recommender.evaluation.briefs.names import NameKind
from recommender.evaluation.briefs.told import Reading, Told, is_quoted, put, quoted_in, upper_first

TEMPLATES = (
    "{person} described the outcome as a personal setback and offered to step aside.",
    "{person} declined to say whether legal action would follow.",
    "{person} had raised the same concern in a private letter months earlier.",
    "{person} blamed the delay on a shortage of trained staff.",
    "{person} flew back early from a holiday abroad to deal with the {topic}.",
    "{person} later withdrew the remark and apologised to colleagues.",
    "{person} is understood to have received several anonymous threats over the {topic}.",
    "{person} and {other} have not spoken to each other since the dispute, friends said.",
    "{person} thanked {other} for stepping in at the last moment.",
    "{other} publicly contradicted {person} on the cause of the problem.",
    "{organisation} has hired outside lawyers to look into the {topic}.",
    "{organisation} said its insurers would cover most of the loss.",
    "{organisation} issued a correction after its first statement proved wrong.",
    "{organisation} is considering a move away from {place}.",
    "{organisation} has since suspended two members of its staff.",
    "The union representing workers at {organisation} has threatened to strike.",
    "A spokesman for {organisation} called the reports exaggerated.",
    "Police in {place} are treating the matter as suspicious.",
    "Hundreds of people gathered in {place} to protest against the decision.",
    "Shops and schools in {place} stayed closed as a precaution.",
    "Residents of {place} celebrated late into the night with fireworks.",
    "A petition in {place} demanding a public inquiry has drawn wide support.",
    "The mayor of {place} promised emergency funds for those affected by the {topic}.",
    "House prices around {place} are expected to fall as a result of the {topic}.",
    "The {topic} was traced to a mistake in the original paperwork.",
    "Experts abroad have dismissed the claims about the {topic} as unproven.",
    "A leaked document suggests that the {topic} had been planned in secret.",
    "Similar trouble with the {topic} is now being reported from neighbouring regions.",
    "Heavy rain was partly to blame for the {topic}, investigators believe.",
    "A film about the {topic} is already in preparation, with {person} as an adviser.",
)
ADDITIONS = (
    ", prompting {person} to call for an inquiry",
    ", although {person} privately disagreed",
    ", and {person} declined to comment further",
    ", to the surprise of many in {place}",
    ", which {organisation} later denied",
    " after weeks of secret talks in {place}",
    " despite warnings from {organisation}",
    ", a step that {person} called long overdue",
)
_TOPIC = re.compile(
    r"\b[Tt]he ([a-z]{4,})(?=[,.;]| (?:was|is|has|had|will|of|in|on|at|by|to|for|from|with|and|"
    r"that|which)\b)"
)
_NO_TOPIC = frozenset(
    ("first", "last", "same", "rest", "time", "year", "month", "week", "islands", "night", "other")
)
_TOPICS = 6


def invented(reading: Reading, chance: Random) -> str | None:
    """Return an invented reaction, cause or outcome with names and a topic of the event."""
    filled = _filled(chance.choice(TEMPLATES), reading, chance)
    return upper_first(filled) if filled else None


def more_invented(told: Told, chance: Random) -> str | None:
    """Add to a faithful sentence what no source says."""
    if not told.text.endswith(".") or quoted_in(told.text):
        return None
    filled = _filled(chance.choice(ADDITIONS), told.reading, chance)
    return f"{told.text[:-1]}{filled}." if filled else None


def _filled(template: str, reading: Reading, chance: Random) -> str | None:
    words: dict[str, str] = {}
    for field in re.findall(r"\{(\w+)\}", template):
        choices = [each for each in _words_for(field, reading) if each not in words.values()]
        if not choices:
            return None
        words[field] = chance.choice(choices)
    return template.format(**words)


def of_another_event(told: Told, reading: Reading, chance: Random) -> str | None:
    """Return a sentence on another event with this event's names in the places of its own.

    None where it calls no name, or where this event has too few of a kind.
    """
    text, taken = told.text, set[str]()
    for name in sorted(told.reading.names, key=lambda each: -len(each.text)):
        if re.search(rf"\b{re.escape(name.text)}['’](?!s)", text):  # "Legionnaires' disease"
            return None
        places = [*re.finditer(rf"(?<![-–\w]){re.escape(name.text)}\b(?![-–]\w)", text)]
        if not places:
            continue
        fit = [n.text for n in reading.names if n.kind is name.kind and n.text not in taken]
        if not fit or any(is_quoted(text, each.start()) for each in places):
            return None
        other = chance.choice(fit)
        taken.add(other)
        for place in reversed(places):
            text = put(text, place.start(), place.end(), other)
    return text if taken and _calls_no_other(text, told, reading) else None


def topics_of(reading: Reading) -> Sequence[str]:
    """Return the single things that the sources of an event speak of most often, after "the"."""
    often = Counter(_TOPIC.findall(reading.text))
    fit = [word for word in often if not word.endswith("s") and word not in _NO_TOPIC]
    return sorted(fit, key=lambda word: (-often[word], word))[:_TOPICS]


def _words_for(field: str, reading: Reading) -> Sequence[str]:
    if field == "topic":
        return topics_of(reading)
    kind = NameKind.PERSON if field == "other" else NameKind(field)
    return [each.text for each in reading.names if each.kind is kind]


def _calls_no_other(text: str, told: Told, reading: Reading) -> bool:
    """Tell whether no name of the other event is left, not even a surname."""
    left = told.reading.inside - reading.inside
    return left.isdisjoint(re.findall(r"\w+", text))
