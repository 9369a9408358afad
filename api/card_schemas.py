"""Cards, and what is answered of articles one by one: models of ``/openapi.json``."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime, Field

from api.schemas import Closed
from recommender.domain.briefs import WriterKind
from recommender.domain.provenance import ClaimCode, DigitalSourceType


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


class BriefSourceShown(Closed):
    """An article that a brief was written from, as it was then; it may be gone since."""

    id: str
    title: str
    source: str | None
    url: str | None
    published_at: AwareDatetime


class CardBrief(Closed):
    """That the article is a brief: compiled from other articles of the site."""

    revision: int = Field(ge=1)
    writer: WriterKind = Field(
        description="extractive: sentences of the sources; generative: written by a language model."
    )
    sources: list[BriefSourceShown] = Field(description="Those that it cites, the oldest first.")


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
    brief: CardBrief | None = Field(
        default=None, description="null, or missing in what was stored earlier, where it is none."
    )


class State(StrEnum):
    """Where an article stands."""

    LIVE = "live"
    PENDING = "pending"


class FullArticle(Card):
    """A whole article."""

    body: str | None
    state: State = Field(description="pending until its first embedding.")


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
