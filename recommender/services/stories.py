"""Use case: every article that becomes live is given its story, the same for all processes."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from recommender.domain.ids import ArticleId
from recommender.store.changes import ChangeStream
from recommender.store.pending import Embedded, PendingQueue
from recommender.store.stories import StoryStore
from recommender.store.vectors import unpack_vectors
from recommender.stories.clustering import StoryConfig, StoryIndex


class StoryKeeper:
    """One worker's knowledge of the stories of its site, kept level with Redis.

    Several workers decide by the same articles: who decides writes only if nothing became live
    since it last read, else it reads what did and decides again. Nothing is held meanwhile, so a
    worker that dies holds nobody up.

    Parameters
    ----------
    dimension : int
        Length d of the vectors.
    """

    def __init__(
        self,
        *,
        stories: StoryStore,
        changes: ChangeStream,
        queue: PendingQueue,
        dimension: int,
        config: StoryConfig,
    ) -> None:
        self._stories = stories
        self._changes = changes
        self._queue = queue
        self._dimension = dimension
        self._config = config
        self._index = StoryIndex(dimension, config)
        self._position: str | None = None

    def make_live(self, done: Sequence[Embedded]) -> int:
        """Give each article its story and make it live; return how many became live.

        What comes with a story keeps that one, whatever it is like.
        """
        while True:
            position = self._catch_up()
            made_live = self._queue.finish_after(position, self._with_stories(done))
            if made_live is not None:
                return made_live

    def _with_stories(self, done: Sequence[Embedded]) -> list[Embedded]:
        unknown = [each for each in done if each.story is None]
        ids = [each.pending.article for each in unknown]
        vectors = np.array([each.vector for each in unknown], np.float32)
        published = np.array([each.published_at for each in unknown], np.float64)
        stories = self._index.assign(ids, vectors.reshape(-1, self._dimension), published)
        # Not all of them may become live; the change stream will tell which did.
        self._index.forget(ids)
        found = iter(stories)
        return [
            dataclasses.replace(each, story=next(found)) if each.story is None else each
            for each in done
        ]

    def _catch_up(self) -> str:
        """Read what became live and what left; return the position of the change stream."""
        if self._position is None or not self._changes.covers(self._position):
            self._index = StoryIndex(self._dimension, self._config)
            position = self._changes.position()  # first: a change meanwhile is read again
            self._read(self._stories.newest(self._config.max_articles))
            self._position = position
        while (changes := self._changes.since(self._position, 0.0)).position != self._position:
            self._index.forget([*changes.live, *changes.gone])
            self._read(changes.live)
            self._position = changes.position
        return self._position

    def _read(self, ids: Sequence[ArticleId]) -> None:
        for told in self._stories.told(ids):
            fitting = [each for each in told if len(each.vector) == 2 * self._dimension]
            self._index.put(
                [each.id for each in fitting],
                unpack_vectors([each.vector for each in fitting], self._dimension),
                np.array([each.published_at for each in fitting], np.float64),
                [each.story for each in fitting],
            )
