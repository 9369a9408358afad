"""Artifacts small enough to check by eye."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from recommender.ranking.artifacts import Artifact, CalibrationPart, LinearPart, Origin, seal

MadeArtifact = Callable[..., Artifact]


@pytest.fixture
def origin() -> Callable[..., Origin]:
    """Give a maker of origins; what is not given is plain."""

    def origin(**changes: Any) -> Origin:
        plain: dict[str, Any] = {
            "made_at": "2026-01-01T00:00:00Z",
            "data_set": "mind",
            "data_digest": "d" * 64,
            "parts": ("train",),
            "seed": 1,
            "features": ("a", "b"),
            "feature_schema": "s1",
            "effects": (0.75, 0.25),
            "taken_over": (),
            "metrics": {"auc": 0.75},
            "versions": {"numpy": "2.0"},
        }
        return Origin(**(plain | changes))

    return origin


@pytest.fixture
def linear_artifact(origin: Callable[..., Origin]) -> MadeArtifact:
    """Give a maker of linear artifacts from weights and what differs in the origin."""

    def linear_artifact(*weights: float, **changes: Any) -> Artifact:
        calibration = CalibrationPart(scores=(0.0, 1.0), chances=(0.25, 0.75))
        none = (0.0,) * len(weights)
        part = LinearPart(
            weights=weights,
            beside=none,
            squares=none,
            low=(-9.0,) * len(none),
            high=(9.0,) * len(none),
            calibration=calibration,
        )
        return seal(part, origin(**changes))

    return linear_artifact
