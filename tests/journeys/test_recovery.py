"""The service recovers by itself when Redis goes away and comes back."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.bootstrap import open_site
from recommender.domain.ids import ArticleId
from recommender.ingest.documents import parse_document
from recommender.services.embedder import Embedder
from recommender.settings import Settings
from recommender.store.embedded import EmbeddedServer

DEADLINE_SECONDS = 30.0


class OneDirection:
    """An encoder of one dimension: every text is the same."""

    model_id = "one-direction"
    dimension = 1
    precision = "float32"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.ones((len(texts), 1), np.float32)


def _wait(condition: Any) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _send(site: Any, article: str) -> None:
    site.intake.submit([parse_document({"id": article, "title": "Rain"})])


def test_worker_and_follower_go_on_after_redis_was_restarted(tmp_path: Path) -> None:
    first = EmbeddedServer(tmp_path)
    with open_site(Settings(redis_url=first.url)) as site:
        embedder = Embedder(
            articles=site.article_store,
            queue=site.queue,
            stories=site.story_keeper(OneDirection.dimension),
            letters=site.dead_letters,
            layout=site.layout,
            encoder=OneDirection(),
            config=site.settings.worker,
            consumer="test",
            clock=site.clock,
        )
        stop = threading.Event()
        worker = threading.Thread(target=embedder.run, args=(stop.is_set, 0.1))
        worker.start()
        site.follower.start()
        try:
            _send(site, "before")
            _wait(lambda: len(site.follower.catalogue) == 1)
            first.close()
            _wait(lambda: not site.redis_answers())
            with EmbeddedServer(tmp_path):
                _send(site, "after")
                _wait(lambda: site.follower.catalogue.view.row(ArticleId("after")) is not None)
                stop.set()
                worker.join(DEADLINE_SECONDS)
                assert not worker.is_alive()
        finally:
            stop.set()
            site.follower.stop()
