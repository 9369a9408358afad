"""Features of what an article is about, against what its reader reads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.spec import specs

CONTENT = (
    *specs("similarity", personal=True, similarity=0.2),
    *specs("session", personal=True, session=0.2),
    *specs("aversion", personal=True, aversion=0.1),
    *specs("context", personal=True, context=0.2),
    *specs(
        "similarity",
        personal=True,
        similarity_mean=0.2,
        similarity_recent=0.2,
        similarity_nearest=0.25,
        similarity_near=0.2,
    ),
    *specs("trending", crowd_similarity=0.25),
)
"""The columns of :func:`content_features`. Spans were measured on 700 impressions of MIND."""

NEAR = 3
"""Of the reader's articles, how many of the nearest ``similarity_near`` is the mean of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Where n candidates and their reader point; directions are those of vectors less the centre.

    Parameters
    ----------
    vectors : ndarray, shape (n, d), float32, unit length
    centre : ndarray, shape (d,), float32
        Mean vector of the catalogue: cosines are of what differs from it.
    interests : ndarray, shape (k, d), float32, unit length
    weights : ndarray, shape (k,), float32, sum 1
    session, context : ndarray, shape (d,), float32, length at most 1; zero where there is none
    aversions : ndarray, shape (a, d), float32, length at most 1
    mean, recent : ndarray, shape (d,), float32, unit length or zero
        Of all that the reader read: alike, and by how lately.
    read : ndarray, shape (m, d), float32, unit length or zero
        The articles that count most of what the reader read.
    crowd : ndarray, shape (d,), float32, unit length or zero
        Of what trends.
    """

    vectors: NDArray[np.float32]
    centre: NDArray[np.float32]
    interests: NDArray[np.float32]
    weights: NDArray[np.float32]
    session: NDArray[np.float32]
    context: NDArray[np.float32]
    aversions: NDArray[np.float32]
    mean: NDArray[np.float32]
    recent: NDArray[np.float32]
    read: NDArray[np.float32]
    crowd: NDArray[np.float32]


def content_features(content: Content, softness: float) -> NDArray[np.float32]:
    """Return the columns of ``CONTENT``, shape (n, columns): cosines, so -1 to 1.

    similarity : soft maximum of those with the reader's interests.
    session : with what the last minutes went to.
    aversion : with the nearest of what was turned away from, by its strength, 0 to 1.
    context : with the article being read, or, fading, with the last one read.
    similarity_mean, similarity_recent : with the mean of all that was read, alike and by recency.
    similarity_nearest, similarity_near : with the nearest and the three nearest of what was read.
    crowd_similarity : with the mean of what trends.
    """
    towards = (
        content.interests,
        content.aversions,
        content.read,
        np.stack((content.session, content.context, content.mean, content.recent, content.crowd)),
    )
    cosines = _cosines(content.vectors, content.centre, np.concatenate(towards))
    ends = np.cumsum([len(each) for each in towards])[:-1]
    interests, aversions, read, single = np.split(cosines, ends, axis=1)
    session, context, mean, recent, crowd = single.T
    nearest = np.sort(read, axis=1)[:, -NEAR:]
    return np.column_stack(
        (
            soft_maximum(interests, content.weights, softness),
            session,
            aversions.max(axis=1, initial=0.0),
            context,
            mean,
            recent,
            nearest[:, -1] if nearest.shape[1] else np.zeros(len(nearest)),
            nearest.mean(axis=1) if nearest.shape[1] else np.zeros(len(nearest)),
            crowd,
        )
    ).astype(np.float32)


def soft_maximum(
    cosines: NDArray[np.float32], weights: NDArray[np.float32], softness: float
) -> NDArray[np.float32]:
    r"""Return :math:`s \ln \sum_k w_k e^{c_k / s}`, shape (n,): between mean and maximum.

    Where there are no interests it is 0.

    Parameters
    ----------
    cosines : ndarray, shape (n, k)
    weights : ndarray, shape (k,), sum 1
    softness : float
        s: towards 0 it is the maximum, towards infinity the weighted mean.

    Notes
    -----
    Measured zero-shot on 700 impressions of MIND (AUC): one mean .648, up to five interests .642
    with a softness of .03, .651 with .1, .651 with .15; the differences are within the noise of
    ±.013. Several interests are worth it for what they do not lose: of made-up readers of eight
    articles of one category and four of another, 57 of 60 have both among the first ten, and 2.5
    articles of the second one; with one mean 54 of 60 and 1.9.
    """
    if not len(weights):
        return np.zeros(len(cosines), np.float32)
    # Cosines are at most 1 and the least softness is .001: without the top, exp would overflow.
    top = cosines.max(axis=1, keepdims=True)
    summed = np.exp((cosines - top) / softness) @ weights
    return np.asarray(top[:, 0] + softness * np.log(summed), np.float32)


def _cosines(
    vectors: NDArray[np.float32], centre: NDArray[np.float32], towards: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the cosines of vectors less the centre, shape (n, directions).

    Without making a copy of n × d numbers for the difference.
    """
    products = vectors @ np.concatenate((towards, centre[np.newaxis])).T
    squares = 1.0 - 2.0 * products[:, -1] + centre @ centre
    lengths = np.sqrt(np.maximum(squares, 1e-6))
    return np.asarray((products[:, :-1] - towards @ centre) / lengths[:, np.newaxis], np.float32)
