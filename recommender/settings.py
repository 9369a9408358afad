"""Every setting in one object, and the only reader of the environment.

``NEWSFEED_REDIS_URL`` sets ``redis_url``; two underscores go one level down:
``NEWSFEED_FEED__SIZE=10``. ``docs/settings.md`` lists them all.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from recommender.config import Config
from recommender.domain.ids import SITE_PATTERN, SITE_RULE
from recommender.embedding.weights import EmbeddingConfig
from recommender.errors import InvalidInput
from recommender.experiments.assignment import ExperimentsConfig
from recommender.feed_request import FeedConfig
from recommender.ingest.fetch import FetchConfig
from recommender.ranking.config import RankingConfig
from recommender.services.brief_settings import BriefSettings
from recommender.services.cursors import CursorConfig
from recommender.services.embedder import WorkerConfig
from recommender.store.limits import CatalogueLimits, ReaderLimits
from recommender.stories.clustering import StoryConfig
from recommender.trending.ladder import TrendingConfig

PREFIX = "NEWSFEED_"

OTHERS = frozenset({"NEWSFEED_DATA", "NEWSFEED_FLOOR_BYTES"})
"""Variables of tests and benchmarks, which set nothing here."""


REQUEST_LINE_MAX = 8_190
"""Bytes of a request's first line, its path and parameters: the most that gunicorn takes."""


class ServerConfig(Config):
    """Where and how the API listens."""

    host: str = Field(
        default="127.0.0.1", description="Address to listen on; loopback unless told otherwise."
    )
    port: int = Field(default=8000, ge=0, le=65_535, description="TCP port, 0 for any free one.")
    processes: int = Field(default=2, ge=1, le=256, description="API processes.")
    threads: int = Field(
        default=32,
        ge=1,
        le=1_024,
        description="Connections that each process reads from at a time; slow clients hold one.",
    )


class Settings(BaseSettings):
    """All settings; see each component's class for its fields."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", frozen=True, extra="forbid"
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
    ranking: RankingConfig = RankingConfig()
    experiments: ExperimentsConfig = ExperimentsConfig()
    cursors: CursorConfig = CursorConfig()
    embedding: EmbeddingConfig = EmbeddingConfig()
    stories: StoryConfig = StoryConfig()
    briefs: BriefSettings = BriefSettings()
    worker: WorkerConfig = WorkerConfig()
    fetch: FetchConfig = FetchConfig()
    server: ServerConfig = ServerConfig()


def load_settings(**changes: Any) -> Settings:
    """Return the settings of the environment, with ``changes`` on top.

    Raises
    ------
    InvalidInput
        A variable is unknown, malformed or out of range; names it.
    """
    fields = dict(variables())
    for name in os.environ:
        if name.startswith(PREFIX) and name not in fields and name not in OTHERS:
            near = difflib.get_close_matches(name, fields, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise InvalidInput(name, f"no setting has this name{hint}")
    try:
        return Settings(**changes)
    except SettingsError as error:
        raise InvalidInput(PREFIX + "…", f"lists as JSON, like [0.25,1]; {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = PREFIX + "__".join(str(part).upper() for part in first["loc"])
        raise InvalidInput(name, first["msg"], repr(first["input"])) from error


def variables() -> Iterator[tuple[str, FieldInfo]]:
    """Yield the name of every variable with the field that it sets."""
    yield from _variables_of(Settings, PREFIX)


def _variables_of(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        variable = prefix + name.upper()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _variables_of(field.annotation, variable + "__")
        else:
            yield variable, field
