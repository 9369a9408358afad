"""How well stories were told apart: precision and recall over pairs of articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What part of the pairs put together belong together, and what part of those was found.

    Parameters
    ----------
    precision, recall : float
        0 to 1; 1 where there is no pair to be wrong about.
    """

    precision: float
    recall: float


def pairwise(predicted: Sequence[Hashable], true: Sequence[Hashable]) -> Agreement:
    """Compare two groupings of the same n articles, pair by pair.

    Parameters
    ----------
    predicted, true : sequence
        The group of each article, in the same order; the groups' names need not agree.

    Examples
    --------
    >>> pairwise("aab", "xxx")
    Agreement(precision=1.0, recall=0.3333333333333333)
    """
    found, wanted = _pairs(predicted), _pairs(true)
    right = _pairs(zip(predicted, true, strict=True))
    return Agreement(
        precision=right / found if found else 1.0, recall=right / wanted if wanted else 1.0
    )


def _pairs(groups: Iterable[Hashable]) -> int:
    return sum(size * (size - 1) // 2 for size in Counter(groups).values())
