"""Features of what passed between this reader and an article, and of where the reader is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.domain.signals import ReaderSignals
from recommender.ranking.spec import specs

ACQUAINTANCE = (
    *specs("repetition", personal=True, own_shown=1.1, own_shown_rate=0.8),
    *specs("repetition", personal=True, own_last_shown=0.5, own_first_shown=0.4),
    *specs("repetition", personal=True, own_clicked=0.1, own_last_clicked=0.1),
    *specs("repetition", personal=True, own_read=0.1, own_last_read=0.1),
    *specs("context", is_open=0.1, same_category=1.0, same_subcategory=1.0),
    *specs("context", newer_than_open=6.0, apart_from_open=3.0),
    *specs("context", reading=0.0),
    *specs("habit", personal=True, history_length=0.0, last_seen=0.0),
)
"""The columns of :func:`acquaintance_features`. Spans were measured on EB-NeRD's training part;
the last three are the same for all candidates of a feed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquaintance:
    """What passed between a reader and n candidates. Seconds are since the epoch, NaN for never.

    Parameters
    ----------
    own : ReaderSignals or None
        None for a guest.
    read : ndarray, shape (n,), float64
        How often the reader read the candidate, as far as the history tells.
    last_read : ndarray, shape (n,), float64, seconds
    published : ndarray, shape (n,), float64, seconds
    open_published : float, seconds
        Of the article that the reader has open; NaN where none is.
    is_open, same_category, same_subcategory : ndarray, shape (n,), bool
        Whether it is that article, and whether it is of its category and subcategory.
    history_length : int
        Interactions that are remembered of the reader.
    last_seen : float, seconds
        Of the newest of them.
    """

    own: ReaderSignals | None
    read: NDArray[np.float64]
    last_read: NDArray[np.float64]
    published: NDArray[np.float64]
    open_published: float
    is_open: NDArray[np.bool_]
    same_category: NDArray[np.bool_]
    same_subcategory: NDArray[np.bool_]
    history_length: int
    last_seen: float


def acquaintance_features(met: Acquaintance, now: float) -> NDArray[np.float64]:
    """Return the columns of ``ACQUAINTANCE``, shape (n, columns); 0 where there is nothing.

    own_shown : log of 1 + impressions since the last click on it.
    own_shown_rate : log of 1 + those impressions an hour.
    own_last_shown, own_first_shown, own_last_clicked, own_last_read : 1 / (1 + hours since).
    own_clicked, own_read : log of 1 + how often.
    is_open, same_category, same_subcategory : 1 where it is so, of the article that is open.
    newer_than_open, apart_from_open : log of 1 + hours from its publication to the candidate's,
        with and without its sign.
    reading : 1 where an article is open.
    history_length : log of 1 + interactions remembered.
    last_seen : log of 1 + hours since the newest of them.
    """
    hours = np.nan_to_num((met.published - met.open_published) / 3_600.0)
    apart = np.log1p(np.abs(hours))
    of_reader = (
        float(not np.isnan(met.open_published)),
        np.log1p(met.history_length),
        np.log1p(np.fmax(0.0, now - met.last_seen) / 3_600.0),
    )
    return np.column_stack(
        (
            _own(met, now),
            np.log1p(met.read),
            _recency(met.last_read, now),
            met.is_open,
            met.same_category,
            met.same_subcategory,
            np.sign(hours) * apart,
            apart,
            np.broadcast_to(of_reader, (len(met.read), len(of_reader))),
        )
    )


def _own(met: Acquaintance, now: float) -> NDArray[np.float64]:
    own = met.own
    if own is None:
        return np.zeros((len(met.read), 6))
    hours = np.fmax(0.0, now - own.first_shown) / 3_600.0
    return np.column_stack(
        (
            np.log1p(own.shown),
            np.log1p(own.shown / (1.0 + hours)),
            _recency(own.last_shown, now),
            _recency(own.first_shown, now),
            np.log1p(own.clicked),
            _recency(own.last_clicked, now),
        )
    )


def _recency(seconds: NDArray[np.float64], now: float) -> NDArray[np.float64]:
    # The greater of 0 and NaN is 0, for fmax: what never was is not recent.
    return np.fmax(0.0, 1.0 / (1.0 + np.maximum(0.0, now - seconds) / 3_600.0))
