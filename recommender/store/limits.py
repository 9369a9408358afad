"""How much of everything a site may keep: the bounds behind every key."""

from __future__ import annotations

from pydantic import Field

from recommender.config import Config
from recommender.trending.decay import decay_rate

DAY_SECONDS = 86_400


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
    max_briefs: int = Field(
        default=10_000,
        ge=10,
        le=1_000_000,
        description="Briefs whose revisions and sources are kept, withdrawn ones among them; the "
        "one written longest ago leaves first. As many stories that were only refused are kept "
        "beside them.",
    )
    max_revisions: int = Field(
        default=20,
        ge=1,
        le=1_000,
        description="Revisions kept of each brief; the oldest leaves first, but never the "
        "published one.",
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
        default=50_000,
        ge=1_000,
        le=100_000_000,
        description="Slates kept in each shard's log.",
    )
    max_merged: int = Field(
        default=100,
        ge=1,
        le=10_000,
        description="Sessions merged into each reader; a merge that would pass it is refused, "
        "since export and erasure cover those that are remembered.",
    )
    max_erasures: int = Field(
        default=100_000,
        ge=1_000,
        le=10_000_000,
        description="Erasures noted for the archive, which forgets them with each run; those of a "
        "site without archive are not noted.",
    )
    max_pages: int = Field(
        default=5,
        ge=1,
        le=100,
        description="Orderings of each reader that further pages can be taken of; the oldest "
        "leaves first.",
    )
    page_ttl_minutes: float = Field(
        default=60.0,
        ge=1.0,
        le=10_080.0,
        description="Minutes for which further pages of a feed can be taken.",
    )
    co_read_depth: int = Field(
        default=3,
        ge=0,
        le=50,
        description="Articles that the reader read last with which a newly read one is paired.",
    )
    max_co_read: int = Field(
        default=50,
        ge=5,
        le=1_000,
        description="Articles kept as read along with each article; the weakest leaves first.",
    )
    co_read_half_life_hours: float = Field(
        default=24.0,
        ge=0.05,
        le=720.0,
        description="Hours after which two articles read by one reader count half as a pair.",
    )
    co_read_ttl_days: float = Field(
        default=7.0,
        ge=0.1,
        le=365.0,
        description="Days after the last new pair until an article's list of pairs is forgotten.",
    )

    max_signals: int = Field(
        default=20_000,
        ge=100,
        le=1_000_000,
        description="Articles in each shard whose clicks, reads and impressions are counted for "
        "features; of some drawn by chance those of least attention leave first.",
    )
    max_topics: int = Field(
        default=5_000,
        ge=100,
        le=1_000_000,
        description="Categories, subcategories and tags in each shard whose attention is counted; "
        "the least leaves first.",
    )
    max_reader_topics: int = Field(
        default=300,
        ge=10,
        le=10_000,
        description="Categories and subcategories of which is counted what each reader was shown, "
        "clicked and read; the one met least leaves first.",
    )

    @property
    def reader_ttl_seconds(self) -> int:
        """Seconds after the last interaction until a reader is forgotten."""
        return int(self.reader_ttl_days * DAY_SECONDS)

    @property
    def page_ttl_seconds(self) -> float:
        """Seconds for which further pages of a feed can be taken."""
        return self.page_ttl_minutes * 60.0

    @property
    def co_read_ttl_seconds(self) -> int:
        """Seconds after the last new pair until an article's list of pairs is forgotten."""
        return int(self.co_read_ttl_days * DAY_SECONDS)

    @property
    def co_read_rate(self) -> float:
        """Decay rate of a pair of articles read by one reader, per second."""
        return decay_rate(self.co_read_half_life_hours)
