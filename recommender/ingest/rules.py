"""The rules document: the one schema that a site's rules are read into."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from recommender.domain.rules import Action, SiteRule, Target
from recommender.ingest.documents import Identifier, Instant, OptionalName, Slug, invalid_input

RULES_MAX = 200
"""Rules of one site."""

AMOUNT_MAX = 10.0
"""Largest boost or bury; the score of an article is a few units at most."""

POSITION_MAX = 100
"""Last position that an article can be pinned to: that of the largest page."""

_WITH_AMOUNT = (Action.BOOST, Action.BURY)


class RuleDocument(BaseModel):
    """What the site's editors decree: an action, and by exactly one name what it acts on."""

    model_config = ConfigDict(extra="forbid")

    action: Action = Field(
        description="pin puts an article at a position; boost and bury add to a score and take "
        "from it; hold_out keeps out of every feed."
    )
    article: Identifier | None = Field(default=None, description="One article, by its id.")
    category: Slug | None = Field(
        default=None, description="Articles of this category or subcategory."
    )
    source: OptionalName = Field(default=None, description="Articles of this publication.")
    tag: Slug | None = Field(default=None, description="Articles with this tag.")
    amount: Annotated[float, Field(strict=True, gt=0.0, le=AMOUNT_MAX)] | None = Field(
        default=None,
        validate_default=True,
        description="What boost adds to the score, or bury takes from it; only with these.",
    )
    position: Annotated[int, Field(strict=True, ge=1, le=POSITION_MAX)] | None = Field(
        default=None,
        validate_default=True,
        description="Where a pinned article stands, 1 is the top; only with pin.",
    )
    until: Instant | None = Field(
        default=None,
        description="RFC 3339 with a zone: when the rule ends; without, it stays until replaced.",
    )

    @field_validator("amount", mode="after")
    @classmethod
    def _amount_goes_with_boost(cls, value: float | None, info: ValidationInfo) -> float | None:
        _require_with(value, info.data.get("action"), _WITH_AMOUNT)
        return value

    @field_validator("position", mode="after")
    @classmethod
    def _position_goes_with_pin(cls, value: int | None, info: ValidationInfo) -> int | None:
        _require_with(value, info.data.get("action"), (Action.PIN,))
        return value

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        named = [target for target in Target if getattr(self, target) is not None]
        if len(named) != 1:
            raise ValueError("must name exactly one of " + ", ".join(Target))
        if self.action is Action.PIN and named != [Target.ARTICLE]:
            raise ValueError("must name an article: nothing else can be pinned")
        return self

    def to_rule(self) -> SiteRule:
        """Return the domain's rule."""
        target = next(target for target in Target if getattr(self, target) is not None)
        return SiteRule(
            action=self.action,
            target=target,
            value=getattr(self, target),
            amount=self.amount or 0.0,
            position=self.position or 0,
            until=self.until.timestamp() if self.until else None,
        )


class RulesDocument(BaseModel):
    """All rules of a site; those that were in force before are replaced."""

    model_config = ConfigDict(extra="forbid")

    rules: list[RuleDocument] = Field(
        max_length=RULES_MAX, description=f"At most {RULES_MAX}; none where empty."
    )

    @field_validator("rules", mode="after")
    @classmethod
    def _one_pin_each(cls, rules: list[RuleDocument]) -> list[RuleDocument]:
        pins = [rule for rule in rules if rule.action is Action.PIN]
        if len({pin.position for pin in pins}) < len(pins):
            raise ValueError("must not pin two articles to one position")
        if len({pin.article for pin in pins}) < len(pins):
            raise ValueError("must not pin one article to two positions")
        return rules


def parse_rules(fields: Any) -> tuple[SiteRule, ...]:  # whatever was sent
    """Check ``fields`` against the schema.

    Raises
    ------
    InvalidInput
        Names the first offending field, the rule and what came.
    """
    try:
        document = RulesDocument.model_validate(fields)
    except ValidationError as error:
        raise invalid_input(error) from error
    return tuple(rule.to_rule() for rule in document.rules)


def _require_with(value: object, action: Action | None, takers: tuple[Action, ...]) -> None:
    if action is None:
        return  # no action at all: that is what is reported
    if action in takers and value is None:
        raise ValueError(f"required with {action}, but missing")
    if action not in takers and value is not None:
        raise ValueError(f"goes only with {' and '.join(takers)}")
