"""The article document: the one schema that JSON Lines, feeds, MIND and the API are read into.

Unknown fields are refused, every limit is stated, and text is made safe here: markup is
stripped, control characters are dropped, white space is folded. ``docs/article.schema.json``
is the published form of :class:`ArticleDocument`.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

import orjson
from pydantic import (
    AfterValidator,
    AliasChoices,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from recommender.domain.articles import Article
from recommender.domain.brief_records import ID_FORM, is_brief_id
from recommender.domain.ids import (
    ID_MAX_CHARACTERS,
    ID_RULE,
    LANGUAGE_PATTERN,
    ArticleId,
    is_valid_id,
)
from recommender.domain.provenance import DigitalSourceType, Provenance
from recommender.errors import InvalidInput, shown
from recommender.ingest.source_types import SOURCE_TYPE_NAMES, SourceType
from recommender.ingest.text import plain_text, single_line

TITLE_MAX = 500
SUMMARY_MAX = 5_000
BODY_MAX = 100_000
MARKUP_MAX = 1_000_000
URL_MAX = 2_048
NAME_MAX = 200
SLUG_MAX = 64
TAGS_MAX = 32
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)

_DATE_AND_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}")


def _check_id(value: str) -> str:
    if not is_valid_id(value):
        raise ValueError(f"must be {ID_RULE}")
    return value


def _check_not_reserved(value: str) -> str:
    if is_brief_id(value):
        raise ValueError(f"must not be {ID_FORM}: only briefs of this site have such ids")
    return value


def _check_url(value: str) -> str:
    visible = value.isprintable() and " " not in value
    if not (visible and value.startswith(("http://", "https://"))):
        raise ValueError("must be an absolute http or https address of visible characters")
    try:
        address = urlsplit(value)
    except ValueError:  # a bracket too many, as a rule
        address = None
    if address is None or not address.hostname or "@" in address.netloc:
        raise ValueError("must be an address of a host, without a name of a user before it")
    return value


def _check_instant(value: datetime) -> datetime:
    if not EARLIEST <= value < LATEST:
        raise ValueError("must lie between the years 1900 and 2199")
    return value


def _require_date_and_time(value: object) -> object:
    """Refuse numbers, as JSON or as text: pydantic would take them for seconds, or for days."""
    if isinstance(value, datetime) or (isinstance(value, str) and _DATE_AND_TIME.match(value)):
        return value
    raise ValueError("must be a date and time with a zone, like 2026-01-31T09:00:00Z")


def _to_single_line(value: object) -> object:
    return single_line(value) if isinstance(value, str) else value


def _to_single_line_or_none(value: object) -> object:
    return single_line(value) or None if isinstance(value, str) else value


Identifier = Annotated[
    str, Field(min_length=1, max_length=ID_MAX_CHARACTERS), AfterValidator(_check_id)
]
OwnIdentifier = Annotated[Identifier, AfterValidator(_check_not_reserved)]
Url = Annotated[str, StringConstraints(max_length=URL_MAX), AfterValidator(_check_url)]
Name = Annotated[str, Field(max_length=NAME_MAX)]
OptionalName = Annotated[Name | None, BeforeValidator(_to_single_line_or_none)]
Slug = Annotated[
    str,
    StringConstraints(to_lower=True, min_length=1, max_length=SLUG_MAX),
    BeforeValidator(_to_single_line),
]
Instant = Annotated[
    AwareDatetime, AfterValidator(_check_instant), BeforeValidator(_require_date_and_time)
]


class ProvenanceDocument(BaseModel):
    """How the article was made, as far as its publisher says."""

    model_config = ConfigDict(extra="forbid")

    digital_source_type: SourceType | None = Field(
        default=None,
        description="A term of the IPTC digital source types, its full address, or an object with "
        "either as uri, literal or name: " + ", ".join(DigitalSourceType) + ".",
    )
    ai_system: OptionalName = Field(default=None, description="Name of the generating system.")
    ai_system_version: OptionalName = Field(default=None, description="Its version.")


class ArticleDocument(BaseModel):
    """One article as it is sent: a line of a JSON Lines file, or an element of a request."""

    model_config = ConfigDict(extra="forbid")

    id: OwnIdentifier = Field(
        description=f"Unique on the site: {ID_RULE}; not {ID_FORM}, which are briefs' ids."
    )
    title: str = Field(max_length=TITLE_MAX, description="Headline; markup is stripped.")
    url: Url | None = Field(default=None, description="Where the article can be read.")
    summary: str | None = Field(default=None, max_length=SUMMARY_MAX)
    body: str | None = Field(default=None, max_length=BODY_MAX)
    category: Slug | None = Field(default=None, description="Main topic, folded to lower case.")
    subcategory: Slug | None = None
    tags: list[Slug] = Field(default_factory=list, max_length=TAGS_MAX)
    source: OptionalName = Field(default=None, description="The publication.")
    author: OptionalName = None
    language: Annotated[str, Field(pattern=LANGUAGE_PATTERN)] | None = Field(
        default=None, description="BCP 47 tag, like en or pt-BR."
    )
    image: Url | None = None
    published_at: Instant | None = Field(
        default=None, description="RFC 3339 with a zone; the time of ingest where absent."
    )
    expires_at: Instant | None = Field(
        default=None, description="RFC 3339 with a zone; from then on it is in no feed."
    )
    provenance: ProvenanceDocument | None = None
    # Taken into the provenance, so it is no content of its own.
    digital_source_type: SourceType | None = Field(
        default=None,
        validation_alias=AliasChoices(*SOURCE_TYPE_NAMES),
        exclude=True,
        description="The same as provenance.digital_source_type, under its name in ninjs.",
    )

    @field_validator("summary", "body", mode="before")
    @classmethod
    def _strip_markup(cls, value: object) -> object:
        if isinstance(value, str) and len(value) > MARKUP_MAX:
            raise ValueError(f"must have at most {MARKUP_MAX} characters, markup included")
        return plain_text(value) or None if isinstance(value, str) else value

    @field_validator("title", mode="before")
    @classmethod
    def _require_title(cls, value: object) -> object:
        title = _to_single_line(value)
        if title == "":
            raise ValueError("must hold at least one visible character")
        return title

    @field_validator("digital_source_type")
    @classmethod
    def _agree_with_provenance(
        cls, value: DigitalSourceType | None, info: ValidationInfo
    ) -> DigitalSourceType | None:
        given = info.data.get("provenance") or ProvenanceDocument()
        if value and given.digital_source_type not in {None, value}:
            raise ValueError("must not contradict provenance.digital_source_type")
        return value

    @model_validator(mode="after")
    def _take_into_provenance(self) -> Self:
        if self.digital_source_type:
            given = self.provenance or ProvenanceDocument()
            named = {"digital_source_type": self.digital_source_type}
            self.provenance = given.model_copy(update=named)
        return self

    @model_validator(mode="after")
    def _order_times(self) -> Self:
        if self.expires_at and self.published_at and self.expires_at <= self.published_at:
            raise ValueError("expires_at must be later than published_at")
        return self

    def fingerprint(self) -> str:
        """Return 32 hexadecimal digits that change when any field's content changes."""
        content = orjson.dumps(self.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(content).hexdigest()[:32]

    def to_article(self, received_at: float) -> Article:
        """Return the domain's article; ``received_at`` (epoch seconds) stands in for no date."""
        given = self.provenance or ProvenanceDocument()
        return Article(
            id=ArticleId(self.id),
            title=self.title,
            published_at=self.published_at.timestamp() if self.published_at else received_at,
            url=self.url,
            summary=self.summary,
            body=self.body,
            category=self.category,
            subcategory=self.subcategory,
            tags=tuple(dict.fromkeys(self.tags)),
            source=self.source,
            author=self.author,
            language=self.language,
            image=self.image,
            expires_at=self.expires_at.timestamp() if self.expires_at else None,
            provenance=Provenance(
                digital_source_type=given.digital_source_type,
                ai_system=given.ai_system,
                ai_system_version=given.ai_system_version,
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """One record that was not taken.

    Parameters
    ----------
    place : str
        Where it stood: ``"news.jsonl:17"``, ``"https://a.example/feed#3"``, ``"request:4"``.
    reason : str
        What was wanted and what came, naming the field.
    record : str
        The record itself, as far as it could be read, for a retry; may be empty.
    """

    place: str
    reason: str
    record: str = ""


def parse_document(fields: Any) -> ArticleDocument:
    """Check ``fields`` against the schema.

    Raises
    ------
    InvalidInput
        Names the first offending field, the rule and what came.
    """
    try:
        return ArticleDocument.model_validate(fields)
    except ValidationError as error:
        raise invalid_input(error) from error


_WORDS = {
    "extra_forbidden": "unknown field",
    "missing": "required, but missing",
    "model_type": "Input should be an object",
    "dict_type": "Input should be an object",
}
"""Our words for those rules of pydantic that it tells in Python's, or in more than it takes."""


def invalid_input(error: ValidationError) -> InvalidInput:
    """Turn pydantic's report into one error that names the first offending field."""
    first = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"]) or "record"
    message = _WORDS.get(first["type"], first["msg"].removeprefix("Value error, "))
    if first["type"] == "missing":
        return InvalidInput(field, message)
    return InvalidInput(field, message, shown(first["input"]))
