"""Who met what first, and logs that do not speak of the experiment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from recommender.domain.experiments import Change, Experiment
from recommender.errors import SourceError
from recommender.evaluation.experiments import exposure
from recommender.evaluation.experiments.exposure import Period, exposing, met, period_of
from recommender.evaluation.experiments.from_log import analyse_log
from recommender.evaluation.experiments.logged import Gap

MONDAY = 1_767_571_200.0
ALWAYS = Period(begin=None, end=None)


def test_a_reader_is_exposed_by_the_first_slate_that_tells_it(world: Any) -> None:
    world.show("anna", 1, "a")
    world.show("anna", 3, "a", variant="dial:wide", language="fr")
    world.show("anna", 2, "a", variant="dial:wide,other:control", language="de")
    world.show("ben", 4, "a", variant="dial:control")
    found = met(exposing(world.logged(), "dial"), ALWAYS).readers
    assert found.rows() == [
        ("anna", 0, "wide", MONDAY + 7_200, "de"),
        ("ben", 1, "control", MONDAY + 14_400, None),
    ]


def test_whoever_met_several_or_a_forced_one_is_left_out_and_guests_too(world: Any) -> None:
    world.show("both", 1, "a", variant="dial:wide")
    world.show("both", 2, "a", variant="dial:control")
    world.show("checker", 1, "a", variant="dial:wide")
    world.show("checker", 2, "a", variant="dial:wide!")
    world.show(None, 3, "a", variant="dial:wide!")
    world.show(None, 3, "a", variant="dial:wide")
    world.show("anna", 3, "a", variant="dial:wide,other:control!")
    found = met(exposing(world.logged(), "dial"), ALWAYS)
    assert found.readers["reader"].to_list() == ["anna"]
    assert [(each.count, each.reason) for each in found.left_out] == [
        (1, exposure.GUEST),
        (1, exposure.FORCED),
        (1, exposure.SEVERAL),
    ]


def test_what_is_served_after_the_end_exposes_nobody(world: Any) -> None:
    world.show("anna", 1, "a", variant="dial:wide")
    world.show("ben", 2, "a", variant="dial:wide")
    found = met(exposing(world.logged(), "dial"), Period(begin=None, end=MONDAY + 7_200))
    assert found.readers["reader"].to_list() == ["anna"]
    assert [(each.count, each.reason) for each in found.left_out] == [(1, exposure.AFTER)]


def test_what_is_served_before_the_beginning_exposes_nobody(world: Any) -> None:
    """Of a former experiment under the same key, whose archive outlived the Redis."""
    world.show("anna", 1, "a", variant="dial:control")
    world.show("anna", 3, "a", variant="dial:wide")
    world.show("ben", 1, "a", variant="dial:wide")
    world.show("carl", 2, "a", variant="dial:wide")
    world.show("looked", 1, "a", variant="dial:wide!")
    world.show("looked", 3, "a", variant="dial:wide")
    found = met(exposing(world.logged(), "dial"), Period(begin=MONDAY + 7_200, end=None))
    assert found.readers.select("reader", "met", "at").rows() == [
        ("anna", "wide", MONDAY + 10_800),
        ("carl", "wide", MONDAY + 7_200),
    ]
    assert [(each.count, each.reason) for each in found.left_out] == [
        (2, exposure.BEFORE),
        (1, exposure.FORCED),
    ]


@pytest.mark.parametrize(("early", "counts"), [(1.0, 1), (1.5, 0)])
def test_the_clock_that_says_when_it_began_may_be_a_second_ahead(
    world: Any, early: float, counts: int
) -> None:
    world.show("anna", 2, "a", variant="dial:wide")
    began = Period(begin=MONDAY + 7_200 + early, end=None)
    assert met(exposing(world.logged(), "dial"), began).readers.height == counts


def test_where_all_was_served_before_the_beginning_nobody_met_it(
    world: Any, dial: Experiment
) -> None:
    world.show("anna", 1, "a", variant="dial:wide")
    with pytest.raises(SourceError, match=r"nobody met control, wide \(nobody\)"):
        analyse_log(replace(dial, start=MONDAY + 7_200), world.logged())


def test_an_experiment_runs_between_its_history_and_its_own_times(dial: Experiment) -> None:
    assert period_of(dial) == Period(begin=MONDAY, end=None)
    stopped = Change(at=MONDAY + 9, field="status", before="running", after="stopped")
    ended = replace(dial, history=(*dial.history, stopped), start=MONDAY + 1, end=MONDAY + 8)
    assert period_of(ended) == Period(begin=MONDAY + 1, end=MONDAY + 8)
    assert period_of(replace(ended, end=MONDAY + 10)) == Period(begin=MONDAY + 1, end=MONDAY + 9)
    assert period_of(replace(dial, history=())) == ALWAYS


@pytest.mark.parametrize(
    ("variants", "told"),
    [
        ([None], "no slate of the log, 1 slates from .* tells of experiment 'dial': it names none"),
        (["dail:wide"], "did you mean dail"),
        (["mix:interleaved", "a:b"], "tells of experiment 'dial'; it names a, mix"),
        (["dial:wide"], "but nobody met control .wide: 1 readers.: wait"),
        (
            ["dial:wide", "dial:control", "dial:huge"],
            r"readers in the log met huge \(control: 1 readers, huge: 1 readers, wide: 1 readers\)",
        ),
        (["dial:wide!", "dial:control"], "nobody met wide"),
    ],
)
def test_a_log_that_speaks_of_something_else_is_refused(
    world: Any, dial: Experiment, variants: list[str | None], told: str
) -> None:
    for number, variant in enumerate(variants):
        world.show(f"reader{number}", 1, "a", variant=variant)
    with pytest.raises(SourceError, match=told):
        analyse_log(dial, world.logged())


@pytest.mark.parametrize(
    ("gap", "is_refused"),
    [
        (Gap(begin=0.0, end=MONDAY), False),
        (Gap(begin=0.0, end=MONDAY + 60), True),
        (Gap(begin=MONDAY + 7_200, end=MONDAY + 9_000), True),
        (Gap(begin=MONDAY + 8_000, end=MONDAY + 9_000), False),
    ],
)
def test_a_log_that_lost_entries_while_it_ran_is_refused(
    world: Any, dial: Experiment, gap: Gap, *, is_refused: bool
) -> None:
    world.show("anna", 1, "a", variant="dial:wide")
    world.show("ben", 1, "a", variant="dial:control")
    logged, ended = replace(world.logged(), gaps=(gap,)), replace(dial, end=MONDAY + 8_000)
    if not is_refused:
        assert analyse_log(ended, logged).slates == 2
        return
    with pytest.raises(SourceError, match="wanted all that was logged while the experiment ran"):
        analyse_log(ended, logged)


def test_where_it_is_not_known_when_it_ran_every_gap_counts(world: Any, dial: Experiment) -> None:
    world.show("anna", 1, "a", variant="dial:wide")
    logged = replace(world.logged(), gaps=(Gap(begin=0.0, end=1.0),))
    with pytest.raises(SourceError, match="dropped what came before 1970-01-01T00:00Z"):
        analyse_log(replace(dial, history=()), logged)
