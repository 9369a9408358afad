"""What a reader of the figures must know before believing them, each with a count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from recommender.evaluation.beyond_accuracy import UNDEFINED
from recommender.evaluation.evaluating import Evaluation
from recommender.evaluation.folds import Plan
from recommender.evaluation.look_ahead import SUSPICIOUS_AUC
from recommender.evaluation.protocols import EXPOSURE, FeatureProtocol
from recommender.evaluation.question import Question
from recommender.evaluation.rankers import RankerName
from recommender.evaluation.tables import Tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """Something to know; ``count`` says of how many rows, impressions or rankers it is true."""

    about: str
    count: int
    text: str


def cautions(
    evaluation: Evaluation, tables: Tables, plan: Plan, question: Question
) -> tuple[Caution, ...]:
    """Return what must be said beside the figures, the gravest first."""
    return (
        *_too_good(evaluation),
        *_trained_on_these(tables, plan, question),
        *_undefined(evaluation),
        *_undefined_beyond(evaluation),
        *_dropped(tables),
        *_same_features(plan, question),
        *_not_known(evaluation, plan, question),
    )


def _too_good(evaluation: Evaluation) -> Iterator[Caution]:
    for name, metrics in evaluation.main.rankers.items():
        auc = metrics["auc"]
        if auc is not None and auc.mean > SUSPICIOUS_AUC:
            yield Caution(
                about=name,
                count=1,
                text=f"AUC {auc.mean:.3f} is above {SUSPICIOUS_AUC:g}: look for a leak first",
            )


def _trained_on_these(tables: Tables, plan: Plan, question: Question) -> Iterator[Caution]:
    """Compare times, not digests: an archive grows, and its parts move with what is asked for."""
    before = question.artifact
    if before is None or before.data_set != tables.name.value:
        return
    at = plan.evaluated.at
    among = int(((at >= before.learned_from) & (at <= before.learned_until)).sum())
    if among:
        yield Caution(
            about=before.ranker.name,
            count=among,
            text="impressions of the time that it learned from: its figures say nothing, unless "
            "those were other data",
        )
    earlier = int((at < before.learned_from).sum())
    if earlier:
        yield Caution(
            about=before.ranker.name,
            count=earlier,
            text="impressions of before what it learned from: no ranker knows what comes later",
        )


def _undefined(evaluation: Evaluation) -> Iterator[Caution]:
    comparison = evaluation.main
    for metric, count in comparison.undefined.items():
        if count:
            yield Caution(
                about=metric,
                count=count,
                text=f"undefined for {count} of {comparison.impressions} impressions, "
                "which are left out of its mean",
            )


def _undefined_beyond(evaluation: Evaluation) -> Iterator[Caution]:
    """Name the most impressions that a ranker's first articles have no metric for."""
    of_tops = [each for found in evaluation.beyond.values() for each in found]
    for metric, why in UNDEFINED.items():
        count = max(each.undefined[metric] for each in of_tops)
        if count:
            yield Caution(
                about=metric,
                count=count,
                text=f"undefined for {count} of {evaluation.main.impressions} impressions, "
                f"which are left out of its mean: {why}",
            )


def _dropped(tables: Tables) -> Iterator[Caution]:
    for each in tables.dropped:
        text = f"{each.reason} (first at {each.place})"
        yield Caution(about="data", count=each.count, text=text)


def _same_features(plan: Plan, question: Question) -> Iterator[Caution]:
    if FeatureProtocol.C in question.protocols and not EXPOSURE.intersection(plan.evaluated.names):
        text = "is A here: no feature counts what the crowd was shown"
        yield Caution(about="protocol C", count=len(plan.evaluated.names), text=text)


def _not_known(evaluation: Evaluation, plan: Plan, question: Question) -> Iterator[Caution]:
    table = plan.evaluated
    undated = int(np.isnan(table.published).sum())
    if undated and RankerName.NEWEST in question.rankers:
        text = "rows of articles without a time of publication: for newest they are of that moment"
        yield Caution(about=RankerName.NEWEST.value, count=undated, text=text)
    groups = {"history_length": evaluation.history, "article_age": evaluation.article_age}
    for about, found in groups.items():
        if not found:
            text = "impressions are not grouped by it: the data do not tell it"
            yield Caution(about=about, count=len(table), text=text)
