"""Small catalogues and artifacts without Redis, for the rooms that only compute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from recommender.catalogue.live import CatalogueEntry, LiveCatalogue
from recommender.domain.ids import ArticleId
from recommender.ranking.artifacts import Artifact, CalibrationPart, LinearPart, Origin, seal

NOW = 1_767_225_600.0


@pytest.fixture
def entry() -> Callable[..., CatalogueEntry]:
    """Give a maker of entries; what is not given is plain: no category, published just now."""

    def entry(id: str, **fields: Any) -> CatalogueEntry:  # noqa: A002  # the field's own name
        plain = {
            "title": f"Title {id}",
            "card": f"card {id}".encode(),
            "category": None,
            "published_at": NOW,
            "expires_at": None,
        }
        return CatalogueEntry(id=ArticleId(id), **(plain | fields))

    return entry


@pytest.fixture
def catalogue(entry: Callable[..., CatalogueEntry]) -> Callable[..., LiveCatalogue]:
    """Give a maker of catalogues from ``id=(vector, fields)``, rows in the order given."""

    def catalogue(**articles: tuple[tuple[float, ...], dict[str, Any]]) -> LiveCatalogue:
        vectors = np.array([vector for vector, _ in articles.values()], np.float32)
        made = LiveCatalogue(vectors.shape[1])
        made.apply([entry(name, **fields) for name, (_, fields) in articles.items()], vectors)
        return made

    return catalogue


@pytest.fixture
def origin() -> Callable[..., Origin]:
    """Give a maker of origins; what is not given is plain."""

    def origin(**changes: Any) -> Origin:
        plain: dict[str, Any] = {
            "made_at": "2026-01-01T00:00:00Z",
            "data_set": "mind",
            "data_digest": "d" * 64,
            "parts": ("train",),
            "learned_from": 1_573_257_600.0,
            "learned_until": 1_573_344_000.0,
            "seed": 1,
            "features": ("a", "b"),
            "feature_schema": "s1",
            "effects": (0.75, 0.25),
            "taken_over": (),
            "metrics": {"auc": 0.75},
            "versions": {"numpy": "2.0"},
        }
        return Origin(**(plain | changes))

    return origin


@pytest.fixture
def linear_artifact(origin: Callable[..., Origin]) -> Callable[..., Artifact]:
    """Give a maker of linear artifacts from weights and what differs in the origin."""

    def linear_artifact(*weights: float, **changes: Any) -> Artifact:
        calibration = CalibrationPart(scores=(0.0, 1.0), chances=(0.25, 0.75))
        none = (0.0,) * len(weights)
        part = LinearPart(
            weights=weights,
            beside=none,
            squares=none,
            low=(-9.0,) * len(none),
            high=(9.0,) * len(none),
            calibration=calibration,
        )
        return seal(part, origin(**changes))

    return linear_artifact
