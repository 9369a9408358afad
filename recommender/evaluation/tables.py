"""From a data set and its folder to the feature tables that are measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.data_sets.types import Dropped
from recommender.evaluation.feature_table import FeatureTable


class DataSetName(StrEnum):
    """The data sets that can be read."""

    MIND = "mind"
    EBNERD = "ebnerd"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """A data set as feature tables.

    Parameters
    ----------
    parts : mapping of str to FeatureTable
        In order of time.
    vectors : ndarray, shape (n, d), float32, or None
        A row of unit length for each article number of the tables; None where they have none.
    dropped : tuple of Dropped
        What was left out while the data were read.
    digest : str
        SHA-256 of the files, hexadecimal.
    """

    name: DataSetName
    parts: Mapping[str, FeatureTable]
    vectors: NDArray[np.float32] | None
    dropped: tuple[Dropped, ...]
    digest: str
