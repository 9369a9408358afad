"""The verdict on an experiment in plain words, with the numbers that led to it."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from enum import StrEnum

from recommender.evaluation.experiments.lift import ALPHA
from recommender.evaluation.experiments.over_time import LEAST_READERS
from recommender.evaluation.experiments.results import (
    Comparison,
    Effect,
    Finding,
    Goal,
    Metric,
    MetricResult,
    Role,
    SampleRatio,
    Verdict,
)

SMALLEST_EFFECT = 0.02
"""A relative lift below it is taken to matter to nobody: a convention of this analysis, the same
for every experiment, for a definition has no field for it."""

MORE = "it is certain at any look that there is more of it"
"""Said of a guardrail where the lift itself does not show it: the control is near zero."""


class Word(StrEnum):
    """What one variant's lift in one metric says."""

    BETTER = "better"
    WORSE = "worse"
    NOT_SHOWN = "no difference shown"
    NOT_CORRECTED = "not certain once corrected"
    FEW_READERS = "too few readers"
    UNDEFINED = "cannot be told"


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """A guardrail that a variant has certainly made worse."""

    metric: Metric
    comparison: Comparison

    @property
    def told(self) -> str:
        """The harm in words."""
        lift = _told_lift(self.comparison)
        said = lift if _is_shown_worse(self.comparison, self.metric) else f"{MORE}; {lift}"
        return f"{self.comparison.variant} makes {self.metric.name} worse: {said}"


def decide(
    sample_ratio: SampleRatio, metrics: Sequence[MetricResult], smallest_effect: float
) -> Verdict:
    """Return what the experiment says; true at every look, since all intervals are always valid.

    Parameters
    ----------
    metrics : sequence of MetricResult
        The first is the primary metric; guardrails are found by their role. Guardrails are not
        corrected for their number: a correction would make harm harder to see.
    smallest_effect : float
        Relative lift that would matter: "no difference" is said only once greater ones are
        excluded.
    """
    if sample_ratio.alarm:
        return _blocked(sample_ratio)
    primary, harms = metrics[0], harms_of(metrics)
    if min(each.readers for each in primary.values) < LEAST_READERS:
        return _too_few(primary)
    because = (
        *(_told(each, primary.metric) for each in primary.comparisons),
        *(each.told for each in harms),
    )
    better = _better(primary, {each.comparison.variant for each in harms})
    if better:
        return _winner(better, primary.metric, because)
    if harms:
        return _harmed(harms, because)
    return _without_winner(primary, smallest_effect, because)


def harms_of(metrics: Sequence[MetricResult]) -> list[Harm]:
    """Return what guardrails show.

    That is an interval that lies wholly on the harmful side; and, of what should be less, certainly
    more of it, for a lift over a control near zero shows nothing.
    """
    return [
        Harm(metric=result.metric, comparison=each)
        for result in metrics
        for each in result.comparisons
        if _is_harm(each, result.metric)
    ]


def word_of(comparison: Comparison, metric: Metric) -> Word:
    """Return what a lift says, by the rules of the verdict: guardrails are not corrected."""
    effect = comparison.effect
    if effect is not None and min(effect.readers) < LEAST_READERS:
        return Word.FEW_READERS
    if _is_harm(comparison, metric):
        return Word.WORSE
    if effect is None:
        return Word.UNDEFINED
    is_shown = effect.always_valid.low > 0.0 or effect.always_valid.high < 0.0
    if not is_shown:
        return Word.NOT_SHOWN
    if metric.role is not Role.GUARDRAIL and not _certain(comparison):
        return Word.NOT_CORRECTED
    return Word.BETTER if _gain(effect, metric.goal) > 0.0 else Word.WORSE


def told_effect(effect: Effect) -> str:
    """Return a lift in words: ``+2.0 % (+0.5 % to +3.5 % at any look; 900 and 910 readers)``."""
    ends = effect.always_valid
    control, variant = effect.readers
    return (
        f"{_percent(effect.lift)} ({_percent(ends.low)} to {_percent(ends.high)} at any look; "
        f"{control:,} and {variant:,} readers)"
    )


def _blocked(found: SampleRatio) -> Verdict:
    counts = ", ".join(
        f"{name}: {count:,} readers where {found.expected[name]:,.0f} were expected"
        for name, count in found.counts.items()
    )
    return Verdict(
        finding=Finding.BLOCKED,
        winner=None,
        text="Readers were not divided as the weights say, so the variants cannot be compared: "
        "find out where readers are lost, and start anew.",
        because=(f"{counts}; p = {found.p_value:.2g}",),
    )


