"""The sentences of a story's sources, and what keeps one of them from being quoted.

A sentence is quoted as it stands, so it must be one that can be: whole, no question, saying
something by itself, and its "Tuesday" must be the same day for who reads it under the brief's
dateline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from recommender.briefs.days import day_of, days_named
from recommender.briefs.facts.names import Lexicon, Name
from recommender.briefs.facts.reading import Reading
from recommender.briefs.facts.reading import read as read_facts
from recommender.briefs.facts.typography import plain
from recommender.briefs.lead_ins import read_lead_in
from recommender.briefs.leaning import (
    called_by_one_word,
    full_names,
    is_closed,
    leans,
    needs_person,
)
from recommender.briefs.sentences import paragraphs_of, sentences_of
from recommender.briefs.told import LONGEST, lexicon_of
from recommender.domain.briefs import Source

WORDS_MIN = 5
"""Words of a sentence that is quoted."""

WORDS_BARE = 10
"""Words from which on a sentence says something that has no name, number or day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One sentence of a source.

    Parameters
    ----------
    text : str
        On one line, word for word; of a very long one the beginning and an ellipsis.
    source, place : int
        Which source of the event it is of, and which sentence there.
    reading : Reading
        Its words and facts.
    published_on : date
        The day of its source.
    leaning : bool
        It cannot stand without the sentence before it.
    dangling : bool
        It cannot stand with that one either: nobody is named there whom its "she" could mean.
    running : bool
        A quotation in it ends only in the next one.
    qualified : bool
        Its paragraph begins with words and a dash that may say what to think of it: "RUMOUR – ".
    introduces, calls : frozenset of str
        Last words of the names that it gives in full; those that it calls by that word alone and
        its source gave in full before.
    """

    text: str
    source: int
    place: int
    reading: Reading
    published_on: date
    leaning: bool
    dangling: bool
    running: bool
    qualified: bool
    introduces: frozenset[str]
    calls: frozenset[str]

    @property
    def words(self) -> int:
        """Return its length."""
        return len(self.text.split())


def read(sources: Sequence[Source], most: int) -> list[Told]:
    """Return the first sentences of each source, source by source.

    Parameters
    ----------
    most : int
        Sentences that are read of one source.
    """
    lexicon = lexicon_of(sources)
    return [
        told
        for number, source in enumerate(sources)
        for told in _read_one(source, number, most, lexicon)
    ]


def told_on(told: Sequence[Told]) -> date:
    """Return the day on which most of the sentences can be told; the latest of several.

    It is a day on which one of the sources was published, and sentences of two of them can be told,
    if there is such a day.
    """

    def tellable(day: date) -> tuple[bool, int, date]:
        holding = [one.source for one in told if holds_on(one, day)]
        return len({*holding}) > 1, len(holding), day

    return max({one.published_on for one in told}, key=tellable)


def holds_on(told: Told, day: date) -> bool:
    """Tell whether a sentence was published by a day, and its words for days mean the same then."""
    return told.published_on <= day and days_named(told.text, told.published_on) == days_named(
        told.text, day
    )


def can_be_quoted(told: Told) -> bool:
    """Tell whether a sentence is a whole statement that says something."""
    is_whole = _STATEMENT_END.search(told.text) and not _CUT.search(told.text)
    return bool(is_whole) and not (told.dangling or told.qualified or _says_little(told))


def _says_little(told: Told) -> bool:
    """Tell whether a sentence is too short, states no fact in few words, or speaks of its page."""
    bare = told.words < WORDS_BARE and not told.reading.facts
    return told.words < WORDS_MIN or bare or bool(_OF_THE_PAGE.search(told.text))


def _read_one(source: Source, number: int, most: int, lexicon: Lexicon) -> list[Told]:
    told: list[Told] = []
    day = day_of(source.published_at)
    introduced: set[str] = set()
    within = False
    sentences = islice(_sentences(source.text, lexicon), most)
    for place, (text, qualified) in enumerate(sentences):
        running = within == is_closed(text)
        told.append(
            Told(
                text=text,
                source=number,
                place=place,
                reading=read_facts(plain(text)[:LONGEST], lexicon, day),
                qualified=qualified,
                published_on=day,
                leaning=within or leans(text),
                dangling=needs_person(text) and not (told and _tells_who(told[-1])),
                running=running,
                introduces=frozenset(full_names(text)),
                calls=frozenset(called_by_one_word(text, introduced)),
            )
        )
        introduced |= told[-1].introduces
        within = running
    return told


def _sentences(text: str, lexicon: Lexicon) -> Iterator[tuple[str, bool]]:
    """Yield the sentences without datelines, and whether words before a dash qualify them."""
    for place, paragraph in enumerate(paragraphs_of(text)):
        lead = read_lead_in(paragraph, place, lexicon)
        for sentence in sentences_of(paragraph[lead.cut :]):
            is_long = len(sentence) > LONGEST
            yield sentence[: LONGEST - 1] + "…" if is_long else sentence, lead.qualifies


def _tells_who(before: Told) -> bool:
    """Tell whether a sentence names somebody, or leans on the one before it for that."""
    return before.leaning or any(isinstance(fact, Name) for fact in before.reading.facts)


_STATEMENT_END = re.compile(r"[.!。।][\"”’“»)]*$")
_CUT = re.compile(r"(?:\.\.\.|…|\[…\])[\"”’“»)\].]*$")
# What sites write around an article, and what an article says of itself.
_OF_THE_PAGE = re.compile(
    r"^(?:(?:click|tap|read|sign up|subscribe|follow|watch|listen|scroll|swipe|see also|image"
    r"|photo(?:graph)?s?|picture|video|credits?|reporting by|editing by|copyright|©"
    r"|lesen sie|mehr (?:dazu|zum)|foto|bild|quelle|lire aussi|à lire|crédit|source"
    r"|leer (?:más|también)|lea (?:más|también)|fuente)\b(?: more| here| us| also)?"
    r"(?: ?[:|/]| (?:here|more|this|our|on|to|for|zum|auch|sur|sobre)\b))"
    r"|^(?:related|read|watch)(?: \w+)? ?:|\bappeared first on\b"
    r"|\b(?:video|player|pictures?|photos?|gallery|map|link) (?:above|below)\b"
    r"|\ball rights reserved\b|\balle rechte vorbehalten\b|\btous droits réservés\b"
    r"|\bthis (?:article|story|page) (?:was|has been|is|will be)\b"
    r"|\b(?:explain|reveal|recall|describe|tell) (?:how|why|what)\b(?!.*\bsaid\b)",
    re.IGNORECASE,
)
