"""What is sent about a reader: preferences, and the session that becomes theirs."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from recommender.domain.ids import LANGUAGE_PATTERN, ReaderId
from recommender.domain.readers import Preferences
from recommender.ingest.documents import NAME_MAX, Identifier, Slug, invalid_input
from recommender.ingest.text import single_line

CHOICES_MAX = 100
"""Topics, followed sources and muted sources that a reader may choose, of each."""

LANGUAGE_MAX = 35
"""Longest language tag, in characters (RFC 5646, 4.4.1)."""


def _to_single_line(value: object) -> object:
    return single_line(value) if isinstance(value, str) else value


SourceName = Annotated[
    str, Field(min_length=1, max_length=NAME_MAX), BeforeValidator(_to_single_line)
]


class PreferencesDocument(BaseModel):
    """What a reader chose; what is left out takes its default again."""

    model_config = ConfigDict(extra="forbid")

    topics: list[Slug] = Field(
        default_factory=list,
        max_length=CHOICES_MAX,
        description=f"Categories of this site's articles to follow; at most {CHOICES_MAX}.",
    )
    followed_sources: list[SourceName] = Field(
        default_factory=list, max_length=CHOICES_MAX, description="Publications to follow."
    )
    muted_sources: list[SourceName] = Field(
        default_factory=list,
        max_length=CHOICES_MAX,
        description="Publications of which nothing is shown; none that is followed as well.",
    )
    language: Annotated[str, Field(pattern=LANGUAGE_PATTERN, max_length=LANGUAGE_MAX)] | None = (
        Field(default=None, description="BCP 47 tag of the language of labels and reasons.")
    )
    personalised: Annotated[bool, Field(strict=True)] = Field(
        default=True, description="false: nothing else that is known of the reader is used."
    )

    def to_preferences(self) -> Preferences:
        """Return the domain's preferences; what is named twice counts once."""
        return Preferences(
            topics=tuple(self.topics),
            followed_sources=tuple(self.followed_sources),
            muted_sources=tuple(self.muted_sources),
            language=self.language,
            personalised=self.personalised,
        )


class MergeDocument(BaseModel):
    """Whose session becomes the reader's."""

    model_config = ConfigDict(extra="forbid")

    source: Identifier = Field(
        alias="from", description="The anonymous id under which the reader was known until now."
    )


def parse_preferences(fields: Any) -> Preferences:  # whatever was sent
    """Check ``fields`` against the schema.

    Raises
    ------
    InvalidInput
        Names the first offending field, the rule and what came.
    """
    try:
        return PreferencesDocument.model_validate(fields).to_preferences()
    except ValidationError as error:
        raise invalid_input(error) from error


def parse_merge(fields: Any) -> ReaderId:  # whatever was sent
    """Return the reader whose session is merged into another's.

    Raises
    ------
    InvalidInput
        Names the first offending field, the rule and what came.
    """
    try:
        return ReaderId(MergeDocument.model_validate(fields).source)
    except ValidationError as error:
        raise invalid_input(error) from error
