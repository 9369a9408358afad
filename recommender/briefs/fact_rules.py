"""The rules for numbers, dates, names and quotations: a sentence has them from what it cites."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from recommender.briefs.facts.binding import misplaced
from recommender.briefs.facts.dates import Dated
from recommender.briefs.facts.names import Lexicon, Name
from recommender.briefs.facts.numbers import Number
from recommender.briefs.facts.polarity import contradicted
from recommender.briefs.facts.publishers import named_in
from recommender.briefs.facts.quotations import Quotation, quotations
from recommender.briefs.facts.reading import Fact, Reading, Word, content, read, read_word
from recommender.briefs.facts.spans import blanked, is_free
from recommender.briefs.facts.timing import mistimed
from recommender.briefs.told import Told
from recommender.domain.briefs import Rule

_RULES: dict[type[Fact], Rule] = {Number: Rule.NUMBERS, Dated: Rule.DATES, Name: Rule.NAMES}
_ONE = frozenset({Fraction(1)})
_LOOSE = re.compile(r"[^\W_]*\d[^\W_]*(?:\^\d+)*")
"""A word with digits."""

_SINGLE = frozenset(
    map(read_word, ("a", "an", "another", "each", "every", "only", "single", "sole"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A sentence of a brief as it was read.

    Parameters
    ----------
    readings : tuple of Reading
        One for each cited source, with days resolved on the day of that source.
    """

    readings: tuple[Reading, ...]
    quotations: tuple[Quotation, ...]
    cited: tuple[Told, ...]

    def is_of_publisher(self, fact: Fact) -> bool:
        """Tell whether a fact names a publisher that is cited, whom no source need name."""
        return isinstance(fact, Name) and any(
            fact.agrees(source.publisher.name) for source in self.cited if source.publisher
        )


def read_sentence(
    text: str, cited: Sequence[Told], lexicon: Lexicon, told_on: date | None
) -> Asked:
    """Read a sentence of a brief.

    Parameters
    ----------
    text : str
        As :func:`~.facts.typography.plain` spells it.
    cited : sequence of Told
        At least one.
    told_on : datetime.date or None
        The day of the brief, on which its own "yesterday" is resolved.
    """
    quoted = tuple(quotations(text))
    known = named_in(text, (source.publisher for source in cited if source.publisher))
    by_day = {day: read(text, lexicon, day, known) for day in {source.day for source in cited}}
    if told_on:
        spoken = {fact.start: fact for fact in read(text, lexicon, told_on, known).facts}
        by_day = {day: _spoken(reading, spoken, quoted) for day, reading in by_day.items()}
    return Asked(
        readings=tuple(by_day[source.day] for source in cited),
        quotations=quoted,
        cited=tuple(cited),
    )


def fact_problems(asked: Asked) -> Iterator[tuple[Rule, str]]:
    """Yield what a sentence states otherwise than its cited sources do."""
    for quotation in asked.quotations:
        if not any(quotation.told_by(source.words) for source in asked.cited):
            yield Rule.QUOTATIONS, f"no cited source says, word for word, “{quotation.text}”"
    wanting = list(_wanting(asked))
    first = asked.readings[0]
    for fact in wanting:
        bound = isinstance(fact, Number) and (fact.bound or fact.is_negative)
        more = " with the words or the sign beside it" if bound else ""
        yield _RULES[type(fact)], f"“{first.shown(fact)}” is in no cited source{more}"
    for digits in _unread(asked):
        yield Rule.NUMBERS, f"“{digits}” is in no cited source"
    settled = [fact for fact in first.facts if _is_settled(fact, asked)]
    told = [sentence for source in asked.cited for sentence in source.sentences]
    for fact, other, where in _elsewhere(first, told, [*wanting, *settled]):
        detail = f"“{first.shown(fact)}” stands where the source has “{where.shown(other)}”"
        yield _RULES[type(fact)], f"{detail}: {where.text}"
    opposite = contradicted(first.without(asked.is_of_publisher), told)
    if opposite:
        yield Rule.SUPPORT, f"what it cites says the opposite: {opposite.text}"


