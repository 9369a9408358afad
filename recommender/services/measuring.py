"""What is measured of each slate as it is served: no experiment shall make it worse unseen."""

from __future__ import annotations

from recommender.catalogue.view import CatalogueView, Rows
from recommender.domain.slates import SlateFacts


def facts_of(
    rows: Rows, view: CatalogueView, milliseconds: float, failures: int | None
) -> SlateFacts:
    """Return the facts of a slate.

    Parameters
    ----------
    rows : ndarray, shape (n,)
        Of its articles in ``view``.
    milliseconds, failures : float, int or None
        As they are in the facts.
    """
    count = len(rows)
    return SlateFacts(
        milliseconds=milliseconds,
        diversity=_mean_distance(rows, view) if count > 1 else None,
        ai_share=float((view.with_ai[rows] == 1).mean()) if count else None,
        failures=failures,
    )


def _mean_distance(rows: Rows, view: CatalogueView) -> float:
    """Return the mean of 1 − cosine over all pairs: of unit vectors, their sum tells it."""
    count, total = len(rows), view.vectors[rows].sum(axis=0)
    pairs = count * (count - 1)
    return 1.0 - float(total @ total - count) / pairs
