"""Hard rules: what may not be shown to this reader now, whatever its score."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from recommender.candidates.filters import FeedFilter
from recommender.candidates.rules import CompiledRules
from recommender.catalogue.view import CatalogueView, Rows
from recommender.config import Config
from recommender.domain.readers import ReaderState

HOUR_SECONDS = 3_600.0


class EligibilityConfig(Config):
    """What a reader is spared."""

    story_rest_hours: float = Field(
        default=24.0,
        ge=0.0,
        le=720.0,
        description="Hours for which the other articles of a story stay out of a feed after its "
        "reader met one of them; 0 never keeps them out.",
    )


def eligible_rows(
    view: CatalogueView,
    now: float,
    reader: ReaderState,
    wanted: FeedFilter,
    rules: CompiledRules,
    config: EligibilityConfig,
) -> NDArray[np.bool_]:
    """Return the mask, shape (n,), of the rows that may be shown.

    A row is live, published, unexpired, not held out by the site, wanted by the filter, neither
    seen nor hidden by the reader, neither of a muted source nor a brief of one, and not of a story
    that the reader met within ``story_rest_hours``.

    Parameters
    ----------
    now : float
        Seconds since the epoch.
    """
    mask = view.eligible(now)
    if not wanted.is_empty:
        mask &= wanted.mask(view)
    if muted := reader.preferences.muted_sources:
        mask &= ~(view.source.among(muted) | view.quoted.with_any(muted))
    mask[rules.held_out] = False
    mask[view.rows_of(reader.hidden)] = False
    if reader.seen:
        mask[view.rows_of(list(reader.seen))] = False
        mask &= ~_resting(view, now, reader, config)[view.story.codes]
    # Again, last: a seen article that changed meanwhile has a new row, and its old one died.
    mask &= view.alive
    return mask


def still_eligible(
    view: CatalogueView,
    rows: Rows,
    now: float,
    reader: ReaderState,
    rules: CompiledRules,
    config: EligibilityConfig,
) -> NDArray[np.bool_]:
    """Return the mask, shape (k,), of those of ``rows`` that may be shown still.

    For rows that passed :func:`eligible_rows`, filter included, a while ago: the same hard rules
    at the price of k rows.

    Parameters
    ----------
    rows : ndarray, shape (k,)
    """
    mask = (view.published[rows] <= now) & (view.expires[rows] > now)
    seen, hidden = reader.seen, frozenset(reader.hidden)
    articles = [view.ids[row] for row in rows]
    mask &= np.array([each not in seen and each not in hidden for each in articles], np.bool_)
    if muted := reader.preferences.muted_sources:
        mask &= ~np.isin(view.source.codes[rows], view.source.codes_of(muted))
        mask &= ~view.quoted.with_any(muted)[rows]
    mask &= ~np.isin(rows, rules.held_out)
    mask &= ~_resting(view, now, reader, config)[view.story.codes[rows]]
    mask &= view.alive[rows]
    return mask


def _resting(
    view: CatalogueView, now: float, reader: ReaderState, config: EligibilityConfig
) -> NDArray[np.bool_]:
    """Return, by story code, whether the reader met the story lately; never for no story."""
    since = now - config.story_rest_hours * HOUR_SECONDS
    met = [article for article, second in reader.seen.items() if second > since]
    resting = np.zeros(len(view.story.names), np.bool_)
    resting[view.story.codes[view.rows_of(met)]] = True
    for article in met:
        if article in view.gone_stories:  # it left, and its story goes on
            code = view.story.code_by_name.get(view.gone_stories[article], 0)
            resting[code if code < len(resting) else 0] = True
    resting[0] = False
    return resting
