"""The names that an event's sources call people, places and organisations by."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from recommender.evaluation.briefs.days import MONTHS, WEEKDAYS


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_WORD = r"[A-Z][\w]+(?:[-–][A-Z][\w]+)*"
_SPAN = re.compile(
    rf"\b(?:{_WORD} )*(?:Institute|Bank|University|College|Ministry|Department|Office)"
    rf" (?:of the|of|for) {_WORD}(?: {_WORD})*"
    rf"|\b{_WORD}(?:['’]? {_WORD})*"
)
_BEGINNING = re.compile(r"(?:^|[.!?:]['\"”’]?\s+|['\"“‘])$")  # noqa: RUF001

_TITLES = _set(
    "Dr Mr Mrs Ms Professor Mayor Governor Minister Prime President Councillor Commissioner "
    "Director Captain Chief Inspector Judge Sir Lady Senator Secretary Coach Manager Chair "
    "Chairman Comet Storm The"
)
ROLES = _set(
    "executive director minister mayor governor secretary professor chief head chair chairman "
    "chairwoman spokesman spokeswoman commissioner councillor manager coach captain owner leader "
    "analyst economist statistician physicist engineer geologist agronomist accountant planner "
    "conductor acoustician foreman ranger nurse teacher convener deckhand goalkeeper striker "
    "novelist wholesaler administrator groundsman premier successor official lead skipper "
    "pensioner cook cyclist student farmer grower neighbour independents discoverers governor "
    "dr mr mrs ms"
)
"""Words before a person's name that say what the person is."""

OPENERS = _set(
    "when without how other others while after before in on at under with for from by as if once "
    "until since only most some many both each another behind inside beyond within a an the this "
    "that these those not no few all"
)
"""Words that begin a sentence and no name."""
_SPEECH = _set(
    "said says told tells asked wants warned warns argued argues replied called calls noted notes "
    "recalled added thinks reckons expects hopes wrote joked insisted defended promised"
)
_PLACE_WORDS = _set(
    "Islands Island Sea Bay Port Lake River Valley Head Hall Road Street Square Quay City Bridge "
    "Station Airport Hills Fells Mountains Mount Glen Loch Weir Bank Lane Upper Nether Central "
    "Terminal Hangar Row Exchange Ground"
)
_ORGANISATION_WORDS = _set(
    "Shipping Ferries Council Bureau Federation Union Trust Office Agency Authority Directorate "
    "Inspectorate Ministry Institute University College Hospital Board Commission Committee "
    "Company House Press Creamery Laundry Cells Networks Grid Rail Energi Mutual Club United "
    "Rovers Philharmonic Observatory Society Association Group Party Vale Clinic General "
    "Institutes Bank Times Record Wire Post News"
)
_WHERE = _set("in at near")
_ARTICLES = _set("the a an")


