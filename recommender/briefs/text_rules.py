"""The rules for how a brief is written: copied runs, lengths, language, repeated sentences."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from recommender.briefs.facts.quotations import quotations
from recommender.briefs.facts.spans import blanked
from recommender.briefs.facts.typography import words
from recommender.briefs.languages import language_of, script_of

_GAP = re.compile("_{2,}")


def runs_of(told: Iterable[Sequence[str]], length: int) -> frozenset[tuple[str, ...]]:
    """Return every run of so many words that stands in one of the texts.

    Parameters
    ----------
    told : iterable of sequence of str
        The words of each text in order.
    """
    return frozenset(
        tuple(words[at : at + length]) for words in told for at in range(len(words) - length + 1)
    )


def copied(text: str, runs: Collection[tuple[str, ...]], length: int) -> str:
    """Return the longest stretch made of such runs that no quotation marks enclose, "" if none.

    Parameters
    ----------
    text : str
        As :func:`~.facts.typography.plain` spells it.
    runs : collection of tuple of str
        Of `length` words each; those of :func:`runs_of`.
    """
    quoted = [quotation for quotation in quotations(text) if quotation.closed]
    longest: list[str] = []
    for part in _GAP.split(blanked(text, quoted)):
        own = words(part)
        begins = None
        for at in range(len(own) - length + 1):
            if tuple(own[at : at + length]) not in runs:
                begins = None
                continue
            begins = at if begins is None else begins
            if at + length - begins > len(longest):
                longest = own[begins : at + length]
    return " ".join(longest)


def foreign(text: str, language: str | None, sources: Sequence[tuple[str | None, str]]) -> str:
    """Say how a brief's language differs from its sources', "" where it does not.

    Parameters
    ----------
    language : str or None
        What the brief says that it is in.
    sources : sequence of (str or None, str)
        The language that each source says it is in, and its text.
    """
    told = {_primary(tag) for tag, _ in sources if tag}
    read = {language_of(source) for _, source in sources} - {None}
    script = script_of(text)
    own = language_of(text)
    if script not in {script_of(source) for _, source in sources} | {None}:
        return f"it is written in {str(script).lower()} letters, and no source is"
    if own and (told or read) and own not in told | read:
        return f"it reads as “{own}”, its sources are in {_listed(told or read)}"
    if language and told and _primary(language) not in told:
        return f"it says that it is in “{language}”, its sources are in {_listed(told)}"
    return ""


def repeated(
    spelt: Sequence[Sequence[str]], number: int, cosines: NDArray[np.float32], near: float
) -> int | None:
    """Return the first sentence that one says again; the headline only where all words are one.

    Parameters
    ----------
    spelt : sequence of sequence of str
        The words of each sentence in alphabetical order.
    cosines : (number,) float32
        With each earlier sentence.
    near : float
        Cosine from which two sentences of the text are alike.
    """
    alike = (
        other
        for other in range(number)
        if spelt[other] == spelt[number] or (other and cosines[other] >= near)
    )
    return next(alike, None)


def _primary(tag: str) -> str:
    return re.split("[-_]", tag.lower())[0]


def _listed(tags: Iterable[str | None]) -> str:
    return ", ".join(sorted(f"“{tag}”" for tag in tags))
