"""What a slate tells of its experiments: written, and read back."""

from __future__ import annotations

import pytest

from recommender.domain.experiments import (
    Assignment,
    Experiment,
    ExperimentKind,
    Metric,
    Variant,
    exposures_of,
    told,
)
from recommender.errors import InvalidInput


def assigned(key: str, variant: str | None, *, forced: bool = False) -> Assignment:
    control = Variant(name="control", weight=1.0)
    experiment = Experiment(
        key=key,
        hypothesis="Some.",
        kind=ExperimentKind.AB,
        variants=(control,),
        seed=key,
        primary_metric=Metric.CTR,
    )
    met = None if variant is None else Variant(name=variant, weight=1.0)
    return Assignment(experiment=experiment, variant=met, forced=forced)


def test_experiments_are_told_in_the_order_of_their_keys() -> None:
    met = [assigned("mix", None), assigned("half-life", "control"), assigned("half", "wide")]
    assert told(met) == "half:wide,half-life:control,mix:interleaved"
    assert told(met[::-1]) == told(met)


def test_what_was_forced_is_marked() -> None:
    assert told([assigned("dial", "wide", forced=True)]) == "dial:wide!"
    assert told([assigned("mix", None, forced=True)]) == "mix:interleaved!"


def test_nothing_is_told_of_nothing() -> None:
    assert told([]) is None
    assert exposures_of(None) == {}


def test_what_was_told_is_read_back() -> None:
    met = [assigned("b", "two", forced=True), assigned("a-b", "2"), assigned("0", None)]
    expected = {each.experiment.key: (each.name, each.forced) for each in met}
    assert exposures_of(told(met)) == expected


@pytest.mark.parametrize(
    "text",
    ["", "dial", "dial:", "dial:wide,", "dial:wide!!", "Dial:wide", "dial:a,dial:b", "a:b:c"],
)
def test_what_was_written_by_something_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="variant: experiments and variants as a slate tells"):
        exposures_of(text)
