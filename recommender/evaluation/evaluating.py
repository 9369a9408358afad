"""An evaluation: rankers compared over all impressions, in groups, and beyond accuracy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.errors import InvalidInput
from recommender.evaluation.beyond_accuracy import BeyondAccuracy, beyond_accuracy
from recommender.evaluation.comparing import (
    Comparison,
    GroupComparison,
    Values,
    compare,
    compare_groups,
    values_of,
)
from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.folds import Plan
from recommender.evaluation.intervals import Resamples
from recommender.evaluation.permuting import Importance, importance_of
from recommender.evaluation.probabilities import Probabilities, judged
from recommender.evaluation.protocols import FeatureProtocol
from recommender.evaluation.question import Question
from recommender.evaluation.rankers import Scored
from recommender.evaluation.running import Workers
from recommender.evaluation.scoring import all_scores, learned_scores, plain
from recommender.evaluation.slices import by_article_age, by_history
from recommender.evaluation.tables import Tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What was found.

    Parameters
    ----------
    main : Comparison
        All rankers under protocol A.
    others : mapping of FeatureProtocol to Comparison
        The rankers that learn, under the other protocols.
    all_given : Comparison or None
        The rankers that learn nothing, on all impressions of the part; None where ``main`` is that.
    history, article_age : tuple of GroupComparison
        ``main`` by how much is known of the reader, and by the age of what was clicked.
    calibration : mapping of str to Probabilities
        Of the rankers that tell probabilities.
    importance : mapping of str to Importance
        Of the rankers that learn: what is lost without each feature.
    effects : mapping of str to mapping of str to float
        Of the rankers that learn: what moves the scores, the mean over folds.
    beyond : mapping of str to tuple of BeyondAccuracy
    """

    main: Comparison
    others: Mapping[FeatureProtocol, Comparison]
    all_given: Comparison | None
    history: tuple[GroupComparison, ...]
    article_age: tuple[GroupComparison, ...]
    calibration: Mapping[str, Probabilities]
    importance: Mapping[str, Importance]
    effects: Mapping[str, Mapping[str, float]]
    beyond: Mapping[str, tuple[BeyondAccuracy, ...]]


def evaluate(
    tables: Tables,
    plan: Plan,
    question: Question,
    workers: Workers,
    advance: Callable[[int], None],
) -> Evaluation:
    """Return how the rankers compare on the plan's impressions.

    Parameters
    ----------
    advance : callable
        Told of each training that is done, see ``recommender.evaluation.scoring.jobs_of``.

    Raises
    ------
    InvalidInput
        No impression tells rankers apart, or a ranker lacks a feature or what to learn from.
    """
    table, seed = plan.evaluated, question.seed
    _require_telling(table)
    learned = learned_scores(question, plan, workers, advance)
    scored = all_scores(question, table, learned[FeatureProtocol.A])
    values, resamples = _values(scored, table), Resamples(table.readers, seed)
    return Evaluation(
        main=compare(values, table, seed),
        others={
            protocol: compare(_values(each, table), table, seed)
            for protocol, each in learned.items()
            if each and protocol is not FeatureProtocol.A
        },
        all_given=_on_all_given(question, plan),
        history=compare_groups(values, table, by_history(table), seed),
        article_age=compare_groups(values, table, by_article_age(table), seed),
        calibration={
            each.name: judged(each.probabilities, table, resamples)
            for each in scored
            if each.probabilities is not None
        },
        importance={
            each.name: importance_of(each.permuted, seed)
            for each in scored
            if each.permuted is not None
        },
        effects={each.name: each.effects for each in scored if each.effects},
        beyond=beyond_accuracy({e.name: e.scores for e in scored}, table, tables, resamples),
    )


def _values(scored: Sequence[Scored], table: FeatureTable) -> dict[str, Values]:
    return {each.name: values_of(each, table) for each in scored}


def _on_all_given(question: Question, plan: Plan) -> Comparison | None:
    if not plan.prequential or not question.plain:
        return None
    scored = [plain(name, plan.given, question.seed) for name in question.plain]
    return compare(_values(scored, plan.given), plan.given, question.seed)


def _require_telling(table: FeatureTable) -> None:
    clicks = np.bincount(table.impression_of_rows, table.clicked, minlength=len(table))
    if not ((clicks > 0) & (clicks < np.diff(table.starts))).any():
        wanted = "impressions with both a click and an article that was passed over"
        raise InvalidInput("split", wanted, f"none among {len(table)}")
