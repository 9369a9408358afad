"""Collapsing: where a brief may be shown, it stands for the articles of its story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Collapse:
    """b briefs among the candidates, with all candidates of their s stories.

    Parameters
    ----------
    briefs : ndarray, shape (b,)
        Candidates that stand for a story.
    place : ndarray, shape (b,)
        Of the story of each, among the stories.
    told : ndarray, shape (m,)
        For one story after the other, all candidates of it, briefs too.
    starts : ndarray, shape (s,)
        Where those of each story begin.
    """

    briefs: NDArray[np.intp]
    place: NDArray[np.intp]
    told: NDArray[np.intp]
    starts: NDArray[np.intp]

    def lift(self, values: NDArray[np.float64]) -> None:
        """Raise each brief, in place, to the highest value of its story.

        Parameters
        ----------
        values : ndarray, shape (n,)
            What each candidate is worth.

        Examples
        --------
        >>> values = np.array([0.5, 0.75, 0.25])
        >>> collapse(np.array([7, 7, 7]), np.array([False, False, True])).lift(values)
        >>> values.tolist()
        [0.5, 0.75, 0.75]
        """
        if len(self.briefs):
            values[self.briefs] = np.maximum.reduceat(values[self.told], self.starts)[self.place]

    def by_score(self, scores: NDArray[np.float64]) -> NDArray[np.intp]:
        """Return the candidates, highest score first; a brief just before all that it stands for.

        Parameters
        ----------
        scores : ndarray, shape (n,)

        Examples
        --------
        >>> stories = collapse(np.array([7, 0, 7, 7]), np.array([False, False, False, True]))
        >>> stories.by_score(np.array([0.5, 0.8, 0.75, 0.25])).tolist()
        [1, 3, 2, 0]
        """
        if not len(self.briefs):
            return np.argsort(-scores, kind="stable")
        lifted, follows = scores.copy(), np.ones(len(scores), np.bool_)
        self.lift(lifted)
        follows[self.briefs] = False
        return np.lexsort((follows, -lifted))


def collapse(story: NDArray[np.int32], collapsing: NDArray[np.bool_]) -> Collapse:
    """Return the stories among n candidates that briefs stand for.

    Parameters
    ----------
    story : ndarray, shape (n,)
        Codes; 0 is "none".
    collapsing : ndarray, shape (n,)
        Briefs that stand for their stories.
    """
    briefs = np.flatnonzero(collapsing & (story > 0))
    if not len(briefs):
        return Collapse(briefs=briefs, place=briefs, told=briefs, starts=briefs)
    codes, place = np.unique(story[briefs], return_inverse=True)
    told = np.flatnonzero(np.isin(story, codes))
    told = told[np.argsort(story[told], kind="stable")]
    starts = np.searchsorted(story[told], codes)
    return Collapse(briefs=briefs, place=place, told=told, starts=starts)


def best_of_stories(
    order: Sequence[int],
    scores: NDArray[np.float64],
    story: NDArray[np.int32],
    collapsing: NDArray[np.bool_],
) -> dict[int, int]:
    """Return which articles briefs of an order owe their places to: by place, a candidate.

    The best of their stories by score. A brief that scores most itself owes nothing.

    Parameters
    ----------
    order : sequence of int
        Candidates.
    scores, story, collapsing : ndarray, shape (n,)
        Of all candidates.
    """
    owed: dict[int, int] = {}
    shown = np.array(order, np.intp)
    for place in np.flatnonzero(collapsing[shown] & (story[shown] > 0)).tolist():
        told = np.flatnonzero(story == story[order[place]])
        best = int(told[scores[told].argmax()])
        if scores[best] > scores[order[place]]:
            owed[place] = best
    return owed
