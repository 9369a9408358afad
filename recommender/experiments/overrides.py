"""What a variant changes: settings by their paths, checked by the settings' own schema."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from recommender.config import Config
from recommender.domain.experiments import Experiment
from recommender.errors import InvalidInput, shown

C = TypeVar("C", bound=Config)

REFUSED = {
    "seed": "the draws of chance are common to all variants",
    "sources.trend_depth": "it is read with the reader, before the variant is known",
    "eligibility.story_rest_hours": "it is read with the reader, before the variant is known",
}
"""Settings of the feed that no variant may change, and why."""

NEAR = 0.8
"""How like another path, 0 to 1, an unknown one is that was probably meant for it."""


def overridden(config: C, overrides: Mapping[str, object], field: str = "overrides") -> C:
    """Return ``config`` with the settings at some paths replaced.

    It takes a tenth of a millisecond or more: keep what it returns.

    Parameters
    ----------
    overrides : mapping of str to object
        Dotted path → value, as JSON has it.
    field : str
        Where ``overrides`` stand in what was sent, for the errors.

    Raises
    ------
    InvalidInput
        Names the path that is no setting, or whose value is outside of its limits.

    Examples
    --------
    >>> from pydantic import Field
    >>> class Dial(Config):
    ...     turned: float = Field(default=0.2, le=1.0)
    >>> class Feed(Config):
    ...     dial: Dial = Dial()
    >>> overridden(Feed(), {"dial.turned": 0.5})
    Feed(dial=Dial(turned=0.5))
    >>> overridden(Feed(), {"dial.turn": 0.5})
    Traceback (most recent call last):
    recommender.errors.InvalidInput: overrides.dial.turn: a setting; did you mean dial.turned?
    """
    if not overrides:
        return config
    tree = config.model_dump(mode="json")
    known = dict.fromkeys(paths(type(config)))
    for path, value in overrides.items():
        if path not in known:
            raise InvalidInput(f"{field}.{path}", _unknown(path, list(known)))
        _put(tree, path.split("."), value)
    try:
        # As JSON and strictly: neither "0.3" nor true passes for a number, and a list may be a
        # tuple.
        return type(config).model_validate_json(json.dumps(tree), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(f"{field}.{path}", first["msg"], shown(first["input"])) from error


def check_overrides(experiment: Experiment, config: Config) -> None:
    """Refuse an experiment one of whose variants cannot be made of ``config``.

    Raises
    ------
    InvalidInput
        Names the variant, the path and the limit.
    """
    for number, variant in enumerate(experiment.variants):
        field = f"variants.{number}.overrides"
        for path in variant.overrides:
            if path in REFUSED:
                wanted = f"of variant {variant.name!r}: another setting; {REFUSED[path]}"
                raise InvalidInput(f"{field}.{path}", wanted)
        try:
            overridden(config, variant.overrides, field)
        except InvalidInput as error:
            wanted = f"of variant {variant.name!r}: {error.wanted}"
            raise InvalidInput(error.field, wanted, error.got) from error


def paths(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Yield the dotted path of every setting of a tree of them."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from paths(kind, f"{prefix}{name}.")
        else:
            yield prefix + name


def _put(tree: dict[str, Any], path: list[str], value: object) -> None:
    *sections, name = path
    for section in sections:
        tree = tree[section]
    tree[name] = value


def _unknown(path: str, known: list[str]) -> str:
    """Return what there is instead: near settings, or else those of the section or all sections."""
    inside = [each for each in known if each.startswith(f"{path}.")]
    if inside:
        return f"one setting of this section: {', '.join(inside)}"
    leaf = path.rpartition(".")[2]
    near = [each for each in known if each.rpartition(".")[2] == leaf]
    if near := near or difflib.get_close_matches(path, known, cutoff=NEAR):
        return f"a setting; did you mean {' or '.join(near)}?"
    section = path.partition(".")[0]
    there = [each for each in known if each.startswith(f"{section}.")]
    there = there or sorted({each.partition(".")[0] for each in known})
    return f"a setting; there are {', '.join(there)}"
