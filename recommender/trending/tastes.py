"""A reader's taste in few numbers: how what was read divides among topics.

A count sketch of the square roots of the topics' shares (Charikar, Chen and Farach-Colton, "Finding
frequent items in data streams", ICALP 2002): each topic's root is added, under a sign, at a place,
both from a hash of its name. The inner product of two tastes is, but for chance, that of their
roots, which Bhattacharyya ("On a measure of divergence between two statistical populations",
Bulletin of the Calcutta Mathematical Society 35, 1943) took for how alike two divisions are.

``store/lua/audiences.lua`` holds the same arithmetic for the service.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from recommender.domain.signals import ALL, TASTE_NUMBERS, TopicCounts


def taste_of(own_topics: Mapping[str, TopicCounts]) -> NDArray[np.float64] | None:
    """Return the taste, shape (TASTE_NUMBERS,), or None of who has read nothing.

    Parameters
    ----------
    own_topics : mapping of str to TopicCounts
        What the reader did with each topic, and with all.

    Examples
    --------
    Who reads of sport alone, and so of one topic, has a taste of length 1:

    >>> taste = taste_of({"": TopicCounts(read=4), "c:sport": TopicCounts(read=4)})
    >>> float(taste @ taste)
    1.0
    """
    whole = own_topics.get(ALL, TopicCounts()).read
    if not whole:
        return None
    read = {name: counts.read for name, counts in own_topics.items() if name and counts.read}
    places, signs = zip(*map(_place, read), strict=True) if read else ((), ())
    roots = np.sqrt(np.array(list(read.values()), np.float64) / whole)
    signed = np.array(signs, np.float64) * roots
    return np.asarray(
        np.bincount(np.array(places, np.intp), signed, minlength=TASTE_NUMBERS), np.float64
    )


@lru_cache(maxsize=10_000)
def _place(topic: str) -> tuple[int, int]:
    """Return where a topic's root is added, and under which sign."""
    number = int(hashlib.sha1(topic.encode(), usedforsecurity=False).hexdigest()[:8], 16)
    return number % TASTE_NUMBERS, 1 - 2 * (number // TASTE_NUMBERS % 2)
