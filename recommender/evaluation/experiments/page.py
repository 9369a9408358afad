"""The page of one experiment: the verdict, the sample ratio, then figures beside their counts."""

from __future__ import annotations

from collections.abc import Sequence

from recommender.evaluation.experiments import drawing
from recommender.evaluation.experiments.results import (
    Comparison,
    Effect,
    Interval,
    MetricResult,
    Part,
    Results,
    SampleRatio,
    Segments,
    Value,
    Verdict,
)
from recommender.evaluation.markup import cautions, document, figure, paragraph, section, table

NOTHING_YET = "Nothing to show yet: too few readers of each variant for a lift."
NO_DAYS = "Nothing to show yet: no day has been observed."
NO_FUNNEL = "How far readers came was not counted."
NO_SEGMENTS = "No property of the readers was known before exposure."

READING = (
    "Any look: the interval that is true however often it is looked at, and whenever the "
    "experiment is stopped. One look: true once, at a moment fixed in advance; whoever looks every "
    "day and stops at the first difference is fooled about three times in ten. Corrected p: for "
    "the number of comparisons (Holm). Before exposure taken out: CUPED. Chance to win and risk: "
    "the Bayesian view under a flat prior, which repeated looks mislead too."
)


def page(results: Results, sources: Sequence[str] = ()) -> str:
    """Return the results as one HTML page that needs nothing else.

    Parameters
    ----------
    sources : sequence of str
        What the figures were made of, and what was left out.
    """
    primary, *others = results.metrics
    return document(
        f"Experiment {results.key}",
        (
            _verdict(results.verdict),
            _sample_ratio(results.sample_ratio),
            section("Primary metric", [_metric(primary)]),
            section("Other metrics", [_metric(each) for each in others]) if others else "",
            _over_time(results),
            _daily(results),
            _since_exposure(results),
            _funnel(results),
            _segments(results.segments),
            section("What it was made of", map(paragraph, sources)) if sources else "",
            section("How to read it", [paragraph(READING)]),
        ),
    )


def _verdict(verdict: Verdict) -> str:
    return cautions(f"Verdict: {verdict.finding}", (verdict.text, *verdict.because))


def _sample_ratio(found: SampleRatio) -> str:
    said = "ALARM: believe no figure below" if found.alarm else "as the weights promise"
    rows = [
        (name, f"{count:,}", f"{found.expected[name]:,.1f}") for name, count in found.counts.items()
    ]
    caption = f"Readers of each variant: {said} (χ² test, p = {found.p_value:.2g})"
    return section("Sample ratio", [table(caption, ("variant", "readers", "expected"), rows)])


def _metric(result: MetricResult) -> str:
    metric = result.metric
    per = f"{metric.name} per {metric.per}, {metric.goal} is better, {metric.role}"
    parts = [
        table(
            per,
            ("variant", "readers", "total", f"{metric.per}s", "value"),
            [_value_row(each) for each in result.values],
        ),
        table(
            f"{metric.name}: lift against {result.values[0].variant}",
            (
                "variant",
                "readers of both",
                "lift",
                "any look",
                "one look",
                "before exposure taken out, any look",
                "corrected p",
                "chance to win",
                "risk",
            ),
            [_comparison_row(each) for each in result.comparisons],
        ),
    ]
    return "".join(parts)


def _value_row(value: Value) -> tuple[str, ...]:
    mean = "undefined" if value.mean is None else f"{value.mean:.4g}"
    counts = (f"{value.readers:,}", f"{value.total:,.6g}", f"{value.of:,.6g}")
    return (value.variant, *counts, mean)


def _comparison_row(comparison: Comparison) -> tuple[str, ...]:
    raw, adjusted, belief = comparison.raw, comparison.adjusted, comparison.belief
    if raw is None:
        return (comparison.variant, *["undefined"] * 8)
    corrected = comparison.corrected_p
    return (
        comparison.variant,
        _readers(raw),
        _percent(raw.lift),
        _ends(raw.always_valid),
        _ends(raw.fixed),
        "not known"
        if adjusted is None
        else f"{_percent(adjusted.lift)} ({_ends(adjusted.always_valid)})",
        "not corrected" if corrected is None else f"{corrected:.2g}",
        "undefined" if belief is None else f"{100.0 * belief.chance_to_win:.1f} %",
        "undefined" if belief is None else f"{100.0 * belief.risk:.2f} %",
    )


def _over_time(results: Results) -> str:
    caption = (
        "All readers and days so far. Band: true at any look; dots: true at one look only. "
        f"{results.metrics[0].metric.name}, against {results.variants[0]}."
    )
    drawn = _lifts("cumulative", results.looks, results.variants, "day", caption)
    return section("What was known each day", [drawn])


def _daily(results: Results) -> str:
    metric = results.metrics[0].metric
    if not results.daily:
        return section("Each day alone", [paragraph(NO_DAYS)])
    drawn = drawing.values("daily", results.daily, f"{metric.name} per {metric.per}")
    parts = [
        figure(drawn, f"{metric.name} per {metric.per}, each day alone."),
        _parts_table("Each day alone", "day", results.daily),
    ]
    return section("Each day alone", parts)


def _since_exposure(results: Results) -> str:
    label = "days since exposure"
    caption = (
        "Days since each reader first met the variant; only readers for whom that day has come. "
        "A lift that falls is novelty wearing off; one that rises is learning."
    )
    return section(
        "Novelty",
        [
            _lifts("novelty", results.since_exposure, results.variants, label, caption),
            _parts_table("By days since exposure", "days", results.since_exposure),
        ],
    )


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


def _segments(found: Sequence[Segments]) -> str:
    if not found:
        return section("Segments", [paragraph(NO_SEGMENTS)])
    parts = [
        paragraph(each.warning) + _parts_table(f"By {each.by}", each.by, each.parts)
        for each in found
    ]
    return section("Segments", parts)


def _lifts(
    name: str, parts: Sequence[Part], variants: Sequence[str], label: str, caption: str
) -> str:
    if not any(each is not None for part in parts for each in part.effects.values()):
        return paragraph(NOTHING_YET)
    return figure(drawing.lifts(name, parts, variants, label), caption)


def _parts_table(caption: str, label: str, parts: Sequence[Part]) -> str:
    rows = [
        (
            part.name,
            value.variant,
            *_value_row(value)[1:],
            _lift_cell(part.effects.get(value.variant)),
        )
        for part in parts
        for value in part.values
    ]
    head = (label, "variant", "readers", "total", "of", "value", "lift, at any look")
    return table(caption, head, rows)


def _lift_cell(effect: Effect | None) -> str:
    return "" if effect is None else f"{_percent(effect.lift)} ({_ends(effect.always_valid)})"


def _readers(effect: Effect) -> str:
    control, variant = effect.readers
    return f"{control:,} and {variant:,}"


def _ends(interval: Interval) -> str:
    return f"{_percent(interval.low)} to {_percent(interval.high)}"


def _percent(share: float) -> str:
    return f"{100.0 * share:+.2f} %".replace("-", "−")
