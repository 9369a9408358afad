"""Whether a sentence says with "not" what its source says without, or the other way.

A negation belongs to the words on both sides of it: "the council has not approved the charge" has
one between "council" and "approve". Where a told sentence has the same two words side by side and
no negation between them, and none has them with it, one was added; where it is the told one that
has it, one was left out. "Refused" in between denies as well.

So does the opposite of a word: "rejected the charge" where the source has "approved the charge",
and "rejected" of nothing like it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from recommender.briefs.facts.opposites import ALIKE, OF_A_SUBJECT, OPPOSITE
from recommender.briefs.facts.reading import Reading, Token, Word, agree, stands_in
from recommender.briefs.facts.typography import stem

_DENYING = (
    "not cannot never no none nobody nothing nor neither without deny denied denies "
    "nicht nie niemals kein keine keinen keinem keiner ohne weder niemand nichts "
    "pas jamais aucun aucune sans rien ni nunca jamás ningún ninguna sin nadie nada "
    "ikke aldrig ingen intet uden"
)
_LIMITING = (
    "only just merely simply least until more less fewer later earlier sooner nur bloß mehr "
    "zuletzt seulement uniquement solo sólo solamente kun bare"
)
_REFUSING = "refused refuse failed fail declined decline unable stopped avoided"
_NEGATIONS = frozenset(map(stem, _DENYING.split()))
_LIMITS = frozenset(map(stem, _LIMITING.split()))
"""Words before which a negation denies nothing: "not only", "no more than"."""

_REFUSALS = frozenset(map(stem, _REFUSING.split()))
"""Words that are no negation, and deny what follows: "failed to pay" is "did not pay"."""

_SHORTENED = "t"
"""What is left of "not" behind the apostrophe of "didn't"."""

_SHARED_MIN = 0.6
"""Share of a sentence's words that a told one has which tells the same."""

_BETWEEN_MAX = 1
"""Words between two that still stand side by side: "failed to", an adverb."""

_ALIKE_MIN = 4

_BESIDE = 2
"""Words to either side of one and of its opposite among which one is the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A sentence's words of content, and where its negations stand.

    Parameters
    ----------
    words : tuple of Word, Number, Dated or Name, or None
        With None at both ends.
    denied : tuple of bool
        Whether an odd number of negations stands before each word; False before the first.
    """

    words: tuple[Token | None, ...]
    denied: tuple[bool, ...]

    def beside(self, first: Token | None, second: Token | None) -> Iterator[bool]:
        """Yield for each place that has both, side by side or nearly so, whether it is denied."""
        for place, word in enumerate(self.words):
            if not _same(first, word):
                continue
            between = _BETWEEN_MAX if first and second else 0
            for after in range(place + 1, min(place + 2 + between, len(self.words))):
                if _same(second, self.words[after]):
                    refusals = sum(map(_is_refusal, self.words[place + 1 : after]))
                    yield (sum(self.denied[place + 1 : after + 1]) + refusals) % 2 == 1
                    break


def contradicted(asked: Reading, told: Sequence[Reading]) -> Reading | None:
    """Return the told sentence that says the same with the other polarity, None if there is none.

    Parameters
    ----------
    told : sequence of Reading
        The cited sources' sentences.
    """
    own = _read(asked)
    near = [(reading, _read(reading)) for reading in told if _shared(own, reading) >= _SHARED_MIN]
    for place in range(1, len(own.words)):
        pair = own.words[place - 1], own.words[place]
        if pair[0] is None and pair[1] is None:
            continue
        found = [
            (reading, denied)
            for reading, one in near
            if not (_begins_with_no(own, one) or _begins_with_no(one, own))
            for denied in one.beside(*pair)
        ]
        if found and all(denied is not own.denied[place] for _, denied in found):
            return found[0][0]
    return _reversed(own, near)


def _read(reading: Reading) -> _Told:
    words: list[Token | None] = [None]
    denied = [False]
    odd = False
    tokens = [*reading.tokens, None]
    for place, token in enumerate(tokens):
        following = tokens[place + 1] if place + 1 < len(tokens) else None
        if isinstance(token, Word) and token.stem in _NEGATIONS:
            odd ^= not (isinstance(following, Word) and following.stem in _LIMITS)
        elif _is_shortened(token, following):
            odd = not odd
        elif not isinstance(token, Word) or not token.is_function or token.stem in OPPOSITE:
            words.append(token)
            denied.append(odd)
            odd = False
    return _Told(words=tuple(words), denied=tuple(denied))


def _begins_with_no(one: _Told, other: _Told) -> bool:
    """Tell whether "no sample came" is set against what has its negation behind: "none came"."""
    return one.denied[1] and sum(one.denied) == 1 and sum(other.denied) % 2 == 1


def _reversed(own: _Told, near: Sequence[tuple[Reading, _Told]]) -> Reading | None:
    """Return the told sentence that has the opposite of a word among the same words, if all do."""
    for place, word in enumerate(own.words):
        if not isinstance(word, Word) or word.stem not in OPPOSITE:
            continue
        found = [
            (reading, other.stem in OPPOSITE[word.stem])
            for reading, told in near
            for spot, other in enumerate(told.words)
            if isinstance(other, Word)
            and other.stem in OPPOSITE[word.stem] | ALIKE[word.stem]
            and _are_beside_the_same(own, place, told, spot)
            and _is_denied(own, place) is _is_denied(told, spot)
        ]
        if found and all(is_opposite for _, is_opposite in found):
            return found[0][0]
    return None


def _are_beside_the_same(own: _Told, place: int, told: _Told, spot: int) -> bool:
    """Tell whether a word near a place is one near the other, before both where that matters."""
    word = own.words[place]
    before = own.words[max(0, place - _BESIDE) : place]
    told_before = told.words[max(0, spot - _BESIDE) : spot]
    if isinstance(word, Word) and word.stem in OF_A_SUBJECT:
        mine, theirs = before, told_before
    else:
        mine = before + own.words[place + 1 : place + 1 + _BESIDE]
        theirs = told_before + told.words[spot + 1 : spot + 1 + _BESIDE]
    return any(one is not None and _same(one, other) for one in mine for other in theirs)


def _is_denied(told: _Told, place: int) -> bool:
    """Tell whether a word is denied, or what stands before it is: "no one approved"."""
    return sum(told.denied[max(0, place - 1) : place + 1]) % 2 == 1


def _is_shortened(token: Token | None, following: Token | None) -> bool:
    """Tell whether a token and the one after it are "didn" and "t"."""
    return (
        isinstance(token, Word)
        and isinstance(following, Word)
        and following.stem == _SHORTENED
        and token.stem.endswith("n")
    )


def _is_refusal(token: Token | None) -> bool:
    return isinstance(token, Word) and token.stem in _REFUSALS


def _shared(own: _Told, told: Reading) -> float:
    """Return the share of a sentence's words that a told one has."""
    wanted = [
        word
        for word in own.words
        if word is not None and not (isinstance(word, Word) and word.stem in OPPOSITE)
    ]
    return sum(stands_in(word, told) for word in wanted) / len(wanted) if wanted else 0.0


def _same(word: Token | None, told: Token | None) -> bool:
    """Tell whether two words are one, in whatever form: "sail" and "sailed"."""
    if isinstance(word, Word) and isinstance(told, Word):
        shorter, longer = sorted((word.stem, told.stem), key=len)
        return word.stem == told.stem or (len(shorter) >= _ALIKE_MIN and longer.startswith(shorter))
    if word is None or told is None:
        return word is told
    return agree(word, told)
