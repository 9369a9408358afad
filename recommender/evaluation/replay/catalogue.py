"""A data set's articles as the catalogue of a site."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.catalogue.live import CatalogueEntry, LiveCatalogue
from recommender.catalogue.view import CatalogueView
from recommender.domain.ids import ArticleId
from recommender.evaluation.data_sets.types import Articles
from recommender.store.vectors import pack_vector, unpack_vectors


def catalogue_of(
    articles: Articles, vectors: NDArray[np.float32], published: NDArray[np.float64]
) -> CatalogueView:
    """Return a view in which the article of each code stands in the row of that number.

    Parameters
    ----------
    vectors : ndarray, shape (n, d), float32, unit length or zero
    published : ndarray, shape (n,), float64, seconds since the epoch
    """
    catalogue = LiveCatalogue(vectors.shape[1])
    columns = zip(
        articles.ids,
        articles.titles,
        articles.categories,
        articles.subcategories,
        articles.tags,
        published.tolist(),
        strict=True,
    )
    entries = [
        CatalogueEntry(
            id=ArticleId(identifier),
            title=title,
            card=b"",
            published_at=at,
            category=category,
            subcategory=subcategory,
            tags=tags,
        )
        for identifier, title, category, subcategory, tags, at in columns
    ]
    catalogue.apply(entries, vectors)
    return catalogue.view


def as_stored(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return vectors, shape (n, d), as the service reads them back: half precision was kept."""
    return unpack_vectors([pack_vector(each) for each in vectors], vectors.shape[1])
