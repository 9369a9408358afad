"""Small catalogues without Redis, for the rooms that only compute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from recommender.catalogue.live import CatalogueEntry, LiveCatalogue
from recommender.domain.ids import ArticleId

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
