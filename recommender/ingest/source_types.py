"""The digital source type as it comes: a term, an address of one, or an object of ninjs."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from recommender.domain.provenance import IPTC_BASE, DigitalSourceType

SOURCE_TYPE_NAMES = ("digitalSourceType", "digitalsourcetype")
"""What ninjs and schema.org call it, and the same in lower case, as some parsers give it."""

_PARTS = ("uri", "literal", "name")
"""Parts of a ninjs object that may name the term, the surest first."""

_TERMS = {term.lower(): term for term in DigitalSourceType}
_NAMED = re.compile(rf"(?:{re.escape(IPTC_BASE)}|digsrctype:)?(\w+)/?")


def source_term(value: object) -> object:
    """Return the term that ``value`` names, or ``value`` itself for the rule to refuse.

    Examples
    --------
    >>> source_term({"uri": "https://cv.iptc.org/newscodes/digitalsourcetype/humanEdits"})
    <DigitalSourceType.HUMAN_EDITS: 'humanEdits'>
    >>> source_term("a guess")
    'a guess'
    """
    if isinstance(value, dict):
        named = (source_term(value.get(part)) for part in _PARTS)
        return next((term for term in named if isinstance(term, DigitalSourceType)), value)
    if not isinstance(value, str):
        return value
    found = _NAMED.fullmatch(value.strip().replace("https:", "http:", 1))
    return _TERMS.get(found[1].lower(), value) if found else value


SourceType = Annotated[
    DigitalSourceType,
    BeforeValidator(source_term),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "object", "properties": {part: {"type": "string"} for part in _PARTS}},
            ],
            "examples": [DigitalSourceType.TRAINED_ALGORITHMIC_MEDIA.value],
        }
    ),
]
"""A field of a document; absent and null are for the document to allow."""
