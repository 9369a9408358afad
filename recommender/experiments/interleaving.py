"""Team draft: two rankings merged into one list, and whose a click on each of its articles is.

Radlinski, Kurup and Joachims, "How does clickthrough data reflect retrieval quality?", CIKM 2008,
algorithm 2: in each round a coin decides who picks first; each team in turn picks the best article
of its ranking that is not in the list yet. There a click is the team's that picked the article. An
article that stands at a place whatever the coins say is then somebody's by chance alone. So here a
click is credited as it would be in the mean over all coins that put this article at this place: the
mean is the same where a click depends on article and place, and its variance is never larger (Rao
1945, Blackwell 1947).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
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
    credits : ndarray, shape (n,), float64, -1 to 1
        Whose this article is at this place, over the same ways: 1 if it is always the control's
        then, -1 if it is always the other's, 0 if it is each one's alike. Over all articles of a
        place their mean is 0, so who clicks places prefers nobody; hence 0 too where some of the
        ways give the place to no team.
    """

    order: tuple[T, ...]
    teams: tuple[Team | None, ...]
    propensities: NDArray[np.float64]
    credits: NDArray[np.float64]


def _itself(article: Hashable) -> Hashable:
    return article


def team_draft(
    first: Sequence[T],
    second: Sequence[T],
    depth: int,
    generator: Random,
    story_of: Callable[[T], Hashable] = _itself,
    article_of: Callable[[T], Hashable] = _itself,
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
    article_of : callable
        What is equal here is one article, by whatever name each ranking has it.

    Examples
    --------
    >>> drafted = team_draft("abc", "bac", 3, Random(0))
    >>> drafted.order, drafted.propensities.tolist(), drafted.credits.tolist()
    (('b', 'a', 'c'), [0.5, 0.5, 1.0], [-1.0, 1.0, 0.0])
    """
    board = _Board(first, second, story_of, article_of)
    state, chances = _START, {_START: 1.0}
    picks: list[_Pick[T]] = []
    propensities: list[float] = []
    credits_: list[float] = []
    while len(picks) < depth and (able := board.picks(state)):
        pick = generator.choice(able)
        place, chances = board.following(chances)
        picks.append(pick)
        propensities.append(place.chance[article_of(pick.article)])
        credits_.append(place.credit(article_of(pick.article)))
        state = pick.state
    return Drafted(
        order=tuple(pick.article for pick in picks),
        teams=tuple(pick.team for pick in picks),
        propensities=np.array(propensities, np.float64),
        credits=np.array(credits_, np.float64),
    )


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


_SIGN: Mapping[Team | None, float] = {Team.A: 1.0, Team.B: -1.0, None: 0.0}


class _Place(NamedTuple):
    """What the coins may put at one place.

    Parameters
    ----------
    chance : dict of article to float
        How likely each article stands there.
    balance : dict of article to float
        How likely it stands there for team A, less how likely for team B.
    is_a_teams : bool
        Whether a team picks there however the coins fall.
    """

    chance: dict[Hashable, float]
    balance: dict[Hashable, float]
    is_a_teams: bool

    def credit(self, article: Hashable) -> float:
        """Return whose an article is there, see ``Drafted.credits``."""
        return self.balance[article] / self.chance[article] if self.is_a_teams else 0.0


class _Board(Generic[T]):
    """Two rankings, and the ways on from each state of a draft."""

    def __init__(
        self,
        first: Sequence[T],
        second: Sequence[T],
        story_of: Callable[[T], Hashable],
        article_of: Callable[[T], Hashable],
    ) -> None:
        self._first, self._second = first, second
        self._article_of = article_of
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

    def following(self, chances: dict[_State, float]) -> tuple[_Place, dict[_State, float]]:
        """Return what may stand at the next place, and the probability of each state after it."""
        chance: defaultdict[Hashable, float] = defaultdict(float)
        balance: defaultdict[Hashable, float] = defaultdict(float)
        states: defaultdict[_State, float] = defaultdict(float)
        is_a_teams = True
        for state, likely in chances.items():
            picks = self.picks(state)
            for pick in picks:
                article, way = self._article_of(pick.article), likely / len(picks)
                chance[article] += way
                balance[article] += _SIGN[pick.team] * way
                states[pick.state] += way
                is_a_teams = is_a_teams and pick.team is not None
        return _Place(chance, balance, is_a_teams), states

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
