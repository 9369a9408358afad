"""Team draft: two rankings merged into one list, and a click counted for the one that brought it.

Radlinski, Kurup and Joachims, "How does clickthrough data reflect retrieval quality?", CIKM 2008,
algorithm 2: in each round a coin decides who picks first; each team in turn picks the best article
of its ranking that is not in the list yet. An article that both rankings would have put there
belongs, as defined there, to the team that picked it; the coin makes that fair to both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T", bound=Hashable)


class Team(StrEnum):
    """Whose ranking brought an article: the control's, A, or the other's."""

    A = "a"
    B = "b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted(Generic[T]):
    """n articles of two rankings in one order.

    Parameters
    ----------
    teams : tuple of Team or None
        Who picked each; None once one ranking had nothing left to pick, which ends the draft: what
        follows is the rest of the other one.
    propensities : ndarray, shape (n,), float64, in (0, 1]
        The probability of this article at this place, over all ways the coins may fall. Exact.
    """

    order: tuple[T, ...]
    teams: tuple[Team | None, ...]
    propensities: NDArray[np.float64]


def _itself(article: Hashable) -> Hashable:
    return article


def team_draft(
    first: Sequence[T],
    second: Sequence[T],
    depth: int,
    generator: Random,
    story_of: Callable[[T], Hashable] = _itself,
) -> Drafted[T]:
    """Merge two rankings into a list of up to ``depth`` articles.

    As in the source, the draft ends where one ranking is used up, if it must in the middle of a
    round; the rest of the other one fills the list.

    Pinned and drawn places are no team's: merge what is left of both rankings without them, and
    put them in afterwards.

    Parameters
    ----------
    first, second : sequence
        Of team A and of team B, the best first; no story is twice in one of them.
    story_of : callable
        Of articles for which this is equal, only one is in the list; by default each is its own.

    Examples
    --------
    >>> drafted = team_draft("abc", "bad", 3, Random(0))
    >>> drafted.order, [str(team) for team in drafted.teams], drafted.propensities.tolist()
    (('b', 'a', 'c'), ['b', 'a', 'a'], [0.5, 0.5, 0.5])
    """
    board = _Board(first, second, story_of)
    state, chances = _START, {_START: 1.0}
    picks: list[_Pick[T]] = []
    propensities: list[float] = []
    while len(picks) < depth and (able := board.picks(state)):
        pick = generator.choice(able)
        at_place, chances = board.following(chances)
        picks.append(pick)
        propensities.append(at_place[pick.article])
        state = pick.state
    return Drafted(
        order=tuple(pick.article for pick in picks),
        teams=tuple(pick.team for pick in picks),
        propensities=np.array(propensities, np.float64),
    )


def credit(teams: Sequence[Team | None], clicked: Iterable[int]) -> int:
    """Return the clicked articles of team A less those of team B; its sign says who won the slate.

    Parameters
    ----------
    clicked : iterable of int
        Places in ``teams``, from 0; one that is clicked again counts once.

    Examples
    --------
    >>> credit([Team.A, Team.B, None, Team.A], [0, 2, 3, 3])
    2
    """
    winners = [teams[place] for place in set(clicked)]
    return winners.count(Team.A) - winners.count(Team.B)


class _State(NamedTuple):
    """Where a draft stands: all that its future depends on.

    What is in the list is what stands above both places: each team picks the best that is left, so
    all above it is taken.

    Parameters
    ----------
    first, second : int
        Place of the best article left in each ranking.
    turn : Team or None
        Who completes the round; None where a new one begins.
    """

    first: int
    second: int
    turn: Team | None


_START = _State(0, 0, None)


class _Pick(NamedTuple, Generic[T]):
    """One way on: what goes into the list, for whom, and where the draft stands then."""

    article: T
    team: Team | None
    state: _State


class _Board(Generic[T]):
    """Two rankings, and the ways on from each state of a draft."""

    def __init__(
        self, first: Sequence[T], second: Sequence[T], story_of: Callable[[T], Hashable]
    ) -> None:
        self._first, self._second = first, second
        in_first = {story_of(article): place for place, article in enumerate(first)}
        in_second = {story_of(article): place for place, article in enumerate(second)}
        # Where the other ranking has the same; past its end where it has not.
        self._first_elsewhere = [in_second.get(story_of(each), len(second)) for each in first]
        self._second_elsewhere = [in_first.get(story_of(each), len(first)) for each in second]

    def picks(self, state: _State) -> list[_Pick[T]]:
        """Return the ways on, equally likely: two where a coin is tossed, none at the end."""
        has_first = state.first < len(self._first)
        has_second = state.second < len(self._second)
        if has_first and has_second:
            teams = list(Team) if state.turn is None else [state.turn]
            next_turn = {Team.A: Team.B, Team.B: Team.A} if state.turn is None else {}
            return [self._pick(state, team, team, next_turn.get(team)) for team in teams]
        if has_first or has_second:
            return [self._pick(state, Team.A if has_first else Team.B, None, None)]
        return []

    def following(self, chances: dict[_State, float]) -> tuple[dict[T, float], dict[_State, float]]:
        """Return the probability of each article at the next place, and of each state after it."""
        articles: defaultdict[T, float] = defaultdict(float)
        states: defaultdict[_State, float] = defaultdict(float)
        for state, chance in chances.items():
            picks = self.picks(state)
            for pick in picks:
                articles[pick.article] += chance / len(picks)
                states[pick.state] += chance / len(picks)
        return articles, states

    def _pick(self, state: _State, ranking: Team, team: Team | None, turn: Team | None) -> _Pick[T]:
        first, second = state.first, state.second
        if ranking is Team.A:
            article = self._first[first]
            first += 1
        else:
            article = self._second[second]
            second += 1
        first = _past_taken(self._first_elsewhere, first, second)
        second = _past_taken(self._second_elsewhere, second, first)
        return _Pick(article, team, _State(first, second, turn))


def _past_taken(elsewhere: Sequence[int], place: int, other_place: int) -> int:
    """Return the first place from ``place`` on whose story the other ranking has not passed."""
    while place < len(elsewhere) and elsewhere[place] < other_place:
        place += 1
    return place
