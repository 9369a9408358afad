"""The feature of how alike a reader's taste is to those of an article's readers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.domain.signals import AUDIENCE_HALF_LIFE_HOURS, Audiences, Signals
from recommender.ranking.spec import specs
from recommender.trending.decay import decay_rate
from recommender.trending.tastes import taste_of

AUDIENCE = specs("co_read", personal=True, audience=0.3)
"""The column of :func:`audience_feature`. Its span was measured on EB-NeRD's training part."""

PRIOR = 5.0
"""Readers like everybody that each article is taken to have had."""

LEAST_SITE = 20.0
"""Readers of all articles, decayed, below which nothing is known of the taste of everybody."""

_RATE = decay_rate(AUDIENCE_HALF_LIFE_HOURS)


def audience_feature(signals: Signals, now: float) -> NDArray[np.float64]:
    r"""Return the column of ``AUDIENCE``, shape (n,).

    audience : how alike the reader's taste is to those of the article's readers, against everybody
        who clicks.

    With the sum A of the tastes of an article's n readers, as they have faded by now, the mean g of
    everybody's, and t, of unit length, where the reader's own differs from that, it is
    :math:`(A - n g) \cdot t / \sqrt{n + 5}`: it grows with the square root of what speaks for it,
    as the significance of a mean does. The reader is taken out of those of an article clicked
    before: nobody resembles anybody as much as oneself. 0 where the reader has read nothing, or the
    taste of everybody is not known.
    """
    audiences, own = signals.audiences, signals.own
    taste = taste_of(signals.own_topics)
    # A clock behind the newest click fades nothing; NaN, where there is none, neither.
    kept = np.exp(-_RATE * np.fmax(0.0, now - audiences.second))
    if taste is None or own is None or audiences.site_count * kept < LEAST_SITE:
        return np.zeros(len(audiences.counts))
    usual = audiences.site_tastes / audiences.site_count
    apart = taste - usual
    length = float(np.linalg.norm(apart))
    towards = apart / max(length, 1e-9)
    counts, alike = audiences.counts * kept, _alike(audiences, usual, towards) * kept
    since = np.fmax(0.0, now - own.last_clicked)
    # No more than there is: what was counted may have left, or been a click before the last.
    itself = np.minimum(np.where(own.clicked > 0, np.exp(-_RATE * since), 0.0), counts)
    return np.asarray((alike - itself * length) / np.sqrt(counts - itself + PRIOR))


def _alike(
    audiences: Audiences, usual: NDArray[np.float64], towards: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how far the readers of each article, together, differ from the usual ``towards``."""
    return np.asarray(audiences.tastes @ towards - audiences.counts * float(usual @ towards))
