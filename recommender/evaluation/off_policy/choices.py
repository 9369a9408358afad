"""What an estimate is made from: logged choices with propensities, and whether they suffice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InvalidInput, NoSupport

LEAST_MASS = 1e-9
"""Rounding in a sum of probabilities: less than this without support is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """n choices that a logging policy made by chance.

    Parameters
    ----------
    rewards : ndarray, shape (n,), float64, 0 to 1
        What came of each: 1 for a click.
    propensities : ndarray, shape (n,), float64, in (0, 1]
        The logging policy's probability of what it chose.
    target : ndarray, shape (n,), float64, 0 to 1
        The target policy's probability of the same.
    units : ndarray, shape (n,), int64
        Choices of one unit, a reader, depend on each other.

    Raises
    ------
    InvalidInput
        The log is empty or cut short, no reward is above 0, or a number is outside its range.
    """

    rewards: NDArray[np.float64]
    propensities: NDArray[np.float64]
    target: NDArray[np.float64]
    units: NDArray[np.int64]

    def __post_init__(self) -> None:
        if not len(self.rewards):
            raise InvalidInput("log", "at least one choice", "none")
        self._check_lengths()
        check_propensities(self.propensities)
        _check_range("target", self.target)
        _check_range("rewards", self.rewards)
        if not self.rewards.any():
            wanted = "a click at least: without one nothing tells policies apart"
            raise InvalidInput("rewards", wanted, f"none in {len(self.rewards)} choices")

    def __len__(self) -> int:
        """How many choices there are."""
        return len(self.rewards)

    @property
    def weights(self) -> NDArray[np.float64]:
        """How much likelier the target policy makes each choice, shape (n,)."""
        return self.target / self.propensities

    def _check_lengths(self) -> None:
        for name in ("propensities", "target", "units"):
            length = len(getattr(self, name))
            if length != len(self):
                wanted = f"one for each of {len(self)} rewards: the log is cut short"
                raise InvalidInput(name, wanted, str(length))


def check_propensities(propensities: NDArray[np.float64]) -> None:
    """Let only probabilities pass with which something was chosen.

    Raises
    ------
    InvalidInput
        One is NaN, 0 or less, or above 1; names the first.
    """
    # Not "<= 0 or > 1": what is NaN is no probability either.
    unfit = np.flatnonzero(~((propensities > 0.0) & (propensities <= 1.0)))
    if len(unfit):
        first = int(unfit[0])
        raise InvalidInput(
            f"propensities.{first}",
            "above 0 and at most 1: the probability of what was chosen",
            f"{propensities[first]:g} ({len(unfit)} of {len(propensities)} are outside)",
        )


def refuse_without_support(
    target: NDArray[np.float64], logging: NDArray[np.float64], change: str
) -> None:
    """Refuse a target policy that chooses what the logging policy could not.

    Of what was never shown no log tells anything: the estimate would leave it out without a word.

    Parameters
    ----------
    target, logging : ndarray, shape (c, a)
        The probability of each of a actions in c contexts: rows of choices, or kinds of them. NaN
        in ``logging`` is not known, which supports nothing.
    change : str
        What would make a judgement possible.

    Raises
    ------
    NoSupport
        It tells the share of the target's mass that has no support.
    """
    without = np.where(logging > 0.0, 0.0, target)
    share = float(without.sum() / target.sum())
    if share > LEAST_MASS:
        context, action = (int(each) for each in np.argwhere(without > 0.0)[0])
        what = f"what the logging policy could not show, first action {action} in context {context}"
        raise NoSupport(share, what, change)


def _check_range(name: str, values: NDArray[np.float64]) -> None:
    unfit = np.flatnonzero(~((values >= 0.0) & (values <= 1.0)))
    if len(unfit):
        raise InvalidInput(f"{name}.{unfit[0]}", "0 to 1", f"{values[unfit[0]]:g}")
