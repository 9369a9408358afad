"""YAML files in, plain values out: as JSON has them, so that one schema checks both forms.

YAML 1.1, which PyYAML reads, takes ``no`` for false, ``1e-3`` for text and a date for an object
that JSON does not have. Here a plain word is what the core schema of YAML 1.2 says (section 10.3).
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from recommender.errors import SourceError

FILE_MAX_BYTES = 1_000_000


def read_yaml(path: Path) -> Any:
    """Return what a YAML or JSON file holds.

    Raises
    ------
    SourceError
        It cannot be read, is too large, is no YAML, or names one key twice.
    """
    try:
        with path.open("rb") as file:
            data = file.read(FILE_MAX_BYTES + 1)
        if len(data) > FILE_MAX_BYTES:
            raise SourceError(f"{path}: at most {FILE_MAX_BYTES} bytes are read of a YAML file")
        return yaml.load(data, _Loader)  # noqa: S506  # made of SafeLoader
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror or error}") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:  # Python reads 4,300 digits
        raise SourceError(f"{path}: YAML or JSON wanted; {error}") from error


class _Loader(yaml.SafeLoader):
    """The safe loader with the words of YAML 1.2, and no key twice."""

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001, FBT002  # as PyYAML has it
    ) -> dict[Hashable, Any]:
        keys = [each.value for each, _ in node.value if isinstance(each, yaml.ScalarNode)]
        twice = next((key for number, key in enumerate(keys) if key in keys[:number]), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {twice!r} stands here twice", node.start_mark
            )
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {}
for _kind, _words, _first in (
    ("null", r"~|null|Null|NULL|", ("~", "n", "N", "")),
    ("bool", r"true|True|TRUE|false|False|FALSE", tuple("tTfF")),
    ("int", r"[-+]?(0|[1-9][0-9]*)", tuple("-+0123456789")),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?",
        tuple("-+.0123456789"),
    ),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_kind}", re.compile(f"^(?:{_words})$"), list(_first)
    )
