"""The sentences of a story's sources, and what keeps one of them from being quoted.

A sentence is quoted as it stands, so it must be one that can be: whole, of a length to be read, no
question, and its "Tuesday" must be the same day for who reads it under the brief's dateline.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from recommender.briefs.days import day_of, days_named
from recommender.briefs.leaning import called_by_one_word, full_names, is_closed, leans
from recommender.briefs.sentences import sentences_of
from recommender.domain.briefs import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One sentence of a source.

    Parameters
    ----------
    text : str
        On one line, word for word.
    source, place : int
        Which source of the event it is of, and which sentence there.
    published_on : date
        The day of its source.
    leaning : bool
        It cannot stand without the sentence before it.
    running : bool
        A quotation in it ends only in the next one.
    introduces, calls : frozenset of str
        Last words of the names that it gives in full; those that it calls by that word alone and
        its source gave in full before.
    """

    text: str
    source: int
    place: int
    published_on: date
    leaning: bool
    running: bool
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
    return [
        told for number, source in enumerate(sources) for told in _read_one(source, number, most)
    ]


def told_on(told: Sequence[Told]) -> date:
    """Return the day from which most of the sentences mean what they meant; the latest of several.

    It is a day on which one of the sources was published.
    """
    return max(
        {one.published_on for one in told},
        key=lambda day: (sum(holds_on(one, day) for one in told), day),
    )


def holds_on(told: Told, day: date) -> bool:
    """Tell whether a sentence's words for days mean the same from a day as from its source's."""
    return days_named(told.text, told.published_on) == days_named(told.text, day)


def is_whole(told: Told) -> bool:
    """Tell whether a sentence ends as a statement does, and so is neither cut nor a heading."""
    return bool(_STATEMENT_END.search(told.text)) and not _CUT.search(told.text)


def _read_one(source: Source, number: int, most: int) -> list[Told]:
    told: list[Told] = []
    introduced: set[str] = set()
    within = False
    for place, text in enumerate(sentences_of(_AGENCY.sub("", source.text))[:most]):
        running = within == is_closed(text)
        told.append(
            Told(
                text=text,
                source=number,
                place=place,
                published_on=day_of(source.published_at),
                leaning=within or leans(text),
                running=running,
                introduces=frozenset(full_names(text)),
                calls=frozenset(called_by_one_word(text, introduced)),
            )
        )
        introduced |= told[-1].introduces
        within = running
    return told


_STATEMENT_END = re.compile(r"[.!。।][\"”’“»)]*$")
_CUT = re.compile(r"(?:\.\.\.|…|\[…\])[\"”’“»)\].]*$")
# "CARROW – ", "BERLIN, Oct 7 (Agency) — ", "Berlin (dpa) - " where a paragraph begins.
_AGENCY = re.compile(
    r"(?m)^(?:(?=[^\W\d_])(?:[^\Wa-zß-ÿ]|[ .,'’/-]){3,40}"
    r"(?:, [\w. ]{3,20})?(?: ?\([^()\n]{2,30}\))?"
    r"|[^\W\d_][\w.,'’/ -]{1,40} ?\([^()\n]{2,30}\)) ?(?:[–—]|--?) +(?=[\"“„«]?[^\Wa-zß-ÿ_])"
)
