"""JSON schemas in words, and examples as command lines: what the page at ``/docs`` shows."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from api.operations import NOW, Example

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One parameter or field, as a row of a table.

    Parameters
    ----------
    schema_name : str or None
        The schema that the type names, where it is described elsewhere on the page.
    default : str
        The default as JSON, or "required", or "optional" where absence is a choice of its own.
    """

    name: str
    type: str
    schema_name: str | None
    limits: str
    default: str
    description: str


def parameter_rows(operation: Schema) -> list[Row]:
    """Return the parameters of an operation of the OpenAPI document."""
    return [
        _row(each["name"], {**each["schema"], "description": each["description"]}, each["required"])
        for each in operation["parameters"]
    ]


def field_rows(schema: Schema) -> list[Row]:
    """Return the fields of an object's schema."""
    required = schema.get("required", ())
    fields = schema.get("properties", {})
    return [_row(name, field, name in required) for name, field in fields.items()]


def type_of(schema: Schema) -> str:
    """Return a schema's type in words.

    Examples
    --------
    >>> type_of({"type": "array", "items": {"$ref": "#/components/schemas/Card"}})
    'list of Card'
    >>> type_of({"anyOf": [{"type": "integer"}, {"type": "null"}]})
    'integer or null'
    >>> type_of({"oneOf": [{"type": "string"}, {"$ref": "#/components/schemas/AiShare"}]})
    'string or AiShare'
    """
    if choices := _choices(schema):
        return " or ".join(map(type_of, choices))
    if "const" in schema:
        return json.dumps(schema["const"])
    if "contentSchema" in schema:
        return f"{type_of(schema['contentSchema'])} as JSON"
    inner = schema.get("items") or schema.get("additionalProperties")
    if isinstance(inner, dict):
        return f"{'list' if schema['type'] == 'array' else 'object'} of {type_of(inner)}"
    if schema.get("format") == "date-time":
        return "date and time"
    return schema_name(schema) or str(schema.get("type", "any"))


def schema_name(schema: Schema) -> str | None:
    """Return the schema that this one names, itself or for an element or a choice."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    inner = ("items", "additionalProperties", "contentSchema")
    parts = [*_choices(schema), *map(schema.get, inner)]
    names = [schema_name(part) for part in parts if isinstance(part, dict)]
    return next((name for name in names if name), None)


def limits_of(schema: Schema) -> str:
    """Return a schema's limits in words; empty where there are none.

    Examples
    --------
    >>> limits_of({"type": "integer", "minimum": 1, "maximum": 100})
    '1 to 100'
    >>> limits_of({"type": "string", "maxLength": 500})
    'at most 500 characters'
    """
    return "; ".join(dict.fromkeys(_limits(schema)))


def curl(method: str, example: Example, host: str, now: str) -> str:
    """Return a command line that sends an operation's example to ``host``, dated ``now``."""
    words = ["curl"] if method == "GET" else ["curl", "-X", method]
    words += ["-G"] if example.query else []
    lines = [shlex.join([*words, host.rstrip("/") + example.path])]
    for name, value in example.query.items():
        lines.append(shlex.join(["--data-urlencode", f"{name}={value}"]))
    if example.accept is not None:
        lines.append(shlex.join(["-H", f"Accept: {example.accept}"]))
    if example.body is not None:
        body = {name: now if part == NOW else part for name, part in example.body.items()}
        lines.append(shlex.join(["-H", "Content-Type: application/json"]))
        lines.append(shlex.join(["-d", json.dumps(body)]))
    return " \\\n  ".join(lines)


def _row(name: str, schema: Schema, required: object) -> Row:
    return Row(
        name=name,
        type=type_of(schema),
        schema_name=schema_name(schema),
        limits=limits_of(schema),
        default="required" if required else _default(schema.get("default")),
        description=schema.get("description", ""),
    )


def _choices(schema: Schema) -> list[Schema]:
    return [*schema.get("anyOf", ()), *schema.get("oneOf", ())]


def _default(default: object) -> str:
    return "optional" if default is None else json.dumps(default)


def _limits(schema: Schema) -> Iterator[str]:
    # Not the pattern: the meaning says it in words, and the OpenAPI document has it.
    for part in _choices(schema):
        yield from _limits(part)
    if "enum" in schema:
        yield "one of " + ", ".join(map(str, schema["enum"]))
    yield from _range(schema, "minimum", "maximum", "")
    yield from _range(schema, "minLength", "maxLength", " characters")
    yield from _range(schema, "minItems", "maxItems", " elements")
    if "exclusiveMinimum" in schema:
        yield f"more than {schema['exclusiveMinimum']:,}"
    if isinstance(schema.get("items"), dict):
        yield from (f"each {limit}" for limit in _limits(schema["items"]))


def _range(schema: Schema, low: str, high: str, unit: str) -> Iterator[str]:
    if low in schema and high in schema:
        yield f"{schema[low]:,} to {schema[high]:,}{unit}"
    elif low in schema:
        yield f"at least {schema[low]:,}{unit}"
    elif high in schema:
        yield f"at most {schema[high]:,}{unit}"
