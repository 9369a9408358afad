"""Beyond accuracy: how varied, new, unexpected and true to the reader many lists are.

A number for each list, NaN where it is undefined; ``exposures``, ``coverage`` and ``gini`` judge
all lists together. ``recommender.evaluation.quality`` judges one list at a time with these.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InvalidInput
from recommender.evaluation.metrics.ragged import Lists, check_length, check_rows, means


def intra_list_distances(lists: Lists, vectors: NDArray[np.floating]) -> NDArray[np.float64]:
    r"""Return how far apart the articles of each list are on average, 0 to 2.

    :math:`\frac{1}{n (n - 1)} \sum_{i \ne j} (1 - \cos(v_i, v_j))`: the average dissimilarity of
    Smyth and McClave (Similarity vs. Diversity, ICCBR 2001); Ziegler et al. (Improving
    Recommendation Lists Through Topic Diversification, WWW 2005) sum the similarity instead. The
    cosines of all pairs are the squared length of the sum of the vectors, less their own.

    Parameters
    ----------
    vectors : ndarray, shape (n, d), unit length
        A row for each article number.

    Returns
    -------
    ndarray, shape (m,), float64
        NaN where there are fewer than two articles.

    Examples
    --------
    >>> lists = Lists(articles=np.array([0, 0, 1, 1]), starts=np.array([0, 3, 4]))
    >>> intra_list_distances(lists, np.array([[1.0, 0.0], [0.0, 1.0]])).round(4).tolist()
    [0.6667, nan]
    """
    lengths = lists.lengths
    squares = np.einsum("nd,nd->n", vectors, vectors, dtype=np.float64)
    cosines = (lists.sums(vectors) ** 2).sum(axis=1) - lists.sums(squares[:, None])[:, 0]
    pairs = np.where(lengths > 1, lengths * (lengths - 1.0), np.nan)
    return np.asarray(np.maximum(0.0, 1.0 - cosines / pairs))


def serendipity(
    lists: Lists, vectors: NDArray[np.floating], read: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Return how far the articles of each list are from what its reader read before, 0 to 2.

    The mean cosine distance over all pairs of an article of the list and one of the history, as in
    ``ebrec``, the reference code of EB-NeRD (Kruse et al., EB-NeRD, RecSys Challenge 2024). The
    mean of the cosines is the product of the two means.

    Parameters
    ----------
    vectors : ndarray, shape (n, d), unit length
        A row for each article number.
    read : ndarray, shape (m, d)
        For each list the mean vector of its reader's history, ``Lists.means``; NaN without one.

    Returns
    -------
    ndarray, shape (m,), float64
        NaN for an empty list or history.

    Examples
    --------
    >>> lists = Lists(articles=np.array([0, 1, 1]), starts=np.array([0, 2, 3]))
    >>> vectors = np.array([[1.0, 0.0], [0.0, 1.0]])
    >>> serendipity(lists, vectors, read=np.array([[1.0, 0.0], [np.nan, np.nan]])).tolist()
    [0.5, nan]
    """
    return np.asarray(1.0 - np.einsum("md,md->m", lists.means(vectors), read))


def click_shares(
    clicks: NDArray[np.floating], total: NDArray[np.floating], articles: int
) -> NDArray[np.float64]:
    """Return the share of all clicks that an article had, as if each had been clicked once more.

    The one more (Laplace's rule) keeps articles without a click from an infinite novelty.

    Parameters
    ----------
    clicks, total : ndarray, shape (rows,)
        Clicks on the article, and on all, before the list was offered.
    articles : int
        How many articles there are.

    Examples
    --------
    >>> click_shares(np.array([0.0, 3.0]), np.array([6.0, 6.0]), articles=2).tolist()
    [0.125, 0.5]
    """
    return np.asarray((clicks + 1.0) / (total + articles))


