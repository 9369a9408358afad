"""Use case: pending articles embedded and made live, in windows, by a worker that may be killed."""

from __future__ import annotations

import logging
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import orjson
from pydantic import Field

from recommender.clock import Clock
from recommender.config import Config
from recommender.domain.articles import Article, embedding_text
from recommender.domain.provenance import ClaimCode
from recommender.embedding.encoder import Encoder
from recommender.errors import ModelMismatch, StoreError
from recommender.services.stories import StoryKeeper
from recommender.store.articles import ArticleStore
from recommender.store.cards import card_of
from recommender.store.layout import Layout
from recommender.store.pending import Embedded, PendingEntry, PendingQueue
from recommender.store.rejected import DeadLetters

FINISH_BATCH = 128
"""Articles made live by one script: about a millisecond of the server's time."""

RETRY_SECONDS = 1.0
"""Pause after Redis did not answer."""

FORGET_SECONDS = 3_600.0
"""Silence after which a worker that left without a word is taken off the group."""

FIRST_WINDOW = 64
"""Articles in the first window, before the speed is known."""

log = logging.getLogger(__name__)


class WorkerConfig(Config):
    """How a worker takes its work."""

    window_seconds: float = Field(
        default=3.0,
        ge=0.1,
        le=60.0,
        description="Seconds of encoding taken from the queue at a time: longer sorts "
        "better by length, shorter makes articles live sooner.",
    )
    max_window: int = Field(
        default=4_096, ge=1, le=65_536, description="Articles in a window at most."
    )
    takeover_seconds: float = Field(
        default=30.0,
        ge=0.1,
        le=3_600.0,
        description="Seconds after which a batch that a worker took and never finished is taken "
        "over by another; several times window_seconds.",
    )
    max_deliveries: int = Field(
        default=5,
        ge=2,
        le=100,
        description="How often an article is tried among others; then it is tried alone as often "
        "before it becomes a dead letter.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Queue entries with the texts they stand for."""

    entries: tuple[PendingEntry, ...]
    articles: tuple[Article, ...]


class Embedder:
    """One worker of one site.

    The next window is read while this one is encoded, so the encoder never waits for Redis.

    Parameters
    ----------
    consumer : str
        This worker's name, unique among those that run.
    on_live : callable
        Called with how many articles each batch made live.
    """

    def __init__(
        self,
        *,
        articles: ArticleStore,
        queue: PendingQueue,
        stories: StoryKeeper,
        letters: DeadLetters,
        layout: Layout,
        encoder: Encoder,
        config: WorkerConfig,
        consumer: str,
        clock: Clock,
        on_live: Callable[[int], None] = lambda _: None,
    ) -> None:
        layout.require_model(encoder.model_id, encoder.dimension)
        self._layout = layout
        self._articles = articles
        self._queue = queue
        self._stories = stories
        self._letters = letters
        self._encoder = encoder
        self._config = config
        self._consumer = consumer
        self._clock = clock
        self._on_live = on_live
        self._in_hand: set[str] = set()
        self._made_live = 0
        self._size = min(FIRST_WINDOW, config.max_window)

    def run(self, stopping: Callable[[], bool], wait_seconds: float = 0.5) -> None:
        """Work until ``stopping`` says so; what was taken is finished first.

        While Redis does not answer, or was emptied, it waits and begins anew.
        """
        while not stopping():
            try:
                self._begin()
                for window in self._windows(wait_seconds):
                    self._embed(window)
                    if stopping():
                        break
                self._queue.leave(self._consumer)
            except ModelMismatch:
                raise
            except StoreError as error:
                log.warning("waiting for Redis: %s", error)
                time.sleep(RETRY_SECONDS)

    def _begin(self) -> None:
        self._in_hand.clear()
        self._layout.require_model(self._encoder.model_id, self._encoder.dimension)
        self._queue.ensure_group()
        self._queue.tidy(FORGET_SECONDS)

    def drain(self) -> int:
        """Embed until nothing is left that this worker may take; return how many became live."""
        before = self._made_live
        for window in self._windows(0.0):
            self._embed(window)
            if not window.entries:
                break
        self._queue.leave(self._consumer)
        return self._made_live - before

    def _windows(self, wait_seconds: float) -> Iterator[Window]:
        """Yield windows for ever, each read while the one before is worked on."""
        with ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as ahead:
            coming = ahead.submit(self._next_window, wait_seconds)
            try:
                while True:
                    window = coming.result()
                    coming = ahead.submit(self._next_window, wait_seconds)
                    yield window
                    self._in_hand.difference_update(entry.entry for entry in window.entries)
            finally:
                self._embed(coming.result())

    def _next_window(self, wait_seconds: float) -> Window:
        config = self._config
        idle = self._queue.take_over(self._consumer, self._size, config.takeover_seconds)
        entries = [entry for entry in idle if entry.entry not in self._in_hand]
        if not entries:
            entries = self._queue.take(self._consumer, self._size, wait_seconds)
        articles = self._articles.texts([entry.article for entry in entries]) if entries else []
        self._in_hand.update(entry.entry for entry in entries)
        self._queue.drop([e for e, a in zip(entries, articles, strict=True) if a is None])
        pairs = [(e, a) for e, a in zip(entries, articles, strict=True) if a is not None]
        return Window(entries=tuple(e for e, _ in pairs), articles=tuple(a for _, a in pairs))

    def _embed(self, window: Window) -> None:
        if not window.entries:
            return
        most = self._config.max_deliveries
        pairs = list(zip(window.entries, window.articles, strict=True))
        usual = [pair for pair in pairs if pair[0].deliveries <= most]
        began = time.perf_counter()
        done = self._encode(usual)
        self._adapt(len(done), time.perf_counter() - began)
        self._finish(done)
        for entry, article in sorted((p for p in pairs if p[0].deliveries > most), key=_turn):
            self._embed_suspect(entry, article)

    def _embed_suspect(self, entry: PendingEntry, article: Article) -> None:
        """Embed by itself what stopped workers held: among them may be the text that stops them."""
        if entry.deliveries > 2 * self._config.max_deliveries:
            self._give_up(entry, article, f"tried {entry.deliveries - 1} times in vain")
        else:
            self._finish(self._encode([(entry, article)]))

    def _encode(self, pairs: Sequence[tuple[PendingEntry, Article]]) -> list[Embedded]:
        if not pairs:
            return []
        try:
            vectors = self._encoder.encode([embedding_text(article) for _, article in pairs])
        except Exception as error:  # noqa: BLE001  # what a text makes the model raise is open
            if len(pairs) == 1:
                self._give_up(*pairs[0], f"the encoder failed: {error}")
                return []
            log.warning("a batch of %d could not be encoded, halving it: %s", len(pairs), error)
            half = len(pairs) // 2
            return self._encode(pairs[:half]) + self._encode(pairs[half:])
        now = self._clock.now()
        return [
            # An article dated in the future takes no better place in the window than a new one.
            Embedded(pending=e, published_at=min(a.published_at, now), vector=vector, story=a.story)
            for (e, a), vector in zip(pairs, vectors, strict=True)
        ]

    def _finish(self, done: Sequence[Embedded]) -> None:
        for start in range(0, len(done), FINISH_BATCH):
            made_live = self._stories.make_live(done[start : start + FINISH_BATCH])
            self._made_live += made_live
            self._on_live(made_live)

    def _give_up(self, entry: PendingEntry, article: Article, reason: str) -> None:
        log.error("article %s cannot be embedded: %s", article.id, reason)
        record = orjson.loads(card_of(article)) | {"body": _body_as_sent(article)}
        del record["brief"]  # no document has one
        for computed in ("generated_with_ai", "claims"):
            record["provenance"].pop(computed)
        letter = (f"worker:{article.id}", reason, orjson.dumps(record).decode())
        self._letters.add([letter], self._clock.now())
        self._queue.give_up(entry)

    def _adapt(self, count: int, seconds: float) -> None:
        if count:
            wanted = count / max(seconds, 1e-3) * self._config.window_seconds
            self._size = int(min(max(wanted, 32), 2 * self._size, self._config.max_window))


def _body_as_sent(article: Article) -> str | None:
    """Return the body with what was lifted out of the text: sent again, it is lifted again."""
    claims = article.provenance.claims
    datelines = [each.text for each in claims if each.code is ClaimCode.DATELINE]
    labels = [f"[{each.text}]" for each in claims if each.code is not ClaimCode.DATELINE]
    parts = [*datelines, article.body, *dict.fromkeys(labels)]
    return " ".join(part for part in parts if part) or None


def _turn(pair: tuple[PendingEntry, Article]) -> int:
    """Return a suspect's turn, another one at each delivery: the healthy get past the bad one."""
    return zlib.crc32(f"{pair[0].entry} {pair[0].deliveries}".encode())
