"""What an event's sources tell, sentence by sentence: the material that cases are made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from random import Random
from typing import TypeAlias

from recommender.domain.briefs import Event, Sentence, Source
from recommender.evaluation.briefs.names import OPENERS, ROLES, Name, capitalised_inside, names_in

_QUOTED = re.compile(r'“[^”]*”|"[^"]*"')
_OPENING = re.compile(r"^[A-Z][A-Z ]+ [–-] ")
FEWEST_WORDS = 6
"""Of a sentence that cases are made of: shorter ones mean little on their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An event with what was read out of it.

    Parameters
    ----------
    inside : frozenset of str
        Words that its sources capitalise although no sentence begins with them.
    """

    event: Event
    names: tuple[Name, ...]
    inside: frozenset[str]

    @property
    def text(self) -> str:
        """Everything that its sources say."""
        return "\n".join(f"{each.title}.\n{each.text}" for each in self.event.sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A sentence on an event, at first as a source has it.

    Parameters
    ----------
    sources : tuple of Source
        That it rests on; words like "on Monday" are meant as on the day of the first.
    done : tuple of str
        What was done to it since, in words.
    """

    text: str
    sources: tuple[Source, ...]
    reading: Reading
    done: tuple[str, ...] = ()

    @property
    def day(self) -> date:
        """The day, in UTC, that it was published on."""
        return datetime.fromtimestamp(self.sources[0].published_at, UTC).date()

    def changed(self, text: str, done: str) -> Told:
        """Return it with other words, and what was done to it."""
        return replace(self, text=text, done=(*self.done, done))

    def sentence(self) -> Sentence:
        """Return it as a brief would have it."""
        return Sentence(text=self.text, sources=tuple(each.article for each in self.sources))


Change: TypeAlias = Callable[[Told, Random], str | None]
"""Puts a sentence in other words; None where that cannot be done to it."""


def read(event: Event) -> Reading:
    """Read the names out of an event."""
    texts = [text for each in event.sources for text in (each.title, each.text)]
    return Reading(event=event, names=names_in(texts), inside=capitalised_inside(texts))


def told_in(reading: Reading, split: Callable[[str], list[str]]) -> list[Told]:
    """Return the sentences of an event's sources, those too short or cut within a quotation apart.

    Parameters
    ----------
    split : callable
        Parts a text into its sentences.
    """
    return [
        Told(text=text, sources=(source,), reading=reading)
        for source in reading.event.sources
        for text in (_OPENING.sub("", each.strip()) for each in split(source.text))
        if len(text.split()) >= FEWEST_WORDS and _is_whole(text)
    ]


def quoted_in(text: str) -> list[range]:
    """Return where a text quotes, the marks included."""
    return [range(each.start(), each.end()) for each in _QUOTED.finditer(text)]


def is_quoted(text: str, place: int) -> bool:
    """Tell whether a place of a text lies in a quotation."""
    return any(place in each for each in quoted_in(text))


def outside_quotations(text: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Yield the matches that begin in no quotation."""
    return (each for each in pattern.finditer(text) if not is_quoted(text, each.start()))


def put(text: str, start: int, end: int, words: str) -> str:
    """Return a text with other words in a place of it, capitalised if they begin it.

    Examples
    --------
    >>> put("Six fell ill.", 0, 3, "eleven")
    'Eleven fell ill.'
    """
    return upper_first(text[:start] + words + text[end:])


def upper_first(text: str) -> str:
    """Return a text with its first letter capitalised."""
    return text[:1].upper() + text[1:]


def lower_first(text: str, reading: Reading) -> str:
    """Return a sentence as it stands after another word: names keep their capital."""
    words = re.findall(r"\w+", text)[:2]
    is_pair = len(words) > 1 and words[1][0].isupper() and words[0].lower() not in ROLES | OPENERS
    is_name = words[0] in reading.inside or (
        is_pair and not re.search(rf"\b{words[0].lower()}\b", reading.text)
    )
    return text if is_name or not text[0].isalpha() else text[0].lower() + text[1:]


def _is_whole(text: str) -> bool:
    return text[-1:] in ".”\"'" and text.count("“") == text.count("”") and text.count('"') % 2 == 0
