"""Readers with a known taste: how likely each clicks what stands where.

The click model is that of positions (Craswell, Zoeter, Taylor and Ramsey, "An experimental
comparison of click position-bias models", WSDM 2008): a reader clicks what they look at and what
attracts them, and looks at a place whatever stands there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scripts.benchmark_world import TOPICS

CONCENTRATION = 0.1
"""Of the Dirichlet distribution of tastes: most readers care for a few of the categories."""

BIAS = 1.0
"""A place is looked at with the probability position^-BIAS, as in Joachims, Swaminathan and
Schnabel, "Unbiased learning-to-rank with biased feedback", WSDM 2017."""

EAGER, NOT_EAGER = 0.6, 1.2
"""Of the beta distribution of a reader's eagerness: a third in the mean, some hardly click."""

CURIOUS = 0.3
"""Greatest curiosity: part of a reader's attention that goes to what appeals to everybody."""

HISTORY = 20
"""Clicks of each reader before the experiment: what the service knows of their taste."""

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """n readers, and what they make of the articles of c categories.

    Parameters
    ----------
    taste : ndarray, shape (n, c), float64
        Probabilities over the categories; a row sums to 1.
    curiosity, eagerness : ndarray, shape (n,), float64, 0 to 1
    appeal : ndarray, shape (a,), float64, 0 to 1
        Of each of the a articles to everybody; the article's category is its number modulo c.
    """

    taste: Floats
    curiosity: Floats
    eagerness: Floats
    appeal: Floats

    def __len__(self) -> int:
        return len(self.taste)

    def attraction(self, reader: int, articles: Whole) -> Floats:
        """Return how likely a reader clicks what they look at, each 0 to 1.

        What is of the category that they like best attracts them fully; the curious part of them
        goes by what appeals to everybody.
        """
        liked = self.taste[reader, articles % self.taste.shape[1]] / self.taste[reader].max()
        curious = self.curiosity[reader]
        mixed = (1.0 - curious) * liked + curious * self.appeal[articles]
        return np.asarray(self.eagerness[reader] * mixed)

    def chances(self, reader: int, articles: Whole) -> Floats:
        """Return how likely a reader clicks each of a page's articles, from position 1 on."""
        return examination(len(articles)) * self.attraction(reader, articles)

    def history(self, reader: int, draws: np.random.Generator) -> Whole:
        """Return articles that a reader clicked before: of their taste, the others by chance."""
        categories = self.taste.shape[1]
        topic = draws.choice(categories, HISTORY, p=self.taste[reader])
        depth = draws.integers(len(self.appeal) // categories, size=HISTORY)
        return np.unique(topic + categories * depth)


def make_crowd(readers: int, articles: int, draws: np.random.Generator) -> Crowd:
    """Return readers by chance, and what appeals to them of ``benchmark_world``'s articles."""
    return Crowd(
        taste=draws.dirichlet(np.full(TOPICS, CONCENTRATION), readers),
        curiosity=draws.uniform(0.0, CURIOUS, readers),
        eagerness=draws.beta(EAGER, NOT_EAGER, readers),
        appeal=draws.uniform(0.0, 1.0, articles),
    )


def draw_visits(readers: int, days: int, draws: np.random.Generator) -> NDArray[np.bool_]:
    """Return on which days each reader comes, shape (readers, days): some daily, some hardly."""
    return np.asarray(draws.random((readers, days)) < draws.random((readers, 1)))


def examination(places: int) -> Floats:
    """Return how likely each place of a page is looked at.

    Examples
    --------
    >>> examination(4).round(2).tolist()
    [1.0, 0.5, 0.33, 0.25]
    """
    return np.asarray(np.arange(1.0, places + 1.0) ** -BIAS)


def numbers_of(articles: Sequence[str]) -> Whole:
    """Return the numbers of ``benchmark_world``'s articles: 7 of "a7"."""
    return np.array([int(each.removeprefix("a")) for each in articles], np.int64)
