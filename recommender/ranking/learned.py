"""From an artifact to the ranker that it describes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from recommender.ranking.artifacts import Artifact, BoostedPart, load
from recommender.ranking.boosted import BoostedRanker
from recommender.ranking.calibration import Calibration
from recommender.ranking.features import FEATURE_NAMES
from recommender.ranking.linear import LinearRanker, reading_column

LearnedRanker = LinearRanker | BoostedRanker


def load_ranker(
    path: Path, feature_schema: str, features: tuple[str, ...] = FEATURE_NAMES
) -> LearnedRanker:
    """Return the ranker of an artifact that was trained on these features.

    Raises
    ------
    ArtifactUnreadable
        The file is missing, too large, cut short, damaged, or no artifact.
    ArtifactMismatch
        It was trained on other features.
    ExtraMissing
        It is a boosted one, and LightGBM is not installed.
    """
    return ranker_of(load(path, feature_schema, features))


def ranker_of(artifact: Artifact) -> LearnedRanker:
    """Return the ranker that an artifact describes.

    Raises
    ------
    ArtifactUnreadable
        Its trees are malformed.
    ExtraMissing
        It is a boosted one, and LightGBM is not installed.
    """
    manifest, model = artifact.manifest, artifact.model
    calibration = Calibration(scores=model.calibration.scores, chances=model.calibration.chances)
    linear = LinearRanker(
        name=manifest.name,
        weights=np.array(model.weights),
        beside=np.array(model.beside),
        squares=np.array(model.squares),
        low=np.array(model.low),
        high=np.array(model.high),
        reading=reading_column(manifest.features),
        calibration=calibration,
        effects=np.array(manifest.effects),
    )
    if isinstance(model, BoostedPart):
        return BoostedRanker(linear=linear, trees=model.trees)
    return linear
