"""Rephrasing that keeps the meaning: parts of a sentence moved, left out, joined or attributed.

Each takes a sentence and gives it in other words, or None where its pattern does not hold. The
patterns are narrow on purpose: where a part could belong to either of two clauses nothing is done.
"""

from __future__ import annotations

import re
from random import Random

from recommender.evaluation.briefs.days import WEEKDAYS
from recommender.evaluation.briefs.names import NameKind
from recommender.evaluation.briefs.told import Told, lower_first, put, quoted_in, upper_first

FEWEST_LEFT = 5
"""Words of a sentence that a part was left out of."""

MOST_WORDS = 45
"""Of a sentence that two were joined into."""

_PART = r" (?:morning|afternoon|evening|night)\b"
_DAY = rf"on (?:{'|'.join(WEEKDAYS)})(?:{_PART}|(?!{_PART}))"
_SAYING = (
    r"\b(?:said|says|told|announced|argued|warned|replied|noted|notes|recalled|reckons|thinks|"
    r"believes?|wrote|accord\w+|reports?|reported|show|shows|showed|confirmed|disclosed|promised|"
    r"that|whether|asked|wants|expects?|hopes?|planned)\b"
)
_SEVERAL = re.compile(
    rf"{_SAYING}|\b(?:and|or|but|after|before|when|while|who|which|as|if|until|to|early|late|then)\b"
)
_PRONOUN = r"(?:He|She|It|They|His|Her|Hers|Its|Their|This|That|These|Those|Both|Another|Such)\b"
_LEADING = re.compile(r"^(After|Before|When|While|Because|Although|Once|Until) ([^,;:]+), (.+)\.$")
_TRAILING = re.compile(r"^([^,;:]+),? (after|because|although|once|until) ([^,;:]+)\.$")
_ROLE = (
    r"\b(?:[Cc]hief executive|[Mm]anaging director|[Ss]porting director|[Ff]light director|"
    r"[Hh]ealth director|[Gg]eneral manager|[Aa]dministrator|[Ff]oreign minister|"
    r"[Ii]ndustry minister|[Ee]nergy minister|[Cc]ouncil leader|[Pp]roject leader|[Ss]hift leader|"
    r"[Oo]perations chief|[Tt]echnology chief|[Jj]ury chair|[Ee]thics commissioner|[Gg]overnor)"
)
_DAY_LAST = re.compile(rf"^([^,;:]+) ({_DAY})\.$")
_DAY_FIRST = re.compile(rf"^({_DAY}),? ([^,;:]+)\.$", re.IGNORECASE)
# Not "Should they buy what was shown on Monday, …", nor "The tower shut on Monday was …".
_DAY_WITHIN = re.compile(
    rf"^(?!(?:Should|Were|Had|If|When|While|After|Before|As|Once)\b)([^,;:]+?) ({_DAY})"
    r"(?! (?:was|were|is|are|has|had|will|would)\b)((?:,? [a-z]| [A-Z\d])[^.]*)\.$"
)
_SAID = re.compile(
    rf"^([A-Z][^,;:]+?) (said|says|warned|argued|noted|confirmed|replied|disclosed)( {_DAY})?"
    r"( that)? ([^;:]+)\.$"
)
_SAID_AT = r" (?:said|announced|confirmed|reported|disclosed)$"
_SAID_LAST = re.compile(rf"^([A-Z][^;:]+), ([^,;:]+?) (said|says)( {_DAY})?\.$")
_ASIDE = re.compile(r", (?:who|which|whose|where) [^,;:]+,(?= [a-z])")
_AFTERTHOUGHT = re.compile(
    r", (?:which|who|where|although|though|because|since|while|whereas|chiefly|mainly|most of it) "
    r"[^,;:]+(?=\.$)"
)
_SECOND = re.compile(r"(?:, (?:and|but)|;) [^;]+(?=\.$)")
_LINKING = re.compile(r"(?:^Meanwhile,? |,? \b(?:nevertheless|meanwhile|however|also)\b,?)(?= )?")
_NOT_JOINED = re.compile(r"^(?:And|But|Or|Nor|Yet|So|Then|Not|How|Can|Whether|What|Outside)\b|\?$")


def clause_moved(told: Told, chance: Random) -> str | None:
    """Move a subordinate clause to the other end: "After X, Y" to "Y after X", and back."""
    del chance
    text = told.text
    if quoted_in(text):
        return None
    if found := _LEADING.match(text):
        link, clause, main = found.groups()
        if re.match(_PRONOUN, upper_first(main)) or "," in main or re.search(_SAYING, main):
            return None
        return upper_first(f"{main} {link.lower()} {clause}.")
    if found := _TRAILING.match(text):
        main, link, clause = found.groups()
        if re.search(rf"{_SAYING}|\b(?:and|or|but|when|while|who|which)\b", f"{main} {clause}"):
            return None
        return f"{upper_first(link)} {clause}, {lower_first(main, told.reading)}."
    return None


