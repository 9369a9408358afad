"""The interaction document: the one schema that events are read into."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from recommender.domain.ids import ArticleId, EventId, ReaderId, SlateId
from recommender.domain.interactions import Interaction, Kind
from recommender.ingest.documents import Identifier, Instant, invalid_input

DWELL_LIMIT_SECONDS = 86_400

Dwell = Annotated[float, Field(strict=True, ge=0, le=DWELL_LIMIT_SECONDS)]


class InteractionDocument(BaseModel):
    """What a reader did with an article."""

    model_config = ConfigDict(extra="forbid")

    id: Identifier = Field(
        description="Unique for its reader: sending it again changes nothing and says so."
    )
    user_id: Identifier = Field(description="The reader.")
    article_id: Identifier = Field(description="An article of this site.")
    kind: Kind = Field(description="What the reader did.")
    occurred_at: Instant = Field(description="RFC 3339 with a zone.")
    dwell_seconds: Annotated[float, Field(strict=True, ge=0, le=DWELL_LIMIT_SECONDS)] | None = (
        Field(default=None, description="Seconds spent reading; only with kind read.")
    )
    slate_id: Identifier | None = Field(
        default=None, description="The slate in which the reader met the article."
    )

    @model_validator(mode="after")
    def _dwell_goes_with_read(self) -> Self:
        if self.dwell_seconds is not None and self.kind is not Kind.READ:
            raise ValueError("dwell_seconds goes only with kind read")
        return self

    def to_interaction(self) -> Interaction:
        """Return the domain's interaction."""
        return Interaction(
            id=EventId(self.id),
            reader=ReaderId(self.user_id),
            article=ArticleId(self.article_id),
            kind=self.kind,
            occurred_at=self.occurred_at.timestamp(),
            dwell_seconds=self.dwell_seconds,
            slate=SlateId(self.slate_id) if self.slate_id else None,
        )


def parse_interaction(fields: Any) -> Interaction:  # whatever was sent
    """Check ``fields`` against the schema.

    Raises
    ------
    InvalidInput
        Names the first offending field, the rule and what came.
    """
    try:
        return InteractionDocument.model_validate(fields).to_interaction()
    except ValidationError as error:
        raise invalid_input(error) from error
