"""An experiment of three variants over ten days: B shines at first, C does nothing."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.domain.experiments import Experiment, ExperimentKind, Status, Variant
from recommender.domain.experiments import Metric as Asked
from recommender.evaluation.experiments.analysing import Question, analyse
from recommender.evaluation.experiments.exposure import Period
from recommender.evaluation.experiments.from_log import Report
from recommender.evaluation.experiments.observed import Deeds, Exposed
from recommender.evaluation.experiments.results import Goal, Metric, Results, Role, Stage

READERS, DAYS, FIRST = 3_000, 10, 20_454
"""Day FIRST is 2026-01-01."""


@pytest.fixture(scope="package")
def exposed() -> Exposed:
    draws = np.random.default_rng(1)
    return Exposed(
        variants=("A", "B", "C"),
        variant=np.arange(READERS) % 3,
        day=FIRST + draws.integers(0, 5, READERS),
        segments={"language": draws.choice(["de", "en"], READERS)},
    )


@pytest.fixture(scope="package")
def deeds(exposed: Exposed) -> list[Deeds]:
    draws = np.random.default_rng(2)
    reader = np.repeat(np.arange(READERS), DAYS)
    day = FIRST + np.tile(np.arange(DAYS), READERS)
    later = day >= exposed.day[reader]
    reader, day = reader[later], day[later]
    taste = draws.beta(4.0, 36.0, READERS)
    new = (exposed.variant[reader] == 1) & (day - exposed.day[reader] < 2)
    shown = np.full(len(reader), 10.0)
    clicks = draws.binomial(10, taste[reader] * np.where(new, 2.0, 1.1)).astype(float)
    hides = draws.poisson(0.02, len(reader)).astype(float)
    past = draws.poisson(100.0 * taste).astype(float)
    rows = {"reader": reader, "day": day}
    rate = Metric(name="click rate", per="impression", role=Role.PRIMARY)
    harm = Metric(name="hide rate", per="impression", goal=Goal.LESS, role=Role.GUARDRAIL)
    return [
        Deeds(metric=Metric(name="clicks"), numerator=clicks, before=past, **rows),
        Deeds(metric=harm, numerator=hides, denominator=shown, **rows),
        Deeds(metric=rate, numerator=clicks, denominator=shown, **rows),
    ]


@pytest.fixture(scope="package")
def results(exposed: Exposed, deeds: list[Deeds]) -> Results:
    question = Question(key="brighter", weights={"A": 1.0, "B": 1.0, "C": 1.0})
    stages = [
        Stage(name="met the variant", readers=exposed.counts()),
        Stage(name="clicked", readers={"A": 500, "B": 700, "C": 510}),
    ]
    return analyse(question, exposed, deeds, stages, {"A": 6_000, "B": 6_100, "C": 5_900})


@pytest.fixture(scope="package")
def report(results: Results) -> Report:
    return Report(
        results=results,
        slates=18_000,
        interactions=40_000,
        period=Period(begin=FIRST * 86_400.0, end=None),
        unmeasured={"errors": "no slate tells of them"},
        left_out=(),
        notes=(),
    )


@pytest.fixture(scope="package")
def asked() -> Experiment:
    variants = (
        Variant(name="A", weight=0.34),
        Variant(name="B", weight=0.33, overrides={"rerank.diversity": 0.5, "ranker": "new"}),
        Variant(name="C", weight=0.33, overrides={"size": 30}),
    )
    return Experiment(
        key="brighter",
        hypothesis="Bright <articles> are clicked more.",
        kind=ExperimentKind.AB,
        variants=variants,
        seed="brighter",
        primary_metric=Asked.CTR,
        coverage=0.5,
        status=Status.RUNNING,
    )
