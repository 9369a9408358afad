"""Features of what the crowd does with an article: counts that fade, rates, lifts and biases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.domain.signals import BIASES, FAMILIES, RUNGS_HOURS, Signals
from recommender.ranking.spec import specs
from recommender.trending.decay import decay_rate, value

CROWD = (
    *specs("trending", trending=0.6),
    *specs("surge", surge=0.3),
    *specs("trending", clicks_15m=1.1, clicks_1h=1.8, clicks_4h=2.5, clicks_24h=3.2),
    *specs("trending", views_15m=0.4, views_1h=0.8, views_4h=1.4, views_24h=2.2),
    *specs("trending", exposure=True, shown_15m=1.4, shown_1h=1.8, shown_4h=2.2, shown_24h=2.6),
    *specs("trending", exposure=True, lift_15m=0.9, lift_1h=1.2, lift_4h=1.5, lift_24h=1.6),
    *specs("trending", exposure=True, ctr_1h=1.0, ctr_4h=1.5, ctr_24h=1.8),
    *specs("trending", exposure=True, bias_slow=2.0, bias_quick=2.0, bias_lasting=2.2),
    *specs("trending", click_share=2.4),
    *specs("trending", exposure=True, shown_share=2.2),
    *specs("surge", velocity=1.1),
    *specs("freshness", exposure=True, first_seen=2.5),
)
"""The columns of :func:`crowd_features`. Spans were measured on EB-NeRD's training part."""

CLICKS, VIEWS, SHOWN, EXPECTED = range(len(FAMILIES))
_HOUR, _FOUR_HOURS, _DAY = (RUNGS_HOURS.index(hours) for hours in (1.0, 4.0, 24.0))
_RATES = np.array([decay_rate(hours) for hours in RUNGS_HOURS])
_BIAS_HALF_LIVES = np.array([hours * 3_600.0 for _, hours in BIASES])

LIFT_PRIOR = 1.0
"""Clicks as expected that each article is taken to have had: a lone click is no lift."""

CTR_PRIOR = 10.0
"""Impressions at the site's usual rate that each article is taken to have had."""

STEADY_PER_HOUR = 0.5
"""Clicks an hour that are added to both rates of which velocity is the ratio."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """What the crowd does with n candidates.

    Parameters
    ----------
    trending : ndarray, shape (n,), float64
        Trending value now, in weighted clicks; 0 for what does not trend.
    surge : ndarray, shape (n,), float64
        How many times faster than before it is read; 0 for what does not trend.
    top_trending : float
        The site's highest trending value now.
    signals : Signals
    """

    trending: NDArray[np.float64]
    surge: NDArray[np.float64]
    top_trending: float
    signals: Signals


def crowd_features(
    crowd: Crowd, now: float, *, trending_floor: float, full_surge: float
) -> NDArray[np.float64]:
    r"""Return the columns of ``CROWD``, shape (n, columns).

    trending : log of 1 + trending value over that of the site's top article, 0 to 1.
    surge : log of the surge over that of ``full_surge``, less for few readers, 0 to 1.
    clicks, views, shown : log of 1 + count, at each half-life.
    lift : log of clicks over what the lists in which clicks fell would give by chance.
    ctr : log of clicks over what impressions give on the site as a whole.
    bias : of the online Plackett-Luce model, faded to now; at its three speeds.
    click_share, shown_share : log of the article's share of the site's clicks and impressions.
    velocity : log of the rate of clicks over an hour over that over a day.
    first_seen : log of 1 + hours since it was first shown; 0 where it never was.
    """
    signals = crowd.signals
    counts, site = counts_now(signals.levels, now), counts_now(signals.site_levels, now)
    clicks, shown, expected = counts[:, CLICKS], counts[:, SHOWN], counts[:, EXPECTED]
    lift = np.log((clicks + LIFT_PRIOR) / (expected + LIFT_PRIOR))
    ctr = np.log((clicks / usual_ctr(site) + CTR_PRIOR) / (shown + CTR_PRIOR))
    logs = np.log1p(counts)
    share = logs[:, :, _FOUR_HOURS] - np.log1p(site[:, _FOUR_HOURS])
    per_hour = clicks * _RATES * 3_600.0 + STEADY_PER_HOUR
    return np.column_stack(
        (
            np.log1p(crowd.trending) / np.log1p(max(crowd.top_trending, trending_floor)),
            _surge(crowd, trending_floor, full_surge),
            *(logs[:, family] for family in (CLICKS, VIEWS, SHOWN)),
            lift,
            ctr[:, _HOUR:],
            _biases(signals, now),
            share[:, CLICKS],
            share[:, SHOWN],
            np.log(per_hour[:, _HOUR] / per_hour[:, _DAY]),
            np.log1p(np.fmax(0.0, now - signals.first_shown) / 3_600.0),  # NaN counts as 0
        )
    )


def counts_now(levels: NDArray[np.float64], now: float) -> NDArray[np.float64]:
    """Return the decayed counts at ``now`` of levels, shape (…, rungs)."""
    return value(levels, _RATES, now)


def usual_ctr(site: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return clicks for each impression at each half-life, shape (rungs,), of the site's counts.

    Parameters
    ----------
    site : ndarray, shape (families, rungs)
        Decayed counts of all articles together.
    """
    return np.asarray((site[CLICKS] + 1.0) / (site[SHOWN] + CTR_PRIOR))


def _surge(crowd: Crowd, floor: float, full: float) -> NDArray[np.float64]:
    faster = np.log(np.maximum(crowd.surge, 1.0)) / np.log(full)
    known = crowd.trending / (crowd.trending + floor)
    return np.asarray(np.minimum(faster, 1.0) * known)


def _biases(signals: Signals, now: float) -> NDArray[np.float64]:
    age = np.fmax(0.0, now - signals.biased_at)  # 0 where nothing can fade
    return np.asarray(signals.biases * np.exp2(-age[:, np.newaxis] / _BIAS_HALF_LIVES))
