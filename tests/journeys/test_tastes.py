"""The demo's articles under the real model: a reader of two tastes gets both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from recommender.domain.articles import embedding_text
from recommender.domain.ids import ReaderId
from recommender.embedding.weights import EmbeddingConfig
from recommender.ingest.documents import parse_document
from recommender.services.asking import Ask
from recommender.store.pending import Embedded
from scripts import demo_world

NOW = 1_767_225_600.0
FIRST = 10
DOCUMENTS = demo_world.articles(datetime.fromtimestamp(NOW, UTC))
CATEGORY = {each["id"]: each["category"] for each in DOCUMENTS}


@pytest.fixture(scope="module")
def vectors() -> dict[str, NDArray[np.float32]]:
    """Give the demo's articles as the default model embeds them."""
    adapter = pytest.importorskip("recommender.embedding.sentence_transformers")
    encoder = adapter.SentenceTransformerEncoder.load(EmbeddingConfig(allow_hub=False))
    texts = [embedding_text(parse_document(each)) for each in DOCUMENTS]
    found = encoder.encode(texts)
    return {each["id"]: found[place] for place, each in enumerate(DOCUMENTS)}


@pytest.fixture
def site(wiring: Any, vectors: dict[str, NDArray[np.float32]]) -> Any:
    """Give the demo's site, its stories told apart as a worker does it."""
    wiring.intake.submit([parse_document(each) for each in DOCUMENTS])
    dimension = len(next(iter(vectors.values())))
    wiring.layout.require_model("default", dimension)
    entries = wiring.queue.take("test", len(DOCUMENTS))
    articles = wiring.article_store.texts([entry.article for entry in entries])
    made_live = wiring.story_keeper(dimension).make_live(
        [
            Embedded(
                pending=entry, published_at=article.published_at, vector=vectors[entry.article]
            )
            for entry, article in zip(entries, articles, strict=True)
        ]
    )
    assert made_live == len(DOCUMENTS)
    wiring.follower.load()
    return wiring


def of(category: str) -> list[str]:
    """Return the articles of a category that tell no event, oldest first."""
    told = {article for ids in demo_world.events().values() for article in ids}
    found = [each for each in DOCUMENTS if each["category"] == category and each["id"] not in told]
    return [each["id"] for each in sorted(found, key=lambda each: each["published_at"])]


@pytest.mark.parametrize("diversity", [0.0, None])
@pytest.mark.parametrize(
    ("one", "other"), [("football", "food"), ("science", "travel"), ("politics", "technology")]
)
def test_a_reader_of_two_tastes_has_both_in_the_first_ten(
    site: Any, do: Callable[..., list[str]], one: str, other: str, diversity: float | None
) -> None:
    now = site.clock.now()
    do(site, "anna", "click", *of(one)[:4], at=now - 7_200)
    do(site, "anna", "click", *of(other)[:4], at=now - 60)
    asked = Ask(reader=ReaderId("anna"), size=FIRST, diversity=diversity)
    shown = site.feed.feed(asked).slate.ordering.articles
    categories = [CATEGORY[each] for each in shown]
    assert categories.count(one) >= 2, categories
    assert categories.count(other) >= 2, categories


def test_readers_of_one_taste_each_get_mostly_that_one(
    site: Any, do: Callable[..., list[str]]
) -> None:
    for reader, taste in (("anna", "football"), ("ben", "food")):
        do(site, reader, "click", *of(taste)[:5])
        asked = Ask(reader=ReaderId(reader), size=FIRST)
        shown = site.feed.feed(asked).slate.ordering.articles
        assert sum(CATEGORY[each] == taste for each in shown) >= FIRST / 2
