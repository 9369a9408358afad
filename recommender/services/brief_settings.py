"""Settings of briefs: who writes them, how they are checked, and how they are published."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, ValidationInfo, field_validator

from recommender.briefs.config import CheckConfig, ExtractiveConfig, GenerativeConfig
from recommender.config import Config
from recommender.domain.briefs import WriterKind
from recommender.services.composing import Imprint
from recommender.stories.choosing import ChoosingConfig

GENERATIVE_TURNS = 2
"""How often the generative writer is asked for one brief: once more where a check objects."""


class Review(StrEnum):
    """Which briefs wait for a person before they are published."""

    NEVER = "never"
    GENERATED = "generated"
    ALWAYS = "always"


class BriefSettings(Config):
    """How briefs are written, checked and published."""

    writer: WriterKind = Field(
        default=WriterKind.EXTRACTIVE,
        description="Who writes: extractive compiles sentences of the sources, generative asks the "
        "model that generative__… names; what fails its checks twice is compiled.",
    )
    review: Review = Field(
        default=Review.GENERATED,
        description="What waits as a draft until a person approves it: generated is what a "
        "language model wrote, always is every brief, never is none. What a person withdrew waits "
        "in any case.",
    )
    publisher: str = Field(
        default="Briefs",
        min_length=1,
        max_length=200,
        description="The source that a brief's article names.",
    )
    page_url: str | None = Field(
        default=None,
        max_length=1_000,
        pattern=r"^https?://[^\s{}]+\{id\}[^\s{}]*$",
        description="Address of a brief's page on the site, with {id} where its id stands "
        "(https://news.example/briefs/{id}); where not set, its article has none in JSON, and "
        "JSON Feed and RSS lead to this service's own page.",
    )
    interval_seconds: float = Field(
        default=60.0,
        ge=1.0,
        le=86_400.0,
        description="Seconds from one look for events to the next.",
    )
    choosing: ChoosingConfig = ChoosingConfig()
    check: CheckConfig = CheckConfig()
    extractive: ExtractiveConfig = ExtractiveConfig()
    generative: GenerativeConfig = GenerativeConfig()
    # After those that it is checked against. A validator of the whole would be shown all that was
    # given, the key of the model's server among it.
    lease_seconds: float = Field(
        default=600.0,
        ge=1.0,
        le=86_400.0,
        validate_default=True,
        description="Seconds after which another worker may write a brief that one began: longer "
        f"than all attempts at one take, so than {GENERATIVE_TURNS} × generative__timeout_seconds "
        "where the generative writer writes.",
    )

    @field_validator("lease_seconds")
    @classmethod
    def _outlast_the_turns(cls, value: float, info: ValidationInfo) -> float:
        generative, writer = info.data.get("generative"), info.data.get("writer")
        if generative is not None and writer is WriterKind.GENERATIVE:
            longest = GENERATIVE_TURNS * generative.timeout_seconds
            if value <= longest:
                raise ValueError(
                    f"lease_seconds must be longer than {GENERATIVE_TURNS} × "
                    f"generative.timeout_seconds = {longest:g} seconds, which the generative "
                    "writer may take"
                )
        return value

    @property
    def imprint(self) -> Imprint:
        """What the articles of briefs say of the site."""
        return Imprint(publisher=self.publisher, page_url=self.page_url)
