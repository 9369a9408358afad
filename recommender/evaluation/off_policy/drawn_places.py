"""A candidate ranker judged from the service's own log, at the places that were left to chance.

A feed leaves some places to chance: each draws one article from a stratum of its own, and the log
tells whom, and with which probability. All other places follow from the order, so of what another
ranker would put there the log tells nothing, and nothing is claimed: a judgement is of how a ranker
tells new and uncertain articles apart, for only these are drawn.

**What is estimated.** Of two drawn places of a first page let an article be drawn for each, all of
its stratum being as likely: how often is that one clicked which the candidate scores higher? Beside
it stands the rate where a coin decides. Ties are decided by a coin. A page counts by the number of
pairs that could have been drawn.

**How.** The log drew with probabilities p and q instead, independently, so a pair weighs 1 / (p q),
and the weights are normalised (SNIPS). Every pair had a chance: nothing is without support. The
upper place is clicked more often, whoever stands there; so that a candidate gains nothing by
preferring a place, what counts is by how much it prefers the article there more than it does on
average over the pages.

**What is assumed.** That a click on one article does not hang on which article was drawn elsewhere
(the item-position model of Li et al., Offline Evaluation of Ranking Policies with Click Models, KDD
2018).

**Why not the rate of the candidate's own draws.** The log tells who was drawn and not who else
could have been, so the probability with which the candidate would have drawn the same is not known.
Weights that leave it out count pages more whose articles the candidate likes, and those of keen
readers are clicked more, whoever is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InvalidInput, NoSupport
from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.intervals import GUEST, Estimate
from recommender.evaluation.off_policy.choices import check_propensities
from recommender.evaluation.off_policy.uncertainty import (
    difference,
    effective_sample_size,
    rate,
    ratio,
)
from recommender.reranking.chance import GUEST_DRAWS_SECONDS

LEAST_EFFECTIVE = 50.0
"""Below this effective sample size no interval is to be trusted, and none is told."""

EXPLORE = (
    "log pages with chance in them: NEWSFEED_FEED__EXPLORATION__ENABLED=true, two drawn places in "
    "a page (NEWSFEED_FEED__EXPLORATION__FIRST, NEWSFEED_FEED__EXPLORATION__EVERY) and new "
    "articles enough to draw from (NEWSFEED_FEED__SOURCES__EXPLORE__COUNT, "
    "NEWSFEED_FEED__SOURCES__EXPLORE__HOURS)"
)

EXPLORE_MORE_EVENLY = (
    "log more pages, or draw more evenly (NEWSFEED_FEED__EXPLORATION__UNIFORM_SHARE, "
    "NEWSFEED_FEED__EXPLORATION__TEMPERATURE)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a judgement is from.

    Parameters
    ----------
    pairs, pages, draws, clicks : int
        Pairs of drawn articles, the pages they are on, the articles, and clicks on them.
    units : int
        Readers, and hours of guests.
    impressions : int
        Articles on all first pages.
    supported : float
        Share of these that is judged.
    effective_sample_size, largest_weight : float
        Of the pairs; the mean weight is 1.
    """

    pairs: int
    pages: int
    draws: int
    clicks: int
    units: int
    impressions: int
    supported: float
    effective_sample_size: float
    largest_weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """n pairs of drawn articles, each of one first page.

    Parameters
    ----------
    upper, lower : ndarray, shape (n,), int64
        Rows of the table.
    places : ndarray, shape (n,), int64
        A number for each pair of places.
    weights : ndarray, shape (n,), float64
        One over the probability of the pair; with a mean of 1.
    clicked : ndarray, shape (n, 2), float64
        1 where the upper, and the lower article was clicked.
    pages : ndarray, shape (n,), int64
        The impression of the table.
    units : ndarray, shape (n,), int64
        The reader; for guests, a number for the hour below ``GUEST``.
    """

    upper: NDArray[np.int64]
    lower: NDArray[np.int64]
    places: NDArray[np.int64]
    weights: NDArray[np.float64]
    clicked: NDArray[np.float64]
    pages: NDArray[np.int64]
    units: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """What the drawn places say of a candidate.

    Parameters
    ----------
    candidate, coin : Estimate
        How often the article is clicked that the candidate prefers, or that a coin decides for.
    gain : Estimate
        The former less the latter.
    """

    candidate: Estimate
    coin: Estimate
    gain: Estimate


