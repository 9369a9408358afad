"""One feed of two variants: their rankings merged by team draft, what is drawn and pinned as ever.

What may be drawn stands apart from the first pages of both rankings, so it does not depend on the
coins who is drawn, and with which probability. All other places have the propensity 1: an estimate
from the drawn places takes every other propensity for another independent draw, which the coins of
one slate are not. What the coins decided is told by the teams and their credits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from recommender.catalogue.view import Rows
from recommender.domain.readers import FeedState
from recommender.domain.slates import NO_TEAM, Ordering
from recommender.experiments.interleaving import Drafted, team_draft
from recommender.feed import Arrangement, is_unknown
from recommender.feed_request import FeedRequest, Site
from recommender.feed_run import Run
from recommender.reranking.chance import generator_of
from recommender.reranking.exploration import Placement


def arrange_interleaved(
    request: FeedRequest, state: FeedState, control: Site, other: Site
) -> Arrangement:
    """Return the ordering for ``request`` that merges those of two variants.

    Its length, and what is drawn and pinned, are the control's. Each article's numbers and reason
    are of the variant that brought it.

    Parameters
    ----------
    control : Site
        Under the settings of team A.
    other : Site
        Under those of team B.
    """
    common = {"ahead": control.config.ahead, "exploration": control.config.exploration}
    other = replace(other, config=other.config.model_copy(update=common))
    merged = _Merged(Run(request, state, control), Run(request, state, other))
    names = dict.fromkeys((control.ranker.name, other.ranker.name))
    return Arrangement(
        ordering=merged.ordering(),
        rows=merged.shown_rows,
        policy="+".join(names),
        customised=request.reader is not None and merged.is_customised(),
        complete=merged.is_complete,
        failed=merged.failed,
    )


class _Merged:
    """Two passages whose rankings are merged; the candidates of the second follow the first's."""

    def __init__(self, first: Run, second: Run) -> None:
        self._first, self._second = first, second
        self._offset = len(first.candidates.rows)
        self._rows = np.concatenate([first.candidates.rows, second.candidates.rows])

    @property
    def shown_rows(self) -> Rows:
        """Where the articles of the order are in the view."""
        return self._rows[list(self._placement.order)]

    @property
    def failed(self) -> tuple[str, ...]:
        """Candidate sources that failed in one of them."""
        both = (*self._first.candidates.failed, *self._second.candidates.failed)
        return tuple(dict.fromkeys(both))

    @property
    def is_complete(self) -> bool:
        """Whether nothing else could be shown."""
        retrieved = len(np.unique(self._rows))
        return self._first.is_complete(self._placement, self._drawable, retrieved)

    def is_customised(self) -> bool:
        """Tell whether the order differs from the one without the reader's data, chance apart."""
        if is_unknown(self._first.state.reader):
            return False
        plain = _Merged(self._first.without_reader(), self._second.without_reader())
        return not np.array_equal(self.shown_rows, plain.shown_rows)

    def ordering(self) -> Ordering:
        """Return the order, with the team of each article, and its credit."""
        order = np.array(self._placement.order, np.intp)
        is_second = order >= self._offset
        of_first, of_second = np.flatnonzero(~is_second), np.flatnonzero(is_second)
        own = self._first.ordering(_part(self._placement, of_first, 0))
        others = self._second.ordering(_part(self._placement, of_second, self._offset))
        places = np.argsort(np.concatenate([of_first, of_second]))
        drafted, shown = self._drafted, order.tolist()
        team = dict(zip(drafted.order, drafted.teams, strict=True))
        credit = dict(zip(drafted.order, drafted.credits.tolist(), strict=True))
        return replace(
            own.followed_by(others).take(places.tolist()),
            teams=tuple(str(team.get(each) or NO_TEAM) for each in shown),
            credits=tuple(credit.get(each, 0.0) for each in shown),
        )

    @cached_property
    def _drawable(self) -> list[int]:
        """What the drawn places draw from: nothing that a first page may have, however merged."""
        first, second = self._first, self._second
        promised = _telling(first, second.candidates.rows[second.first_page])
        return first.drawable([*first.first_page, *promised])

    @cached_property
    def _drafted(self) -> Drafted[int]:
        first, second = self._first, self._second
        drawable = _telling(second, first.candidates.rows[self._drawable])
        stories = first.site.view.story.codes[self._rows].tolist()
        rows = self._rows.tolist()
        request = first.request
        return team_draft(
            first.ranking(self._drawable),
            [self._offset + each for each in second.ranking(drawable)],
            first.depth,
            generator_of(first.site.config.seed, request.reader, f"{request.token}:teams"),
            story_of=lambda candidate: stories[candidate] or -1 - rows[candidate],
            article_of=rows.__getitem__,
        )

    @cached_property
    def _placement(self) -> Placement:
        return self._first.placed(self._drafted.order, self._drawable)


def _telling(run: Run, rows: Rows) -> list[int]:
    """Return the candidates among ``rows``, and those that tell a story of theirs."""
    story, own = run.site.view.story.codes, run.candidates.rows
    told = story[rows]
    same = np.isin(own, rows) | np.isin(story[own], told[told > 0])
    return [int(each) for each in np.flatnonzero(same)]


def _part(placement: Placement, places: Sequence[int] | Rows, offset: int) -> Placement:
    """Return what stands at some places, its candidates numbered from ``offset`` on."""
    return Placement(
        order=tuple(placement.order[place] - offset for place in places),
        propensities=placement.propensities[places],
        explored=placement.explored[places],
    )
