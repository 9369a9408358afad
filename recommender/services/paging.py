"""A snapshot cut into pages: which of its articles come next, and what is left for later. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recommender.catalogue.view import Rows
from recommender.domain.ids import SiteId
from recommender.domain.slates import Slate, Snapshot

SHOWN_MAX = 1_000
"""Articles that a chain of pages remembers as shown; a guest's pages end there, for nothing else
knows what a guest has seen."""

UNKNOWN_ROW = -1
"""Of an article that this process does not know: it left, or its news has not come yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page before it is written: what it shows, where that stands, and what is left after it.

    Parameters
    ----------
    rows : ndarray, shape (n,)
        Of the slate's articles, in the view that it was made from.
    """

    slate: Slate
    rows: Rows
    left: Snapshot


def chosen_places(
    able: Sequence[int], with_ai: NDArray[np.bool_], size: int, max_ai_share: float | None
) -> list[int]:
    """Return up to ``size`` of the places in ``able``, in order.

    Where a share is set, what is generated with AI is put off until the page is long enough for it:
    no page has more than the share, wherever it ends.

    Parameters
    ----------
    with_ai : ndarray, shape (places of the snapshot,), bool

    Examples
    --------
    >>> chosen_places(range(6), np.array([True, False, False, False, True, True]), 4, 0.25)
    [0, 1, 2, 3]
    """
    if max_ai_share is None:
        return list(able[:size])
    chosen: list[int] = []
    made, waiting = 0, list(able)
    while waiting and len(chosen) < size:
        room = made + 1 <= max_ai_share * (len(chosen) + 1) + 1e-9
        following = next((each for each in waiting if room or not with_ai[each]), None)
        if following is None:
            break
        waiting.remove(following)
        chosen.append(following)
        made += bool(with_ai[following])
    return sorted(chosen)


def cut(
    snapshot: Snapshot,
    chosen: Sequence[int],
    able: Sequence[int],
    rows: Rows,
    *,
    site: SiteId,
    token: str,
    now: float,
) -> Page:
    """Take the articles at the places ``chosen`` off a snapshot.

    What stands before the last of them goes as well, except what was put off, and what is not known
    here: its news may not have come yet.

    Parameters
    ----------
    able : sequence of int
        Places of what may be shown now; ``chosen`` are some of them.
    rows : ndarray, shape (places of the snapshot,)
        Where its articles are; ``UNKNOWN_ROW`` where they are not known.
    """
    ordering = snapshot.left.take(chosen)
    put_off, taken = set(able) - set(chosen), set(chosen)
    last = chosen[-1] if chosen else -1
    kept = [
        place
        for place in range(len(snapshot.left))
        if place > last or place in put_off or (rows[place] == UNKNOWN_ROW and place not in taken)
    ]
    slate = Slate(
        token=token,
        site=site,
        reader=snapshot.reader,
        created_at=now,
        policy=snapshot.policy,
        variant=snapshot.variant,
        customised=snapshot.customised,
        start=snapshot.next_position,
        ordering=ordering,
        feature_names=snapshot.feature_names,
        schema=snapshot.schema,
    )
    shown = (*snapshot.shown, *ordering.articles)
    is_full = snapshot.reader is None and len(shown) > SHOWN_MAX - len(snapshot.left)
    left = replace(
        snapshot,
        version=snapshot.version + 1,
        next_position=snapshot.next_position + len(chosen),
        left=snapshot.left.take(kept),
        shown=shown[-SHOWN_MAX:],
        complete=snapshot.complete or is_full,
    )
    return Page(slate=slate, rows=rows[list(chosen)], left=left)
