"""A label as every answer shows it."""

from __future__ import annotations

from typing import Any

from recommender.disclosure.labels import Label
from recommender.store.cards import instant_or_none


def label_document(label: Label) -> dict[str, Any]:
    """Return a label as JSON."""
    return {
        "code": label.code,
        "text": label.text,
        "since": instant_or_none(label.since),
        "evidence": dict(label.evidence),
    }
