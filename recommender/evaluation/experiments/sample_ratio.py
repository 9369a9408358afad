"""Sample-ratio mismatch: whether each variant has the readers that its weight promised."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from gbstats.utils import check_srm

from recommender.errors import InvalidInput
from recommender.evaluation.experiments.results import SampleRatio

ALARM_BELOW = 0.001
"""An honest experiment is blocked once in a thousand (Fabijan et al., KDD 2019)."""


def sample_ratio(counts: Mapping[str, int], weights: Mapping[str, float]) -> SampleRatio:
    """Return the χ² test of the counts against the weights, k − 1 degrees of freedom.

    Parameters
    ----------
    counts : mapping of str to int
        Readers of each variant, two or more variants.
    weights : mapping of str to float, > 0
        Of the same variants; only their ratios matter.

    Raises
    ------
    InvalidInput
        The variants differ or are fewer than two, a weight is not above zero, or there is no
        reader at all.

    Examples
    --------
    >>> sample_ratio({"A": 10_400, "B": 9_600}, {"A": 0.5, "B": 0.5}).alarm
    True
    >>> sample_ratio({"A": 10_100, "B": 9_900}, {"A": 0.5, "B": 0.5}).alarm
    False
    """
    _check(counts, weights)
    readers, whole = sum(counts.values()), sum(weights.values())
    p_value = float(check_srm(list(counts.values()), [weights[each] for each in counts]))
    return SampleRatio(
        counts=dict(counts),
        expected={each: readers * weights[each] / whole for each in counts},
        p_value=p_value,
        alarm=p_value < ALARM_BELOW,
    )


def _check(counts: Mapping[str, int], weights: Mapping[str, float]) -> None:
    if counts.keys() != weights.keys() or len(counts) < 2:  # noqa: PLR2004  # A and B
        wanted = f"the two or more variants that were counted, {', '.join(counts)}"
        raise InvalidInput("weights", wanted, ", ".join(weights))
    for variant, weight in weights.items():
        if not (np.isfinite(weight) and weight > 0.0):
            raise InvalidInput(f"weights.{variant}", "a number above 0", str(weight))
    if not sum(counts.values()):
        raise InvalidInput("counts", "at least one reader", "none")
