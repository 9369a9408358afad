"""Settings in, wired services out.

With ``bootstrap_briefs``, the only place that names concrete classes.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.clock import Clock, SystemClock
from recommender.domain.ids import SiteId
from recommender.experiments.signing import VariantSigner
from recommender.feed_request import schema_of
from recommender.ranking.weighted import WeightedRanker
from recommender.services.articles import ArticleIntake, ArticleService
from recommender.services.assigning import Assigner
from recommender.services.brief_showing import BriefPresenter
from recommender.services.bulk import BulkIntake
from recommender.services.cursors import CursorSigner
from recommender.services.embedder import Embedder
from recommender.services.experiments import ExperimentService
from recommender.services.explaining import ExplanationService
from recommender.services.feed import FeedService
from recommender.services.follower import CatalogueFollower
from recommender.services.interactions import InteractionService
from recommender.services.polling import FeedPoll
from recommender.services.profile import ProfileService
from recommender.services.ranking import RankerKeeper
from recommender.services.readers import ReaderService
from recommender.services.reviewing import BriefReview
from recommender.services.rules import RuleService
from recommender.services.showing import Presenter
from recommender.services.stories import StoryKeeper
from recommender.services.telling import StoryTeller
from recommender.services.trending import TrendingService
from recommender.services.variants import Arms
from recommender.settings import Settings
from recommender.store.articles import ArticleStore
from recommender.store.briefs import BriefStore
from recommender.store.changes import ChangeStream
from recommender.store.connection import Redis, connect, ping
from recommender.store.embedded import EmbeddedServer
from recommender.store.erasures import ErasureNotes
from recommender.store.events import EventStore
from recommender.store.experiments import ExperimentStore
from recommender.store.feeds import FeedValidators
from recommender.store.layout import Layout
from recommender.store.log_reader import LogReader
from recommender.store.merging import SessionMerger
from recommender.store.pages import PageStore
from recommender.store.pending import PendingQueue
from recommender.store.preferences import PreferenceStore
from recommender.store.reader_data import ReaderData
from recommender.store.reader_logs import ReaderLogs
from recommender.store.readers import ReaderStore
from recommender.store.rejected import DeadLetters
from recommender.store.rules import RuleStore
from recommender.store.signals import SignalStore
from recommender.store.slates import SlateLog
from recommender.store.stories import StoryStore
from recommender.store.trending import TrendingStore

if TYPE_CHECKING:
    from recommender.embedding.sentence_transformers import SentenceTransformerEncoder


@dataclass(frozen=True)
class Wiring:
    """Everything of one site over one connection; each part is made when first asked for."""

    settings: Settings
    client: Redis
    clock: Clock

    def __post_init__(self) -> None:
        """Refuse data that were written under another layout."""
        self.layout.require("shards", str(self.settings.readers.shards))
        rungs = ",".join(f"{hours:g}" for hours in self.settings.trending.half_lives_hours)
        # Since articles tell since when they trend, their counters are longer.
        self.layout.require("half_lives_hours", f"{rungs} and since")

    @cached_property
    def site(self) -> SiteId:
        """The site that is served."""
        return SiteId(self.settings.site)

    @cached_property
    def layout(self) -> Layout:
        """What the stored data depend on."""
        return Layout(self.client, self.site)

    @cached_property
    def article_store(self) -> ArticleStore:
        """The stored articles."""
        return ArticleStore(self.client, self.site, self.settings.catalogue)

    @cached_property
    def queue(self) -> PendingQueue:
        """The embedding queue."""
        return PendingQueue(self.client, self.site, self.settings.catalogue, self.clock)

    @cached_property
    def dead_letters(self) -> DeadLetters:
        """The rejected records."""
        return DeadLetters(self.client, self.site, self.settings.catalogue)

    @cached_property
    def feed_validators(self) -> FeedValidators:
        """What is remembered of feed addresses."""
        return FeedValidators(self.client, self.site, self.settings.catalogue)

    @cached_property
    def follower(self) -> CatalogueFollower:
        """The catalogue of this process; nothing is loaded before it is started."""
        return CatalogueFollower(
            self.article_store,
            ChangeStream(self.client, self.site),
            self.layout,
            self._rule_store,
            self._experiment_store,
        )

    @cached_property
    def _experiment_store(self) -> ExperimentStore:
        return ExperimentStore(self.client, self.site, self.settings.catalogue)

    @cached_property
    def experiments(self) -> ExperimentService:
        """The site's experiments, for its editors."""
        return ExperimentService(
            store=self._experiment_store,
            config=self.settings.feed,
            signer=VariantSigner(self._secret),
            clock=self.clock,
        )

    @cached_property
    def _rule_store(self) -> RuleStore:
        return RuleStore(self.client, self.site, self.settings.catalogue)

    @cached_property
    def rules(self) -> RuleService:
        """The site's rules, for its editors."""
        return RuleService(
            rules=self._rule_store,
            briefs=self.brief_store,
            follower=self.follower,
            clock=self.clock,
        )

    @cached_property
    def intake(self) -> ArticleIntake:
        """Articles in."""
        return ArticleIntake(self.article_store, self.dead_letters, self.clock)

    @cached_property
    def bulk(self) -> BulkIntake:
        """Articles in, any number of them."""
        return BulkIntake(self.intake, self.settings.catalogue.max_pending)

    @cached_property
    def articles(self) -> ArticleService:
        """Articles as they are read."""
        return ArticleService(self.article_store, self.follower, self.clock)

    @cached_property
    def interactions(self) -> InteractionService:
        """Interactions in."""
        readers, trending = self.settings.readers, self.settings.trending
        events = EventStore(self.client, self.site, readers, trending)
        return InteractionService(events, self.article_store, self.follower, readers, self.clock)

    @cached_property
    def _trending_store(self) -> TrendingStore:
        settings = self.settings
        return TrendingStore(self.client, self.site, settings.readers, settings.trending)

    @cached_property
    def trending(self) -> TrendingService:
        """The trending lists."""
        return TrendingService(
            self._trending_store, self.follower, self.settings.trending, self.clock
        )

    @cached_property
    def reader_store(self) -> ReaderStore:
        """What is kept of readers."""
        return ReaderStore(self.client, self.site, self.settings.readers, self._trending_store)

    @cached_property
    def _reader_logs(self) -> ReaderLogs:
        return ReaderLogs(self.client, self.site, self.settings.readers)

    @cached_property
    def logs(self) -> LogReader:
        """The logs of slates and interactions, for the archive."""
        return LogReader(self.client, self.site, self.settings.readers)

    @cached_property
    def reader_data(self) -> ReaderData:
        """All that is kept of readers, for taking it with them and for erasing it."""
        limits = self.settings.readers
        return ReaderData(self.client, self.site, limits, self._reader_logs, self.erasures)

    @cached_property
    def erasures(self) -> ErasureNotes:
        """The erased readers that the archive does not know of yet."""
        return ErasureNotes(self.client, self.site, self.settings.readers)

    @cached_property
    def readers(self) -> ReaderService:
        """What readers choose, move, take away and erase."""
        limits = self.settings.readers
        return ReaderService(
            preferences=PreferenceStore(self.client, self.site, limits),
            merger=SessionMerger(self.client, self.site, limits),
            data=self.reader_data,
            logs=self._reader_logs,
            follower=self.follower,
            clock=self.clock,
        )

    @cached_property
    def profiles(self) -> ProfileService:
        """What is known of readers, in their words."""
        interests = self.settings.feed.interests
        return ProfileService(self.reader_data, self.follower, interests, self.clock)

    @cached_property
    def slate_log(self) -> SlateLog:
        """The log of slates."""
        return SlateLog(self.client, self.site, self.settings.readers)

    @property
    def _secret(self) -> bytes:
        own = self.settings.cursors.secret
        return own.get_secret_value().encode() if own else self.layout.secret()

    @cached_property
    def feed(self) -> FeedService:
        """Personal feeds."""
        return FeedService(
            site=self.site,
            readers=self.reader_store,
            pages=PageStore(self.client, self.site, self.settings.readers),
            slates=self.slate_log,
            signals=self.signals,
            assigner=self._assigner,
            follower=self.follower,
            presenter=Presenter(self._trending_store, self.settings.trending),
            signer=CursorSigner(self._secret),
            config=self.settings.feed,
            limits=self.settings.readers,
            trending=self.settings.trending,
            clock=self.clock,
        )

    @cached_property
    def arms(self) -> Arms:
        """What variants make of the feed's settings."""
        settings = self.settings
        return Arms(self.rankers, settings.feed, settings.trending, settings.ranking, self.clock)

    @cached_property
    def _assigner(self) -> Assigner:
        settings = self.settings
        return Assigner(
            site=self.site,
            arms=self.arms,
            experiments=lambda: self.follower.experiments,
            forced=self.experiments.forced,
            config=settings.experiments,
            max_history=settings.readers.max_history,
        )

    @cached_property
    def signals(self) -> SignalStore:
        """What is counted of articles, topics and readers, for features."""
        return SignalStore(self.client, self.site, self.settings.readers)

    @cached_property
    def rankers(self) -> RankerKeeper:
        """The ranker in use."""
        settings = self.settings
        name, ranking = settings.feed.ranker, settings.ranking
        return RankerKeeper(
            ranking.artifact if name is None else ranking.folder / name,
            schema_of(settings.feed, settings.trending),
            WeightedRanker(settings.feed.weights),
            self.clock,
        )

    @cached_property
    def explanations(self) -> ExplanationService:
        """Why feeds are as they are."""
        return ExplanationService(
            self.slate_log, self.follower, self.rankers, self.settings.feed, self.clock
        )

    def feed_poll(self) -> FeedPoll:
        """Return one round over feeds."""
        return FeedPoll(self.feed_validators, self.settings.fetch)

    def redis_answers(self) -> bool:
        """Tell whether Redis answers a ping."""
        return ping(self.client)

    @cached_property
    def encoder(self) -> SentenceTransformerEncoder:
        """The configured model, loaded; torch is imported here and not before."""
        from recommender.embedding.sentence_transformers import (  # noqa: PLC0415
            SentenceTransformerEncoder,
        )

        return SentenceTransformerEncoder.load(self.settings.embedding)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return vectors (n, d) of n texts; the model is loaded with the first one."""
        return self.encoder.encode(texts)

    def story_keeper(self, dimension: int) -> StoryKeeper:
        """Return one worker's stories, of vectors of this length."""
        return StoryKeeper(
            stories=StoryStore(self.client, self.site),
            changes=ChangeStream(self.client, self.site),
            queue=self.queue,
            dimension=dimension,
            config=self.settings.stories,
        )

    @cached_property
    def brief_store(self) -> BriefStore:
        """The stored briefs."""
        return BriefStore(self.client, self.site, self.settings.catalogue)

    @cached_property
    def stories(self) -> StoryTeller:
        """What there is to tell, as far as the follower has read."""
        return StoryTeller(
            follower=self.follower,
            trending=self._trending_store,
            briefs=self.brief_store,
            ladder=self.settings.trending,
            config=self.settings.briefs.choosing,
            clock=self.clock,
        )

    @cached_property
    def brief_review(self) -> BriefReview:
        """Briefs as people look at them and let them pass."""
        return BriefReview(
            store=self.brief_store,
            rules=self.rules,
            imprint=self.settings.briefs.imprint,
            queue_limit=self.settings.catalogue.max_pending,
            clock=self.clock,
        )

    @cached_property
    def brief_presenter(self) -> BriefPresenter:
        """Briefs as they are shown."""
        return BriefPresenter(
            trending=self._trending_store,
            config=self.settings.trending,
            imprint=self.settings.briefs.imprint,
            clock=self.clock,
        )

    def embedder(self, on_live: Callable[[int], None] = lambda _: None) -> Embedder:
        """Return a worker with the configured model; needs the extra ``[worker]``."""
        return Embedder(
            articles=self.article_store,
            queue=self.queue,
            stories=self.story_keeper(self.encoder.dimension),
            letters=self.dead_letters,
            layout=self.layout,
            encoder=self.encoder,
            config=self.settings.worker,
            consumer=f"{socket.gethostname()}-{os.getpid()}",
            clock=self.clock,
            on_live=on_live,
        )


@contextlib.contextmanager
def redis_server(settings: Settings) -> Iterator[str]:
    """Yield the configured server's address; start or join the embedded one where none is set."""
    if settings.redis_url:
        yield settings.redis_url
        return
    with EmbeddedServer(settings.data_dir) as server:
        yield server.url


@contextlib.contextmanager
def open_site(settings: Settings, clock: Clock | None = None) -> Iterator[Wiring]:
    """Yield the wired services over the configured Redis, and close everything after."""
    with redis_server(settings) as url:
        client = connect(url)
        try:
            yield Wiring(settings, client, clock or SystemClock())
        finally:
            client.close()
