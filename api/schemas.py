"""What is sent and answered, as pydantic models: ``/openapi.json`` is made of them.

Requests are validated by them. Answers are written directly, for speed, and a test holds every
answer to its model.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.bodies import BodyModels
from recommender.domain.provenance import ClaimCode, DigitalSourceType
from recommender.ingest.documents import ArticleDocument
from recommender.ingest.events import InteractionDocument
from recommender.ingest.rules import RULES_MAX, RuleDocument, RulesDocument

ARTICLES_MAX = 500
"""Articles of one request."""

INTERACTIONS_MAX = 1_000
"""Interactions of one request."""


class Closed(BaseModel):
    """A record without further fields."""

    model_config = ConfigDict(extra="forbid")


class ArticleBatch(Closed):
    """Several articles; each is taken or rejected by itself."""

    articles: list[Any] = Field(
        min_length=1, max_length=ARTICLES_MAX, description=f"1 to {ARTICLES_MAX} articles."
    )


class InteractionBatch(Closed):
    """Several interactions; each is taken or rejected by itself."""

    interactions: list[Any] = Field(
        min_length=1,
        max_length=INTERACTIONS_MAX,
        description=f"1 to {INTERACTIONS_MAX:,} interactions.",
    )


ARTICLES = BodyModels(record=ArticleDocument, batch=ArticleBatch)
INTERACTIONS = BodyModels(record=InteractionDocument, batch=InteractionBatch)
RULES = BodyModels(record=RulesDocument)


class FieldError(Closed):
    """What is wrong with one field."""

    field: str | None = Field(
        description="Path of the field, dots between levels, like articles.3.title; "
        "null where no field is at fault."
    )
    message: str = Field(description="What was wanted, with its limit.")
    got: str | None = Field(description="What came instead, shortened.")


class Problem(Closed):
    """An error, as RFC 9457 has it."""

    type: str = Field(description="Where the kind of problem is explained, or about:blank.")
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    errors: list[FieldError] | None = Field(
        default=None, description="The offending fields, where the input was invalid."
    )


class CardClaim(Closed):
    """What the article says of itself, lifted out of its text."""

    code: ClaimCode
    text: str = Field(description="In the article's own words.")


class CardProvenance(Closed):
    """How the article was made, as far as it is known."""

    digital_source_type: DigitalSourceType | None = Field(description="The publisher's word.")
    ai_system: str | None
    ai_system_version: str | None
    generated_with_ai: bool | None = Field(
        description="By the publisher's word or the article's own claim; null is unknown, which is "
        "not false."
    )
    claims: list[CardClaim] = Field(
        default=[], description="Missing where the article was stored before claims were read."
    )


class Card(Closed):
    """An article as lists show it."""

    id: str
    url: str | None
    title: str
    summary: str | None
    category: str | None
    subcategory: str | None
    tags: list[str]
    source: str | None
    author: str | None
    language: str | None
    image: str | None
    published_at: AwareDatetime
    expires_at: AwareDatetime | None
    provenance: CardProvenance


class State(StrEnum):
    """Where an article stands."""

    LIVE = "live"
    PENDING = "pending"


class FullArticle(Card):
    """A whole article."""

    body: str | None
    state: State = Field(description="pending until its first embedding.")


class ReasonShown(Closed):
    """Why an article is in the feed."""

    code: str = Field(
        description="A stable code: similar, session, context, co_read, topic, followed, trending, "
        "surge, fresh, explore, more, boost or pinned."
    )
    text: str = Field(description="The same as a sentence for the reader, in their language.")


class LabelShown(Closed):
    """A disclosed fact, computed and never pasted."""

    code: Literal["trending", "generated_with_ai", "experimental", "customised"]
    text: str = Field(description="For the reader, in their language.")
    since: AwareDatetime | None = Field(description="Since when it holds, where that is known.")
    evidence: dict[str, Any] = Field(description="What it was computed from.")


class Disclosure(Closed):
    """How this feed came about."""

    personalisation: bool = Field(description="Whether the reader's data might be used.")
    customised: bool = Field(description="Whether the reader's data changed the order.")
    language: str = Field(description="In which labels and reasons are told.")
    text: str = Field(description="For the reader, in their language.")
    labels: list[LabelShown] = Field(description="customised, exactly where it holds.")


class Coverage(Closed):
    """Another article about the same story."""

    id: str
    title: str
    url: str | None
    source: str | None
    published_at: AwareDatetime
    generated_with_ai: bool | None = Field(description="null is unknown, which is not false.")


class Story(Closed):
    """The story that an article tells."""

    id: str
    more_coverage: list[Coverage] = Field(description="Newest first.")


class Shown(Closed):
    """One article at one position."""

    position: int = Field(ge=1, description="1 is the top of the first page.")
    article: Card
    score: float = Field(description="The sum of the contributions.")
    source: str = Field(description="The candidate source that brought it first.")
    propensity: float = Field(
        gt=0, le=1, description="Probability of this article at this position under the policy."
    )
    contributions: dict[str, float] = Field(description="What each feature added to the score.")
    reason: ReasonShown
    labels: list[LabelShown]
    digital_source_type: str | None = Field(
        description="IPTC address of how the text was made; null is unknown, not human."
    )
    story: Story | None = Field(description="null where no other article tells the same story.")


class FeedAnswer(Closed):
    """A slate: the ordered articles of one answer, logged before it was sent."""

    slate_id: str = Field(description="Send it along with the interactions that follow.")
    user_id: str | None = Field(
        description="The reader; null for a guest and where personalisation is off."
    )
    site: str
    generated_at: AwareDatetime
    policy: str
    variant: str | None
    disclosure: Disclosure
    articles: list[Shown]
    next: str | None = Field(
        description="Cursor of the next page, for the parameter cursor; null where nothing is left."
    )
    next_expires_at: AwareDatetime | None
    empty: str | None = Field(description="Why there is nothing to show; null where there is.")


class FeedExtension(Closed):
    """What a feed's answer tells besides its articles."""

    slate_id: str
    user_id: str | None
    site: str
    generated_at: AwareDatetime
    policy: str
    variant: str | None
    disclosure: Disclosure
    next: str | None
    next_expires_at: AwareDatetime | None
    empty: str | None


