"""What may be asked of one column of the catalogue: any of some names, all of them, none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Annotated, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from recommender.catalogue.columns import Coded
from recommender.catalogue.view import CatalogueView
from recommender.config import Config
from recommender.domain.ids import LANGUAGE_PATTERN

NAMES_MAX = 50
"""Names in one list."""

SLUG_MAX = 64
NAME_MAX = 200
LANGUAGE_MAX = 35
"""Characters, as the articles' own names have at most."""

CATEGORIES_OF_AN_ARTICLE = 2
"""Its category and its subcategory."""

Mask = NDArray[np.bool_]
"""One truth value for each row of the catalogue, shape (n,)."""


def _with_single_spaces(value: object) -> object:
    """Fold white space as the names of articles are folded."""
    return " ".join(value.split()) if isinstance(value, str) else value


Slug = Annotated[
    str,
    StringConstraints(to_lower=True, min_length=1, max_length=SLUG_MAX),
    BeforeValidator(_with_single_spaces),
]
Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=NAME_MAX),
    BeforeValidator(_with_single_spaces),
]
LanguageTag = Annotated[
    str, StringConstraints(to_lower=True, pattern=LANGUAGE_PATTERN, max_length=LANGUAGE_MAX)
]
Slugs = Annotated[tuple[Slug, ...], Field(max_length=NAMES_MAX)]
Names = Annotated[tuple[Name, ...], Field(max_length=NAMES_MAX)]
LanguageTags = Annotated[tuple[LanguageTag, ...], Field(max_length=NAMES_MAX)]


def in_category(view: CatalogueView, names: Collection[str]) -> Mask:
    """Return the mask, shape (n,), of rows whose category or subcategory is one of ``names``."""
    return view.category.among(names) | view.subcategory.among(names)


def _spoken(column: Coded, tags: Collection[str]) -> list[str]:
    return [name for name in column.names if name and _is_spoken(name.lower(), tags)]


def _is_spoken(tag: str, wanted: Collection[str]) -> bool:
    """Tell whether a language is one of ``wanted`` or a variety of one."""
    return any(tag == each or tag.startswith(f"{each}-") for each in wanted)


def _refuse_both(first: str, wanted: Iterable[str], second: str, refused: Iterable[str]) -> None:
    both = sorted(set(wanted) & set(refused))
    if both:
        raise ValueError(f"must not name {both[0]!r} in both {first} and {second}")


class CategoryFilter(Config):
    """Which categories; an article's are its category and its subcategory."""

    any: Slugs = Field(default=(), description="At least one of these; all where empty.")
    all: Slugs = Field(
        default=(),
        description="Each of these: two at most, as an article has a category and a subcategory.",
    )
    none: Slugs = Field(default=(), description="None of these.")

    @model_validator(mode="after")
    def _refuse_contradictions(self) -> Self:
        _refuse_both("any", self.any, "none", self.none)
        _refuse_both("all", self.all, "none", self.none)
        if len(set(self.all)) > CATEGORIES_OF_AN_ARTICLE:
            raise ValueError("must not want more than 2 categories of one article in all")
        return self

    def masks(self, view: CatalogueView) -> Iterator[Mask]:
        """Yield one mask for each condition."""
        if self.any:
            yield in_category(view, self.any)
        for name in self.all:
            yield in_category(view, (name,))
        if self.none:
            yield ~in_category(view, self.none)


class TagFilter(Config):
    """Which tags."""

    any: Slugs = Field(default=(), description="At least one of these; all where empty.")
    all: Slugs = Field(default=(), description="Each of these.")
    none: Slugs = Field(default=(), description="None of these.")

    @model_validator(mode="after")
    def _refuse_contradictions(self) -> Self:
        _refuse_both("any", self.any, "none", self.none)
        _refuse_both("all", self.all, "none", self.none)
        return self

    def masks(self, view: CatalogueView) -> Iterator[Mask]:
        """Yield one mask for each condition."""
        if self.any:
            yield view.tags.with_any(self.any)
        for name in self.all:
            yield view.tags.with_any((name,))
        if self.none:
            yield ~view.tags.with_any(self.none)


class SourceFilter(Config):
    """Which publications, by their names as the articles have them."""

    any: Names = Field(default=(), description="One of these; all where empty.")
    none: Names = Field(default=(), description="None of these.")

    @model_validator(mode="after")
    def _refuse_contradictions(self) -> Self:
        _refuse_both("any", self.any, "none", self.none)
        return self

    def masks(self, view: CatalogueView) -> Iterator[Mask]:
        """Yield one mask for each condition."""
        if self.any:
            yield view.source.among(self.any)
        if self.none:
            yield ~view.source.among(self.none)


class LanguageFilter(Config):
    """Which languages; ``en`` also means ``en-GB``, but not the other way round."""

    any: LanguageTags = Field(
        default=(),
        description="One of these; all where empty, also articles that name no language.",
    )
    none: LanguageTags = Field(default=(), description="None of these.")

    @model_validator(mode="after")
    def _refuse_contradictions(self) -> Self:
        for tag in self.any:
            if _is_spoken(tag, self.none):
                raise ValueError(f"must not name {tag!r} in any when none leaves it out")
        return self

    def masks(self, view: CatalogueView) -> Iterator[Mask]:
        """Yield one mask for each condition."""
        if self.any:
            yield view.language.among(_spoken(view.language, self.any))
        if self.none:
            yield ~view.language.among(_spoken(view.language, self.none))
