"""Query parameters: read strictly, each once, into a pydantic model."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, TypeVar
from urllib.parse import parse_qsl

from flask import request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from recommender.candidates.filters import FeedFilter
from recommender.domain.ids import ID_RULE, LANGUAGE_PATTERN
from recommender.errors import InvalidInput
from recommender.ingest.documents import Identifier, Slug, invalid_input
from recommender.ingest.experiments import Key
from recommender.settings import REQUEST_LINE_MAX

PARAMETERS_MAX = 50
"""Parameters that are looked at; no operation has more than a few."""


FILTER_MAX = REQUEST_LINE_MAX
"""Characters of a filter: no request has room for more."""

CURSOR_MAX = 500
"""Characters of a cursor; ours have fewer."""

VARIANT_MAX = 500
"""Characters of a parameter that asks for a variant; ours have fewer."""

REVISION_MAX = 1_000_000_000
"""Number of a revision; a brief that is written anew every second has fewer in 30 years."""


def _check_language(tag: str) -> str:
    if not re.match(LANGUAGE_PATTERN, tag):
        raise ValueError("must be a language tag like en or pt-BR (BCP 47)")
    return tag


Language = Annotated[str, Field(max_length=35), AfterValidator(_check_language)]
"""A BCP 47 tag."""


class Query(BaseModel):
    """The parameters of one operation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    as_json: ClassVar[Mapping[str, type[BaseModel]]] = {}
    """Parameters that hold JSON, with the models that check it."""


class NoQuery(Query):
    """No parameter at all."""


class FeedQuery(Query):
    """Whose feed, how much of it, and of what kind."""

    as_json = {"filter": FeedFilter}

    user_id: Identifier | None = Field(
        default=None, description=f"The reader, {ID_RULE}; without one, the feed is a guest's."
    )
    size: int | None = Field(
        default=None,
        ge=1,
        le=100,
        description="Articles wanted; the site's setting NEWSFEED_FEED__SIZE where absent.",
    )
    reading: Identifier | None = Field(
        default=None,
        description="The article being read now: what is near it, and what its readers read as "
        "well, then counts. It is not in the feed itself.",
    )
    filter: str | None = Field(
        default=None,
        max_length=FILTER_MAX,
        description='What may be shown: {"category": {"any": ["science"]}, '
        '"generated_with_ai": "exclude"}. What is left out of it leaves nothing out.',
    )
    diversity: float | None = Field(
        default=None,
        ge=0.0,
        le=1.0,
        description="0 is the best articles whatever they are about, 1 is as different as can be; "
        "the site's setting NEWSFEED_FEED__RERANK__DIVERSITY where absent.",
    )
    personalization: Literal["on", "off"] = Field(
        default="on", description="off: no data of the reader is read or used, and none is kept."
    )
    cursor: str | None = Field(
        default=None,
        max_length=CURSOR_MAX,
        description="The member next of an earlier answer. It stands for all that was asked for "
        "there: only user_id, size, lang and format may be given along with it.",
    )
    variant: str | None = Field(
        default=None,
        max_length=VARIANT_MAX,
        description="Signed parameter, as POST /v1/experiments/{key}/preview gives it: shows a "
        "variant to whoever asks, and no other. No analysis counts what is shown so.",
    )
    lang: Language | None = Field(
        default=None,
        description="BCP 47 tag of the language in which labels and reasons are told; the reader's "
        "preference, then Accept-Language, where absent.",
    )
    format: Literal["json", "jsonfeed", "rss"] | None = Field(
        default=None,
        description="json, JSON Feed 1.1 or RSS 2.0; as the header Accept says where absent.",
    )


class WhyQuery(Query):
    """Which article of which slate."""

    slate_id: Identifier = Field(description="As the feed gave it.")
    article_id: Identifier = Field(description="An article that the slate showed.")
    lang: Language | None = Field(
        default=None, description="BCP 47 tag of the language wanted; else Accept-Language."
    )


class ParametersQuery(Query):
    """In which language."""

    lang: Language | None = Field(
        default=None, description="BCP 47 tag of the language wanted; else Accept-Language."
    )


class ProfileQuery(Query):
    """In which language."""

    lang: Language | None = Field(
        default=None,
        description="BCP 47 tag of the language wanted; the reader's preference, then "
        "Accept-Language, where absent.",
    )


class TrendingQuery(Query):
    """What trends, and where."""

    category: Slug | None = Field(
        default=None, description="Only articles of this category; all where absent."
    )
    limit: int = Field(default=10, ge=1, le=100, description="Articles wanted.")


class StoriesQuery(Query):
    """How many stories."""

    limit: int = Field(default=20, ge=1, le=100, description="Stories wanted.")


class BriefsQuery(Query):
    """How many briefs."""

    limit: int = Field(default=20, ge=1, le=100, description="Briefs wanted.")


class BriefQuery(Query):
    """Which revision, in which form."""

    revision: int | None = Field(
        default=None,
        ge=1,
        le=REVISION_MAX,
        description="Number of the revision wanted. Where absent, JSON has the newest one, which "
        "may wait for approval, and a page the published one.",
    )
    lang: Language | None = Field(
        default=None,
        description="BCP 47 tag of the language in which labels are told; else Accept-Language.",
    )
    format: Literal["json", "html"] | None = Field(
        default=None, description="json, or a page; as the header Accept says where absent."
    )


class ExperimentsQuery(Query):
    """Which part of the list."""

    limit: int = Field(default=100, ge=1, le=100, description="Experiments wanted.")
    cursor: Key | None = Field(
        default=None, description="The member next of an earlier answer, to go on from there."
    )


class VersionQuery(Query):
    """What is to be changed."""

    version: str | None = Field(
        default=None,
        min_length=1,
        max_length=64,
        description="The version that is to be changed, as an answer told it, so that nobody's "
        "change is lost; absent for an experiment that is not there yet.",
    )


class SimilarQuery(Query):
    """How many neighbours."""

    limit: int = Field(default=10, ge=1, le=100, description="Articles wanted.")


Q = TypeVar("Q", bound=Query)


def read_query(model: type[Q]) -> Q:
    """Return the current request's parameters.

    Raises
    ------
    InvalidInput
        Names the parameter that is unknown, repeated, empty or outside its limits.
    """
    try:
        return model.model_validate(_parameters(request.query_string))
    except ValidationError as error:
        raise invalid_input(error) from error


def _parameters(query: bytes) -> dict[str, str]:
    # Not request.args: it puts U+FFFD for bytes that are no UTF-8, and would hide a repetition.
    pairs = _pairs(query) if query else []
    parameters = dict(pairs)
    if len(parameters) < len(pairs):
        names = [name for name, _ in pairs]
        name = next(name for name in names if names.count(name) > 1)
        raise InvalidInput(name, "given once at most", f"{names.count(name)} times")
    return parameters


def _pairs(query: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            query.decode(), keep_blank_values=True, errors="strict", max_num_fields=PARAMETERS_MAX
        )
    except UnicodeDecodeError as error:
        raise InvalidInput("query", "percent-encoded UTF-8", repr(error.object[:80])) from error
    except ValueError as error:
        raise InvalidInput("query", f"at most {PARAMETERS_MAX} parameters", "more") from error
