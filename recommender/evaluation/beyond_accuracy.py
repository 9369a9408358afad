"""Each ranker's first articles beyond accuracy: how varied, new, unexpected, true to the reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.intervals import Estimate, Resamples
from recommender.evaluation.metrics.beyond import (
    click_shares,
    coverage,
    exposures,
    gini,
    intra_list_distances,
    miscalibrations,
    novelty,
    serendipity,
    topic_mixes,
)
from recommender.evaluation.metrics.ragged import Lists
from recommender.evaluation.metrics.top import TopRows, top_rows
from recommender.evaluation.tables import Tables

TOPS = (5, 10)
"""How many of the first articles are looked at; many lists of EB-NeRD hold hardly ten."""

DIVERSITY, NOVELTY = "intra_list_diversity", "novelty"
SERENDIPITY, TOPIC_CALIBRATION = "serendipity", "topic_calibration"

UNDEFINED = {
    DIVERSITY: "fewer than two articles, or the data carry no vectors",
    NOVELTY: "the data do not tell what the crowd clicked before",
    SERENDIPITY: "nothing known that the reader read before, or the data carry no vectors",
    TOPIC_CALIBRATION: "no topic known of what the reader read before, or of what is offered",
}
"""Of each metric of one list why it may be undefined."""

Values = dict[str, NDArray[np.float64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class BeyondAccuracy:
    """The first ``top`` articles of every impression, ordered by one ranker.

    Parameters
    ----------
    means : mapping of str to Estimate or None
        Of each metric of ``UNDEFINED``, see ``recommender.evaluation.metrics.beyond``: how far
        apart the articles are, 0 to 2; how little known, in bits; how far from what the reader
        read, 0 to 2; and how far their mix of topics is from the reader's, 0 (the same) to 1. None
        where it is undefined for every impression.
    undefined : mapping of str to int
        Of each metric how many impressions have none.
    coverage : float
        Share of all articles offered that stand in at least one, 0 to 1.
    gini : float
        How unequally articles are shown, 0 (all the same) to 1.
    """

    top: int
    means: Mapping[str, Estimate | None]
    undefined: Mapping[str, int]
    coverage: float
    gini: float


def beyond_accuracy(
    scores: Mapping[str, NDArray[np.float64]],
    table: FeatureTable,
    tables: Tables,
    resamples: Resamples,
) -> dict[str, tuple[BeyondAccuracy, ...]]:
    """Return for each ranker, by name, what its first articles are, for each of ``TOPS``.

    Parameters
    ----------
    scores : mapping of str to ndarray, shape (rows,)
    tables : Tables
        The data set that ``table`` is of, for what is known of its articles.
    resamples : Resamples
        Of the table's readers.
    """
    around = _Around.of(table, tables)

    def judged(of: NDArray[np.float64], top: int) -> BeyondAccuracy:
        first = top_rows(of, table.articles, table.starts, top)
        values = around.values(first)
        shown = around.shown(first)
        return BeyondAccuracy(
            top=top,
            means=resamples.means_of_defined(values),
            undefined={name: int(np.isnan(each).sum()) for name, each in values.items()},
            coverage=coverage(shown),
            gini=gini(shown),
        )

    return {name: tuple(judged(of, top) for top in TOPS) for name, of in scores.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What the lists are measured by, the same for every ranker; None where it is not known.

    Parameters
    ----------
    articles, numbers : ndarray, shape (rows,), int64
        Of each row the article, and its place among those offered, of which there are ``offered``.
    vectors : ndarray, shape (n, d), float32, or None
    topics : ndarray, shape (n,), int64, or None
    shares : ndarray, shape (rows,), float64, or None
        Of the crowd's clicks.
    read : ndarray, shape (m, d), float64, or None
        Mean vector of what each reader read.
    read_topics : ndarray, shape (m, t), float64, or None
    """

    articles: NDArray[np.int64]
    numbers: NDArray[np.int64]
    offered: int
    vectors: NDArray[np.float32] | None
    topics: NDArray[np.int64] | None
    shares: NDArray[np.float64] | None
    read: NDArray[np.float64] | None
    read_topics: NDArray[np.float64] | None

    @classmethod
    def of(cls, table: FeatureTable, tables: Tables) -> _Around:
        known, numbers = np.unique(table.articles, return_inverse=True)
        read, vectors, topics = table.read, tables.vectors, tables.topics
        total = None if table.crowd is None else table.crowd[table.impression_of_rows]
        return cls(
            articles=table.articles,
            numbers=numbers,
            offered=len(known),
            vectors=vectors,
            topics=topics,
            shares=None if total is None else click_shares(table.popularity, total, len(known)),
            read=None if read is None or vectors is None else read.means(vectors),
            read_topics=None if read is None or topics is None else _mixes(read, topics),
        )

    def values(self, first: TopRows) -> Values:
        """Return each metric of each list, NaN where it is undefined."""
        lists = Lists(articles=self.articles[first.rows], starts=first.starts)
        found = {name: np.full(len(lists), np.nan) for name in UNDEFINED}
        if self.vectors is not None:
            found[DIVERSITY] = intra_list_distances(lists, self.vectors)
        if self.shares is not None:
            found[NOVELTY] = novelty(self.shares[first.rows], first.starts)
        if self.vectors is not None and self.read is not None:
            found[SERENDIPITY] = serendipity(lists, self.vectors, self.read)
        if self.topics is not None and self.read_topics is not None:
            found[TOPIC_CALIBRATION] = miscalibrations(self.read_topics, _mixes(lists, self.topics))
        return found

    def shown(self, first: TopRows) -> NDArray[np.int64]:
        """Return how often each article that was offered is shown."""
        lists = Lists(articles=self.numbers[first.rows], starts=first.starts)
        return exposures(lists, self.offered)


def _mixes(lists: Lists, topics: NDArray[np.int64]) -> NDArray[np.float64]:
    return topic_mixes(lists, topics, int(topics.max(initial=-1)) + 1)
