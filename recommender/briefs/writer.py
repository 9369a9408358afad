"""What is asked of whatever writes briefs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from recommender.domain.briefs import Draft, Event, Objection

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Turns n texts into vectors of unit length, shape (n, d)."""


class BriefWriter(Protocol):
    """Writes a brief of an event."""

    def write(self, event: Event, objections: Sequence[Objection] = ()) -> Draft:
        """Return a draft.

        Parameters
        ----------
        objections : sequence of Objection
            What was wrong with this writer's former draft of the same event; none at first.

        Raises
        ------
        WriterFailed
            It could not be written; says why.
        """
        ...
