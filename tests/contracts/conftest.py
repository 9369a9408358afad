"""The real encoder in each precision, loaded once for the whole session."""

from __future__ import annotations

import pytest

from recommender.embedding.encoder import Encoder
from recommender.embedding.weights import EmbeddingConfig


@pytest.fixture(scope="session", params=["float32", "bfloat16"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    """Give each implementation in turn; a new one is added here and nowhere else."""
    adapter = pytest.importorskip("recommender.embedding.sentence_transformers")
    if request.param == "bfloat16" and not adapter.supports_bfloat16():
        pytest.skip("this processor has no instructions for bfloat16")
    config = EmbeddingConfig(precision=request.param, allow_hub=False)
    encoder: Encoder = adapter.SentenceTransformerEncoder.load(config)
    return encoder
