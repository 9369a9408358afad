"""Articles whose stories are known, embedded by the real model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from recommender.domain.ids import ArticleId
from recommender.embedding.sentence_transformers import SentenceTransformerEncoder
from recommender.embedding.weights import EmbeddingConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Articles in the order in which they were published, and the story that each one tells."""

    ids: list[ArticleId]
    vectors: NDArray[np.float32]
    published: NDArray[np.float64]
    stories: list[str]

    def only(self, rows: Sequence[int]) -> Told:
        return Told(
            ids=[self.ids[row] for row in rows],
            vectors=self.vectors[rows],
            published=self.published[rows],
            stories=[self.stories[row] for row in rows],
        )


@pytest.fixture(scope="session")
def tell() -> Callable[..., Told]:
    """Give a function that embeds (id, text, published second, story), in the order of time."""
    encoder = SentenceTransformerEncoder.load(EmbeddingConfig(precision="float32"))

    def tell(rows: Sequence[tuple[str, str, float, str]]) -> Told:
        rows = sorted(rows, key=lambda row: row[2])
        return Told(
            ids=[ArticleId(row[0]) for row in rows],
            vectors=encoder.encode([row[1] for row in rows]),
            published=np.array([row[2] for row in rows], np.float64),
            stories=[row[3] for row in rows],
        )

    return tell
