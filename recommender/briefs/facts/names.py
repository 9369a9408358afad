"""Names: spans of capitalised words, told from words that merely begin a sentence.

A surname agrees with the full name, an acronym with the words it is made of, "Mayor Pascoe" with
"Ingrid Pascoe, the mayor". Scripts without capitals have no names here; where capitals tell little
(German nouns, a headline in title case), only what the sources themselves tell to be names counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from recommender.briefs.facts.spans import Span, blanked
from recommender.briefs.facts.typography import stem
from recommender.briefs.languages import ALL_FUNCTION_WORDS

_PARTICLE_WORDS = (
    "af al bin da de del della den der des di do dos du el ibn la las le los of van von y zu zum "
    "zur"
)
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
_ARTICLES = frozenset({"den", "der", "des", "el", "la", "las", "le", "los"})
"""Particles that join only behind another one: "van der Rohe", not "Hansen den Bau"."""

_TITLE_WORDS = (
    "baron captain chancellor chief colonel councillor count don doña dr frau fru general governor "
    "herr hr judge justice king lady lord m madame mayor minister miss mlle mme monsieur mr mrs ms "
    "pope president prime prince princess prof professor queen secretary senator señor señora sir "
    "sr sra"
)
_TITLES = frozenset(_TITLE_WORDS.split())
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_BEGINNING = re.compile(r"(?:[.!?…:]['\"”»)]* |[\"“„«‘(\[]|(?<!\w)'|\n|[-•] )$")  # noqa: RUF001  # quotation marks, meant
_SPEAKS = re.compile(
    r"'s|,? (?:said|says|told|has|had|is|was|will|would|called|announced|wants|hat|ist|wurde|war|"
    r"sagte|a|est|était|ha|es|fue|dijo|har|er|blev|var|sagde)\b",
    re.IGNORECASE,
)
"""What follows a name that begins a sentence, and seldom a common noun without an article."""

_TITLE_CASE = 0.9
_TITLE_WORDS_MIN = 4
_NOUNS_CAPITAL = 0.22
_INSIDE_MIN = 50
_LONG = 4
_STRETCH = 3
_SHORT = 3
_PARTICLES_MAX = 2
_LOOKED_BACK = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name as it was told.

    Parameters
    ----------
    parts : tuple of tuple of str
        Its words without case, parted where a particle or a hyphen stands between them.
    """

    start: int
    end: int
    parts: tuple[tuple[str, ...], ...]

    @property
    def words(self) -> tuple[str, ...]:
        """All words without particles."""
        return tuple(word for part in self.parts for word in part)

    def agrees(self, told: Name) -> bool:
        """Tell whether this names the same, by all of its words or by its initials."""
        return _agree(self.parts, told.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """How the words of the sources are written.

    Parameters
    ----------
    small : frozenset of str
        Words that stand without a capital somewhere.
    stems : frozenset of str
        Their stems.
    proper : frozenset of str
        Words, without case, that stand with a capital inside a sentence.
    has_capital_nouns : bool
        Whether so many words have capitals that one alone tells nothing.
    """

    small: frozenset[str]
    stems: frozenset[str]
    proper: frozenset[str]
    has_capital_nouns: bool

    @classmethod
    def of(cls, texts: Iterable[str]) -> Lexicon:
        """Read the sources' texts, spelt by :func:`~.typography.plain`."""
        small: Counter[str] = Counter()
        proper: Counter[str] = Counter()
        for text in texts:
            if _is_title_case(text):
                continue
            for match in _WORD.finditer(text):
                word = _bare(match[0])
                if not match[0][0].isupper():
                    small[word] += 1
                elif not _begins(text, match.start()):
                    proper[word] += 1
        inside = proper.total() + small.total()
        return cls(
            small=frozenset(small),
            stems=frozenset(map(stem, small)),
            proper=frozenset(proper),
            has_capital_nouns=proper.total() > _NOUNS_CAPITAL * max(inside, _INSIDE_MIN),
        )

    def is_name(self, word: str) -> bool:
        """Tell whether the sources write this word, given without case, as a name."""
        return word in self.proper

    def knows(self, word: str) -> bool:
        """Tell whether a word, or another form of it, stands small in the sources."""
        return stem(word) in self.stems


def names(text: str, lexicon: Lexicon, taken: Sequence[Span] = ()) -> list[Name]:
    """Find the names of a text that :func:`~.typography.plain` has been over, in order.

    Parameters
    ----------
    taken : sequence of Span
        Places that were read as something else, such as dates.

    Examples
    --------
    >>> told = Lexicon.of(["The mayor, Ingrid Pascoe, spoke."])
    >>> [found.words for found in names("Mayor Pascoe met Sefa Marrow.", told)]
    [('pascoe',), ('sefa', 'marrow')]
    """
    text = blanked(text, taken)
    runs = [_trimmed(text, run, lexicon) for run in _runs(text)]
    if _is_title_case(text):
        runs = [part for run in runs for part in _known_parts(run, lexicon)]
    if lexicon.has_capital_nouns:
        runs = [run for run in runs if len(run) > 1 or list(_known_parts(run, lexicon))]
    return [_name(text, run) for run in runs if run]


def _known_parts(run: list[re.Match[str]], lexicon: Lexicon) -> Iterator[list[re.Match[str]]]:
    """Yield the parts of a run that are of words which the sources write as names."""
    for is_known, part in groupby(run, lambda word: lexicon.is_name(_bare(word[0]))):
        if is_known:
            yield list(part)


def _runs(text: str) -> list[list[re.Match[str]]]:
    """Return the runs of capitalised words, particles between them included."""
    runs: list[list[re.Match[str]]] = []
    waiting: list[re.Match[str]] = []
    start = end = 0
    closed = True
    for match in _WORD.finditer(text):
        gap = text[end : match.start()]
        joined = not closed and _joins(gap, text[start:end])
        if match[0][0].isupper():
            if joined:
                runs[-1] += [*waiting, match]
            else:
                runs.append([match])
            waiting, closed = [], match[0].endswith(("'s", "'S"))
        elif joined and _may_join(match[0], len(runs[-1]), len(waiting)):
            waiting.append(match)
        else:
            waiting, closed = [], True
        start, end = match.span()
    return runs


def _joins(gap: str, before: str) -> bool:
    """Tell whether what parts two words can stand inside a name, as after an initial or "Dr."."""
    return gap in {" ", "-"} or (gap in {". ", "."} and len(before) <= _SHORT)


def _may_join(word: str, length: int, before: int) -> bool:
    """Tell whether a small word can stand inside a name: "Bank of Kell", not "Ned Hale of Kell"."""
    alone = word == "of" and length > 1
    bare_article = word in _ARTICLES and not before
    return word in _PARTICLES and before < _PARTICLES_MAX and not alone and not bare_article


def _trimmed(text: str, run: list[re.Match[str]], lexicon: Lexicon) -> list[re.Match[str]]:
    """Return the words of a run that are of a name: no title, no mere beginning of a sentence."""
    kept = [word for word in run if _is_particle(word[0]) or not _is_common(word[0], lexicon)]
    if kept and kept[0] is run[0] and _begins(text, run[0].start()):
        first = _bare(kept[0][0])
        alone = len(kept) == 1
        if first in ALL_FUNCTION_WORDS or (
            not lexicon.is_name(first)
            and (lexicon.knows(first) or (alone and not _SPEAKS.match(text, kept[0].end())))
        ):
            kept = kept[1:]
    while kept and _is_particle(kept[0][0]):
        kept = kept[1:]
    while kept and _is_particle(kept[-1][0]):
        kept = kept[:-1]
    return [] if len(kept) == 1 and _says_little(_bare(kept[0][0])) else kept


def _says_little(word: str) -> bool:
    return len(word) == 1 or word in ALL_FUNCTION_WORDS


def _is_common(word: str, lexicon: Lexicon) -> bool:
    """Tell whether a capitalised word is a title, or stands only small in the sources."""
    bare = _bare(word)
    return bare in _TITLES or (bare in lexicon.small and not lexicon.is_name(bare))


def _is_particle(word: str) -> bool:
    return word in _PARTICLES


def _name(text: str, kept: list[re.Match[str]]) -> Name:
    parts: list[list[str]] = [[]]
    for number, match in enumerate(kept):
        parted = number and text[kept[number - 1].end() : match.start()] == "-"
        if _is_particle(match[0]) or parted:
            parts.append([])
        if not _is_particle(match[0]):
            parts[-1].append(_bare(match[0]))
    told = tuple(tuple(part) for part in parts if part)
    return Name(start=kept[0].start(), end=kept[-1].end(), parts=told)


def _bare(word: str) -> str:
    """Return a word without case and possessive ending."""
    return word.casefold().removesuffix("'s")


def _begins(text: str, place: int) -> bool:
    """Tell whether a word at this place begins a sentence, a quotation or a line."""
    before = text[max(0, place - _LOOKED_BACK) : place]
    return place == 0 or _BEGINNING.search(before) is not None


def _is_title_case(text: str) -> bool:
    """Tell whether about all words are capitalised, as in some headlines."""
    found = _WORD.findall(text)
    telling = [word[0].isupper() for word in found if word.casefold() not in ALL_FUNCTION_WORDS]
    return (
        len(telling) >= _TITLE_WORDS_MIN
        and sum(telling) > _TITLE_CASE * len(telling)
        and 2 * sum(telling) > len(found)
    )


@lru_cache(maxsize=16_384)  # the names of a story meet each other for every fact that is checked
def _agree(parts: tuple[tuple[str, ...], ...], told: tuple[tuple[str, ...], ...]) -> bool:
    """Tell whether each word of a name is one of the told name's, or one is short for the other."""
    mine, theirs = sum(parts, ()), sum(told, ())
    if _is_short_for(mine, theirs) or _is_short_for(theirs, mine):
        return True
    return all(any(_same(word, other) for other in theirs) for word in mine)


def _same(word: str, told: str) -> bool:
    """Tell whether two words are one, or one of them the other with an ending (Veldarran)."""
    shorter, longer = sorted((word, told), key=len)
    return word == told or (
        len(shorter) >= _LONG
        and longer.startswith(shorter)
        and len(longer) - len(shorter) <= _STRETCH
    )


def _is_short_for(short: Sequence[str], name: Sequence[str]) -> bool:
    """Tell whether one word is made of a name's initials."""
    return len(short) == 1 and len(name) > 1 and short[0] == "".join(word[0] for word in name)
