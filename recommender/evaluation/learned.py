"""The rankers that learn: trained on a fold's earlier impressions, they score its later ones."""

from __future__ import annotations

from recommender.errors import InvalidInput
from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.folds import Fold
from recommender.evaluation.permuting import permuted
from recommender.evaluation.rankers import RankerName, Scored
from recommender.learning.boosted import BoostedModel, train_boosted
from recommender.learning.linear import LinearModel, train_linear
from recommender.learning.lists import Lists


def train_and_score(name: RankerName, fold: Fold, seed: int, sampled: int) -> Scored:
    """Return what the ranker, trained on what comes before the fold, says of the fold's rows.

    Parameters
    ----------
    sampled : int
        Impressions of the fold on which features are permuted; with 0 none are.

    Raises
    ------
    InvalidInput
        There is nothing to learn from, or the ranker learns nothing.
    """
    if fold.train is None:
        wanted = "a part with one before it to learn from, or of at least three days"
        raise InvalidInput("split", f"for {name}, {wanted}", f"{fold.name!r}, which is neither")
    match name:
        case RankerName.LINEAR:
            model: LinearModel | BoostedModel = train_linear(lists_of(fold.train), seed=seed)
        case RankerName.BOOSTED:
            model = train_boosted(lists_of(fold.train), seed=seed)
        case _:
            raise InvalidInput("rankers", "a ranker that learns", name.value)
    scores = model.scores(fold.evaluate.rows)
    return Scored(
        name=name.value,
        scores=scores,
        probabilities=model.probabilities(scores),
        effects=dict(zip(model.names, model.effects.tolist(), strict=True)),
        permuted=permuted(model.scores, fold.evaluate, sampled, seed) if sampled else None,
    )


def lists_of(table: FeatureTable) -> Lists:
    """Return the table as what rankers are trained from."""
    return Lists(
        rows=table.rows,
        starts=table.starts,
        clicked=table.clicked,
        at=table.at,
        positions=table.positions,
        names=table.names,
    )
