"""Verdicts: which finding the numbers lead to, in which order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recommender.evaluation.experiments.results import (
    Comparison,
    Effect,
    Finding,
    Goal,
    Interval,
    Metric,
    MetricResult,
    Role,
    Undefined,
    Value,
    Verdict,
)
from recommender.evaluation.experiments.sample_ratio import sample_ratio
from recommender.evaluation.experiments.verdict import MORE, Word, decide, word_of

EVEN = sample_ratio({"A": 5_000, "B": 5_000}, {"A": 1, "B": 1})
UNEVEN = sample_ratio({"A": 5_400, "B": 4_600}, {"A": 1, "B": 1})
NAMES = "ABC"


def measured(
    *ends: tuple[float, float] | None,
    role: Role = Role.PRIMARY,
    goal: Goal = Goal.MORE,
    readers: int = 5_000,
) -> MetricResult:
    """Return a metric whose intervals of B, C … are given; certain where they exclude zero."""
    values = tuple(
        Value(variant=name, readers=readers, total=1.0, of=1.0, mean=1.0)
        for name in NAMES[: len(ends) + 1]
    )
    comparisons = tuple(
        Comparison(
            variant=name,
            raw=None if each is None else effect(*each),
            adjusted=None,
            belief=None,
            corrected_p=None if each is None else 0.5 if each[0] <= 0.0 <= each[1] else 0.001,
            undefined=Undefined.CONTROL_AT_ZERO if each is None else None,
        )
        for name, each in zip(NAMES[1:], ends, strict=False)
    )
    metric = Metric(name="click rate" if role is Role.PRIMARY else "hides", goal=goal, role=role)
    return MetricResult(metric=metric, values=values, comparisons=comparisons)


def effect(low: float, high: float) -> Effect:
    interval = Interval(low=low, high=high)
    return Effect(
        readers=(5_000, 5_000),
        lift=(low + high) / 2,
        fixed=interval,
        fixed_p=0.5,
        always_valid=interval,
        always_valid_p=0.5,
    )


def decided(*metrics: MetricResult) -> Verdict:
    return decide(EVEN, metrics, 0.02)


def test_a_broken_sample_ratio_blocks_whatever_the_metrics_say() -> None:
    verdict = decide(UNEVEN, [measured((0.1, 0.2))], 0.02)
    assert (verdict.finding, verdict.winner) == (Finding.BLOCKED, None)
    assert "A: 5,400 readers where 5,000 were expected" in verdict.because[0]


def test_few_readers_are_not_enough_however_great_the_lift() -> None:
    verdict = decided(measured((0.1, 0.2), readers=99))
    assert verdict.finding is Finding.NOT_ENOUGH
    assert verdict.because == ("A: 99 readers, B: 99 readers",)


def test_an_interval_above_zero_wins() -> None:
    verdict = decided(measured((0.01, 0.05)))
    assert (verdict.finding, verdict.winner) == (Finding.WINNER, "B")
    assert "+3.0 % (+1.0 % to +5.0 % at any look; 5,000 and 5,000 readers)" in verdict.text


def test_where_less_is_better_an_interval_below_zero_wins() -> None:
    assert decided(measured((-0.05, -0.01), goal=Goal.LESS)).winner == "B"
    assert decided(measured((0.01, 0.05), goal=Goal.LESS)).winner == "A"


def test_of_two_winners_the_greater_lift_is_named_and_the_other_told() -> None:
    verdict = decided(measured((0.01, 0.05), (0.04, 0.08)))
    assert verdict.winner == "C"
    assert "B beat the control too" in verdict.text


def test_the_control_wins_only_over_all_others() -> None:
    assert decided(measured((-0.05, -0.01), (-0.09, -0.03))).winner == "A"
    verdict = decided(measured((-0.05, -0.01), (-0.09, 0.03)))
    assert (verdict.finding, verdict.winner) == (Finding.NOT_ENOUGH, None)


def test_a_narrow_interval_about_zero_is_no_difference_larger_than_its_ends() -> None:
    verdict = decided(measured((-0.012, 0.018)))
    assert verdict.finding is Finding.NO_DIFFERENCE
    assert verdict.text == "No difference larger than 1.8 % in click rate."


def test_a_wide_interval_about_zero_is_not_enough_yet() -> None:
    verdict = decided(measured((-0.03, 0.07)))
    assert verdict.finding is Finding.NOT_ENOUGH
    assert verdict.text.endswith(
        "up to 7.0 % is possible, and 2.0 % would matter, which is the analysis's own bound."
    )


def test_a_variant_that_violates_a_guardrail_cannot_win() -> None:
    hides = measured((0.1, 0.3), role=Role.GUARDRAIL, goal=Goal.LESS)
    verdict = decided(measured((0.01, 0.05)), hides)
    assert (verdict.finding, verdict.winner) == (Finding.GUARDRAIL, None)
    assert "B makes hides worse: +20.0 %" in verdict.text


def test_another_variant_may_still_win_and_the_harm_is_told() -> None:
    hides = measured((0.1, 0.3), (-0.1, 0.1), role=Role.GUARDRAIL, goal=Goal.LESS)
    verdict = decided(measured((0.04, 0.09), (0.01, 0.05)), hides)
    assert (verdict.finding, verdict.winner) == (Finding.WINNER, "C")
    assert any("B makes hides worse" in each for each in verdict.because)


def test_a_guardrail_that_may_be_better_or_worse_is_not_violated() -> None:
    hides = measured((-0.1, 0.3), role=Role.GUARDRAIL, goal=Goal.LESS)
    assert decided(measured((0.01, 0.05)), hides).winner == "B"


@pytest.mark.parametrize("ends", [None, (-9.0, 70.0)])
def test_certainly_more_of_what_should_be_less_is_harm_though_no_lift_shows_it(
    ends: tuple[float, float] | None,
) -> None:
    fewer = measured(ends, role=Role.GUARDRAIL, goal=Goal.LESS)
    [comparison] = fewer.comparisons
    hides = replace(fewer, comparisons=(replace(comparison, has_more=True),))
    verdict = decided(measured((0.01, 0.05)), hides)
    assert (verdict.finding, verdict.winner) == (Finding.GUARDRAIL, None)
    said = f"B makes hides worse: {MORE}; {'undefined, the control is' if ends is None else '+'}"
    assert said in verdict.text
    assert word_of(hides.comparisons[0], hides.metric) is Word.WORSE
    wanted = replace(hides, metric=replace(hides.metric, goal=Goal.MORE))
    assert decided(measured((0.01, 0.05)), wanted).winner == "B"
    beside = replace(hides, metric=replace(hides.metric, role=Role.SECONDARY))
    assert decided(measured((0.01, 0.05)), beside).winner == "B"


def test_a_control_at_zero_cannot_be_compared() -> None:
    verdict = decided(measured(None))
    assert verdict.finding is Finding.NOT_ENOUGH
    assert verdict.text == "click rate cannot be compared (B: the control is at zero)."
    assert verdict.because == ("click rate of B: undefined, the control is at zero",)


@pytest.mark.parametrize(
    ("ends", "goal", "word"),
    [
        ((0.01, 0.05), Goal.MORE, Word.BETTER),
        ((0.01, 0.05), Goal.LESS, Word.WORSE),
        ((-0.05, -0.01), Goal.MORE, Word.WORSE),
        ((-0.01, 0.05), Goal.MORE, Word.NOT_SHOWN),
        (None, Goal.MORE, Word.UNDEFINED),
    ],
)
def test_a_word_says_what_the_interval_says(
    ends: tuple[float, float] | None, goal: Goal, word: Word
) -> None:
    result = measured(ends, goal=goal)
    assert word_of(result.comparisons[0], result.metric) is word


def test_a_word_of_few_readers_promises_nothing() -> None:
    result = measured((0.01, 0.05))
    few = replace(effect(0.01, 0.05), readers=(5_000, 99))
    comparison = replace(result.comparisons[0], raw=few)
    assert word_of(comparison, result.metric) is Word.FEW_READERS


def test_what_the_correction_takes_back_is_not_certain_but_for_guardrails() -> None:
    primary, guardrail = measured((0.01, 0.05)), measured((0.01, 0.05), role=Role.GUARDRAIL)
    comparison = replace(primary.comparisons[0], corrected_p=0.06)
    assert word_of(comparison, primary.metric) is Word.NOT_CORRECTED
    assert word_of(replace(comparison, corrected_p=None), guardrail.metric) is Word.BETTER
