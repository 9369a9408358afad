"""From a data set and its folder to the feature tables that are measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
        In order of time, all of the same features.
    schema : str
        Of these features: of what they are and of the settings that they were made under.
    vectors : ndarray, shape (n, d), float32, or None
        A row of unit length for each article number of the tables; None where they have none.
    topics : ndarray, shape (n,), int64, or None
        A number for the category of each article, -1 for none; None where they tell none.
    dropped : tuple of Dropped
        What was left out while the data were read.
    digest : str
        SHA-256 of the files, hexadecimal.
    """

    name: DataSetName
    parts: Mapping[str, FeatureTable]
    schema: str
    vectors: NDArray[np.float32] | None
    topics: NDArray[np.int64] | None
    dropped: tuple[Dropped, ...]
    digest: str

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features."""
        return next(iter(self.parts.values())).names


def topics_of(categories: Sequence[str | None]) -> NDArray[np.int64]:
    """Return a number for the category of each article, shape (n,), from 0; -1 for none.

    Examples
    --------
    >>> topics_of(["sport", "food", None, "sport"]).tolist()
    [1, 0, -1, 1]
    """
    names = sorted({each for each in categories if each is not None})
    numbers: dict[str | None, int] = {name: number for number, name in enumerate(names)}
    return np.array([numbers.get(each, -1) for each in categories], np.int64)
