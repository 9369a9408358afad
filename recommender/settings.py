"""Every setting in one object, and the only reader of the environment.

``NEWSFEED_REDIS_URL`` sets ``redis_url``; two underscores go one level down:
``NEWSFEED_FEED__SIZE=10``. ``docs/settings.md`` lists them all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from recommender.config import Config
from recommender.domain.ids import SITE_PATTERN, SITE_RULE
from recommender.embedding.weights import EmbeddingConfig
from recommender.feed import FeedConfig
from recommender.ingest.fetch import FetchConfig
from recommender.services.embedder import WorkerConfig
from recommender.store.limits import CatalogueLimits, ReaderLimits
from recommender.trending.ladder import TrendingConfig


class ServerConfig(Config):
    """Where and how the API listens."""

    host: str = Field(
        default="127.0.0.1", description="Address to listen on; loopback unless told otherwise."
    )
    port: int = Field(default=8000, ge=0, le=65_535, description="TCP port, 0 for any free one.")
    processes: int = Field(default=2, ge=1, le=256, description="API processes.")
    threads: int = Field(
        default=2,
        ge=1,
        le=256,
        description="Threads of each process; more than two only wait for one another.",
    )


class Settings(BaseSettings):
    """All settings; see each component's class for its fields."""

    model_config = SettingsConfigDict(
        env_prefix="NEWSFEED_", env_nested_delimiter="__", frozen=True, extra="forbid"
    )

    site: Annotated[str, Field(pattern=SITE_PATTERN)] = Field(
        default="main", description=f"The site that is served: {SITE_RULE}."
    )
    redis_url: str | None = Field(
        default=None,
        description="redis://, rediss:// or unix:// address; the embedded server where not set.",
    )
    data_dir: Path = Field(
        default=Path(".newsfeed"), description="Folder of the embedded server's data."
    )
    catalogue: CatalogueLimits = CatalogueLimits()
    readers: ReaderLimits = ReaderLimits()
    trending: TrendingConfig = TrendingConfig()
    feed: FeedConfig = FeedConfig()
    embedding: EmbeddingConfig = EmbeddingConfig()
    worker: WorkerConfig = WorkerConfig()
    fetch: FetchConfig = FetchConfig()
    server: ServerConfig = ServerConfig()