def day_moved(told: Told, chance: Random) -> str | None:
    """Move "on Monday" from the end of a simple sentence to its beginning, and back."""
    del chance
    text = told.text
    if quoted_in(text):
        return None
    if (found := _DAY_LAST.match(text)) and not _SEVERAL.search(found[1]):
        return f"{upper_first(found[2])}, {lower_first(found[1], told.reading)}."
    if (found := _DAY_WITHIN.match(text)) and not _SEVERAL.search(re.sub(_SAID_AT, "", found[1])):
        return f"{upper_first(found[2])}, {lower_first(found[1], told.reading)}{found[3]}."
    if (found := _DAY_FIRST.match(text)) and not _SEVERAL.search(found[2]):
        return f"{upper_first(found[2])} {found[1][0].lower()}{found[1][1:]}."
    return None


def speech_moved(told: Told, chance: Random) -> str | None:
    """Turn "X said that Y" into "Y, X said", and back."""
    del chance
    text = told.text
    if quoted_in(text):
        return None
    return _said_after(told) or _said_before(told)


def part_dropped(told: Told, chance: Random) -> str | None:
    """Leave out an aside between commas, an afterthought, a second statement, a linking adverb."""
    text = told.text
    if quoted_in(text):
        return None
    ways = [
        f"{text[: found.start()]}{text[found.end() :]}"
        for pattern in (_ASIDE, _AFTERTHOUGHT, _LINKING, _SECOND)
        if (found := pattern.search(text))
    ]
    fit = [each for each in ways if len(each.split()) >= FEWEST_LEFT]
    return upper_first(chance.choice(fit)) if fit else None


def role_moved(told: Told, chance: Random) -> str | None:
    """Turn "chief executive Ada Vane" into "Ada Vane, the chief executive," and back."""
    del chance
    people = "|".join(re.escape(n.text) for n in told.reading.names if n.kind is NameKind.PERSON)
    if not people or quoted_in(told.text):
        return None
    if found := re.search(rf"({_ROLE}) ({people})(?= [a-z])", told.text):
        said = f"{found[2]}, the {found[1][0].lower()}{found[1][1:]},"
    elif found := re.search(rf"({people}), (?:the|its) ({_ROLE}),", told.text):
        said = f"{found[2]} {found[1]}"
    else:
        return None
    return put(told.text, found.start(), found.end(), said)


def attributed(told: Told, chance: Random) -> str | None:
    """Say who reported it: "according to" its publisher, before or after."""
    publishers = [each.publisher for each in told.sources if each.publisher]
    if len(publishers) != len(told.sources) or re.search(r"[Aa]ccording to|\?$", told.text):
        return None
    by = " and ".join(dict.fromkeys(publishers))
    first = lower_first(told.text, told.reading)
    ways = [f"According to {by}, {first}"]
    if told.text.endswith(".") and not quoted_in(told.text):
        ways.append(f"{told.text[:-1]}, according to {by}.")
        ways.append(f"{told.text[:-1]}, {by} reported.")
    return chance.choice(ways)


def joined(first: Told, second: Told, chance: Random) -> Told | None:
    """Join two sentences into one by "and" or "while", resting on the sources of both.

    None where the first reports speech, which would then seem to go on, where the second leans on
    another source's sentence by a pronoun, or where they are too long together.
    """
    text, other = first.text, second.text
    is_same = first.sources == second.sources
    is_day_clear = is_same or first.day == second.day
    if (
        quoted_in(text + other)
        or not text.endswith(".")
        or re.search(rf"{_SAYING}|[;:]", text)
        or _NOT_JOINED.search(other)
        or (not is_same and re.match(rf"{_PRONOUN}|The |Mr |Ms |Dr ", other))
        or not is_day_clear
        or len(f"{text} {other}".split()) > MOST_WORDS
    ):
        return None
    link = chance.choice((", and", ", while"))
    sources = tuple(dict.fromkeys((*first.sources, *second.sources)))
    return Told(
        text=f"{text[:-1]}{link} {lower_first(other, first.reading)}",
        sources=sources,
        reading=first.reading,
        done=(*first.done, "joined"),
    )


def _said_after(told: Told) -> str | None:
    found = _SAID.match(told.text)
    if not found:
        return None
    who, said, day, that, what = found.groups()
    is_clear = not re.search(rf"{_SAYING}| and | or ", who) and (that or said in {"said", "says"})
    # "Said it would" may be of the speaker; after "and" the writer may go on by himself.
    is_one = not re.search(r"^it |\b(?:and|but|said|says|added|told) ", what)
    if not is_clear or not is_one or re.match(_PRONOUN, upper_first(what)):
        return None
    return f"{upper_first(what)}, {lower_first(who, told.reading)} {said}{day or ''}."


def _said_before(told: Told) -> str | None:
    found = _SAID_LAST.match(told.text)
    if not found or re.search(_SAYING, found[1]):
        return None
    what, who, said, day = found.groups()
    is_pronoun = re.match(_PRONOUN, upper_first(who))
    who = who if is_pronoun else lower_first(who, told.reading)
    return f"{upper_first(who)} {said}{day or ''} that {lower_first(what, told.reading)}."