def novelty(shares: NDArray[np.floating], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    r"""Return how little known the articles of each list are, in bits.

    The mean of :math:`-\log_2 p` (Zhou et al., Solving the Apparent Diversity-Accuracy Dilemma of
    Recommender Systems, PNAS 2010; Vargas and Castells, RecSys 2011).

    Parameters
    ----------
    shares : ndarray, shape (rows,), above 0
        The share of the crowd's clicks that each article of each list had, ``click_shares``.
    starts : ndarray, shape (m + 1,), int64

    Raises
    ------
    InvalidInput
        A share is not above 0, or above 1.

    Examples
    --------
    >>> novelty(np.array([0.5, 0.125, 1.0]), np.array([0, 2, 3])).tolist()
    [2.0, 0.0]
    """
    check_length("shares", shares, int(starts[-1]))
    check_rows("shares", "above 0, and 1 at most", (shares > 0.0) & (shares <= 1.0), starts)
    return 0.0 - means(np.log2(shares), starts)


def topic_mixes(lists: Lists, topics: NDArray[np.integer], count: int) -> NDArray[np.float64]:
    r"""Return how much of each topic each list has, what stands at rank i counting :math:`1 / i`.

    The rank-aware mix of RADio (Vrijenhoek et al., RADio: Rank-Aware Divergence Metrics to Measure
    Normative Diversity in News Recommendations, RecSys 2022): further down less is seen.

    Parameters
    ----------
    lists : Lists
        What counts most comes first: the top of what is shown, the newest of what was read.
    topics : ndarray, shape (n,), int
        The topic of each article number, from 0; -1, none, is no part of a mix.
    count : int
        How many topics there are.

    Returns
    -------
    ndarray, shape (m, count), float64

    Examples
    --------
    >>> lists = Lists(articles=np.array([0, 1, 1, 2]), starts=np.array([0, 3, 4]))
    >>> topic_mixes(lists, np.array([0, 1, -1]), count=2).round(4).tolist()
    [[1.0, 0.8333], [0.0, 0.0]]
    """
    owners = np.repeat(np.arange(len(lists)), lists.lengths)
    ranks = np.arange(len(lists.articles)) - lists.starts[owners] + 1.0
    of_rows = topics[lists.articles]
    known = of_rows >= 0
    cells = owners[known] * count + of_rows[known]
    found = np.bincount(cells, 1.0 / ranks[known], minlength=len(lists) * count)
    return found.astype(np.float64, copy=False).reshape(len(lists), count)


def miscalibrations(read: NDArray[np.floating], shown: NDArray[np.floating]) -> NDArray[np.float64]:
    r"""Return how far the topics of each list are from what its reader reads, 0 (the same) to 1.

    The Jensen-Shannon divergence in bits of the two mixes of topics,
    :math:`H(\frac{p + q}{2}) - \frac{H(p) + H(q)}{2}` (Lin, Divergence Measures Based on the
    Shannon Entropy, IEEE Transactions on Information Theory 1991). Of the mixes of ``topic_mixes``
    it is the topic calibration of RADio (Vrijenhoek et al., RecSys 2022), whose code gives its
    square root. Steck (Calibrated Recommendations, RecSys 2018) takes the Kullback-Leibler
    divergence, which is infinite where a topic is missing and must be smoothed.

    Parameters
    ----------
    read, shown : ndarray, shape (m, t)
        How much of each of t topics; rows need not sum to 1.

    Returns
    -------
    ndarray, shape (m,), float64
        NaN where there is nothing on either side.

    Examples
    --------
    >>> read = np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 0.0]])
    >>> miscalibrations(read, shown=np.array([[2.0, 2.0], [0.0, 1.0], [1.0, 0.0]])).tolist()
    [0.0, 1.0, nan]
    """
    p, q = _mixes(read), _mixes(shown)
    divergence = _entropies((p + q) / 2.0) - (_entropies(p) + _entropies(q)) / 2.0
    return np.clip(divergence, 0.0, 1.0)


def exposures(lists: Lists, articles: int) -> NDArray[np.int64]:
    """Return in how many places each of ``articles`` articles stands, shape (articles,).

    Raises
    ------
    InvalidInput
        A list holds an article that is none of them.
    """
    strangers = (lists.articles < 0) | (lists.articles >= articles)
    check_rows("articles", f"numbers from 0 to {articles - 1}", ~strangers, lists.starts)
    return np.bincount(lists.articles, minlength=articles)


def coverage(shown: NDArray[np.integer]) -> float:
    """Return the share of the catalogue that stands in at least one list.

    Catalogue coverage of Ge, Delgado-Battenfeld and Jannach (Beyond Accuracy, RecSys 2010).

    Parameters
    ----------
    shown : ndarray, shape (n,)
        How often each article of the catalogue was shown, ``exposures``.

    Raises
    ------
    InvalidInput
        There are no articles.

    Examples
    --------
    >>> coverage(np.array([2, 0, 1, 0]))
    0.5
    """
    if not len(shown):
        raise InvalidInput("articles", "at least one, for a coverage", "none")
    return float(np.mean(shown > 0))


def gini(shown: NDArray[np.integer]) -> float:
    r"""Return how unequally articles are shown: 0 all the same, towards 1 a single one.

    Gini's index :math:`\sum_i (2 i - n - 1) x_i / (n \sum_i x_i)` over all articles of the
    catalogue in ascending order, those never shown among them.

    Parameters
    ----------
    shown : ndarray, shape (n,)
        How often each article of the catalogue was shown, ``exposures``.

    Raises
    ------
    InvalidInput
        Nothing was shown.

    Examples
    --------
    >>> gini(np.array([3, 3, 3])), gini(np.array([0, 0, 0, 5]))
    (0.0, 0.75)
    """
    total = int(shown.sum())
    if total == 0:
        raise InvalidInput("exposures", "at least one, for a Gini index", "none")
    count = len(shown)
    weights = 2.0 * np.arange(1, count + 1) - count - 1.0
    return float(weights @ np.sort(shown) / (count * total))


def _mixes(amounts: NDArray[np.floating]) -> NDArray[np.float64]:
    totals = amounts.sum(axis=1, keepdims=True)
    return np.asarray(amounts / np.where(totals > 0.0, totals, np.nan))


def _entropies(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the entropy of each row in bits."""
    logs = np.log2(shares, out=np.zeros_like(shares), where=shares != 0.0)
    return np.asarray(-(shares * logs).sum(axis=1))
