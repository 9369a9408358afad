"""The feed's pipeline: retrieve, blend, filter, featurise, score, re-rank, explore, explain.

Pure: it is given the reader, what trends, the catalogue's view, the site's rules and the time, and
gives an ordering. The same function serves requests and replays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.candidates.sources import IMPERSONAL
from recommender.catalogue.view import Rows
from recommender.domain.readers import FeedState, Preferences, ReaderState
from recommender.domain.slates import Ordering
from recommender.feed_request import FeedRequest, Site
from recommender.feed_run import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """An ordering of up to a page and ``ahead`` articles; empty where nothing is eligible.

    Parameters
    ----------
    rows : ndarray, shape (n,)
        Where its articles are in the view.
    customised : bool
        Whether it differs from the ordering without the reader's data.
    complete : bool
        Whether nothing else could be shown: nothing comes after it.
    failed : tuple of str
        Candidate sources that were skipped because they failed.
    """

    ordering: Ordering
    rows: Rows
    policy: str
    customised: bool
    complete: bool
    failed: tuple[str, ...]


def arrange(request: FeedRequest, state: FeedState, site: Site) -> Arrangement:
    """Return the ordering for ``request``."""
    run = Run(request, state, site)
    placement, rows = run.placement, run.candidates.rows
    return Arrangement(
        ordering=run.ordering(placement),
        rows=rows[list(placement.order)],
        policy=run.ranker.name,
        customised=request.reader is not None and _is_customised(run),
        complete=run.is_complete(placement, run.own_drawable, len(rows)),
        failed=run.candidates.failed,
    )


def is_unknown(reader: ReaderState) -> bool:
    """Tell whether nothing is known of a reader that could change an order."""
    return reader == ReaderState(preferences=Preferences(language=reader.preferences.language))


def _is_customised(run: Run) -> bool:
    """Tell whether the order differs from the one without the reader's data, chance apart.

    Most orders differ in the first places, so those are compared before all is computed.
    """
    if is_unknown(run.state.reader):
        return False
    if _is_only_for_the_reader(run):
        return True
    plain = run.without_reader()
    own_rows, plain_rows = run.candidates.rows, plain.candidates.rows
    for mine, other in zip(run.first_page, plain.exploited(), strict=False):
        if own_rows[mine] != plain_rows[other]:
            return True
    return not np.array_equal(
        own_rows[list(run.placement.order)], plain_rows[list(plain.placement.order)]
    )


def _is_only_for_the_reader(run: Run) -> bool:
    """Tell whether the first page shows what nobody else's sources bring: then it is customised.

    The impersonal sources bring the first of what may be shown. With the reader's data less may be,
    so what they do not bring to the reader they bring to nobody; only explored articles take turns.
    """
    candidates, explore = run.candidates, run.site.config.sources.explore
    rows = candidates.rows[run.first_page]
    common = np.zeros(run.site.view.count, np.bool_)
    for name, brought in zip(candidates.names, candidates.brought, strict=True):
        common[brought] |= name in IMPERSONAL
    too_old = run.site.view.published[rows] < run.request.now - 3_600.0 * explore.hours
    known = run.situation.trending_at(rows) >= explore.known_value
    own = ~common[rows] & (too_old | known)
    return not candidates.failed and bool(own.any())
