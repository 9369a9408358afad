"""How well sentences of a brief are borne out by what they cite, by meaning and by words.

The vectors tell what a sentence is about, the words whether it says the same of it: a sentence
made up about the story's own people has the first and not the second. The measure is their mean.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recommender.briefs.facts.reading import Reading, content, stands_in

_SENTENCES = 3
"""Sentences of the sources that may together have the words of one sentence."""

_NEAREST = 8
"""Sentences of the sources of which any two may together have the meaning of one."""


def likeness(vector: NDArray[np.float32], told: NDArray[np.float32]) -> float:
    """Return the highest cosine with a told sentence, or with the mean of two of the nearest.

    Parameters
    ----------
    vector : (d,) float32
    told : (n, d) float32
        All of unit length; of those cited. Where there are none the cosine is 0.
    """
    if not len(told):
        return 0.0
    alone = told @ vector
    nearest = np.argsort(alone)[::-1][:_NEAREST]
    near = told[nearest]
    both = np.sqrt(np.maximum(2 + 2 * near @ near.T, 1e-6))
    pairs = (alone[nearest][:, None] + alone[nearest][None, :]) / both
    return float(max(alone.max(), pairs.max()))


def coverage(asked: Reading, told: Sequence[Reading]) -> float:
    """Return the share of a sentence's words and facts that a few told sentences have, in [0, 1].

    The sentences are chosen one by one, each for what the ones before it lack. Without any words
    the share is 1.
    """
    wanted = content(asked.tokens)
    has = np.array([[stands_in(token, one) for token in wanted] for one in told], bool)
    if not wanted or not has.size:
        return 1.0 if not wanted else 0.0
    covered = np.zeros(len(wanted), bool)
    for _ in range(_SENTENCES):
        covered |= has[int((has & ~covered).sum(axis=1).argmax())]
    return float(covered.mean())
