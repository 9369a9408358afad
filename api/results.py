"""What became of each record of a request, as it is answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from api.errors import field_error
from recommender.domain.ids import is_valid_id
from recommender.errors import NewsfeedError

S = TypeVar("S", bound=StrEnum)

Result = dict[str, Any]
"""Id, status and, where it was not taken, error: one element of ``results``."""


def result(record: Any, status: StrEnum, error: NewsfeedError | None) -> Result:
    """Return what is said of ``record``, which is as it was sent."""
    said: Result = {"id": _claimed_id(record), "status": status}
    if error is not None:
        said["error"] = field_error(error)
    return said


def counted(results: Sequence[Result], names: Mapping[S, str]) -> dict[str, int]:
    """Return how many results have each status, under the name that it is counted by.

    Examples
    --------
    >>> from api.schemas import InteractionStatus as Status
    >>> counted([{"status": Status.ACCEPTED}] * 2, {Status.ACCEPTED: "yes", Status.REJECTED: "no"})
    {'yes': 2, 'no': 0}
    """
    counts = Counter(each["status"] for each in results)
    return {name: counts[status] for status, name in names.items()}


def _claimed_id(record: Any) -> str | None:
    claimed = record.get("id") if isinstance(record, dict) else None
    return claimed if isinstance(claimed, str) and is_valid_id(claimed) else None
