"""Query parameters: read strictly, each once, into a pydantic model."""

from __future__ import annotations

from typing import TypeVar
from urllib.parse import parse_qsl

from flask import request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from recommender.domain.ids import ID_RULE
from recommender.errors import InvalidInput
from recommender.ingest.documents import Identifier, Slug, invalid_input

PARAMETERS_MAX = 50
"""Parameters that are looked at; no operation has more than a few."""


class Query(BaseModel):
    """The parameters of one operation."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NoQuery(Query):
    """No parameter at all."""


class FeedQuery(Query):
    """Whose feed, and how much of it."""

    user_id: Identifier | None = Field(
        default=None, description=f"The reader, {ID_RULE}; without one, the feed is a guest's."
    )
    size: int | None = Field(
        default=None,
        ge=1,
        le=100,
        description="Articles wanted; the site's setting NEWSFEED_FEED__SIZE where absent.",
    )


class TrendingQuery(Query):
    """What trends, and where."""

    category: Slug | None = Field(
        default=None, description="Only articles of this category; all where absent."
    )
    limit: int = Field(default=10, ge=1, le=100, description="Articles wanted.")


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
