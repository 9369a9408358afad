"""The scores of all rankers that are compared, on the impressions of all folds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.folds import Plan
from recommender.evaluation.permuting import SAMPLED, Permuted, permuted
from recommender.evaluation.protocols import FeatureProtocol
from recommender.evaluation.question import Question
from recommender.evaluation.rankers import RankerName, Scored, plain_scores, ranker_scores
from recommender.evaluation.running import Job, Workers, run
from recommender.ranking.features import FEATURE_NAMES


def jobs_of(question: Question, plan: Plan) -> list[Job]:
    """Return the trainings that the question needs."""
    return [
        Job(protocol=protocol, ranker=ranker, fold=fold, sampled=_sampled(protocol, plan, fold))
        for protocol in question.all_protocols
        for ranker in question.learned
        for fold in range(len(plan.folds))
    ]


def learned_scores(
    question: Question, plan: Plan, workers: Workers, advance: Callable[[int], None]
) -> dict[FeatureProtocol, tuple[Scored, ...]]:
    """Return, by protocol, what each ranker that learns says of all folds' rows."""
    jobs = jobs_of(question, plan)
    done = run(jobs, plan.folds, question.seed, workers, advance) if jobs else []

    def pooled(protocol: FeatureProtocol, ranker: RankerName) -> Scored:
        asked = (protocol, ranker)
        pairs = zip(jobs, done, strict=True)
        return _pooled([each for job, each in pairs if (job.protocol, job.ranker) == asked])

    return {
        protocol: tuple(pooled(protocol, ranker) for ranker in question.learned)
        for protocol in question.all_protocols
    }


def all_scores(
    question: Question, table: FeatureTable, learned: Sequence[Scored]
) -> tuple[Scored, ...]:
    """Return what every ranker says of the table's rows, in the order that was asked for.

    Parameters
    ----------
    learned : sequence of Scored
        Of the rankers that learn.
    """
    by_name: Mapping[str, Scored] = {each.name: each for each in learned}
    asked = tuple(
        by_name[name] if name.learned else plain(name, table, question.seed)
        for name in question.rankers
    )
    if question.artifact is None:
        return asked
    ranker = question.artifact.ranker
    scores = ranker_scores(ranker, table)
    lost = permuted(ranker.scores, table.columns(FEATURE_NAMES), SAMPLED, question.seed)
    return (*asked, Scored(name=ranker.name, scores=scores, permuted=lost))


def plain(name: RankerName, table: FeatureTable, seed: int) -> Scored:
    """Return what a ranker that learns nothing says of the table's rows."""
    return Scored(name=name.value, scores=plain_scores(name, table, seed))


def _sampled(protocol: FeatureProtocol, plan: Plan, fold: int) -> int:
    """Return the fold's share of the impressions on which features are permuted."""
    if protocol is not FeatureProtocol.A:
        return 0
    return max(1, round(SAMPLED * len(plan.folds[fold].evaluate) / len(plan.evaluated)))


def _pooled(folds: Sequence[Scored]) -> Scored:
    probabilities = [each.probabilities for each in folds if each.probabilities is not None]
    features = {name for each in folds for name in each.effects}
    samples = [each.permuted for each in folds if each.permuted is not None]
    return Scored(
        name=folds[0].name,
        scores=np.concatenate([each.scores for each in folds]),
        probabilities=np.concatenate(probabilities) if len(probabilities) == len(folds) else None,
        effects={
            name: float(np.mean([each.effects.get(name, 0.0) for each in folds]))
            for name in sorted(features)
        },
        permuted=Permuted.joined(samples) if samples else None,
    )
