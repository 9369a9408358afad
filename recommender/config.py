"""The base of every component's settings object: frozen, checked, strict about names."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Config(BaseModel):
    """A component's settings: immutable, range-checked, unknown names refused.

    Subclasses sit beside the component they configure. Each field carries its unit, range,
    default and meaning; ``docs/settings.md`` is generated from them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
