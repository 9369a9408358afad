"""Cases for a checker of briefs: faithful sentences, and sentences with an error planted in them.

Both are made by rules and a seed from the sources themselves, so that it is known which are true;
the checker's own reading of numbers, days and names has no part in it. Kryściński et al.,
Evaluating the Factual Consistency of Abstractive Text Summarization (EMNLP 2020), make claims so:
transformations that keep the meaning, and entity, number and date swaps that do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import cycle
from random import Random
from typing import Self

from recommender.domain.briefs import Event
from recommender.errors import InvalidInput
from recommender.evaluation.briefs.clauses import (
    attributed,
    clause_moved,
    day_moved,
    joined,
    part_dropped,
    role_moved,
    speech_moved,
)
from recommender.evaluation.briefs.day_errors import day_changed
from recommender.evaluation.briefs.inventions import invented, more_invented, of_another_event
from recommender.evaluation.briefs.kinds import FACTS, Case, Planted
from recommender.evaluation.briefs.name_errors import (
    name_of_another,
    name_of_the_event,
    names_exchanged,
)
from recommender.evaluation.briefs.negations import negation_added, negation_dropped
from recommender.evaluation.briefs.number_errors import (
    number_misread,
    number_of_the_story,
    numbers_exchanged,
    scale_changed,
)
from recommender.evaluation.briefs.told import Change, Reading, Told, read, told_in
from recommender.evaluation.briefs.wording import (
    day_rewritten,
    name_rewritten,
    number_rewritten,
    phrase_replaced,
)

REPHRASINGS: tuple[Change, ...] = (
    clause_moved,
    day_moved,
    speech_moved,
    part_dropped,
    role_moved,
    attributed,
    number_rewritten,
    day_rewritten,
    name_rewritten,
    phrase_replaced,
)
MORE = 0.4
"""Chance of each further rephrasing."""

SECOND_SOURCE = 0.25
"""Chance that a sentence cites one more source of its event than it rests on."""

REPHRASED = 0.5
"""Share of the numbers, names and days changed whose sentence is rephrased first."""

TRIES = 100
"""Draws for one case before it is said that the events have no more."""


def halves(events: Sequence[Event]) -> tuple[list[Event], list[Event]]:
    """Part events by the order of their keys: every other one for measuring, from the first on.

    The rest is for development: what a checker's thresholds may be chosen on.
    """
    ordered = sorted(events, key=lambda each: each.story)
    return ordered[::2], ordered[1::2]


def cases(
    events: Sequence[Event],
    split: Callable[[str], list[str]],
    *,
    errors: int,
    faithful: int,
    seed: int,
) -> list[Case]:
    """Return the cases of some events: a fourth of the errors of each kind, and the faithful ones.

    No two have the same text. The same events and seed give the same cases.

    Parameters
    ----------
    split : callable
        Parts a text into its sentences.
    errors : int
        A multiple of four.

    Raises
    ------
    InvalidInput
        The errors cannot be parted, or the events have not enough material for as many cases.
    """
    if errors % len(FACTS):
        raise InvalidInput("errors", f"a multiple of {len(FACTS)}", str(errors))
    readings = [read(each) for each in sorted(events, key=lambda each: each.story)]
    drawer = _Drawer.of(readings, split, seed)
    makers = {
        Planted.NUMBER: drawer.wrong_numbers(),
        Planted.NAME: drawer.wrong_names(),
        Planted.INVENTED: drawer.inventions(readings),
        Planted.DATE: drawer.wrong(day_changed),
    }
    found = [
        drawer.case(maker, planted)
        for planted, maker in makers.items()
        for _ in range(errors // len(FACTS))
    ]
    truths = drawer.rephrased()
    return found + [drawer.case(truths, None) for _ in range(faithful)]


def negations(
    events: Sequence[Event], split: Callable[[str], list[str]], *, count: int, seed: int
) -> list[Case]:
    """Return so many cases that say "not" where their source does not, or the other way.

    Parameters
    ----------
    split : callable
        Parts a text into its sentences.

    Raises
    ------
    InvalidInput
        The events have not enough material for as many cases.
    """
    readings = [read(each) for each in sorted(events, key=lambda each: each.story)]
    drawer = _Drawer.of(readings, split, seed)
    wrong = drawer.wrong_polarity()
    return [drawer.case(wrong, Planted.NEGATION) for _ in range(count)]


class _Drawer:
    """Draws cases from sentences, none twice."""

    def __init__(self, told: Sequence[Told], chance: Random) -> None:
        self._told = told
        self._chance = chance
        self._sources_say = {each.text for each in told}
        self._texts: set[str] = set()

    @classmethod
    def of(cls, readings: Sequence[Reading], split: Callable[[str], list[str]], seed: int) -> Self:
        """Draw from the sentences of some events."""
        told = [each for reading in readings for each in told_in(reading, split)]
        if len(readings) <= 1 or not told:
            raise InvalidInput("events", "two with sentences at least", str(len(readings)))
        return cls(told, Random(seed))  # noqa: S311  # made-up cases, not a secret

    def case(self, maker: Iterator[Told | None], planted: Planted | None) -> Case:
        """Return the next case that is new."""
        for _ in range(TRIES):
            made = next(maker)
            if made is not None and made.text not in self._texts | self._sources_say:
                self._texts.add(made.text)
                cited = self._cited(made)
                return Case(
                    event=cited.reading.event,
                    sentence=cited.sentence(),
                    planted=planted,
                    done=cited.done,
                )
        kind = planted.value if planted else "faithful"
        raise InvalidInput("events", f"material for more cases ({kind})", "none that is new")

    def rephrased(self) -> Iterator[Told | None]:
        """Yield faithful sentences: each rephrasing in turn, and others on top of it."""
        for first in cycle((*REPHRASINGS, None)):
            made = self._until_found(self._bases(first))
            yield made and self._with_more(made)

    def _bases(self, change: Change | None) -> Iterator[Told | None]:
        while True:
            yield self._joined() if change is None else self._changed(self._any(), change)

    def wrong(self, error: Change) -> Iterator[Told | None]:
        """Yield sentences with an error, part of them rephrased before."""
        while True:
            told = self._any()
            if self._chance.random() < REPHRASED:
                told = self._with_more(told)
            yield self._changed(told, error)

    def wrong_numbers(self) -> Iterator[Told | None]:
        """Yield sentences with a number changed: misread twice as often as each other way."""
        ways = (number_misread, number_of_the_story, scale_changed, numbers_exchanged)
        made = [self.wrong(each) for each in (*ways, ways[0])]
        for way in cycle(made):
            yield self._until_found(way)

    def wrong_names(self) -> Iterator[Told | None]:
        """Yield sentences with a name changed: for one of the event twice as often as others."""

        def another_name(told: Told, chance: Random) -> str | None:
            other = chance.choice(self._told).reading
            return None if other is told.reading else name_of_another(told, other.names, chance)

        ways = [self.wrong(name_of_the_event), self.wrong(another_name)]
        ways.insert(1, self.wrong(names_exchanged))
        for way in cycle((*ways, ways[0])):
            yield self._until_found(way)

    def wrong_polarity(self) -> Iterator[Told | None]:
        """Yield sentences with a negation too many twice, and with one too few once."""
        ways = [self.wrong(negation_added), self.wrong(negation_dropped)]
        for way in cycle((*ways, ways[0])):
            yield self._until_found(way)

    def inventions(self, readings: Sequence[Reading]) -> Iterator[Told | None]:
        """Yield what no source says: half made up, a fifth of it added, half of other events."""
        made_up, borrowed = self._made_up(readings), self._borrowed(readings)
        added = self.wrong(more_invented)
        for way in cycle((*(made_up, borrowed) * 4, added, borrowed)):
            yield self._until_found(way)

    def _made_up(self, readings: Sequence[Reading]) -> Iterator[Told | None]:
        while True:
            reading = self._chance.choice(readings)
            yield self._of(reading, invented(reading, self._chance), "invented")

    def _borrowed(self, readings: Sequence[Reading]) -> Iterator[Told | None]:
        while True:
            reading, told = self._chance.choice(readings), self._any()
            if told.reading is not reading:
                text = of_another_event(told, reading, self._chance)
                yield self._of(reading, text, "of_another_event")

    def _of(self, reading: Reading, text: str | None, done: str) -> Told | None:
        source = self._chance.choice(reading.event.sources)
        return Told(text=text, sources=(source,), reading=reading, done=(done,)) if text else None

    def _until_found(self, way: Iterator[Told | None]) -> Told | None:
        return next((each for each, _ in zip(way, range(TRIES), strict=False) if each), None)

    def _any(self) -> Told:
        return self._chance.choice(self._told)

    def _changed(self, told: Told, change: Change) -> Told | None:
        text = change(told, self._chance)
        is_other = text is not None and text != told.text
        return told.changed(text, change.__name__) if text is not None and is_other else None

    def _joined(self) -> Told | None:
        """Join a sentence with the next one of its source, or with one of another source."""
        place = self._chance.randrange(len(self._told))
        first = self._told[place]
        same_event = [each for each in self._told if each.reading is first.reading]
        following = self._told[(place + 1) % len(self._told)]
        second = self._chance.choice((following, self._chance.choice(same_event)))
        if second.reading is not first.reading or second is first:
            return None
        return joined(first, second, self._chance)

    def _with_more(self, told: Told) -> Told:
        """Rephrase further while chance has it, each way once."""
        ways = [each for each in REPHRASINGS if each.__name__ not in told.done]
        self._chance.shuffle(ways)
        for way in ways:
            if self._chance.random() < MORE:
                told = self._changed(told, way) or told
        return told

    def _cited(self, told: Told) -> Told:
        """Cite one more source of the event for some."""
        others = [each for each in told.reading.event.sources if each not in told.sources]
        if not others or self._chance.random() >= SECOND_SOURCE:
            return told
        return replace(told, sources=(*told.sources, self._chance.choice(others)))