class NameKind(StrEnum):
    """What a name is of."""

    PERSON = "person"
    PLACE = "place"
    ORGANISATION = "organisation"
    THING = "thing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name as it is written in full."""

    text: str
    kind: NameKind

    def shares_a_word_with(self, other: str) -> bool:
        """Tell whether another name may mean the same one, or its family, firm or town.

        Examples
        --------
        >>> Name(text="Lindmoor Ferries", kind=NameKind.ORGANISATION).shares_a_word_with("Lindmoor")
        True
        """
        return not words_of_name(self.text).isdisjoint(words_of_name(other))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A capitalised span, with the word before it and the one after."""

    text: str
    before: str
    after: str
    is_first: bool


def words_of_name(name: str) -> frozenset[str]:
    """Return the words that a name is made of, parts of compounds apart."""
    return frozenset(re.findall(r"[A-Z]\w+", name))


def names_in(texts: Sequence[str]) -> tuple[Name, ...]:
    """Return the names of texts on one event, in alphabetical order.

    A name is a span of capitalised words. The first word of a sentence counts as one where it is
    capitalised in the midst of another; titles are no part of a name. What it is of is told from
    words in it ("Sea", "Trust") and about it ("mayor", "said", "in").

    Examples
    --------
    >>> found = names_in(["Mayor Ada Vane said so in Port Elm.", "The Elm Trust and Vane agreed."])
    >>> [f"{each.text}: {each.kind}" for each in found]
    ['Ada Vane: person', 'Elm Trust: organisation', 'Port Elm: place']
    """
    seen = [each for text in texts for each in _spans(text)]
    inside = {word for each in seen if not each.is_first for word in words_of_name(each.text)}
    plain = {word for text in texts for word in re.findall(r"\b[a-z]+\b", text)}
    plain |= ROLES | OPENERS
    known: dict[str, list[_Seen]] = {}
    for each in seen:
        text = _without_opening(each, inside, plain)
        if text and not (text.isupper() and " " in text):  # a newspaper's "VELDARRA CITY -"
            known.setdefault(text, []).append(each)
    openings = Counter(text.split()[0] for text in known)
    kinds = {
        text: _kind(text, where, is_alone=openings[text.split()[0]] == 1)
        for text, where in known.items()
    }
    surnames = {t.rpartition(" ")[2] for t, kind in kinds.items() if kind is NameKind.PERSON}
    general = _PLACE_WORDS | _ORGANISATION_WORDS | surnames
    return tuple(Name(text=text, kind=kinds[text]) for text in sorted(kinds) if text not in general)


def capitalised_inside(texts: Iterable[str]) -> frozenset[str]:
    """Return the words that are capitalised although no sentence begins with them."""
    spans = (each for text in texts for each in _spans(text))
    words: set[str] = set()
    for each in spans:
        found = re.findall(r"[A-Z]\w+", each.text)
        words |= set(found[1:] if each.is_first else found)
    return frozenset(words)


def _spans(text: str) -> Iterator[_Seen]:
    for found in _SPAN.finditer(text):
        before, after = text[: found.start()], text[found.end() :]
        last = re.search(r"([\w.]+)\W*$", before)
        following = re.match(r"(?:'s|’s)?,? ?(\w+)", after)
        yield _Seen(
            text=found[0],
            before=last[1] if last else "",
            after=following[1] if following else "",
            is_first=_BEGINNING.search(before) is not None or before.endswith("\n"),
        )


def _without_opening(seen: _Seen, inside: set[str], plain: set[str]) -> str:
    """Return the span without titles, and without a first word that is one by its place alone."""
    words = seen.text.split()
    is_pair = len(words) == len(("Ada", "Vane")) and words[0].lower() not in plain
    if seen.is_first and words[0] not in inside and not is_pair:
        words = words[1:]
    while words and (words[0] in _TITLES or not words[0][0].isupper()):
        words = words[1:]
    calendar = {*WEEKDAYS, *MONTHS}
    return "" if not words or calendar.intersection(words) else " ".join(words)


def _kind(text: str, where: list[_Seen], *, is_alone: bool) -> NameKind:
    """Tell what a name is of.

    Parameters
    ----------
    is_alone : bool
        Whether no other name begins with the same word, as those of a place and its firms do.
    """
    words = text.split()
    if _ORGANISATION_WORDS.intersection(words):
        return NameKind.ORGANISATION
    if _PLACE_WORDS.intersection(words):
        return NameKind.PLACE
    is_called = any(each.before.lower() in ROLES or each.after in _SPEECH for each in where)
    is_at = any(each.before.lower() in _WHERE for each in where)
    has_article = any(
        each.before.lower() in _ARTICLES or each.text.startswith("The ") for each in where
    )
    is_named = is_called or (is_alone and not is_at)
    if len(words) in (2, 3) and is_named and not has_article and "–" not in text:
        return NameKind.PERSON
    return NameKind.PLACE if is_at else NameKind.THING
