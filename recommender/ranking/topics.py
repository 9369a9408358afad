"""Features of an article's topics: how much more its reader reads of them than everybody does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.spec import specs

TOPICS = (
    *specs("affinity", personal=True, affinity=0.35),
    *specs("affinity", personal=True, category_lift=1.2, category_recent=1.5),
    *specs("affinity", personal=True, subcategory_lift=1.1, subcategory_recent=1.4),
    *specs("affinity", personal=True, tag_lift=1.0, tag_recent=1.2),
    *specs("affinity", personal=True, best_tag_lift=1.0, best_tag_recent=1.2),
    *specs("affinity", personal=True, category_choice=0.6, subcategory_choice=0.6),
    *specs("followed", personal=True, followed=1.0),
)
"""The columns of :func:`topic_features`. Spans were measured on EB-NeRD's training part."""

CHOICE_PRIOR = 1.0
"""Clicks as usual that each reader is taken to have made on each topic."""

READ_PRIOR = (5.0, 2.0)
"""Articles as everybody reads that each reader is taken to have read: of all, and of late."""

CROWD_PRIOR = 50.0
"""Clicks that all topics together are taken to have had, and a fiftieth of them each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicPairs:
    """Pairs of a candidate and a topic of it, of one kind of topics.

    Parameters
    ----------
    places : ndarray, shape (p,), ascending
        The candidate of each pair.
    own : ndarray, shape (p, 2), float64
        What the reader read of the topic: articles, and their weight of late.
    own_total : ndarray, shape (2,), float64
        What the reader read in all, counted as ``own`` is.
    crowd : ndarray, shape (p,), float64
        What everybody read of the topic, in weighted clicks.
    met : ndarray, shape (p, 2), float64
        How many articles of the topic the reader was shown, and how many clicked.
    """

    places: NDArray[np.intp]
    own: NDArray[np.float64]
    own_total: NDArray[np.float64]
    crowd: NDArray[np.float64]
    met: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    """What n candidates are about, and how much is read of that.

    Parameters
    ----------
    category, subcategory, tags : TopicPairs
        What was read of a category or subcategory is counted for as long as the reader is known,
        each reading anew; of tags, the articles of the history count.
    crowd_total : float
        What everybody read in all, in weighted clicks.
    usual_ctr : float
        Clicks for each impression on the whole site.
    affinity : ndarray, shape (n,), float32
        The reader's signed share of attention for the candidate's category.
    followed : ndarray, shape (n,), bool
    """

    category: TopicPairs
    subcategory: TopicPairs
    tags: TopicPairs
    crowd_total: float
    usual_ctr: float
    affinity: NDArray[np.float32]
    followed: NDArray[np.bool_]


def topic_features(topics: Topics) -> NDArray[np.float64]:
    r"""Return the columns of ``TOPICS``, shape (n, columns); 0 where there is no such topic.

    affinity : the reader's signed share of attention for the article's category, -1 to 1.
    category, subcategory : :math:`\ln \frac{(r + a p) / (R + a)}{p}` for the reader's r articles
        of the topic among R and the crowd's share p: 0 for a reader like everybody. Of all that
        was read (lift), and of the history, weighed by how lately (recent).
    tag, best_tag : mean and maximum of the same over the article's tags.
    category_choice, subcategory_choice : log of the reader's clicks over what impressions of the
        topic give as a rule.
    followed : 1 where the article's topic or source is followed, else 0.
    """
    count = len(topics.affinity)
    category, subcategory, tags = topics.category, topics.subcategory, topics.tags
    tag_lift = _lift(topics, tags)
    return np.column_stack(
        (
            topics.affinity,
            _mean(category.places, _lift(topics, category), count),
            _mean(subcategory.places, _lift(topics, subcategory), count),
            _mean(tags.places, tag_lift, count),
            _best(tags.places, tag_lift, count),
            _choice(topics, category, count),
            _choice(topics, subcategory, count),
            topics.followed,
        )
    )


def _lift(topics: Topics, pairs: TopicPairs) -> NDArray[np.float64]:
    usual = ((pairs.crowd + 1.0) / (topics.crowd_total + CROWD_PRIOR))[:, np.newaxis]
    prior = np.array(READ_PRIOR)
    shares = (pairs.own + prior * usual) / (pairs.own_total + prior)
    return np.asarray(np.log(shares / usual))


def _mean(places: NDArray[np.intp], lift: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    counts = np.maximum(1, np.bincount(places, minlength=count))
    sums = [np.bincount(places, column, count) for column in lift.T]
    return np.asarray(np.column_stack(sums) / counts[:, np.newaxis])


def _best(places: NDArray[np.intp], lift: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    best = np.zeros((count, len(READ_PRIOR)))
    starts = np.flatnonzero(np.diff(places, prepend=-1))
    best[places[starts]] = np.maximum.reduceat(lift, starts) if len(starts) else 0.0
    return best


def _choice(topics: Topics, pairs: TopicPairs, count: int) -> NDArray[np.float64]:
    """Return the column of topics of which each candidate has one at most."""
    shown, clicked = pairs.met.T
    choice = np.zeros(count)
    expected = shown * topics.usual_ctr
    choice[pairs.places] = np.log((clicked + CHOICE_PRIOR) / (expected + CHOICE_PRIOR))
    return choice
