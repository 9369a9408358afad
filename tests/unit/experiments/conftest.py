"""One small experiment, of which each test changes what it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from recommender.domain.experiments import Experiment, ExperimentKind, Metric, Status, Variant

DIAL = Experiment(
    key="dial",
    hypothesis="A wider feed brings readers back.",
    kind=ExperimentKind.AB,
    variants=(
        Variant(name="control", weight=0.5),
        Variant(name="wide", weight=0.5, overrides={"rerank.diversity": 0.5}),
    ),
    seed="dial",
    primary_metric=Metric.RETURN_RATE,
    status=Status.RUNNING,
)

Make = Callable[..., Experiment]


@pytest.fixture
def make() -> Make:
    """Return what makes the experiment with some fields changed."""

    def made(**changes: Any) -> Experiment:
        return replace(DIAL, **changes)

    return made
