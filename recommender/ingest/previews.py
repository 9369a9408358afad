"""The preview document: the one schema that a wish to look at a variant is read into."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from recommender.ingest.documents import invalid_input

PREVIEW_MINUTES = 60.0
"""For how long a preview is good where nothing else is asked for."""

PREVIEW_MINUTES_MAX = 10_080.0
"""Longest life of a preview, in minutes: a week."""


class PreviewDocument(BaseModel):
    """Which variant is to be looked at, and for how long."""

    model_config = ConfigDict(extra="forbid")

    variant: str = Field(
        description="A variant's name, or interleaved where rankings are merged.",
        min_length=1,
        max_length=64,
    )
    minutes: Annotated[float, Field(strict=True, gt=0.0, le=PREVIEW_MINUTES_MAX)] = Field(
        default=PREVIEW_MINUTES, description="For how long the parameter is good."
    )


def parse_preview(fields: Any) -> PreviewDocument:  # whatever was sent
    """Check ``fields`` against the schema.

    Raises
    ------
    InvalidInput
        Names the first offending field, the rule and what came.
    """
    try:
        return PreviewDocument.model_validate(fields)
    except ValidationError as error:
        raise invalid_input(error) from error
