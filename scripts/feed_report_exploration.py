"""The report on exploration: whether draws come as often as the logged propensities say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from recommender.bootstrap import Wiring
from recommender.domain.ids import ArticleId
from recommender.feed import arrange
from recommender.feed_reasons import EXPLORE_SOURCE
from recommender.feed_request import FeedRequest
from scripts.console import progress
from scripts.demo import SHOWN
from scripts.feed_report_world import arranged_site

ROUNDING = 1e-9
"""Propensities that should sum to 1 may miss it by so much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnPosition:
    """What was drawn at one position.

    Parameters
    ----------
    articles : int
        Different articles that were drawn.
    largest_gap : float
        The greatest difference between a frequency and its propensity.
    """

    position: int
    articles: int
    largest_gap: float
    chi_squared: float
    degrees_of_freedom: int
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Exploration:
    """Pearson's χ² over simulated slates of one situation.

    Parameters
    ----------
    degrees_of_freedom, p_value
        Of all positions together: their draws are independent, so the χ² add up.
    """

    slates: int
    positions: tuple[DrawnPosition, ...]
    degrees_of_freedom: int
    p_value: float


def explore(site: Wiring, slates: int) -> Exploration:
    """Order a guest's feed ``slates`` times, each with another token, and compare."""
    counts: defaultdict[int, Counter[ArticleId]] = defaultdict(Counter)
    propensities: defaultdict[int, dict[ArticleId, float]] = defaultdict(dict)
    around = arranged_site(site)
    state = site.reader_store.guest_state(None, site.settings.feed.sources.trend_depth)
    now = site.clock.now()
    with progress("simulating slates", slates) as advance:
        for number in range(slates):
            request = FeedRequest(reader=None, size=SHOWN, token=str(number), now=now)
            ordering = arrange(request, state, around).ordering
            for place in [
                n for n, source in enumerate(ordering.sources) if source == EXPLORE_SOURCE
            ]:
                article = ordering.articles[place]
                counts[place + 1][article] += 1
                propensities[place + 1][article] = float(ordering.propensities[place])
            advance(1)
    positions = tuple(
        drawn_position(position, counts[position], propensities[position], slates)
        for position in sorted(counts)
    )
    total = sum(each.chi_squared for each in positions)
    freedom = sum(each.degrees_of_freedom for each in positions)
    return Exploration(
        slates=slates,
        positions=positions,
        degrees_of_freedom=freedom,
        p_value=p_value(total, freedom),
    )


def drawn_position(
    position: int,
    counts: Mapping[ArticleId, int],
    propensities: Mapping[ArticleId, float],
    slates: int,
) -> DrawnPosition:
    """Compare how often each article was drawn at a position with its propensity there.

    What the propensities leave open is one more cell: it belongs to articles never drawn.
    """
    articles = sorted(counts)
    seen = np.array([counts[each] for each in articles], np.float64)
    chance = np.array([propensities[each] for each in articles])
    rest = 1.0 - float(chance.sum())
    if abs(rest) > ROUNDING:
        seen, chance = np.append(seen, 0.0), np.append(chance, rest)
    # A rest below 0 means propensities that are no probabilities: nothing agrees with them.
    fits = bool((chance > 0.0).all())
    statistic = float(((seen - slates * chance) ** 2 / (slates * chance)).sum()) if fits else np.inf
    freedom = len(chance) - 1
    return DrawnPosition(
        position=position,
        articles=len(articles),
        largest_gap=float(np.abs(seen / slates - chance).max()),
        chi_squared=statistic,
        degrees_of_freedom=freedom,
        p_value=p_value(statistic, freedom),
    )


def p_value(statistic: float, freedom: int) -> float:
    """Return the probability of so large a χ² if the propensities are true; 1 without freedom."""
    from scipy.stats import chi2  # noqa: PLC0415  # half a second that --help need not wait

    return float(chi2.sf(statistic, freedom)) if freedom else float(np.isfinite(statistic))
