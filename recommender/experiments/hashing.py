"""Readers dealt over buckets by a hash: the same for everybody who follows the rules of GrowthBook.

The rules are those of the specification "Build your own SDK" of GrowthBook, which its SDKs share.
It hashes what JavaScript's ``charCodeAt`` gives: a character outside the Basic Multilingual Plane
counts as two, the halves of its surrogate pair. Some versions of the SDK for Python took it as one
(PyPI ``growthbook`` before 4.0.0), and put such readers elsewhere than all others did.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import accumulate

BASIS = 0x811C9DC5
PRIME = 0x01000193
"""Of FNV-1a with 32 bits (Fowler, Noll and Vo)."""

BUCKETS = 10_000
"""A reader's place in an experiment is a multiple of 1 / BUCKETS."""

NAMESPACE_BUCKETS = 1_000
"""A reader's place in a namespace is a multiple of 1 / NAMESPACE_BUCKETS."""

Range = tuple[float, float]
"""Places from the first number on and below the second."""


def fnv1a(text: str) -> int:
    """Return the FNV-1a hash of the UTF-16 code units of ``text``, 0 to 2³² − 1."""
    value = BASIS
    for unit in text.encode() if text.isascii() else _code_units(text):
        value = (value ^ unit) * PRIME & 0xFFFFFFFF
    return value


def bucket(seed: str, reader: str) -> float:
    """Return a reader's place in [0, 1) for experiments of this ``seed``: hash version 2.

    Examples
    --------
    >>> bucket("seed", "a"), bucket("foo", "ab")
    (0.0505, 0.2575)
    """
    return fnv1a(str(fnv1a(seed + reader))) % BUCKETS / BUCKETS


def bucket_v1(seed: str, reader: str) -> float:
    """Return a reader's place in [0, 1) by hash version 1, which namespaces are dealt by.

    Examples
    --------
    >>> bucket_v1("", "a")
    0.22
    """
    return fnv1a(reader + seed) % NAMESPACE_BUCKETS / NAMESPACE_BUCKETS


def namespace_place(name: str, reader: str) -> float:
    """Return a reader's place in [0, 1) of the namespace ``name``."""
    return bucket_v1("__" + name, reader)


def bucket_ranges(weights: Sequence[float], coverage: float) -> list[Range]:
    """Return the places that each variant takes.

    Each begins where it would with all readers, so no more coverage moves a reader to another one.

    Parameters
    ----------
    weights : sequence of float
        From 0 to 1, with a sum of 1 ± .01.
    coverage : float
        From 0 to 1.

    Examples
    --------
    >>> bucket_ranges([0.5, 0.5], 0.5)
    [(0.0, 0.25), (0.5, 0.75)]
    """
    starts = accumulate(weights, initial=0.0)
    return [
        (start, start + coverage * weight) for start, weight in zip(starts, weights, strict=False)
    ]


def place_in(ranges: Sequence[Range], place: float) -> int | None:
    """Return which of ``ranges`` a place is in; None where it is in none."""
    found = (number for number, (start, end) in enumerate(ranges) if start <= place < end)
    return next(found, None)


def shares(ranges: Sequence[Range]) -> list[float]:
    """Return the share of each range in the places of all: what a sample's ratio is held against.

    Weights that sum to 1.01 run over the last place, and small ranges hold few places: the shares
    of readers are these, and not the weights.

    Parameters
    ----------
    ranges : sequence of (float, float)
        At least one holds a place.

    Examples
    --------
    >>> shares(bucket_ranges([0.5, 0.51], 1.0))
    [0.5, 0.5]
    """
    places = [place_in(ranges, number / BUCKETS) for number in range(BUCKETS)]
    counts = [places.count(number) for number in range(len(ranges))]
    return [count / sum(counts) for count in counts]


def _code_units(text: str) -> tuple[int, ...]:
    data = text.encode("utf-16-le", "surrogatepass")
    return struct.unpack(f"<{len(data) // 2}H", data)
