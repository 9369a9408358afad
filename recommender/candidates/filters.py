"""What a request leaves out of its feed: one small syntax, checked once, applied as a mask.

On the wire a filter is one JSON object, each part of it optional::

    {"category": {"any": ["science", "space"], "none": ["sport"]}, "language": {"any": ["en"]}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property
from typing import Annotated, Any, Literal

import numpy as np
import orjson
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    ValidationError,
)

from recommender.candidates.conditions import (
    CategoryFilter,
    LanguageFilter,
    Mask,
    SourceFilter,
    TagFilter,
)
from recommender.catalogue.view import CatalogueView
from recommender.config import Config
from recommender.domain.ids import ID_RULE, ArticleId, is_valid_id
from recommender.errors import InvalidInput

FIELD = "filter"
"""What the parameter is called on the wire; paths of its parts begin with it."""

EXCLUDED_MAX = 200
"""Ids that are not wanted."""

GOT_MAX = 80
"""Characters of what came that a message repeats."""

_WANTED = 'a JSON object like {"category": {"any": ["science"]}}'

_WORDS = {
    "extra_forbidden": "unknown field",
    "missing": "required, but missing",
    "model_type": "must be a JSON object",
    "tuple_type": "must be a list",
    "literal_error": 'must be "include", "exclude" or {"max_share": 0 to 1}',
}
"""Our words for some of pydantic's rules."""

_DATE_AND_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}")


def _check_id(value: str) -> ArticleId:
    if not is_valid_id(value):
        raise ValueError(f"must be {ID_RULE}")
    return ArticleId(value)


def _require_date_and_time(value: object) -> object:
    """Refuse numbers: pydantic would take them for seconds since the epoch, or for days."""
    if isinstance(value, datetime) or (isinstance(value, str) and _DATE_AND_TIME.match(value)):
        return value
    raise ValueError("must be a date and time with a zone, like 2026-01-31T09:00:00Z")


Instant = Annotated[AwareDatetime, BeforeValidator(_require_date_and_time)]


class AiShare(Config):
    """A bound on generated articles in the feed, instead of leaving all of them out."""

    max_share: float = Field(
        strict=True,
        ge=0.0,
        le=1.0,
        description="Share of each page that may be generated with AI, 0 to 1.",
    )


def _kind_of_choice(value: object) -> str:
    return "share" if isinstance(value, dict | AiShare) else "word"


AiChoice = Annotated[
    Annotated[Literal["include", "exclude"], Tag("word")] | Annotated[AiShare, Tag("share")],
    Discriminator(_kind_of_choice),
]


class FeedFilter(Config):
    """What may be in a feed. An empty filter leaves nothing out."""

    category: CategoryFilter = Field(
        default=CategoryFilter(), description="Which categories and subcategories."
    )
    tag: TagFilter = Field(
        default=TagFilter(), description="Which of the tags that articles carry."
    )
    source: SourceFilter = Field(default=SourceFilter(), description="Which publications.")
    language: LanguageFilter = Field(
        default=LanguageFilter(), description="Which languages; en also means en-GB."
    )
    published_since: Instant | None = Field(
        default=None, description="RFC 3339 with a zone: only articles from then on."
    )
    exclude: Annotated[
        tuple[Annotated[str, AfterValidator(_check_id)], ...], Field(max_length=EXCLUDED_MAX)
    ] = Field(default=(), description="Ids of articles that are not wanted.")
    generated_with_ai: AiChoice = Field(
        default="include",
        description="include, exclude, or a largest share. An article that does not say how it "
        "was made is unknown: neither excluded nor counted.",
    )

    @cached_property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return self == NO_FILTER

    @property
    def max_ai_share(self) -> float | None:
        """The share of a page that may be generated with AI; None where any may."""
        if isinstance(self.generated_with_ai, AiShare):
            return self.generated_with_ai.max_share
        return None if self.generated_with_ai == "include" else 0.0

    def check(self, now: float) -> None:
        """Refuse what cannot be met at ``now`` (seconds since the epoch).

        Raises
        ------
        InvalidInput
            Only articles of the future are asked for.
        """
        if self.published_since is not None and self.published_since.timestamp() > now:
            wanted = f"an instant that is not later than {datetime.fromtimestamp(now, UTC)}"
            raise InvalidInput(f"{FIELD}.published_since", wanted, str(self.published_since))

    def mask(self, view: CatalogueView) -> Mask:
        """Return a new mask, shape (n,), of the rows that pass."""
        mask = np.ones(view.count, np.bool_)
        if self.is_empty:
            return mask
        for condition in self._conditions(view):
            mask &= condition
        if self.exclude:
            mask[view.rows_of([ArticleId(each) for each in self.exclude])] = False
        return mask

    def _conditions(self, view: CatalogueView) -> Iterator[Mask]:
        yield from self.category.masks(view)
        yield from self.tag.masks(view)
        yield from self.source.masks(view)
        yield from self.language.masks(view)
        if self.published_since is not None:
            yield view.published >= self.published_since.timestamp()
        if self.max_ai_share == 0.0:
            yield view.with_ai != 1


NO_FILTER = FeedFilter()
"""Leaves nothing out."""


def parse_filter(text: str) -> FeedFilter:
    """Read a filter as it is sent: a JSON object.

    Raises
    ------
    InvalidInput
        Names the first offending part by its path, like ``filter.category.any.0``.

    Examples
    --------
    >>> parse_filter('{"language": {"any": ["en"]}}').language.any
    ('en',)
    """
    try:
        fields = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidInput(FIELD, _WANTED, _shortened(text)) from error
    if not isinstance(fields, dict):
        raise InvalidInput(FIELD, _WANTED, _shortened(fields))
    try:
        return FeedFilter.model_validate(fields)
    except ValidationError as error:
        raise _invalid_filter(error) from error


def _invalid_filter(error: ValidationError) -> InvalidInput:
    first = error.errors(include_url=False)[0]
    place = first["loc"]
    if place[:1] == ("generated_with_ai",):
        place = place[:1] + place[2:]  # pydantic puts the name of the choice between
    field = ".".join([FIELD, *map(str, place)])
    wanted = _WORDS.get(first["type"], first["msg"].removeprefix("Value error, "))
    return InvalidInput(field, wanted, _shortened(first["input"]))


def _shortened(value: Any) -> str:  # whatever was sent
    try:
        written = repr(value)
    except RecursionError:  # JSON may be nested deeper than Python can write
        return "a value nested too deeply to be shown"
    return written if len(written) <= GOT_MAX else written[: GOT_MAX - 3] + "..."
