"""The one table of an experiment: every metric of every variant against the control, as text.

The page and the program show the same cells. What follows a line's end in a cell belongs below the
rest: the counts that a number was made of, or why there is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from recommender.evaluation.experiments.results import (
    Comparison,
    Effect,
    Goal,
    Interval,
    Metric,
    Results,
    Role,
    SampleRatio,
    Undefined,
    Value,
)
from recommender.evaluation.experiments.verdict import Word, word_of

Rows = Sequence[Sequence[str]]

GROUPS = {
    Role.PRIMARY: "Primary metric",
    Role.GUARDRAIL: "Guardrails",
    Role.SECONDARY: "Other metrics",
}
"""In this order; metrics that are not measured come last."""

NOT_MEASURED = "Not measured"

ALARM = "not to be believed"
"""In place of every word where the sample ratio alarms."""

ADJUSTED = "before exposure taken out"
NONE = "–"
SPACE = "\u00a0"
"""No line breaks at it."""


def head_of(results: Results) -> tuple[str, ...]:
    """Return the names of the columns, the control's with its counts."""
    control = results.variants[0]
    counts = "\n".join(_counts(results, control))
    return (
        "metric",
        "variant",
        "value",
        f"{control} (control)\n{counts}",
        "lift",
        "in a word",
        "any look",
        "one look",
    )


def groups_of(results: Results, unmeasured: Mapping[str, str]) -> dict[str, Rows]:
    """Return the rows of each group that has any: one for each metric and compared variant.

    Parameters
    ----------
    unmeasured : mapping of str to str
        Metric → why there is nothing to tell.
    """
    found: dict[str, Rows] = {
        name: rows for role, name in GROUPS.items() if (rows := _rows_of(results, role))
    }
    if unmeasured:
        before, after = [NONE] * 4, [NONE] * 2
        found[NOT_MEASURED] = [
            (name, *before, f"not measured\n{reason}", *after)
            for name, reason in unmeasured.items()
        ]
    return found


def told_ratio(found: SampleRatio) -> str:
    """Return the check of the sample ratio as one sentence."""
    said = "ALARM: believe no figure below" if found.alarm else "as the weights promise"
    counts = ", ".join(
        f"{name} {count:,} readers ({found.expected[name]:,.1f} expected)"
        for name, count in found.counts.items()
    )
    return f"Sample ratio: {said}. {counts}; χ² test, p = {found.p_value:.2g}."


def told_correction(results: Results) -> str:
    """Return what is corrected for the number of comparisons, and what is not."""
    primary, others = (
        sum(
            each.corrected_p is not None
            for result in results.metrics
            if result.metric.role is role
            for each in result.comparisons
        )
        for role in (Role.PRIMARY, Role.SECONDARY)
    )
    return (
        "Each interval is of one variant in one metric by itself, not corrected for how many there "
        "are. The words, and with them the verdict, are corrected (Holm): for the comparisons of "
        f"the primary metric, {primary} here, and for those of all other metrics together, "
        f"{others} here. So an interval may leave out zero where the word is "
        f"“{Word.NOT_CORRECTED}”. Guardrails are not corrected: that would make harm harder to "
        "see. One that should be less is worse, too, where it is certain that there is more of it "
        "though a lift over a control near zero does not show it."
    )


def value_cell(value: Value, per: str) -> str:
    """Return a value above its counts, or that there is nothing to divide by."""
    if value.mean is None:
        return f"undefined\nno {per}s"
    return f"{value.mean:.4g}\n{value.total:,.6g}{SPACE}of{SPACE}{value.of:,.6g} {per}s"


def lift_cell(effect: Effect | None, reason: Undefined | None) -> str:
    """Return a lift with its interval at any look above its readers, or why there is none."""
    if effect is None:
        return f"undefined\n{reason}"
    return f"{percent(effect.lift)} ({ends(effect.always_valid)})\n{readers_of(effect)}"


def readers_of(found: Effect) -> str:
    """Return the readers of the control and of the variant."""
    control, variant = found.readers
    return f"{control:,} and {variant:,} readers"


def ends(interval: Interval) -> str:
    """Return an interval of a lift in words."""
    return f"{100.0 * interval.low:+.2f} to {percent(interval.high)}".replace("-", "−")


def percent(share: float) -> str:
    """Return a lift in words."""
    return f"{100.0 * share:+.2f} %".replace("-", "−")


def _rows_of(results: Results, role: Role) -> Rows:
    return [
        (
            _named(result.metric),
            "\n".join((value.variant, *_counts(results, value.variant))),
            value_cell(value, result.metric.per),
            value_cell(result.values[0], result.metric.per),
            _told_lift(each),
            ALARM if results.sample_ratio.alarm else _word_cell(each, result.metric),
            *_intervals(each),
        )
        for result in results.metrics
        if result.metric.role is role
        for value, each in zip(result.values[1:], result.comparisons, strict=True)
    ]


def _told_lift(comparison: Comparison) -> str:
    if comparison.effect is None:
        return "undefined"
    lift = percent(comparison.effect.lift)
    return lift if comparison.adjusted is None else f"{lift}\n{ADJUSTED}"


def _intervals(comparison: Comparison) -> tuple[str, str]:
    effect = comparison.effect
    return (NONE, NONE) if effect is None else (ends(effect.always_valid), ends(effect.fixed))


def _word_cell(comparison: Comparison, metric: Metric) -> str:
    word, corrected = word_of(comparison, metric), comparison.corrected_p
    if comparison.effect is None:
        return f"{word}\n{comparison.undefined}"
    return word.value if corrected is None else f"{word}\ncorrected p{SPACE}={SPACE}{corrected:.2g}"


def _named(metric: Metric) -> str:
    less = ", less is better" if metric.goal is Goal.LESS else ""
    return f"{metric.name}\nper {metric.per}{less}"


def _counts(results: Results, variant: str) -> list[str]:
    readers, slates = results.sample_ratio.counts[variant], results.slates.get(variant)
    told = [f"{readers:,}{SPACE}readers"]
    return told if slates is None else [*told, f"{slates:,}{SPACE}slates"]
