"""The documents of review: the one schema of who lets a brief pass, or takes it back, and why."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from recommender.ingest.documents import NAME_MAX, invalid_input

REASON_MAX = 1_000
"""Characters of a reason."""

LINE_RULE = "one line of visible characters and spaces"


def _check_line(value: str) -> str:
    if not value.isprintable() or not value.strip():
        raise ValueError(f"must be {LINE_RULE}")
    return value


_Line = AfterValidator(_check_line)
Reviewer = Annotated[
    str,
    Field(
        min_length=1,
        max_length=NAME_MAX,
        description=f"Who decides it, in {LINE_RULE}; kept with the brief.",
    ),
    _Line,
]
Reason = Annotated[str, Field(min_length=1, max_length=REASON_MAX), _Line]


class ApprovalDocument(BaseModel):
    """That a draft may be published."""

    model_config = ConfigDict(extra="forbid")

    by: Reviewer
    revision: int | None = Field(
        default=None,
        ge=1,
        strict=True,
        description="Number of the revision that was read: refused where a newer one waits.",
    )


class WithdrawalDocument(BaseModel):
    """That a brief is taken back."""

    model_config = ConfigDict(extra="forbid")

    by: Reviewer
    reason: Reason | None = Field(
        default=None,
        description=f"Why, in {LINE_RULE}; readers of the brief's page are told it too.",
    )


Document = TypeVar("Document", ApprovalDocument, WithdrawalDocument)


def parse_approval(fields: Any) -> ApprovalDocument:  # whatever was sent
    """Check ``fields`` against the schema.

    Raises
    ------
    InvalidInput
        Names the first offending field, the rule and what came.
    """
    return _parsed(ApprovalDocument, fields)


def parse_withdrawal(fields: Any) -> WithdrawalDocument:  # whatever was sent
    """Check ``fields`` against the schema; errors as for :func:`parse_approval`."""
    return _parsed(WithdrawalDocument, fields)


def _parsed(model: type[Document], fields: Any) -> Document:
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise invalid_input(error) from error
