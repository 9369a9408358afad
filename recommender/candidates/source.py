"""What every candidate source is."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from recommender.candidates.situation import Situation
from recommender.catalogue.view import Rows

NONE: Rows = np.empty(0, np.intp)
"""What a source brings that has nothing to go by."""


class CandidateSource(Protocol):
    """Brings candidates. Their order says nothing: the ranker makes one."""

    @property
    def name(self) -> str:
        """How the source is called in slates and logs."""
        ...

    def candidates(self, situation: Situation) -> Rows:
        """Return eligible rows without repeats."""
        ...


def eligible_first(situation: Situation, rows: Rows, count: int) -> Rows:
    """Return the first ``count`` of ``rows`` that are eligible."""
    return rows[situation.eligible[rows]][:count]
