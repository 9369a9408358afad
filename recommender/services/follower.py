"""Keeps this process's catalogue, rules and experiments as Redis has them: load, then follow."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

import numpy as np
import orjson

from recommender.catalogue.live import CatalogueEntry, LiveCatalogue
from recommender.domain.experiments import Experiment
from recommender.domain.ids import ArticleId
from recommender.domain.rules import SiteRule
from recommender.errors import StoreError
from recommender.services.experiment_records import running
from recommender.store.articles import ArticleStore, LiveArticle
from recommender.store.cards import instant_seconds
from recommender.store.changes import ChangeStream
from recommender.store.experiments import ExperimentStore
from recommender.store.layout import Layout
from recommender.store.rules import RuleStore
from recommender.store.vectors import unpack_vectors

WAIT_SECONDS = 1.0
"""How long one read of the change stream waits; also how fast :meth:`CatalogueFollower.stop` is."""

UNKNOWN_DIMENSION = 1
"""Stands for d while no article was ever embedded: the catalogue is empty then."""

RETRY_SECONDS = 1.0
"""Pause after Redis could not be read."""

log = logging.getLogger(__name__)


class CatalogueFollower:
    """One thread that reads a site's change stream into a :class:`LiveCatalogue`.

    The vectors' length comes from the layout: it is unknown, and the catalogue empty, until a
    worker has embedded the first article.
    """

    def __init__(
        self,
        articles: ArticleStore,
        changes: ChangeStream,
        layout: Layout,
        rules: RuleStore,
        experiments: ExperimentStore,
    ) -> None:
        self._articles = articles
        self._changes = changes
        self._layout = layout
        self._rule_store = rules
        self._experiment_store = experiments
        self._dimension = UNKNOWN_DIMENSION
        self._catalogue = LiveCatalogue(UNKNOWN_DIMENSION)
        self._rules: tuple[SiteRule, ...] = ()
        self._experiments: tuple[Experiment, ...] = ()
        self._position: str | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._healthy = False

    @property
    def catalogue(self) -> LiveCatalogue:
        """The catalogue as of the last change read."""
        return self._catalogue

    @property
    def rules(self) -> tuple[SiteRule, ...]:
        """The site's rules as of the last change read; the same object until they change."""
        return self._rules

    @property
    def experiments(self) -> tuple[Experiment, ...]:
        """The running experiments as of the last change read; the same object until they change.

        Those whose start is still to come, or whose end has passed, are among them.
        """
        return self._experiments

    @property
    def is_current(self) -> bool:
        """Whether the catalogue was loaded and the last read of the change stream succeeded."""
        return self._healthy

    def waiting(self) -> int:
        """Return how many articles wait for embedding."""
        return self._articles.counts()[1]

    def load(self) -> None:
        """Read the whole live window, rules and experiments; later changes come by :meth:`step`."""
        position = self._changes.position()  # first: a change during the load is read again
        self._dimension = self._layout.dimension() or UNKNOWN_DIMENSION
        catalogue = LiveCatalogue(self._dimension)
        ids = self._articles.live_ids()
        loaded = [article for batch in self._articles.live(ids) for article in batch]
        self._apply(catalogue, loaded, ())
        self._rules = self._rule_store.get()
        self._experiments = running(self._experiment_store.all())
        self._catalogue, self._position, self._healthy = catalogue, position, True

    def step(self, wait_seconds: float) -> bool:
        """Apply the next changes, waiting up to ``wait_seconds``; tell if there were any."""
        if self._position is None or not self._changes.covers(self._position):
            self.load()
            return True
        changes = self._changes.since(self._position, wait_seconds)
        if changes.rules:
            self._rules = self._rule_store.get()
        if changes.experiments:
            self._experiments = running(self._experiment_store.all())
        if changes.live and self._dimension == UNKNOWN_DIMENSION:
            self.load()
            return True
        live = [article for batch in self._articles.live(changes.live) for article in batch]
        if live or changes.gone:
            self._apply(self._catalogue, live, changes.gone)
        self._position, self._healthy = changes.position, True
        return bool(changes.live or changes.gone or changes.rules or changes.experiments)

    def catch_up(self) -> None:
        """Apply all changes so far; for a process that starts no thread."""
        while self.step(0.0):
            pass

    def start(self) -> None:
        """Load, then follow in a thread of its own."""
        self.load()
        self._thread = threading.Thread(target=self._run, name="catalogue-follower", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.step(WAIT_SECONDS)
            except Exception as error:  # a thread that ended would freeze the feed
                self._healthy = False
                log.warning(
                    "the catalogue cannot be followed: %s",
                    error,
                    exc_info=not isinstance(error, StoreError),
                )
                self._stopping.wait(RETRY_SECONDS)

    def _apply(
        self, catalogue: LiveCatalogue, live: Sequence[LiveArticle], gone: Sequence[ArticleId]
    ) -> None:
        size = 2 * self._dimension
        fitting = [article for article in live if len(article.vector) == size]
        if len(fitting) < len(live):
            log.error("%d articles have vectors of another size", len(live) - len(fitting))
        vectors = unpack_vectors([article.vector for article in fitting], self._dimension)
        catalogue.apply([_entry(article) for article in fitting], np.asarray(vectors), gone)


def _entry(article: LiveArticle) -> CatalogueEntry:
    fields = orjson.loads(article.card)
    brief = fields.get("brief")  # older cards have none
    quoted = [each["source"] for each in brief["sources"]] if brief else []
    expires_at = fields["expires_at"]
    return CatalogueEntry(
        id=article.id,
        title=fields["title"],
        card=article.card,
        published_at=instant_seconds(fields["published_at"]),
        expires_at=instant_seconds(expires_at) if expires_at else None,
        category=fields["category"],
        subcategory=fields["subcategory"],
        source=fields["source"],
        language=fields["language"],
        tags=tuple(fields["tags"]),
        generated_with_ai=fields["provenance"]["generated_with_ai"],
        story=article.story.decode() if article.story else None,
        is_brief=brief is not None,
        quoted=tuple(dict.fromkeys(each for each in quoted if each)),
    )
