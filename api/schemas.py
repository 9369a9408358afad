"""What is sent and answered, as pydantic models: ``/openapi.json`` is made of them.

Requests are validated by them. Answers are written directly, for speed, and a test holds every
answer to its model.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.bodies import BodyModels
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


class ServedVariantRanker(ServedRanker):
    """The ranker of a running experiment's variant."""

    experiment: str
    variant: str


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
    variant_rankers: list[ServedVariantRanker] = Field(
        description="Of the running experiments' variants that another ranker serves."
    )


class NotReady(Problem):
    """The process cannot serve feeds now: which part, and what is known."""

    site: str
    redis: bool
    catalogue: bool
    live_articles: int = Field(ge=0)
    pending_articles: int | None = Field(ge=0)
    source_failures: dict[str, int]
    ranker: ServedRanker
    variant_rankers: list[ServedVariantRanker]


class RulesAnswer(Closed):
    """The rules in force."""

    site: str
    rules: list[RuleDocument] = Field(max_length=RULES_MAX)
