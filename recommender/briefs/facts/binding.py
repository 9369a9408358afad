"""Whether a fact stands beside what it stood beside in the source, and not in another's place.

"Vaile beat Pascoe" has both names of "Pascoe beat Vaile", and each of them in the source. So each
fact of a sentence is laid on the facts of its own kind in the sources, and the words around them
are compared: where another fact stands among those words, and this one nowhere among as many, the
two were exchanged. Not so where one of them only says who the other is: in "Pascoe, the leader of
the Harbour List, thanked the voters" the list stands before "thanked", and in nobody's place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from recommender.briefs.facts.dates import Dated
from recommender.briefs.facts.names import Name
from recommender.briefs.facts.numbers import Number
from recommender.briefs.facts.reading import Fact, Reading, Token, Word, agree

REACH = 4
"""Words to each side that are compared."""

# What a like word counts: with its content, as a function word, as a sentence's edge, and as a fact
# of the same kind that is not the same fact. The weights and the limits below were tried on
# half of the sample's events, with sentences that were changed and with such as were reworded.
_FUNCTION_WEIGHT = 0.4
_EDGE_WEIGHT = 0.5
_PLACE_WEIGHT = 0.3
_SLOT_MIN = 2.0
_LEAD_MIN = 1.2
_LIST_REACH = 2
_APPOSED = re.compile(r"(?:, | \(| - )[^,;:()]*")
_CLOSED = re.compile(r"(?:'s)?(?:,|\)| -)")
_OF = re.compile(
    r"(?: (?:of|from|at|for|von|vom|aus|bei|de|du|del|af|fra|the|der|la|le|el))+ ", re.IGNORECASE
)
_AND = frozenset({"and", "or", "und", "oder", "et", "ou", "y", "o", "og", "eller"})


def misplaced(
    asked: Reading, told: Sequence[Reading], settled: Iterable[Fact] = ()
) -> Iterator[tuple[Fact, Fact, Reading]]:
    """Yield each fact that stands in another's place, that other fact and where it was told.

    Parameters
    ----------
    told : sequence of Reading
        The cited sources' sentences, those of one source in its order.
    settled : iterable of Fact
        Facts that need no comparison, such as a publisher's name.
    """
    skipped = list(settled)
    for place, fact in enumerate(asked.tokens):
        if isinstance(fact, Word) or any(fact is other for other in skipped):
            continue
        found = _other_in_slot(asked, place, told)
        if found:
            yield fact, *found


def _other_in_slot(
    asked: Reading, place: int, told: Sequence[Reading]
) -> tuple[Fact, Reading] | None:
    """Return the fact around which the sources have the same words in the same order."""
    tokens = asked.tokens
    fact = tokens[place]
    own, other, found = 0.0, 0.0, None
    for reading in told:
        for spot, candidate in enumerate(reading.tokens):
            if isinstance(candidate, Word) or not _is_of_kind(candidate, fact):
                continue
            score = _around(tokens, place, reading.tokens, spot)
            if agree(fact, candidate):
                own = max(own, score)
            elif (
                score > other
                and not _are_listed(fact, spot, reading.tokens)
                and not _is_apposed(fact, candidate, asked)
                and not _is_apposed(candidate, fact, reading)
            ):
                other, found = score, (candidate, reading)
    return found if other >= _SLOT_MIN and other - own >= _LEAD_MIN else None


def _is_of_kind(told: Token, fact: Token) -> bool:
    """Tell whether one could stand in the other's place; a year and a number could."""
    kinds = {type(told), type(fact)}
    is_year = any(isinstance(one, Dated) and one.is_year for one in (told, fact))
    return len(kinds) == 1 or (kinds == {Number, Dated} and is_year)


def _around(tokens: Sequence[Token], place: int, told: Sequence[Token], spot: int) -> float:
    """Return how much of the words before and after two places is the same, word by word."""
    before = _run(
        tokens[max(0, place - REACH) : place][::-1], told[max(0, spot - REACH) : spot][::-1]
    )
    after = _run(tokens[place + 1 : place + 1 + REACH], told[spot + 1 : spot + 1 + REACH])
    return before + after


def _run(tokens: Sequence[Token], told: Sequence[Token]) -> float:
    """Return the weight of the words that two rows begin with alike."""
    total = 0.0
    for mine, theirs in zip_longest(tokens, told):
        if mine is None or theirs is None:
            break
        weight = _likeness(mine, theirs)
        total += weight
        if not weight:
            return total
    both_end = len(tokens) == len(told) < REACH
    return total + (_EDGE_WEIGHT if both_end else 0.0)


def _likeness(mine: Token, theirs: Token) -> float:
    if isinstance(mine, Word) and isinstance(theirs, Word):
        if mine.stem != theirs.stem:
            return 0.0
        return _FUNCTION_WEIGHT if mine.is_function else 1.0
    if isinstance(mine, Word) or isinstance(theirs, Word) or type(mine) is not type(theirs):
        return 0.0
    return 1.0 if agree(mine, theirs) else _PLACE_WEIGHT


def _are_listed(fact: Token, spot: int, told: Sequence[Token]) -> bool:
    """Tell whether the sources list this name with the one at a place.

    "A and B agreed" may become "B and A agreed"; "19 to 14" may not become "14 to 19".
    """
    near = told[max(0, spot - _LIST_REACH) : spot + _LIST_REACH + 1]
    return (
        isinstance(fact, Name)
        and any(isinstance(word, Word) and word.stem in _AND for word in near)
        and any(agree(fact, other) for other in near)
    )


def _is_apposed(fact: Token, head: Token, reading: Reading) -> bool:
    """Tell whether a name of a sentence stands there behind another, to say who that one is."""
    if not (isinstance(fact, Name) and isinstance(head, Name)):
        return False
    heads = [one for one in reading.facts if one.end < fact.start and agree(one, head)]
    between = [reading.text[one.end : fact.start] for one in heads]
    is_closed = _CLOSED.match(reading.text, fact.end)
    return any(_OF.fullmatch(gap) or (is_closed and _APPOSED.fullmatch(gap)) for gap in between)
