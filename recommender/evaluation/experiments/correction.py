"""Correction for several comparisons at once: Holm's, family by family."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from recommender.evaluation.experiments.results import Comparison, MetricResult, Role


def corrected(metrics: Iterable[MetricResult]) -> tuple[MetricResult, ...]:
    """Return the metrics with Holm's correction, family by family.

    The primary metric's variants are one family, so that the verdict does not grow blunt with each
    metric that is looked at beside it; the secondary metrics, all their variants together, are the
    other. Guardrails are left as they are.
    """
    given = list(metrics)
    for role in (Role.PRIMARY, Role.SECONDARY):
        family = [
            (place, each, each.effect.always_valid_p)
            for place, result in enumerate(given)
            if result.metric.role is role
            for each in result.comparisons
            if each.effect is not None
        ]
        p_values = holm([p_value for _, _, p_value in family])
        for (place, old, _), p_value in zip(family, p_values, strict=True):
            given[place] = _replaced(given[place], old, replace(old, corrected_p=p_value))
    return tuple(given)


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the p-values corrected so that any false finding at all is as rare as promised.

    A verdict names one winner, and one false winner is a wrong verdict: so it is the chance of any
    false finding that is held, not the share of false ones among many (Benjamini and Hochberg).
    Holm's holds it whatever the dependence between metrics, and never finds less than Bonferroni
    (Holm, A Simple Sequentially Rejective Multiple Test Procedure, 1979). Always-valid p-values
    stay always valid.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    given = np.asarray(p_values, np.float64)
    order = np.argsort(given, kind="stable")
    steps = given[order] * np.arange(len(given), 0, -1)
    corrected = np.empty_like(given)
    corrected[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    found: list[float] = corrected.tolist()
    return found


def _replaced(result: MetricResult, old: Comparison, new: Comparison) -> MetricResult:
    return replace(
        result, comparisons=tuple(new if each is old else each for each in result.comparisons)
    )