def _too_few(primary: MetricResult) -> Verdict:
    counts = ", ".join(f"{each.variant}: {each.readers:,} readers" for each in primary.values)
    return Verdict(
        finding=Finding.NOT_ENOUGH,
        winner=None,
        text=f"Too few readers to compare {primary.metric.name}: at least {LEAST_READERS} of each "
        "variant are wanted.",
        because=(counts,),
    )


def _better(primary: MetricResult, harmed: Container[str]) -> list[tuple[str, Effect]]:
    """Return the variants that certainly beat the control and have violated no guardrail."""
    return [
        (each.variant, each.effect)
        for each in primary.comparisons
        if each.effect is not None
        and _certain(each)
        and _gain(each.effect, primary.metric.goal) > 0.0
        and each.variant not in harmed
    ]


def _winner(
    better: Sequence[tuple[str, Effect]], metric: Metric, because: tuple[str, ...]
) -> Verdict:
    best, effect = max(better, key=lambda each: _gain(each[1], metric.goal))
    others = [name for name, _ in better if name != best]
    beside = f" {', '.join(others)} beat the control too, by less." if others else ""
    text = f"{best} is better than the control in {metric.name}: {told_effect(effect)}.{beside}"
    return Verdict(finding=Finding.WINNER, winner=best, text=text, because=because)


def _harmed(harms: Sequence[Harm], because: tuple[str, ...]) -> Verdict:
    text = f"Stop and look: {'; '.join(each.told for each in harms)}."
    return Verdict(finding=Finding.GUARDRAIL, winner=None, text=text, because=because)


def _without_winner(
    primary: MetricResult, smallest_effect: float, because: tuple[str, ...]
) -> Verdict:
    metric = primary.metric
    known = [(each, each.effect) for each in primary.comparisons if each.effect is not None]
    if len(known) < len(primary.comparisons):
        reasons = "; ".join(
            f"{each.variant}: {each.undefined}"
            for each in primary.comparisons
            if each.effect is None
        )
        text = f"{metric.name} cannot be compared ({reasons})."
        return Verdict(finding=Finding.NOT_ENOUGH, winner=None, text=text, because=because)
    if all(_certain(each) and _gain(effect, metric.goal) < 0.0 for each, effect in known):
        control = primary.values[0].variant
        text = f"{control}, the control, is better in {metric.name} than every other variant."
        return Verdict(finding=Finding.WINNER, winner=control, text=text, because=because)
    largest = max(_reach(effect) for _, effect in known)
    if largest <= smallest_effect:
        text = f"No difference larger than {_share(largest)} in {metric.name}."
        return Verdict(finding=Finding.NO_DIFFERENCE, winner=None, text=text, because=because)
    text = (
        f"Nothing is certain yet about {metric.name}: a difference of up to {_share(largest)} is "
        f"possible, and {_share(smallest_effect)} would matter, which is the analysis's own bound."
    )
    return Verdict(finding=Finding.NOT_ENOUGH, winner=None, text=text, because=because)


def _told(comparison: Comparison, metric: Metric) -> str:
    corrected = comparison.corrected_p
    p_value = "" if corrected is None else f", corrected p = {corrected:.2g}"
    return f"{metric.name} of {comparison.variant}: {_told_lift(comparison)}{p_value}"


def _told_lift(comparison: Comparison) -> str:
    effect = comparison.effect
    return f"undefined, {comparison.undefined}" if effect is None else told_effect(effect)


def _is_harm(comparison: Comparison, metric: Metric) -> bool:
    is_more = metric.goal is Goal.LESS and comparison.has_more
    is_worse = is_more or _is_shown_worse(comparison, metric)
    return metric.role is Role.GUARDRAIL and is_worse


def _is_shown_worse(comparison: Comparison, metric: Metric) -> bool:
    return comparison.effect is not None and _most(comparison.effect, metric.goal) < 0.0


def _certain(comparison: Comparison) -> bool:
    return comparison.corrected_p is not None and comparison.corrected_p < ALPHA


def _gain(effect: Effect, goal: Goal) -> float:
    return effect.lift if goal is Goal.MORE else -effect.lift


def _most(effect: Effect, goal: Goal) -> float:
    """Return the greatest gain that the interval admits."""
    return effect.always_valid.high if goal is Goal.MORE else -effect.always_valid.low


def _reach(effect: Effect) -> float:
    return max(abs(effect.always_valid.low), abs(effect.always_valid.high))


def _percent(share: float) -> str:
    return f"{100.0 * share:+.1f} %".replace("-", "−")


def _share(share: float) -> str:
    return f"{100.0 * share:.1f} %"
