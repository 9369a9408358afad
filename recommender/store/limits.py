"""How much of everything a site may keep: the bounds behind every key."""

from __future__ import annotations

from pydantic import Field

from recommender.config import Config


class CatalogueLimits(Config):
    """Bounds of a site's catalogue."""

    max_articles: int = Field(
        default=100_000,
        ge=100,
        le=1_000_000,
        description="Live articles; the oldest leaves first.",
    )
    max_pending: int = Field(
        default=100_000,
        ge=1,
        le=1_000_000,
        description="Articles that may wait for embedding.",
    )
    max_changes: int = Field(
        default=200_000,
        ge=1_000,
        le=10_000_000,
        description="Entries of the change stream; a process that falls "
        "further behind reads the catalogue anew.",
    )
    max_rejected: int = Field(
        default=2_000,
        ge=100,
        le=1_000_000,
        description="Dead letters kept; the oldest leaves first.",
    )
    max_feeds: int = Field(
        default=10_000,
        ge=10,
        le=1_000_000,
        description="Feed addresses whose ETag is kept.",
    )


class ReaderLimits(Config):
    """Bounds of what is kept for each reader, and of the logs."""

    shards: int = Field(
        default=1,
        ge=1,
        le=1024,
        description="Shards that a site's readers are split over; fixed once used.",
    )
    max_history: int = Field(
        default=100,
        ge=10,
        le=1_000,
        description="Recent interactions that taste is derived from for each reader.",
    )
    max_seen: int = Field(
        default=2_000,
        ge=100,
        le=100_000,
        description="Articles remembered as seen for each reader.",
    )
    max_hidden: int = Field(
        default=1_000,
        ge=100,
        le=100_000,
        description="Articles remembered as hidden for each reader.",
    )
    reader_ttl_days: float = Field(
        default=180.0,
        ge=1.0,
        le=3_650.0,
        description="Days after the last interaction until a reader is forgotten.",
    )
    event_window_days: float = Field(
        default=7.0,
        ge=0.01,
        le=365.0,
        description="Days for which an event id is remembered, and the greatest age of an event "
        "that is accepted: within it every event counts exactly once.",
    )
    max_event_ids: int = Field(
        default=10_000,
        ge=1_000,
        le=1_000_000,
        description="Events of one reader within event_window_days.",
    )
    max_interactions: int = Field(
        default=1_000_000,
        ge=1_000,
        le=100_000_000,
        description="Interactions kept in each shard's log.",
    )
    max_slates: int = Field(
        default=100_000,
        ge=1_000,
        le=100_000_000,
        description="Slates kept in each shard's log.",
    )