class ItemExtension(Closed):
    """What a feed tells of an article besides what JSON Feed has a place for."""

    position: int = Field(ge=1)
    score: float
    source: str
    propensity: float = Field(gt=0, le=1)
    contributions: dict[str, float]
    reason: ReasonShown
    labels: list[LabelShown]
    digital_source_type: str | None
    story: Story | None
    source_name: str | None = Field(description="The publication.")


class Author(Closed):
    """Who wrote an article."""

    name: str


class JsonFeedItem(Closed):
    """An item of JSON Feed 1.1."""

    id: str
    url: str | None = None
    title: str
    summary: str | None = None
    content_text: str
    image: str | None = None
    date_published: AwareDatetime
    authors: list[Author] | None = None
    tags: list[str] | None = None
    language: str | None = None
    newsfeed: ItemExtension = Field(alias="_newsfeed")


class JsonFeed(Closed):
    """A slate as JSON Feed 1.1."""

    version: Literal["https://jsonfeed.org/version/1.1"]
    title: str
    description: str
    language: str
    feed_url: str
    next_url: str | None = None
    items: list[JsonFeedItem]
    newsfeed: FeedExtension = Field(alias="_newsfeed")


class WhyAnswer(Closed):
    """Why an article stood where it did in a slate."""

    slate_id: str
    article_id: str
    site: str
    served_at: AwareDatetime
    policy: str
    variant: str | None
    customised: bool = Field(description="Whether the reader's data changed the slate's order.")
    language: str
    position: int = Field(ge=1)
    score: float = Field(description="The sum of the contributions.")
    source: str
    propensity: float = Field(gt=0, le=1)
    contributions: dict[str, float]
    reason: ReasonShown
    features: dict[str, float] = Field(description="What the ranker saw of the article.")


class ParameterShown(Closed):
    """One main parameter."""

    name: str
    text: str = Field(description="In plain words, in the language of the answer.")
    importance: float = Field(
        ge=0, le=1, description="Share of what all parameters together can move."
    )
    personal: bool = Field(description="Whether it is made of the reader's own data.")


