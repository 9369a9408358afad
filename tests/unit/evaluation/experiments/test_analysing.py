"""The analysis: metrics in their order, corrected by family, over time and by segment."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import orjson
import pytest

from recommender.errors import InvalidInput
from recommender.evaluation.experiments.analysing import Question, analyse
from recommender.evaluation.experiments.observed import Deeds, Exposed
from recommender.evaluation.experiments.over_time import LEAST_READERS
from recommender.evaluation.experiments.results import (
    Effect,
    Finding,
    Results,
    Undefined,
)

EVEN = Question(key="brighter", weights={"A": 1.0, "B": 1.0, "C": 1.0})


def effect_of(results: Results, metric: int, comparison: int) -> Effect:
    found = results.metrics[metric].comparisons[comparison].effect
    assert found is not None
    return found


def test_the_primary_metric_comes_first_and_decides(results: Results) -> None:
    names = [each.metric.name for each in results.metrics]
    assert names == ["click rate", "clicks", "hide rate"]
    assert (results.verdict.finding, results.verdict.winner) == (Finding.WINNER, "B")


def test_every_value_stands_beside_its_counts(results: Results, deeds: list[Deeds]) -> None:
    primary = results.metrics[0]
    assert [each.readers for each in primary.values] == [1_000, 1_000, 1_000]
    assert sum(each.total for each in primary.values) == deeds[2].numerator.sum()
    assert sum(each.of for each in primary.values) == 10.0 * len(deeds[2].reader)
    for each in primary.comparisons:
        assert each.raw is not None
        assert each.raw.readers == (1_000, 1_000)


def test_a_mean_is_adjusted_by_the_past_and_a_ratio_is_not(results: Results) -> None:
    rate, clicks, _ = results.metrics
    assert all(each.adjusted is None for each in rate.comparisons)
    for each in clicks.comparisons:
        assert each.adjusted is each.effect is not None


def test_what_is_not_known_has_its_reason_and_what_is_has_none(results: Results) -> None:
    for result in results.metrics:
        for each in result.comparisons:
            assert (each.raw is None) == (each.undefined is not None)
            assert (each.adjusted is None) == (each.unadjusted is not None)
    for part in (*results.looks, *results.daily, *results.since_exposure):
        for variant, effect in part.effects.items():
            assert (effect is None) == (variant in part.undefined)


def test_each_family_is_corrected_by_itself_and_guardrails_are_not(results: Results) -> None:
    rate, clicks, hides = results.metrics
    for result, metric in ((rate, 0), (clicks, 1)):
        small = min(effect_of(results, metric, place).always_valid_p for place in (0, 1))
        assert min(each.corrected_p or 0.0 for each in result.comparisons) == 2 * small
    assert all(each.corrected_p is None for each in hides.comparisons)


def test_the_last_look_knows_what_the_whole_knows(results: Results) -> None:
    primary = results.metrics[0]
    assert [each.name for each in results.looks] == [f"2026-01-{day:02d}" for day in range(1, 11)]
    assert results.looks[-1].values == primary.values
    for each in primary.comparisons:
        assert results.looks[-1].effects[each.variant] == each.raw


def test_looks_grow_by_the_days(results: Results) -> None:
    for variant in range(3):
        totals = np.cumsum([each.values[variant].total for each in results.daily])
        assert totals.tolist() == [each.values[variant].total for each in results.looks]
        readers = [each.values[variant].readers for each in results.looks]
        assert readers == sorted(readers)


def test_what_is_new_wears_off(results: Results) -> None:
    lifts = [each.effects["B"] for each in results.since_exposure]
    fresh, stale = [each.lift for each in lifts[:2] if each], [e.lift for e in lifts[2:6] if e]
    assert min(fresh) > 0.5
    assert max(stale) < 0.3


def test_only_readers_for_whom_a_day_has_come_count(results: Results, exposed: Exposed) -> None:
    last = results.since_exposure[-1]
    first_day = exposed.day == exposed.day.min()
    assert sum(each.readers for each in last.values) == np.count_nonzero(first_day)


def test_segments_divide_the_readers_and_warn(results: Results) -> None:
    (language,) = results.segments
    assert [each.name for each in language.parts] == ["de", "en"]
    assert sum(value.readers for each in language.parts for value in each.values) == 3_000
    assert "one in twenty" in language.warning


def test_few_readers_show_no_lift_over_time(exposed: Exposed, deeds: list[Deeds]) -> None:
    few = np.arange(len(exposed)) < 3 * (LEAST_READERS - 1)
    kept = replace(exposed, variant=exposed.variant[few], day=exposed.day[few], segments={})
    rows = deeds[2].reader < len(kept)
    rate = replace(
        deeds[2],
        **{
            name: getattr(deeds[2], name)[rows]
            for name in ("reader", "day", "numerator", "denominator")
        },
    )
    found = analyse(EVEN, kept, [rate])
    assert {each for part in found.looks for each in part.effects.values()} == {None}
    reasons = {each for part in found.looks for each in part.undefined.values()}
    assert reasons == {Undefined.FEW_READERS}
    assert found.verdict.finding is Finding.NOT_ENOUGH


def test_readers_who_do_nothing_at_all_are_analysed(exposed: Exposed, deeds: list[Deeds]) -> None:
    nothing = np.zeros(0)
    idle = replace(
        deeds[2],
        reader=nothing.astype(np.int64),
        day=nothing.astype(np.int64),
        numerator=nothing,
        denominator=nothing,
    )
    found = analyse(EVEN, exposed, [idle])
    assert found.metrics[0].values[0].mean is None
    assert found.metrics[0].comparisons[0].undefined is Undefined.NO_DENOMINATOR
    assert found.verdict.finding is Finding.NOT_ENOUGH


@pytest.mark.parametrize("kept", [[0], [2, 2], []])
def test_exactly_one_metric_decides(exposed: Exposed, deeds: list[Deeds], kept: list[int]) -> None:
    with pytest.raises(InvalidInput, match="metrics: exactly one primary metric"):
        analyse(EVEN, exposed, [deeds[each] for each in kept])


def test_weights_are_of_the_variants_that_were_met(exposed: Exposed, deeds: list[Deeds]) -> None:
    with pytest.raises(InvalidInput, match="weights"):
        analyse(Question(key="brighter", weights={"A": 1.0, "B": 1.0}), exposed, deeds)


def test_results_are_written_as_json(results: Results) -> None:
    document = orjson.loads(orjson.dumps(results))
    assert document["verdict"]["finding"] == "winner"
    assert document["sample_ratio"]["counts"] == {"A": 1_000, "B": 1_000, "C": 1_000}
    rate = document["metrics"][0]["comparisons"][0]
    assert rate["raw"]["readers"] == [1_000, 1_000]
    assert (rate["adjusted"], rate["unadjusted"]) == (None, "a ratio is not adjusted")
