"""The analysis of one experiment: from who met what and did what to results and a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recommender.errors import InvalidInput
from recommender.evaluation.experiments import over_time
from recommender.evaluation.experiments.correction import corrected
from recommender.evaluation.experiments.lift import (
    adjusted_lift,
    belief,
    has_more,
    lift,
    why_unadjusted,
    why_undefined,
)
from recommender.evaluation.experiments.observed import Deeds, Exposed, tallies
from recommender.evaluation.experiments.results import (
    Comparison,
    Metric,
    MetricResult,
    Results,
    Role,
    Stage,
)
from recommender.evaluation.experiments.sample_ratio import sample_ratio
from recommender.evaluation.experiments.tally import Tally
from recommender.evaluation.experiments.verdict import SMALLEST_EFFECT, decide


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of an experiment.

    Parameters
    ----------
    key : str
    weights : mapping of str to float, > 0
        Of each variant; only their ratios matter.
    smallest_effect : float
        Relative lift of the primary metric that would matter.
    """

    key: str
    weights: Mapping[str, float]
    smallest_effect: float = SMALLEST_EFFECT


def analyse(
    question: Question,
    exposed: Exposed,
    deeds: Sequence[Deeds],
    funnel: Sequence[Stage] = (),
    slates: Mapping[str, int] | None = None,
) -> Results:
    """Return all that an experiment found.

    Parameters
    ----------
    deeds : sequence of Deeds
        One for each metric; exactly one is primary.
    funnel : sequence of Stage
        How far the readers of each variant came, as the caller counted them.
    slates : mapping of str to int, optional
        Those served to the readers of each variant, where the caller counted them.

    Raises
    ------
    InvalidInput
        There is not exactly one primary metric, or what was observed does not fit together.
    """
    primary = _primary(deeds)
    ratio = sample_ratio(exposed.counts(), question.weights)
    ordered = [primary, *(each for each in deeds if each is not primary)]
    found = [compare(each.metric, exposed.variants, tallies(exposed, each)) for each in ordered]
    metrics = corrected(found)
    return Results(
        key=question.key,
        variants=exposed.variants,
        verdict=decide(ratio, metrics, question.smallest_effect),
        sample_ratio=ratio,
        metrics=metrics,
        looks=over_time.looks(exposed, primary),
        daily=over_time.daily(exposed, primary),
        since_exposure=over_time.since_exposure(exposed, primary),
        segments=over_time.segments(exposed, primary),
        funnel=tuple(funnel),
        slates=dict(slates or {}),
    )


def compare(metric: Metric, variants: Sequence[str], found: Sequence[Tally]) -> MetricResult:
    """Return a metric of each variant, and each against the first, not yet corrected."""
    control, *others = found
    return MetricResult(
        metric=metric,
        values=tuple(each.value(name) for name, each in zip(variants, found, strict=True)),
        comparisons=tuple(
            Comparison(
                variant=name,
                raw=lift(control, each),
                adjusted=adjusted_lift(control, each),
                belief=belief(control, each, metric.goal),
                corrected_p=None,
                undefined=why_undefined(control.sums().statistic(), each.sums().statistic()),
                unadjusted=why_unadjusted(control, each),
                has_more=has_more(control, each),
            )
            for name, each in zip(variants[1:], others, strict=True)
        ),
    )


def _primary(deeds: Sequence[Deeds]) -> Deeds:
    found = [each for each in deeds if each.metric.role is Role.PRIMARY]
    if len(found) != 1:
        raise InvalidInput("metrics", "exactly one primary metric", f"{len(found)}")
    return found[0]
