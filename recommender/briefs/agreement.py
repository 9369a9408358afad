"""Which sentences tell what another one tells, in other words.

Sentence vectors alone do not say so: "spent nineteen years keeping books before she won" is near to
"won on Tuesday". So the words and facts of two sentences are laid beside each other too, and their
numbers above all.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recommender.briefs.facts.numbers import Number
from recommender.briefs.facts.reading import Reading, stands_in
from recommender.briefs.material import Told
from recommender.briefs.support import coverage

WORDS_SHARED = 0.6
"""Share of a sentence's words and facts that another source must have to be named beside it."""

AGAIN_FROM = 0.42
"""Likeness (cosine) from which on a sentence may tell again what another one told."""

AGAIN_SUPPORT = 0.46
"""Mean of that likeness and of the share of its words and facts from which on it surely does."""


def numbers_in(reading: Reading) -> list[Number]:
    """Return the numbers of a sentence, in digits and in words."""
    return [fact for fact in reading.facts if isinstance(fact, Number)]


def tellers(
    told: Sequence[Told], likeness: NDArray[np.float32], same_above: float
) -> list[frozenset[int]]:
    """Return for each sentence the numbers of the other sources that tell it.

    Such a source has a sentence alike, most of its words and facts, and all of its numbers. One
    that "RUMOUR – " stands before tells nothing.

    Parameters
    ----------
    likeness : ndarray, shape (n, n)
        Cosines of the n sentences.
    same_above : float
        Likeness from which on two sentences may tell the same.
    """
    readings: dict[int, list[Reading]] = {}
    for one in told:
        readings.setdefault(one.source, []).append(one.reading)
    alike = [
        {
            told[other].source
            for other in np.flatnonzero(row >= same_above).tolist()
            if not told[other].qualified
        }
        for row in likeness
    ]
    return [
        frozenset(
            source
            for source in sources - {one.source}
            if _has_numbers(readings[source], one.reading)
            and coverage(one.reading, readings[source]) >= WORDS_SHARED
        )
        for one, sources in zip(told, alike, strict=True)
    ]


def tells_again(one: Told, before: Told, likeness: float) -> bool:
    """Tell whether a sentence is alike to one before it and brings no number or few words more.

    How far the one before bears it out is measured as briefs are checked. The thresholds were
    chosen on the events for development of ``scripts.evaluate briefs``.

    Parameters
    ----------
    likeness : float
        Their cosine.
    """
    if likeness < AGAIN_FROM:
        return False
    if numbers_in(one.reading) and _has_numbers([before.reading], one.reading):
        return True
    return (likeness + coverage(one.reading, [before.reading])) / 2 >= AGAIN_SUPPORT


def _has_numbers(told: Sequence[Reading], asked: Reading) -> bool:
    return all(any(stands_in(number, one) for one in told) for number in numbers_in(asked))
