"""Hard rules: what may not be shown to this reader now, whatever its score."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recommender.catalogue.view import CatalogueView
from recommender.domain.ids import ArticleId


def eligible_rows(
    view: CatalogueView, now: float, left_out: Sequence[Sequence[ArticleId]]
) -> NDArray[np.bool_]:
    """Return the mask, shape (n,), of rows that are live, published, unexpired and not left out.

    Parameters
    ----------
    left_out : sequence of sequences of ArticleId
        Lists of articles that this reader must not get: seen, hidden.
    """
    mask = view.eligible(now)
    for articles in left_out:
        mask[view.rows_of(articles)] = False
    # Again, last: a seen article that changed meanwhile has a new row, and its old one died.
    mask &= view.alive
    return mask