def _elsewhere(
    asked: Reading, told: Sequence[Reading], settled: Sequence[Fact]
) -> Iterator[tuple[Fact, Fact, Reading]]:
    """Yield each fact that a source has another one for, by its place or by its sentence."""
    found = list(misplaced(asked, told, settled))
    yield from found
    late = mistimed(asked, told)
    if late and not any(late[0] is one for one in (*settled, *(fact for fact, _, _ in found))):
        yield late


def _spoken(reading: Reading, spoken: dict[int, Fact], quoted: Sequence[Quotation]) -> Reading:
    """Return the reading with "yesterday" and the like, unless quoted, as on another day."""

    def resolved(fact: Fact) -> Fact:
        own = isinstance(fact, Dated) and fact.is_relative and is_free(fact.start, fact.end, quoted)
        return spoken.get(fact.start, fact) if own else fact

    return reading.with_facts(resolved)


def _wanting(asked: Asked) -> Iterator[Fact]:
    """Yield the facts that no cited source tells."""
    for number, fact in enumerate(asked.readings[0].facts):
        told = (
            _is_told(reading.facts[number], source) or _is_single(fact, reading, source)
            for reading, source in zip(asked.readings, asked.cited, strict=True)
        )
        if not any(told):
            yield fact


def _unread(asked: Asked) -> list[str]:
    """Return the words with digits that were read as no fact, and that no cited source has."""
    first = asked.readings[0]
    loose = _LOOSE.findall(blanked(first.text, first.facts).casefold())
    told = {
        word
        for source in (asked.cited if loose else ())
        for sentence in source.sentences
        for text in (sentence.text, blanked(sentence.text, sentence.facts))
        for word in _LOOSE.findall(text.casefold())
    }
    return [word for word in loose if word not in told]


def _is_told(fact: Fact, source: Told) -> bool:
    facts = [told for sentence in source.sentences for told in sentence.facts]
    match fact:
        case Number():
            return any(
                fact.agrees(told) if isinstance(told, Number) else _has_year(fact, told)
                for told in facts
                if not isinstance(told, Name)
            )
        case Dated():
            return any(
                fact.agrees(told) if isinstance(told, Dated) else _has_year(told, fact)
                for told in facts
                if not isinstance(told, Name)
            )
        case Name():
            return _is_named(fact, source, facts)


def _is_single(fact: Fact, asked: Reading, source: Told) -> bool:
    """Tell whether a fact is the "one" of a thing that a source has no number of: "a cable"."""
    if not isinstance(fact, Number) or fact.readings != _ONE:
        return False
    place = asked.tokens.index(fact)
    counted = {one for one in content(asked.tokens[place + 1 : place + 3]) if isinstance(one, Word)}
    return any(
        token in counted and not _SINGLE.isdisjoint(sentence.tokens[max(0, at - 2) : at])
        for sentence in source.sentences
        for at, token in enumerate(sentence.tokens)
    )


def _has_year(number: Fact, dated: Fact) -> bool:
    """Tell whether a number is the year that a date is of."""
    return (
        isinstance(number, Number)
        and isinstance(dated, Dated)
        and any(first.year in number.readings for first, _ in dated.periods)
    )


def _is_named(name: Name, source: Told, facts: Iterable[Fact]) -> bool:
    """Tell whether a source names this, as a whole or in parts that a particle joins."""
    told = [fact for fact in facts if isinstance(fact, Name)]
    if source.publisher:
        told.append(source.publisher.name)
    return any(name.agrees(other) for other in told) or all(
        _is_part_named(part, source, told) for part in name.parts
    )


def _is_part_named(words: Sequence[str], source: Told, told: Iterable[Name]) -> bool:
    """Tell whether a source has these words in one name, those apart that only begin something."""
    sure = tuple(word for word in words if word not in source.beginnings)
    part = Name(start=0, end=0, parts=(sure,))
    return not sure or any(part.agrees(other) for other in told)


def _is_settled(fact: Fact, asked: Asked) -> bool:
    """Tell whether a fact needs no comparison of what it stands beside."""
    quoted = not is_free(fact.start, fact.end, asked.quotations)
    return quoted or asked.is_of_publisher(fact)
