"""What the serving benchmark runs on: many articles and readers, made without a model."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from recommender.bootstrap import Wiring
from recommender.domain.ids import ArticleId, EventId, ReaderId
from recommender.domain.interactions import Interaction, Kind
from recommender.ingest.documents import ArticleDocument
from recommender.services.bulk import IngestReport
from recommender.store.pending import Embedded

DIMENSION = 384
TOPICS = 40
"""Centres that the vectors lie around, and categories of the articles."""

SPREAD = 1.2
"""Length of an article's own part beside its topic's: cosines within a topic are about .4."""

HISTORY = 30
"""Interactions of each reader."""

WORDS = [
    "river",
    "council",
    "budget",
    "harvest",
    "goal",
    "orbit",
    "vaccine",
    "theatre",
    "railway",
    "storm",
    "market",
    "signal",
]


def make_articles(site: Wiring, count: int, seed: int) -> None:
    """Put ``count`` live articles into the catalogue, with texts and vectors by chance."""
    chance = np.random.default_rng(seed)
    site.layout.require_model("benchmark", DIMENSION)
    topics, vectors = _vectors(chance, count)
    now = site.clock.now()
    published = now - chance.uniform(0, 3 * 86_400, count)
    documents = [
        _document(chance, number, int(topic), float(published[number]))
        for number, topic in enumerate(topics)
    ]
    for start in range(0, count, 500):
        site.bulk.run(documents[start : start + 500], IngestReport())
        pending = site.queue.take("benchmark", 500)
        numbers = [int(each.article.removeprefix("a")) for each in pending]
        site.queue.finish(
            [
                Embedded(pending=each, published_at=float(published[n]), vector=vectors[n])
                for each, n in zip(pending, numbers, strict=True)
            ]
        )


def make_readers(site: Wiring, articles: int, readers: int, seed: int) -> list[ReaderId]:
    """Give ``readers`` readers a history each, on two topics of their own; return their ids."""
    chance = np.random.default_rng(seed)
    site.follower.load()
    now = site.clock.now()
    ids = [ReaderId(f"r{number}") for number in range(readers)]
    for reader in ids:
        own = chance.choice(TOPICS, 2, replace=False)
        depth = chance.integers(articles // TOPICS, size=HISTORY)
        read = chance.choice(own, HISTORY) + TOPICS * depth
        site.interactions.record(
            [
                Interaction(
                    id=EventId(str(n)),
                    reader=reader,
                    article=ArticleId(f"a{article}"),
                    kind=Kind.CLICK,
                    occurred_at=now - 600.0 * n,
                )
                for n, article in enumerate(read.tolist())
            ]
        )
    return ids


def _vectors(
    chance: np.random.Generator, count: int
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    centres = _unit(chance.standard_normal((TOPICS, DIMENSION)))
    topics = np.arange(count) % TOPICS
    own = _unit(chance.standard_normal((count, DIMENSION)))
    return topics, _unit(centres[topics] + SPREAD * own).astype(np.float32)


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def _document(
    chance: np.random.Generator, number: int, topic: int, published: float
) -> ArticleDocument:
    words = chance.choice(WORDS, 40)
    return ArticleDocument(
        id=f"a{number}",
        url=f"https://benchmark.example/{number}",
        title=" ".join(words[:8]),
        summary=" ".join(words[8:]),
        category=f"topic-{topic}",
        tags=words[:3].tolist(),
        source=f"Source {number % 20}",
        language="en",
        published_at=datetime.fromtimestamp(published, UTC),
    )
