"""Quality of one list of articles: how varied it is, how fresh, and how true to its reader.

The mathematics of many lists at once, on arrays, is in ``recommender.evaluation.metrics.beyond``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.metrics.beyond import intra_list_distances, miscalibrations
from recommender.evaluation.metrics.ragged import Lists


def intra_list_distance(vectors: NDArray[np.floating]) -> float:
    """Return how far apart the articles of a list are on average, 0 to 2.

    See ``intra_list_distances``.

    Parameters
    ----------
    vectors : ndarray, shape (n, d), unit length

    Returns
    -------
    float
        0 where there are fewer than two articles.

    Examples
    --------
    >>> round(intra_list_distance(np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])), 4)
    0.6667
    """
    count = len(vectors)
    if count < 2:  # noqa: PLR2004  # a pair
        return 0.0
    one = Lists(articles=np.arange(count), starts=np.array([0, count]))
    return float(intra_list_distances(one, vectors)[0])


def miscalibration(read: Iterable[str], shown: Iterable[str]) -> float:
    """Return how far the topics of a list are from what its reader reads, 0 (the same) to 1.

    See ``miscalibrations``.

    Parameters
    ----------
    read, shown : iterable of str
        The topic of each article.

    Returns
    -------
    float
        0 where there is nothing on either side.

    Examples
    --------
    >>> miscalibration(["food", "sport"], ["sport", "food", "food", "sport"])
    0.0
    >>> miscalibration(["food"], ["sport"])
    1.0
    """
    left, right = Counter(read), Counter(shown)
    if not left or not right:
        return 0.0
    topics = sorted({*left, *right})
    amounts = np.array(
        [[counts[topic] for topic in topics] for counts in (left, right)], np.float64
    )
    return float(miscalibrations(amounts[:1], amounts[1:])[0])


def fresh_share(published: NDArray[np.floating], since: float) -> float:
    """Return the share of articles published after ``since``, 0 where there are none.

    Parameters
    ----------
    published : ndarray, shape (n,), seconds since the epoch
    since : float
        Seconds since the epoch.

    Examples
    --------
    >>> fresh_share(np.array([10.0, 20.0, 30.0, 40.0]), since=30.0)
    0.25
    """
    return float(np.mean(published > since)) if len(published) else 0.0


def largest_share(names: Sequence[str | None]) -> float:
    """Return the share of a list that its most frequent category, or source, has.

    Articles without a name are of no kind, but are part of the list. 0 where there is no name.

    Examples
    --------
    >>> largest_share(["food", "food", "sport", None])
    0.5
    """
    counts = Counter(name for name in names if name is not None)
    return max(counts.values(), default=0) / max(1, len(names))


def recall(shown: Iterable[str], wanted: Collection[str]) -> float:
    """Return the share of ``wanted`` that is among ``shown``; 1 where nothing is wanted.

    Examples
    --------
    >>> recall(["a", "b", "c"], {"b", "x"})
    0.5
    """
    return len(set(wanted) & set(shown)) / len(set(wanted)) if wanted else 1.0


def coverage(lists: Iterable[Iterable[str]], catalogue: Collection[str]) -> float:
    """Return the share of the catalogue that stands in at least one list, 0 for an empty one.

    Catalogue coverage of Ge, Delgado-Battenfeld and Jannach (Beyond Accuracy, RecSys 2010).

    Examples
    --------
    >>> coverage([["a", "b"], ["b"]], {"a", "b", "c", "d"})
    0.5
    """
    shown = {article for each in lists for article in each}
    return len(shown.intersection(catalogue)) / max(1, len(set(catalogue)))
