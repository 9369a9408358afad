"""The one table: each metric in its group, each number beside its counts, or why there is none."""

from __future__ import annotations

from dataclasses import replace

from recommender.evaluation.experiments.from_log import Report
from recommender.evaluation.experiments.metric_table import (
    ADJUSTED,
    ALARM,
    NONE,
    SPACE,
    ends,
    groups_of,
    head_of,
    lift_cell,
    percent,
    told_correction,
    told_ratio,
    value_cell,
)
from recommender.evaluation.experiments.results import (
    Interval,
    Results,
    SampleRatio,
    Undefined,
    Value,
)

REASON = {"errors": "no slate tells of them"}


def changed(results: Results, metric: int, **fields: object) -> Results:
    """Return results whose first comparison in a metric has other fields."""
    result = results.metrics[metric]
    first, *others = result.comparisons
    new = replace(result, comparisons=(replace(first, **fields), *others))  # type: ignore[arg-type]
    metrics = list(results.metrics)
    metrics[metric] = new
    return replace(results, metrics=tuple(metrics))


def plain(text: str) -> str:
    return text.replace(SPACE, " ")


def test_every_metric_stands_in_the_group_of_its_role_once_for_each_variant(
    report: Report,
) -> None:
    groups = groups_of(report.results, REASON)
    names = {group: [row[0].split("\n")[0] for row in rows] for group, rows in groups.items()}
    assert list(names.items()) == [
        ("Primary metric", ["click rate", "click rate"]),
        ("Guardrails", ["hide rate", "hide rate"]),
        ("Other metrics", ["clicks", "clicks"]),
        ("Not measured", ["errors"]),
    ]
    assert [row[1][0] for row in groups["Primary metric"]] == ["B", "C"]
    assert "Not measured" not in groups_of(report.results, {})


def test_a_row_has_the_figures_of_the_results_beside_their_counts(results: Results) -> None:
    rate = results.metrics[0]
    value, comparison = rate.values[1], rate.comparisons[0]
    assert comparison.raw is not None
    row = [plain(each) for each in groups_of(results, {})["Primary metric"][0]]
    assert row[0] == "click rate\nper impression"
    assert row[1] == "B\n1,000 readers\n6,100 slates"
    counts = f"{value.total:,.0f} of {value.of:,.0f} impressions"
    assert row[2] == f"{value.total / value.of:.4g}\n{counts}"
    assert row[3] == plain(value_cell(rate.values[0], "impression"))
    assert row[4] == plain(percent(comparison.raw.lift))
    assert row[6] == plain(ends(comparison.raw.always_valid))
    assert row[7] == plain(ends(comparison.raw.fixed))
    assert row[5] == f"better\ncorrected p = {comparison.corrected_p:.2g}"
    assert plain(head_of(results)[3]) == "A (control)\n1,000 readers\n6,000 slates"
    assert len(row) == len(head_of(results))


def test_what_was_not_counted_is_not_told(results: Results) -> None:
    uncounted = replace(results, slates={})
    assert plain(head_of(uncounted)[3]) == "A (control)\n1,000 readers"


def test_a_lift_with_the_time_before_taken_out_says_so(results: Results) -> None:
    clicks = groups_of(results, {})["Other metrics"][0]
    effect = results.metrics[1].comparisons[0].adjusted
    assert effect is not None
    assert clicks[4] == f"{percent(effect.lift)}\n{ADJUSTED}"
    assert clicks[6] == ends(effect.always_valid)


def test_a_guardrail_says_that_less_is_better_and_has_no_corrected_p(results: Results) -> None:
    row = groups_of(results, {})["Guardrails"][0]
    assert row[0] == "hide rate\nper impression, less is better"
    assert "corrected" not in row[5]


def test_what_is_undefined_says_why_in_place_of_a_number(results: Results) -> None:
    nothing = changed(
        results, 0, raw=None, undefined=Undefined.CONTROL_AT_ZERO, belief=None, corrected_p=None
    )
    row = groups_of(nothing, REASON)["Primary metric"][0]
    told = "cannot be told\nthe control is at zero"
    assert tuple(row[4:]) == ("undefined", told, NONE, NONE)
    (unmeasured,) = groups_of(nothing, REASON)["Not measured"]
    assert unmeasured[5] == "not measured\nno slate tells of them"
    assert lift_cell(None, Undefined.FEW_READERS) == "undefined\ntoo few readers"
    dark = Value(variant="A", readers=9, total=0.0, of=0.0, mean=None)
    assert value_cell(dark, "slate") == "undefined\nno slates"


def test_an_alarm_takes_the_place_of_every_word(results: Results) -> None:
    ratio = SampleRatio(
        counts=results.sample_ratio.counts,
        expected=results.sample_ratio.expected,
        p_value=0.0,
        alarm=True,
    )
    alarmed = replace(results, sample_ratio=ratio)
    words = {row[5] for rows in groups_of(alarmed, {}).values() for row in rows}
    assert words == {ALARM}
    assert "ALARM: believe no figure below" in told_ratio(ratio)


def test_the_check_of_the_ratio_has_every_count_beside_the_expected_one() -> None:
    found = SampleRatio(
        counts={"A": 1_200, "B": 900},
        expected={"A": 1_050.0, "B": 1_050.0},
        p_value=0.5,
        alarm=False,
    )
    assert told_ratio(found) == (
        "Sample ratio: as the weights promise. A 1,200 readers (1,050.0 expected), "
        "B 900 readers (1,050.0 expected); χ² test, p = 0.5."
    )


def test_it_is_told_which_comparisons_are_corrected_together(results: Results) -> None:
    assert "the primary metric, 2 here" in told_correction(results)
    assert "together, 2 here" in told_correction(results)
    without = changed(
        results, 1, raw=None, adjusted=None, undefined=Undefined.ALIKE, corrected_p=None
    )
    assert "together, 1 here" in told_correction(without)


def test_an_interval_is_told_with_true_minus_signs_and_one_unit() -> None:
    told = ends(Interval(low=-0.0123, high=0.2))
    assert told == "−1.23 to +20.00 %"
