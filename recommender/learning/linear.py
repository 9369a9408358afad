"""The linear ranker's training: which article of a list is clicked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from threadpoolctl import threadpool_limits

from recommender.config import Config
from recommender.learning.calibration import calibrate, part_of
from recommender.learning.effects import effects_of
from recommender.learning.held_out import MOST_PAIRS, HeldOut
from recommender.learning.lists import Lists
from recommender.learning.listwise import ListwiseFit
from recommender.learning.pairs import agreement, pairs_of
from recommender.learning.taken_over import taken_over, without_rules
from recommender.ranking.artifacts import LinearPart
from recommender.ranking.calibration import Calibration
from recommender.ranking.linear import READING, LinearRanker, reading_column

ANY = 1e6
"""No feature is larger."""

FIRST_POSITIONS = 10
"""Positions that have a weight of their own while training; later ones share the logarithm's."""

NOT_CALIBRATED = Calibration(scores=(0.0,), chances=(0.5,))


class LinearConfig(Config):
    """How the linear ranker is trained."""

    penalties: tuple[float, ...] = Field(
        default=(1e-5, 1e-4, 1e-3, 1e-2, 1e-1),
        min_length=1,
        description="Squared penalties on the standardised weights, for each impression, among "
        "which the held-out part chooses.",
    )
    clip: float = Field(
        default=5.0,
        ge=1.0,
        le=1e6,
        description="Standard deviations within lists at which features are cut while training, "
        "so that a few outliers do not decide their weights.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearWeights:
    """Weights of the features as they are.

    Parameters
    ----------
    names : tuple of str
    weights, beside, squares, low, high : ndarray, shape (f,), float64
        See :class:`LinearRanker`.
    of_positions : ndarray, shape (p,), float64
        Weights of the columns of the position, which are left behind when it serves; empty where
        positions were not known.
    """

    names: tuple[str, ...]
    weights: NDArray[np.float64]
    beside: NDArray[np.float64]
    squares: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    of_positions: NDArray[np.float64]

    def ranker(self, name: str, calibration: Calibration) -> LinearRanker:
        """Return what serves."""
        return LinearRanker(
            name=name,
            weights=self.weights,
            beside=self.beside,
            squares=self.squares,
            low=self.low,
            high=self.high,
            reading=reading_column(self.names),
            calibration=calibration,
            effects=np.zeros(len(self.names)),
        )

    def scores(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the score of each row, shape (n,)."""
        return self.ranker("linear", NOT_CALIBRATED).scores(rows)

    def scores_in_place(self, lists: Lists) -> NDArray[np.float64]:
        """Return the score of each row where it stood, shape (rows,): with its position's part."""
        scores = self.scores(lists.rows)
        if lists.positions is None or not len(self.of_positions):
            return scores
        return np.asarray(scores + _position_columns(lists.positions) @ self.of_positions)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearModel:
    """Weights of the features, and what is known of them.

    Parameters
    ----------
    learned, earlier : LinearWeights
        From all impressions, which serve; and from all but the held-out ones.
    penalty : float
        The chosen one.
    aucs : dict of float to float
        How well the held-out lists are ordered with each penalty.
    taken_over : tuple of str
        Features whose weights were not learned, see :func:`taken_over`.
    held_out : HeldOut
        The latest impressions, scored by the weights learned without them.
    """

    learned: LinearWeights
    earlier: LinearWeights
    penalty: float
    aucs: dict[float, float]
    taken_over: tuple[str, ...]
    held_out: HeldOut

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the features."""
        return self.learned.names

    def scores(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the score of each row, shape (n,)."""
        return self.learned.scores(rows)

    def probabilities(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability of a click for each score, shape (n,)."""
        return self.held_out.calibration.probabilities(scores)

    @property
    def effects(self) -> NDArray[np.float64]:
        """Share of each feature in what moves the scores, see :func:`effects_of`."""
        return effects_of(self.learned.ranker("linear", NOT_CALIBRATED), self.held_out.lists)

    @property
    def part(self) -> LinearPart:
        """What an artifact keeps of it."""
        return LinearPart(
            weights=tuple(self.learned.weights.tolist()),
            beside=tuple(self.learned.beside.tolist()),
            squares=tuple(self.learned.squares.tolist()),
            low=tuple(self.learned.low.tolist()),
            high=tuple(self.learned.high.tolist()),
            calibration=part_of(self.held_out.calibration),
        )


def train_linear(lists: Lists, *, seed: int, config: LinearConfig | None = None) -> LinearModel:
    """Return weights under which what was clicked scores above what was passed over.

    A conditional logit of the features, of their squares, and once more of the features where an
    article is open; see :class:`ListwiseFit`. The penalty is the one whose weights, learned from
    the earlier impressions, order the latest ones best. Features that
    are constant within every list cancel out and get no weight, but for those of
    :func:`taken_over`. Where positions are known they are features too while training, and left
    out of the model, so that what stood high is not taken for what is liked.

    Parameters
    ----------
    seed : int
        Of the pairs by which is measured how well long lists are ordered.

    Raises
    ------
    InvalidInput
        No impression but the latest ones has both clicked and other articles.

    Notes
    -----
    Measured within the train part of EB-NeRD's demo, with 67 features, learned from the first 50,
    60, 70, 80 and 90 % and measured on the next 10 %, means of AUC, MRR, nDCG@5, nDCG@10: pairs
    .8010, .6044, .6688, .6939; lists .8018, .6080, .6721, .6969, both with their best penalty. On
    the first 55, 70 and 85 % and the next 15 %: lists .8015, .6073, .6720, .6963; without weights
    beside an open article .7985, .6049, .6695, .6947; with
    squares .8080, .6127, .6786, .7014, whether they are cut or not. Later impressions
    weighed higher .8015; weights that change with how long the reader was away .8023, with how
    much the reader read .8012, with the hour .8021: not worth their keep. The log loss would
    choose a larger penalty, .002 worse: it asks for sizes of scores, which the calibration mends.

    The products of matrices run on one thread: with more, rounding would depend on their number.
    """
    config = config or LinearConfig()
    with threadpool_limits(1, "blas"):
        return _trained(lists, seed, config)


def _trained(lists: Lists, seed: int, config: LinearConfig) -> LinearModel:
    taken = taken_over(lists)
    early, late = lists.split_by_time()
    candidates = _learned(early, taken, config.penalties, config)
    untold = without_rules(late)
    pairs = pairs_of(untold, MOST_PAIRS, seed)
    aucs = {
        penalty: agreement(found.scores(untold.rows), pairs)
        for penalty, found in candidates.items()
    }
    # Without pairs all are NaN, and the first one is taken, the largest penalty.
    penalty = max(aucs, key=aucs.__getitem__)
    scores = candidates[penalty].scores(late.rows)
    return LinearModel(
        learned=_learned(lists, taken, (penalty,), config)[penalty],
        earlier=candidates[penalty],
        penalty=penalty,
        aucs=aucs,
        taken_over=tuple(taken),
        held_out=HeldOut(lists=late, scores=scores, calibration=calibrate(scores, late.clicked)),
    )


def _learned(
    lists: Lists, taken: Mapping[str, float], penalties: tuple[float, ...], config: LinearConfig
) -> dict[float, LinearWeights]:
    """Return the weights for each penalty."""
    telling = without_rules(lists).telling()
    low, high = _met(lists, taken)
    fit = ListwiseFit(_columns(telling), telling, config.clip)
    found = {}
    for penalty in sorted(penalties, reverse=True):
        count = len(lists.names)
        weights, beside, squares, of_positions = np.split(
            fit.weights(penalty), (count, 2 * count, 3 * count)
        )
        for name, weight in taken.items():
            weights[lists.names.index(name)] = weight
        found[penalty] = LinearWeights(
            names=lists.names,
            weights=weights,
            beside=beside,
            squares=squares,
            low=low,
            high=high,
            of_positions=of_positions,
        )
    return found


def _met(
    lists: Lists, taken: Mapping[str, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least and the greatest value of each feature; of those taken over, any."""
    low = lists.rows.min(axis=0, initial=np.inf).astype(np.float64)
    high = lists.rows.max(axis=0, initial=-np.inf).astype(np.float64)
    wide = [lists.names.index(name) for name in taken]
    low[wide], high[wide] = -ANY, ANY
    return low, high


def _columns(lists: Lists) -> NDArray[np.float32]:
    """Return features, those beside an open article, squares, and columns of positions."""
    rows, none = lists.rows, np.zeros((len(lists.rows), 1), np.float32)
    known = READING in lists.names
    reading = rows[:, [lists.names.index(READING)]] if known else none
    blocks = [rows, rows * reading, rows * rows]
    if lists.positions is not None:
        blocks.append(_position_columns(lists.positions).astype(np.float32))
    return np.hstack(blocks)


def _position_columns(positions: NDArray[np.int32]) -> NDArray[np.float64]:
    first = positions[:, np.newaxis] == np.arange(1, FIRST_POSITIONS + 1)
    return np.column_stack((first, np.log2(np.maximum(positions, 1)))).astype(np.float64)
