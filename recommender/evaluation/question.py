"""What an evaluation is asked to compare."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.evaluation.protocols import FeatureProtocol
from recommender.evaluation.rankers import RankerName
from recommender.ranking.ranker import Ranker


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedBefore:
    """A ranker from an artifact.

    Parameters
    ----------
    data_set : str
        What it learned from.
    learned_from, learned_until : float
        When the first and the last impression of that was, in seconds since the epoch.
    """

    ranker: Ranker
    data_set: str
    learned_from: float
    learned_until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be compared.

    Parameters
    ----------
    rankers : tuple of RankerName
        In the order of the report; each is compared with the first.
    protocols : tuple of FeatureProtocol
        For the rankers that learn; all others are measured once, under A.
    artifact : TrainedBefore or None
        One more ranker.
    seed : int
        Of trainings, of the random ranker and of the draws behind intervals.
    """

    rankers: tuple[RankerName, ...]
    protocols: tuple[FeatureProtocol, ...]
    artifact: TrainedBefore | None
    seed: int

    @property
    def all_protocols(self) -> tuple[FeatureProtocol, ...]:
        """Those that are measured: A always, then the others that were asked for."""
        others = (each for each in FeatureProtocol if each in self.protocols)
        return (FeatureProtocol.A, *(each for each in others if each is not FeatureProtocol.A))

    @property
    def learned(self) -> tuple[RankerName, ...]:
        """The rankers that learn."""
        return tuple(each for each in self.rankers if each.learned)

    @property
    def plain(self) -> tuple[RankerName, ...]:
        """The rankers that learn nothing."""
        return tuple(each for each in self.rankers if not each.learned)