def pairs_of(table: FeatureTable) -> Pairs:
    """Return the pairs of drawn articles on the first pages of an archive's table.

    Raises
    ------
    InvalidInput
        The table has no propensities or positions, a propensity is no probability, nothing drawn
        was clicked, or the effective sample size is too small.
    NoSupport
        No first page has two places that were left to chance.
    """
    if table.propensities is None or table.positions is None:
        raise InvalidInput("data", "logged propensities and positions", "a log without them")
    check_propensities(table.propensities)
    page = table.impression_of_rows
    drawn = np.flatnonzero(_on_first_page(table) & (table.propensities < 1.0))
    upper, lower = _within_pages(drawn, page)
    if not len(upper):
        what = f"places that were not left to chance: {len(drawn)} drawn, on no first page two"
        raise NoSupport(1.0, what, EXPLORE)
    weights = 1.0 / (table.propensities[upper] * table.propensities[lower])
    clicked = np.stack([table.clicked[upper], table.clicked[lower]], axis=1)
    _refuse_too_few(clicked, weights)
    places = table.positions[upper].astype(np.int64) << 32 | table.positions[lower]
    return Pairs(
        upper=upper,
        lower=lower,
        places=np.unique(places, return_inverse=True)[1],
        weights=weights / weights.mean(),
        clicked=clicked.astype(np.float64),
        pages=page[upper],
        units=_units(table)[page[upper]],
    )


def summary_of(table: FeatureTable, pairs: Pairs) -> Summary:
    """Return what a judgement by the pairs of a table is from."""
    drawn = np.union1d(pairs.upper, pairs.lower)
    impressions = int(_on_first_page(table).sum())
    return Summary(
        pairs=len(pairs.upper),
        pages=len(np.unique(pairs.pages)),
        draws=len(drawn),
        clicks=int(table.clicked[drawn].sum()),
        units=len(np.unique(pairs.units)),
        impressions=impressions,
        supported=len(drawn) / impressions,
        effective_sample_size=effective_sample_size(pairs.weights),
        largest_weight=float(pairs.weights.max()),
    )


def judge(pairs: Pairs, scores: NDArray[np.float64]) -> Preference:
    """Judge a candidate by its scores.

    Parameters
    ----------
    scores : ndarray, shape (rows,), float64
        Of each row of the table.
    """
    weights, units = pairs.weights, pairs.units
    gains = weights * _gains(pairs, scores)
    evenly = weights * pairs.clicked.mean(axis=1)
    step = float(weights @ weights) / float(weights.sum()) ** 2
    return Preference(
        candidate=rate(ratio(evenly + gains, weights, units), step),
        coin=rate(ratio(evenly, weights, units), step),
        gain=difference(ratio(gains, weights, units)),
    )


def compare(pairs: Pairs, first: NDArray[np.float64], second: NDArray[np.float64]) -> Estimate:
    """Return by how much more often what ``first`` prefers is clicked, on the same pairs.

    Parameters
    ----------
    first, second : ndarray, shape (rows,), float64
        The scores of two candidates.
    """
    more = _gains(pairs, first) - _gains(pairs, second)
    return difference(ratio(pairs.weights * more, pairs.weights, pairs.units))


def _on_first_page(table: FeatureTable) -> NDArray[np.bool_]:
    """Return the rows of first pages, shape (rows,): only those have all that was drawn for them.

    Later pages lack what the reader has met since.
    """
    if table.positions is None:
        raise InvalidInput("data", "logged positions", "a log without them")
    is_first = table.positions[table.starts[:-1]] == 1
    return np.asarray(is_first[table.impression_of_rows])


def _within_pages(
    drawn: NDArray[np.intp], page: NDArray[np.intp]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return every two of the rows ``drawn`` that stand on the same page."""
    pages = page[drawn]
    uppers, lowers = [drawn[:0]], [drawn[:0]]
    apart = 1
    while (same := pages[apart:] == pages[:-apart]).any():
        uppers.append(drawn[:-apart][same])
        lowers.append(drawn[apart:][same])
        apart += 1
    return np.concatenate(uppers), np.concatenate(lowers)


def _units(table: FeatureTable) -> NDArray[np.int64]:
    hours = (table.at // GUEST_DRAWS_SECONDS).astype(np.int64)
    return np.where(table.readers == GUEST, GUEST - 1 - hours, table.readers)


def _gains(pairs: Pairs, scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the clicks that each pair gains by the candidate's choice, shape (n,)."""
    prefers = 0.5 + 0.5 * np.sign(scores[pairs.upper] - scores[pairs.lower])
    whole = np.bincount(pairs.places, pairs.weights)
    usual = np.bincount(pairs.places, pairs.weights * prefers) / whole
    return np.asarray((prefers - usual[pairs.places]) * (pairs.clicked[:, 0] - pairs.clicked[:, 1]))


def _refuse_too_few(clicked: NDArray[np.bool_], weights: NDArray[np.float64]) -> None:
    if not clicked.any():
        wanted = "a click at a drawn place: without one nothing tells rankers apart"
        raise InvalidInput("data", wanted, f"none on the articles of {len(weights)} pairs")
    size = effective_sample_size(weights)
    if size < LEAST_EFFECTIVE:
        wanted = f"an effective sample size of {LEAST_EFFECTIVE:g} pairs; {EXPLORE_MORE_EVENLY}"
        raise InvalidInput("data", wanted, f"{size:.1f} from {len(weights)} pairs")
