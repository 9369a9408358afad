"""An option that takes names with commas between them."""

from __future__ import annotations

from enum import StrEnum
from typing import Generic, TypeVar

import click

Name = TypeVar("Name", bound=StrEnum)


class Names(click.ParamType, Generic[Name]):  # type: ignore[type-arg]
    """Names of an enumeration, each once, in the order in which they were given."""

    name = "names"

    def __init__(self, kind: type[Name]) -> None:
        self._kind = kind

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return how the value is shown in the help."""
        del param, ctx
        return "NAME,…"

    def convert(
        self,
        value: str | tuple[Name, ...],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[Name, ...]:
        """Return the names; one that is unknown or comes twice is a usage error that lists them."""
        if not isinstance(value, str):
            return value
        asked = [each.strip() for each in value.split(",")]
        known = [each.value for each in self._kind]
        unknown = sorted({each for each in asked if each not in known})
        if unknown:
            told = ", ".join(repr(each) for each in unknown)
            self.fail(f"{told}: there are {', '.join(known)}.", param, ctx)
        if len(set(asked)) < len(asked):
            self.fail("each name once.", param, ctx)
        return tuple(self._kind(each) for each in asked)
