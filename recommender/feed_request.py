"""What an ordering is asked for, and what it depends on besides its reader."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from recommender.candidates.eligibility import EligibilityConfig
from recommender.candidates.filters import NO_FILTER, FeedFilter
from recommender.candidates.interests import InterestConfig
from recommender.candidates.rules import CompiledRules
from recommender.candidates.sources import SourceConfig
from recommender.catalogue.view import CatalogueView
from recommender.config import Config
from recommender.domain.ids import ArticleId, ReaderId
from recommender.domain.signals import SignalSource
from recommender.ranking.features import FeatureConfig, feature_schema
from recommender.ranking.ranker import Ranker
from recommender.ranking.weighted import WeightedConfig
from recommender.reranking.diversify import RerankConfig
from recommender.reranking.exploration import ExplorationConfig
from recommender.trending.ladder import TrendingConfig


class FeedConfig(Config):
    """A variant of the feed is one value of this."""

    size: int = Field(
        default=20,
        ge=1,
        le=100,
        description="Articles of a page when no size is asked for.",
    )
    ahead: int = Field(
        default=20,
        ge=0,
        le=500,
        description="Articles ordered beyond the first page, for the next ones to come from; one "
        "page more at least.",
    )
    seed: int = Field(
        default=1,
        ge=0,
        le=2**63 - 1,
        description="Seed of all chance in feeds: draws repeat with the seed, reader and slate.",
    )
    ranker: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$",
        description="File in NEWSFEED_RANKING__FOLDER, of the ranker that serves; "
        "NEWSFEED_RANKING__ARTIFACT where not set.",
    )
    eligibility: EligibilityConfig = EligibilityConfig()
    sources: SourceConfig = SourceConfig()
    interests: InterestConfig = InterestConfig()
    features: FeatureConfig = FeatureConfig()
    weights: WeightedConfig = WeightedConfig()
    rerank: RerankConfig = RerankConfig()
    exploration: ExplorationConfig = ExplorationConfig()


def schema_of(config: FeedConfig, trending: TrendingConfig) -> str:
    """Return the schema of the features that are made under these settings.

    A learned ranker serves only where it was trained on the same.
    """
    return feature_schema(config.features, config.interests, trending)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRequest:
    """One request for an ordering.

    Parameters
    ----------
    reader : ReaderId or None
        None where no reader's data are used.
    size : int
        Articles of a page.
    token : str
        What the slate's draws are derived from, with the seed and the reader.
    now : float
        Seconds since the epoch.
    reading : ArticleId or None
        The article that the reader has before them.
    diversity : float or None
        The dial, 0 to 1; the site's where None.
    shown : tuple of ArticleId
        What the pages before this ordering showed: known without any data of the reader.
    """

    reader: ReaderId | None
    size: int
    token: str
    now: float
    reading: ArticleId | None = None
    wanted: FeedFilter = NO_FILTER
    diversity: float | None = None
    shown: tuple[ArticleId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What an ordering depends on besides its request and the reader.

    Parameters
    ----------
    co_read_half_life_hours : float
        Of the counts in the feed state.
    """

    view: CatalogueView
    rules: CompiledRules
    signals: SignalSource
    ranker: Ranker
    config: FeedConfig
    trending: TrendingConfig
    co_read_half_life_hours: float
