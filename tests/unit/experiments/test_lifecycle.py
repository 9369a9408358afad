"""What was planned is what is analysed: a running experiment is ramped or stopped, no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from recommender.domain.experiments import (
    Change,
    Experiment,
    ExperimentKind,
    Metric,
    Namespace,
    Status,
    Targeting,
    Variant,
)
from recommender.errors import InvalidInput
from recommender.experiments.lifecycle import HISTORY_MAX, changed, created, refuse_conflicts

Make = Callable[..., Experiment]

OTHER = (Variant(name="control", weight=0.6), Variant(name="wide", weight=0.4))
BOLDER = Variant(name="wide", weight=0.5, overrides={"rerank.diversity": 0.9})


def test_a_new_experiment_begins_its_history(make: Make) -> None:
    new = created(make(status=Status.DRAFT), 5.0)
    assert new.history == (Change(at=5.0, field="status", before=None, after="draft"),)


def test_nothing_begins_as_stopped(make: Make) -> None:
    with pytest.raises(InvalidInput, match="status: draft or running"):
        created(make(status=Status.STOPPED), 5.0)


def test_a_draft_may_change_in_everything(make: Make) -> None:
    draft = created(make(status=Status.DRAFT), 5.0)
    wanted = make(
        status=Status.DRAFT,
        hypothesis="Another.",
        variants=OTHER,
        seed="other",
        coverage=0.5,
        primary_metric=Metric.CTR,
    )
    assert replace(changed(draft, wanted, 6.0), history=()) == wanted


def test_every_change_is_in_the_history_as_json_has_it(make: Make) -> None:
    draft = created(make(status=Status.DRAFT, coverage=0.1), 5.0)
    runs = changed(draft, make(variants=(make().variants[0], BOLDER), coverage=0.1), 6.0)
    ramped = changed(runs, replace(runs, coverage=0.5, history=()), 7.0)
    control = {"name": "control", "weight": 0.5, "overrides": {}}
    wide = {"name": "wide", "weight": 0.5, "overrides": {"rerank.diversity": 0.5}}
    bolder = wide | {"overrides": {"rerank.diversity": 0.9}}
    assert ramped.history == (
        Change(at=5.0, field="status", before=None, after="draft"),
        Change(at=6.0, field="variants", before=[control, wide], after=[control, bolder]),
        Change(at=6.0, field="status", before="draft", after="running"),
        Change(at=7.0, field="coverage", before=0.1, after=0.5),
    )


def test_what_does_not_change_leaves_no_trace(make: Make) -> None:
    for status in Status:
        experiment = make(status=status)
        assert changed(experiment, experiment, 9.0) == experiment


FROZEN = [
    ("hypothesis", "Another."),
    ("kind", ExperimentKind.INTERLEAVE),
    ("variants", OTHER),
    ("seed", "other"),
    ("primary_metric", Metric.CTR),
    ("guardrails", (Metric.HIDE_RATE,)),
    ("namespace", Namespace(name="order", start=0.0, end=0.5)),
    ("targeting", Targeting(languages=("de",))),
    ("holdout", 0.1),
    ("start", 1.0),
    ("end", 9.0),
]


@pytest.mark.parametrize(("field", "value"), FROZEN)
@pytest.mark.parametrize("status", [Status.RUNNING, Status.STOPPED])
def test_nothing_else_changes_of_what_runs_or_ran(
    make: Make, status: Status, field: str, value: object
) -> None:
    before = make(status=status)
    with pytest.raises(InvalidInput, match=r"unchanged: it (runs|is stopped)") as refused:
        changed(before, replace(before, **{field: value}), 9.0)
    assert refused.value.field == field


def test_coverage_only_grows_while_it_runs(make: Make) -> None:
    before = make(coverage=0.5)
    assert changed(before, make(coverage=0.6), 9.0).coverage == 0.6
    with pytest.raises(InvalidInput, match=r"coverage: 0.5 or more: .* got 0.4"):
        changed(before, make(coverage=0.4), 9.0)


def test_what_stopped_stays_so_and_so_does_its_key(make: Make) -> None:
    stopped = changed(make(), make(status=Status.STOPPED), 9.0)
    assert stopped.history[-1].after == "stopped"
    for wanted in (make(), make(status=Status.STOPPED, coverage=0.5), make(seed="other")):
        with pytest.raises(InvalidInput, match="take another key"):
            changed(stopped, wanted, 10.0)


def test_what_runs_is_no_draft_again(make: Make) -> None:
    with pytest.raises(InvalidInput, match="status: running or what comes after, got draft"):
        changed(make(), make(status=Status.DRAFT), 9.0)


def test_a_draft_can_be_given_up(make: Make) -> None:
    draft = make(status=Status.DRAFT)
    assert changed(draft, make(status=Status.STOPPED), 9.0).status is Status.STOPPED


def test_a_history_is_bounded_and_its_end_can_always_be_written(make: Make) -> None:
    change = Change(at=1.0, field="coverage", before=0.1, after=0.2)
    full = make(coverage=0.5, history=(change,) * HISTORY_MAX)
    with pytest.raises(InvalidInput, match=f"history: at most {HISTORY_MAX} changes"):
        changed(full, make(coverage=0.6), 9.0)
    assert changed(full, make(coverage=0.5, status=Status.STOPPED), 9.0)


def part(start: float, end: float, name: str = "order") -> Namespace:
    return Namespace(name=name, start=start, end=end)


LIKES = (Variant(name="control", weight=0.5), Variant(name="b", weight=0.5, overrides={"size": 5}))


@pytest.mark.parametrize(
    ("mine", "theirs", "field", "message"),
    [
        ({}, {}, "variants", "other settings than those of 'other', .* got rerank.diversity"),
        (
            {"namespace": part(0.0, 0.5)},
            {"namespace": part(0.4, 1.0)},
            "namespace",
            r"a part of 'order' apart from \[0.4, 1\), which 'other' has, got \[0, 0.5\)",
        ),
        ({"namespace": part(0.0, 0.5)}, {}, "variants", "other settings"),
        ({"start": 0.0}, {"end": 2.0}, "variants", "other settings"),
        ({"end": 5.0}, {"start": 4.0}, "variants", "other settings"),
        (
            {"namespace": part(0.0, 0.5)},
            {"namespace": part(0.5, 1.0, "another")},
            "variants",
            "other settings",
        ),
        ({"variants": LIKES}, {"seed": "dial"}, "seed", "another one than 'other' has"),
        (
            {"variants": LIKES, "kind": ExperimentKind.INTERLEAVE},
            {"kind": ExperimentKind.INTERLEAVE},
            "kind",
            "one experiment that merges rankings",
        ),
    ],
)
@pytest.mark.parametrize("status", [Status.DRAFT, Status.RUNNING])
def test_experiments_that_could_not_be_told_apart_are_refused(
    make: Make,
    status: Status,
    mine: dict[str, object],
    theirs: dict[str, object],
    field: str,
    message: str,
) -> None:
    other = make(**{"key": "other", "seed": "other", "status": status} | theirs)
    with pytest.raises(InvalidInput, match=message) as refused:
        refuse_conflicts(make(**mine), [other], 1.0)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ({}, {"status": Status.STOPPED}),
        ({}, {"key": "dial"}),
        ({"variants": LIKES}, {}),
        ({"namespace": part(0.0, 0.5)}, {"namespace": part(0.5, 1.0)}),
        ({"namespace": part(0.5, 1.0)}, {"namespace": part(0.0, 0.5), "seed": "dial"}),
        ({"end": 5.0}, {"start": 5.0}),
        ({"start": 5.0}, {"end": 5.0}),
        ({}, {"end": 1.0}),
        ({}, {"end": 0.0}),
    ],
)
def test_experiments_that_can_be_told_apart_run_together(
    make: Make, mine: dict[str, object], theirs: dict[str, object]
) -> None:
    other = make(**{"key": "other", "seed": "other"} | theirs)
    refuse_conflicts(make(**mine), [other], 1.0)
