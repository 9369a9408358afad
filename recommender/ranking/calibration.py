"""From scores to probabilities of a click."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A rising line through k points; beyond the first and the last it is flat.

    Parameters
    ----------
    scores : tuple of float
        Rising.
    chances : tuple of float, each 0 to 1
        Probability of a click at each of them, never falling.

    Examples
    --------
    >>> line = Calibration(scores=(0.0, 2.0), chances=(0.25, 0.75))
    >>> line.probabilities(np.array([-9.0, 1.0, 9.0])).tolist()
    [0.25, 0.5, 0.75]
    """

    scores: tuple[float, ...]
    chances: tuple[float, ...]

    def probabilities(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability that each article is clicked where it is offered, shape (n,)."""
        return np.asarray(np.interp(scores, self.scores, self.chances))
