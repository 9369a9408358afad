"""A sentence as a row of words and facts, so that it can be laid beside a sentence of a source."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from recommender.briefs.facts.dates import Dated, dates
from recommender.briefs.facts.names import Lexicon, Name, names
from recommender.briefs.facts.numbers import Number, numbers
from recommender.briefs.facts.spans import blanked
from recommender.briefs.facts.typography import stem, words
from recommender.briefs.languages import ALL_FUNCTION_WORDS

Fact = Number | Dated | Name
_RUN = re.compile(r"[^\W_]+")
_ADDRESSES = frozenset({"dr", "fru", "frau", "herr", "hr", "mme", "mr", "mrs", "ms", "sr", "sra"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word that states no fact by itself."""

    stem: str
    is_function: bool


Token = Word | Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one sentence says.

    Parameters
    ----------
    text : str
        As :func:`~.typography.plain` spells it; the facts' places are in it.
    tokens : tuple of Word, Number, Dated or Name
        In order.
    facts : tuple of Number, Dated or Name
        The tokens that are no mere words.
    stems : frozenset of str
        Of its words without the function words.
    """

    text: str
    tokens: tuple[Token, ...]
    facts: tuple[Fact, ...]
    stems: frozenset[str]

    def with_facts(self, change: Callable[[Fact], Fact]) -> Reading:
        """Return the same words with each fact changed."""
        return Reading(
            text=self.text,
            tokens=tuple(one if isinstance(one, Word) else change(one) for one in self.tokens),
            facts=tuple(map(change, self.facts)),
            stems=self.stems,
        )

    def without(self, is_left_out: Callable[[Fact], bool]) -> Reading:
        """Return what is said apart from some facts."""
        return Reading(
            text=self.text,
            tokens=tuple(
                one for one in self.tokens if isinstance(one, Word) or not is_left_out(one)
            ),
            facts=tuple(one for one in self.facts if not is_left_out(one)),
            stems=self.stems,
        )

    def shown(self, fact: Fact) -> str:
        """Return the words of a fact as they stand in the text."""
        return self.text[fact.start : fact.end]


def read(text: str, lexicon: Lexicon, day: date, known: Sequence[Name] = ()) -> Reading:
    """Read a sentence.

    Parameters
    ----------
    text : str
        As :func:`~.typography.plain` spells it.
    lexicon : Lexicon
        How the sources write their words.
    day : date
        The day that its dates are told on.
    known : sequence of Name
        Names whose places in it are known, such as a publisher's.
    """
    rest = blanked(text, known)
    dated = dates(rest, day)
    counted = numbers(rest, dated)
    named = [*known, *names(rest, lexicon, [*dated, *counted])]
    facts: list[Fact] = sorted([*dated, *counted, *named], key=lambda fact: fact.start)
    placed: list[tuple[int, Token]] = [(fact.start, fact) for fact in facts]
    for match in _RUN.finditer(blanked(text, facts)):
        placed += [(match.start(), read_word(word)) for word in words(match[0])]
    placed.sort(key=lambda pair: pair[0])
    tokens = tuple(token for _, token in placed)
    stems = {token.stem for token in tokens if isinstance(token, Word) and not token.is_function}
    return Reading(text=text, tokens=tokens, facts=tuple(facts), stems=frozenset(stems))


def agree(fact: Token, told: Token) -> bool:
    """Tell whether two facts can be one, whichever of them says more; never of different kinds."""
    match fact, told:
        case Name(), Name():
            return fact.agrees(told) or told.agrees(fact)
        case Dated(), Dated():
            return fact.agrees(told) or told.agrees(fact)
        case Number(), Number():
            return fact.agrees(told)
        case _:
            return False


def stands_in(token: Token, told: Reading) -> bool:
    """Tell whether a told sentence has this word, or a fact that bears this one out."""
    if isinstance(token, Word):
        return token.stem in told.stems
    return any(agree(token, fact) for fact in told.facts)


def content(tokens: Iterable[Token]) -> list[Token]:
    """Return the tokens without function words."""
    return [token for token in tokens if not (isinstance(token, Word) and token.is_function)]


def read_word(word: str) -> Word:
    """Return a word that :func:`~.typography.words` parted from others."""
    says_little = word in ALL_FUNCTION_WORDS or word in _ADDRESSES or len(word) == 1
    return Word(stem=stem(word), is_function=says_little)
