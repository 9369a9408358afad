"""The order of what a brief quotes, and where its paragraphs end.

After the first sentence, which is the one that tells most of the story, comes what happened in the
order of the days: the day that a sentence names, else its source's. Within a day a source speaks
at a stretch, the oldest first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby, pairwise

from recommender.briefs.days import days_named
from recommender.briefs.material import Told

NEAR_DAYS = 2
"""Days from its source's within which a named day is part of the event, and no background or plan.

A bare weekday farther off may be the last or the next one.
"""

PARAGRAPHS_LEAST, PARAGRAPHS_MOST = 2, 5

TOGETHER_MOST = 3
"""Sentences in one pair of quotation marks."""

Passage = tuple[Told, ...]
"""Sentences of one source that are quoted at a stretch, one or more."""


def passages_in_order(told: Sequence[Told]) -> list[Passage]:
    """Return what was chosen as passages, in the order of the event.

    Parameters
    ----------
    told : sequence of Told
        The one that begins the brief first, the others in any order.
    """
    passages = _joined(sorted(told, key=lambda one: (one.source, one.place)))
    return sorted(
        passages,
        key=lambda passage: (
            told[0] not in passage,
            _day(passage),
            passage[0].source,
            passage[0].place,
        ),
    )


def paragraphs(passages: Sequence[Passage]) -> list[list[Passage]]:
    """Part passages where the source changes, into about half as many paragraphs as passages.

    Parameters
    ----------
    passages : sequence of Passage
        Two at least.
    """
    most = min(PARAGRAPHS_MOST, max(PARAGRAPHS_LEAST, -(-len(passages) // 2)))
    parts = [list(part) for _, part in groupby(passages, key=lambda passage: passage[0].source)]
    while len(parts) > most:
        shortest = min(range(len(parts) - 1), key=lambda at: len(parts[at]) + len(parts[at + 1]))
        parts[shortest : shortest + 2] = [parts[shortest] + parts[shortest + 1]]
    if len(parts) == 1:
        return [parts[0][:-1], parts[0][-1:]]
    return parts


def _joined(told: Sequence[Told]) -> list[Passage]:
    joined: list[Passage] = [(told[0],)]
    for before, one in pairwise(told):
        follows = (one.source, one.place) == (before.source, before.place + 1)
        if follows and one.leaning and len(joined[-1]) < TOGETHER_MOST:
            joined[-1] += (one,)
        else:
            joined.append((one,))
    return joined


def _day(passage: Passage) -> date:
    """Return the day that a passage tells of."""
    published_on = passage[0].published_on
    near = (
        day
        for one in passage
        for day in days_named(one.text, published_on)
        if abs((day - published_on).days) <= NEAR_DAYS
    )
    return next(near, published_on)
