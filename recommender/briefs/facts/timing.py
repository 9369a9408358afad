"""Whether a date is that of what the sentence tells, wherever in the sentence it stands.

A day may move: "on Monday the tower was drained", "the tower was drained on Monday". So it is laid
on the dates of the told sentences that have nearly all other words of its own, instead of on what
stands beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

from recommender.briefs.facts.dates import Dated
from recommender.briefs.facts.reading import Reading, agree, content, stands_in

_SHARED_MIN = 0.7
"""Share of a sentence's other words that a told one has which tells the same."""

_LEAD_MIN = 0.3
"""By how much that is more than the told sentences have which bear the date out."""

_WORDS_MIN = 2


def mistimed(asked: Reading, told: Sequence[Reading]) -> tuple[Dated, Dated, Reading] | None:
    """Return the date of a sentence, the one that the same is told with, and where it was told.

    None where that is no other date, or where the sentence has several: each is of a part of it.

    Parameters
    ----------
    told : sequence of Reading
        The cited sources' sentences.
    """
    wanted = [token for token in content(asked.tokens) if not isinstance(token, Dated)]
    own_dates = _dates(asked)
    if len(own_dates) != 1 or len(wanted) < _WORDS_MIN:
        return None
    (fact,) = own_dates
    own, other, found = 0.0, 0.0, None
    for reading in told:
        dated = _dates(reading)
        shared = sum(stands_in(token, reading) for token in wanted) / len(wanted)
        if any(agree(fact, one) for one in dated):
            own = max(own, shared)
        elif dated and shared > other:
            other, found = shared, (fact, dated[0], reading)
    return found if other >= _SHARED_MIN and other - own >= _LEAD_MIN else None


def _dates(reading: Reading) -> list[Dated]:
    return [fact for fact in reading.facts if isinstance(fact, Dated)]
