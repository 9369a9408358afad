"""The page of one experiment: what was asked, the verdict, one table, pictures, then details."""

from __future__ import annotations

from collections.abc import Sequence

from recommender.domain.experiments import Experiment
from recommender.evaluation.experiments import drawing
from recommender.evaluation.experiments.asked import asked
from recommender.evaluation.experiments.from_log import Report
from recommender.evaluation.experiments.metric_table import (
    groups_of,
    head_of,
    lift_cell,
    told_correction,
    told_ratio,
    value_cell,
)
from recommender.evaluation.experiments.over_time import LEAST_READERS
from recommender.evaluation.experiments.results import (
    Comparison,
    MetricResult,
    Part,
    Results,
    Value,
)
from recommender.evaluation.markup import (
    cautions,
    document,
    figure,
    folded,
    grouped_table,
    paragraph,
    section,
    table,
)

NOTHING_YET = "Nothing to show yet: too few readers of each variant for a lift."
NO_DAYS = "Nothing to show yet: no day has been observed."
NO_FUNNEL = "How far readers came was not counted."
NO_SEGMENTS = "No property of the readers was known before exposure."

LOOKS = (
    "Any look: the 95 % interval that is true however often it is looked at, and whenever the "
    "experiment is stopped; the words go by it. One look: true once, at a moment fixed in advance; "
    "whoever looks every day and stops at the first difference is fooled about three times in ten."
)
READING = (
    "The reader is the unit of every interval. Before exposure taken out: CUPED. Chance to win and "
    "risk: the Bayesian view under a flat prior, which repeated looks mislead. With fewer than "
    f"{LEAST_READERS} readers of a variant no interval can be trusted: days and segments show none."
)


def page(experiment: Experiment, report: Report, sources: Sequence[str] = ()) -> str:
    """Return an analysed experiment as one HTML page that needs nothing else.

    Parameters
    ----------
    sources : sequence of str
        What the figures were made of, and what was left out.
    """
    results = report.results
    verdict = results.verdict
    told = (told_ratio(results.sample_ratio), verdict.text, *verdict.because)
    return document(
        f"Experiment {results.key}",
        (
            asked(experiment, report.period),
            cautions(f"Verdict: {verdict.finding}", told),
            _metrics(report),
            _looks(results),
            _daily(results),
            _funnel(results),
            section("What it was made of", map(paragraph, sources)) if sources else "",
            _since_exposure(results),
            _segments(results),
            _views(results),
            folded("How to read it", [paragraph(READING)]),
        ),
    )


def _metrics(report: Report) -> str:
    results = report.results
    caption = f"All metrics, each variant against {results.variants[0]}"
    groups = groups_of(results, report.unmeasured)
    drawn = grouped_table(caption, head_of(results), groups)
    return section("Metrics", [drawn, paragraph(LOOKS), paragraph(told_correction(results))])


def _looks(results: Results) -> str:
    name = results.metrics[0].metric.name
    caption = (
        "All readers and days so far. Band: true at any look; dots: true at one look only. "
        f"{name}, against {results.variants[0]}."
    )
    drawn = _lifts("cumulative", results.looks, results.variants, "day", caption)
    counted = _parts_table("All so far", "day", results.looks, results.metrics[0])
    return section("What was known each day", [drawn]) + folded("The same in figures", [counted])


def _daily(results: Results) -> str:
    primary = results.metrics[0]
    if not results.daily:
        return section("Each day alone", [paragraph(NO_DAYS)])
    per = f"{primary.metric.name} per {primary.metric.per}"
    drawn = figure(drawing.values("daily", results.daily, per), f"{per}, each day alone.")
    counted = _parts_table("Each day alone", "day", results.daily, primary)
    return section("Each day alone", [drawn]) + folded("Each day in figures", [counted])


def _funnel(results: Results) -> str:
    stages = results.funnel
    if not stages:
        return section("Funnel", [paragraph(NO_FUNNEL)])
    rows = [
        (each.name, *(f"{each.readers[name]:,}" for name in results.variants)) for each in stages
    ]
    drawn = figure(drawing.funnel(stages), "Readers who came as far, of all of the variant.")
    caption = "Readers who came as far"
    return section("Funnel", [drawn, table(caption, ("stage", *results.variants), rows)])


def _since_exposure(results: Results) -> str:
    label = "days since exposure"
    caption = (
        "Days since each reader first met the variant; only readers for whom that day has come. "
        "A lift that falls is novelty wearing off; one that rises is learning."
    )
    parts = results.since_exposure
    counted = _parts_table("By days since exposure", "days", parts, results.metrics[0])
    drawn = _lifts("novelty", parts, results.variants, label, caption)
    return folded("Novelty: lift by days since exposure", [drawn, counted])


def _segments(results: Results) -> str:
    primary = results.metrics[0]
    parts = [
        paragraph(each.warning) + _parts_table(f"By {each.by}", each.by, each.parts, primary)
        for each in results.segments
    ] or [paragraph(NO_SEGMENTS)]
    return folded("Segments", parts)


def _views(results: Results) -> str:
    head = (
        "metric",
        "variant",
        "as measured, any look",
        "before exposure taken out, any look",
        "corrected p",
        "chance to win",
        "risk",
    )
    rows = [
        (result.metric.name, *_view_cells(each))
        for result in results.metrics
        for each in result.comparisons
    ]
    caption = f"Each metric in other ways, against {results.variants[0]}"
    return folded("Before exposure taken out, and the Bayesian view", [table(caption, head, rows)])


def _view_cells(comparison: Comparison) -> tuple[str, ...]:
    belief, corrected = comparison.belief, comparison.corrected_p
    return (
        comparison.variant,
        lift_cell(comparison.raw, comparison.undefined),
        lift_cell(comparison.adjusted, comparison.unadjusted),
        "not corrected" if corrected is None else f"{corrected:.2g}",
        *(
            (f"undefined\n{comparison.undefined}",) * 2
            if belief is None
            else (f"{100.0 * belief.chance_to_win:.1f} %", f"{100.0 * belief.risk:.2f} %")
        ),
    )


def _lifts(
    name: str, parts: Sequence[Part], variants: Sequence[str], label: str, caption: str
) -> str:
    if not any(each is not None for part in parts for each in part.effects.values()):
        return paragraph(NOTHING_YET)
    return figure(drawing.lifts(name, parts, variants, label), caption)


def _parts_table(caption: str, label: str, parts: Sequence[Part], primary: MetricResult) -> str:
    rows = [
        (
            part.name,
            value.variant,
            f"{value.readers:,}",
            value_cell(value, primary.metric.per),
            _part_lift(part, value),
        )
        for part in parts
        for value in part.values
    ]
    head = (label, "variant", "readers", primary.metric.name, "lift, any look")
    return table(caption, head, rows)


def _part_lift(part: Part, value: Value) -> str:
    if value.variant not in part.effects:
        return "the control"
    return lift_cell(part.effects[value.variant], part.undefined.get(value.variant))
