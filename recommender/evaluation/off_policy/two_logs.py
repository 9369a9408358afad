"""Two policies that were both shown: each judged from the other's log, and from its own.

What the Thompson policy does is in its log for the choices that it made only, and it changes as it
learns. It knows nothing of the visitor, so the shares of the items at each position of its log are,
on average, its own mean probabilities over the logged time: those are the target that is judged. So
this asks for the week's mean policy, and is the same as the policy itself as far as no item's rate
of clicks moved together with its probability within the week. The mean of the logged propensities
would not do: they are those of what was chosen, which is more often what was likely.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.data_sets.obd import POSITIONS, BanditLog, OpenBanditData
from recommender.evaluation.intervals import Estimate
from recommender.evaluation.off_policy.choices import Choices, refuse_without_support
from recommender.evaluation.off_policy.estimators import Judged, doubly_robust, ips, snips
from recommender.evaluation.off_policy.reward_model import cross_fitted
from recommender.evaluation.off_policy.uncertainty import rate, ratio

SHOW_ALL = "log a policy that shows every item at every position at times"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A policy from another's log, beside its own.

    Parameters
    ----------
    log, target : str
        Names of the policies.
    own : Estimate
        The target policy's rate of clicks in its own log.
    own_choices, own_clicks : int
        What that is from.
    estimates : mapping of str to Judged
        By estimator, from the log.
    """

    log: str
    target: str
    own: Estimate
    own_choices: int
    own_clicks: int
    estimates: Mapping[str, Judged]

    def covers(self, estimator: str) -> bool:
        """Tell whether the estimator's interval holds the target policy's own rate."""
        found = self.estimates[estimator].reward
        return found.low <= self.own.mean <= found.high

    def document(self) -> dict[str, Any]:
        """Return the judgement as JSON, with whether each interval holds the target's own rate."""
        found = {
            name: {**asdict(each), "covers": self.covers(name)}
            for name, each in self.estimates.items()
        }
        return {**asdict(self), "estimates": found}


def judge_both(
    data: OpenBanditData, seed: int, clip: float | None = None
) -> tuple[Judgement, Judgement]:
    """Judge the Thompson policy from the random log, and the random one from the Thompson log.

    Parameters
    ----------
    seed : int
        Of the folds of the reward model.
    clip : float or None
        As of the estimators.

    Raises
    ------
    NoSupport
        A log never shows, at a position, an item that the other policy shows there.
    InvalidInput
        A log has no click.
    """
    uniform = np.full((POSITIONS, data.actions), 1.0 / data.actions)
    thompson = shares(data.thompson, data.actions)
    return (
        _judge("random", data.random, "thompson", data.thompson, thompson, seed, clip),
        _judge("thompson", data.thompson, "random", data.random, uniform, seed, clip),
    )


def shares(log: BanditLog, actions: int) -> NDArray[np.float64]:
    """Return the share of each item at each position of a log, shape (positions, actions)."""
    times = _times(log, (POSITIONS, actions))
    return np.asarray(times / times.sum(axis=1, keepdims=True))


def _judge(
    name: str,
    log: BanditLog,
    target_name: str,
    own: BanditLog,
    target: NDArray[np.float64],
    seed: int,
    clip: float | None,
) -> Judgement:
    refuse_without_support(target, _times(log, target.shape), SHOW_ALL)
    units = np.arange(len(log))
    choices = Choices(
        rewards=log.rewards,
        propensities=log.propensities,
        target=target[log.positions, log.actions],
        units=units,
    )
    predicted = cross_fitted(log.actions, log.positions, log.rewards, units, target, seed)
    return Judgement(
        log=name,
        target=target_name,
        own=rate(ratio(own.rewards, np.ones(len(own)), np.arange(len(own))), step=1.0 / len(own)),
        own_choices=len(own),
        own_clicks=int(own.rewards.sum()),
        estimates={
            "ips": ips(choices, clip),
            "snips": snips(choices, clip),
            "doubly_robust": doubly_robust(choices, predicted, clip),
        },
    )


def _times(log: BanditLog, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return how often each item was shown at each position."""
    cells = np.ravel_multi_index((log.positions, log.actions), shape)
    times = np.bincount(cells, minlength=shape[0] * shape[1])
    return np.asarray(times.reshape(shape).astype(np.float64))
