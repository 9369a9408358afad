"""Which sources tell what a sentence of another one tells.

Sentence vectors alone do not say so: "spent nineteen years keeping books before she won" is near to
"won on Tuesday". So a source tells it that has a sentence alike, most of its words, and all of its
numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recommender.briefs.material import Told

WORDS_SHARED = 0.6
"""Share of a sentence's longer words that the other source must have."""

_WORD = re.compile(r"\w{4,}")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


def numbers_of(text: str) -> frozenset[str]:
    """Return the numbers of a text that are written in digits.

    Examples
    --------
    >>> sorted(numbers_of("It rose 4.5 per cent to 1,200 in 12 towns."))
    ['1,200', '12', '4.5']
    """
    return frozenset(_NUMBER.findall(text))


def tellers(
    told: Sequence[Told], likeness: NDArray[np.float32], same_above: float
) -> list[frozenset[int]]:
    """Return for each sentence the numbers of the other sources that tell it.

    Parameters
    ----------
    likeness : ndarray, shape (n, n)
        Cosines of the n sentences.
    same_above : float
        Likeness from which on two sentences may tell the same.
    """
    texts: dict[int, str] = {}
    for one in told:
        texts[one.source] = f"{texts.get(one.source, '')} {one.text}"
    words = {source: _words(text) for source, text in texts.items()}
    numbers = {source: numbers_of(text) for source, text in texts.items()}
    alike = [
        {told[other].source for other in np.flatnonzero(row >= same_above).tolist()}
        for row in likeness
    ]
    return [
        frozenset(
            source
            for source in sources - {one.source}
            if numbers_of(one.text) <= numbers[source]
            and len(_words(one.text) & words[source]) >= WORDS_SHARED * len(_words(one.text))
        )
        for one, sources in zip(told, alike, strict=True)
    ]


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))
