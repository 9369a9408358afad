"""The boosted ranker: a dot product and the trees of LightGBM that correct it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.errors import ArtifactUnreadable, ExtraMissing
from recommender.ranking.linear import LinearRanker
from recommender.ranking.trees import check_trees


class BoostedRanker:
    """Score = that of a linear ranker + Σ of the trees' leaves, less the leaves' mean.

    The trees correct a linear ranker. Without their mean over what they were trained on a score
    is the sum of what the features add to it, which says the same of the order.

    Parameters
    ----------
    linear : LinearRanker
        From which the trees start; name and calibration are those of the whole.
    trees : str
        In LightGBM's text format, as :func:`recommender.ranking.trees.bare` leaves it.

    Raises
    ------
    ArtifactUnreadable
        The text is not that of trees over so many features.
    ExtraMissing
        LightGBM is not installed.
    """

    def __init__(self, *, linear: LinearRanker, trees: str) -> None:
        features = len(linear.weights)
        check_trees(trees, features)
        self._booster = _booster(trees)
        self._linear = linear
        self._mean = float(self._added(np.zeros((1, features), np.float32))[0, -1])
        if not np.isfinite(self._mean):
            raise ArtifactUnreadable("the trees of the artifact have no mean: train it anew")

    @property
    def name(self) -> str:
        """Kind and version."""
        return self._linear.name

    @property
    def effects(self) -> NDArray[np.float64]:
        """Share of each feature in what moves scores, as measured while training."""
        return self._linear.effects

    def scores(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the score of each row, shape (n,)."""
        if not len(rows):
            return np.zeros(0)
        raw = self._booster.predict(rows, raw_score=True, num_threads=1)
        return np.asarray(self._linear.scores(rows) + (raw - self._mean))

    def contributions(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return what each feature adds to each score, shape (n, f).

        Shapley values of the trees (Lundberg et al., From local explanations to global
        understanding with explainable AI for trees, Nature Machine Intelligence 2020) and
        weight × feature. The former cost half a millisecond a row: ask for those of the
        articles that are shown.
        """
        if not len(rows):
            return np.zeros((0, len(self._linear.weights)))
        return np.asarray(self._added(rows)[:, :-1] + self._linear.contributions(rows))

    def probabilities(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability of a click for each score, shape (n,)."""
        return self._linear.probabilities(scores)

    def _added(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the Shapley values and, in the last column, the mean, shape (n, f + 1)."""
        return np.asarray(self._booster.predict(rows, pred_contrib=True, num_threads=1), np.float64)


def _booster(trees: str) -> Any:  # the library has no types
    # Imported here, so that the API process loads it only where such an artifact is served.
    try:
        import lightgbm  # noqa: PLC0415
    except ImportError as error:
        raise ExtraMissing(
            "a boosted ranker needs LightGBM, which is not installed: "
            'install the package with its extra "boosted", or serve a linear artifact'
        ) from error
    try:
        return lightgbm.Booster(model_str=trees)
    except lightgbm.basic.LightGBMError as error:
        raise ArtifactUnreadable(
            f"LightGBM cannot read the trees of the artifact ({error}): train it anew"
        ) from error