class ParametersAnswer(Closed):
    """What feeds go by, the most important first."""

    site: str
    language: str
    policy: str
    parameters: list[ParameterShown]
    notes: list[str] = Field(description="What is done beyond the score, and the reader's choice.")


class TrendingShown(Closed):
    """One article of the trending list."""

    article: Card
    value: float = Field(ge=0, description="Weighted interactions, decayed to now.")
    surge: float = Field(
        ge=0, description="Rate of interactions lately over the longer rate; 1 is steady."
    )


class TrendingAnswer(Closed):
    """What trends now, highest value first."""

    site: str
    category: str | None
    half_life_hours: float = Field(gt=0)
    generated_at: AwareDatetime
    articles: list[TrendingShown]
    empty: str | None = Field(description="Why there is nothing to show; null where there is.")


class SimilarShown(Closed):
    """A neighbour of an article."""

    article: Card
    similarity: float = Field(ge=-1.01, le=1.01, description="Cosine; 1 is the same direction.")


class SimilarAnswer(Closed):
    """The articles nearest to one, nearest first."""

    site: str
    article_id: str
    articles: list[SimilarShown]
    empty: str | None = Field(description="Why there is nothing to show; null where there is.")


class ArticleStatus(StrEnum):
    """What became of one article that was sent."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    TOO_OLD = "too_old"
    REFUSED = "refused"
    REJECTED = "rejected"


class ArticleResult(Closed):
    """What became of one article; ``error`` says why it was not taken."""

    id: str | None = Field(description="null where the record had no valid one.")
    status: ArticleStatus
    error: FieldError | None = None


class ArticlesAnswer(Closed):
    """What became of the articles of a request, counted and one by one in their order."""

    site: str
    created: int = Field(ge=0, description="New; live once embedded.")
    updated: int = Field(ge=0, description="Changed; shown once embedded again.")
    unchanged: int = Field(ge=0, description="Known with the same content.")
    too_old: int = Field(ge=0, description="Older than all of a full catalogue; not stored.")
    refused: int = Field(ge=0, description="No room in the queue; send them again later.")
    rejected: int = Field(ge=0, description="Invalid; kept as dead letters.")
    results: list[ArticleResult]


class InteractionStatus(StrEnum):
    """What became of one interaction that was sent."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


class InteractionResult(Closed):
    """What became of one interaction; ``error`` says why it was rejected."""

    id: str | None = Field(description="null where the record had no valid one.")
    status: InteractionStatus
    error: FieldError | None = None


class InteractionsAnswer(Closed):
    """What became of the interactions of a request, counted and one by one in their order."""

    site: str
    accepted: int = Field(ge=0)
    duplicates: int = Field(ge=0, description="Recorded before; nothing was changed.")
    rejected: int = Field(ge=0)
    results: list[InteractionResult]


class Liveness(Closed):
    """The process is up."""

    status: Literal["live"]


class ServedRanker(Closed):
    """The ranker in use."""

    name: str = Field(description="Kind and version, as logged with every slate.")
    loaded_at: float | None = Field(
        description="Second at which its artifact was loaded; null without an artifact."
    )
    refusal: str | None = Field(
        description="Why the artifact's file as it is now is not served; null where it is, or "
        "none is set."
    )


class Readiness(Closed):
    """The process can serve feeds."""

    status: Literal["ready"]
    site: str
    redis: bool = Field(description="Whether Redis answers.")
    catalogue: bool = Field(description="Whether the catalogue is loaded and up to date.")
    live_articles: int = Field(ge=0, description="Articles in this process's catalogue.")
    pending_articles: int | None = Field(
        ge=0, description="Articles that wait for embedding; null where Redis does not answer."
    )
    source_failures: dict[str, int] = Field(
        description="Candidate sources that failed and were skipped, with how often since this "
        "process started."
    )
    ranker: ServedRanker


class NotReady(Problem):
    """The process cannot serve feeds now: which part, and what is known."""

    site: str
    redis: bool
    catalogue: bool
    live_articles: int = Field(ge=0)
    pending_articles: int | None = Field(ge=0)
    source_failures: dict[str, int]
    ranker: ServedRanker


class RulesAnswer(Closed):
    """The rules in force."""

    site: str
    rules: list[RuleDocument] = Field(max_length=RULES_MAX)
