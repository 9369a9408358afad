"""The guard against features that know of what came after the impression."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from recommender.errors import InvalidInput
from recommender.evaluation.feature_table import FeatureTable

SUSPICIOUS_AUC = 0.83
"""Above it, with features of protocol A, a leak is likelier than a good ranker."""


def refuse_look_ahead(parts: Mapping[str, FeatureTable]) -> None:
    """Let only tables pass whose features were known strictly before each impression.

    Raises
    ------
    InvalidInput
        It names the first impression that knows too much, and by how many seconds.
    """
    for name, table in parts.items():
        # Not "known_until >= at": a time that is not known is no proof.
        late = np.flatnonzero(~(table.known_until < table.at))
        if not len(late):
            continue
        first = int(late[0])
        ahead = float(table.known_until[first] - table.at[first])
        raise InvalidInput(
            f"{name}.impressions.{table.impressions[first]}",
            "features made only of what was known strictly before the impression",
            f"information from {ahead:g} seconds after it "
            f"({len(late)} of {len(table)} impressions know too much)",
        )
