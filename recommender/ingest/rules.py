"""The rules document: the one schema that a site's rules are read into."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
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
from recommender.errors import InvalidInput
from recommender.ingest.documents import Identifier, Instant, OptionalName, Slug, invalid_input

RULES_MAX = 200
"""Rules of one site."""

AMOUNT_MAX = 10.0
"""Largest boost or bury; the score of an article is a few units at most."""

POSITION_MAX = 100
"""Last position that an article can be pinned to: that of the largest page."""

_OPPOSITES = {
    Action.PIN: Action.HOLD_OUT,
    Action.HOLD_OUT: Action.PIN,
    Action.BOOST: Action.BURY,
    Action.BURY: Action.BOOST,
}

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


def parse_rules(fields: Any) -> tuple[SiteRule, ...]:  # whatever was sent
    """Check ``fields`` against the schema.

    Raises
    ------
    InvalidInput
        Names the first offending field, the rule and what came; or the first rule that repeats or
        contradicts one before it.
    """
    try:
        document = RulesDocument.model_validate(fields)
    except ValidationError as error:
        raise invalid_input(error) from error
    rules = tuple(rule.to_rule() for rule in document.rules)
    _refuse_conflicts(rules)
    return rules


def _refuse_conflicts(rules: Sequence[SiteRule]) -> None:
    said: dict[Hashable, int] = {}
    for place, rule in enumerate(rules):
        for clash, problem in _clashes(rule):
            if clash in said:
                wanted = f"a rule that agrees with rules.{said[clash]}, which {problem}"
                raise InvalidInput(f"rules.{place}", wanted, _in_words(rule))
        for saying in (rule, (rule.action, rule.target, rule.value), (rule.action, rule.position)):
            said.setdefault(saying, place)


def _clashes(rule: SiteRule) -> Iterator[tuple[Hashable, str]]:
    """Yield what no rule before this one may have said, and what that would be in words."""
    yield rule, "is the same"
    opposite = _OPPOSITES[rule.action]
    yield (opposite, rule.target, rule.value), f"is a {opposite} of the same {rule.target}"
    if rule.action is Action.PIN:
        yield (rule.action, rule.target, rule.value), "pins the same article"
        yield (rule.action, rule.position), "pins an article to the same position"


def _in_words(rule: SiteRule) -> str:
    return f"{rule.action} of {rule.target} {rule.value!r}"


def _require_with(value: object, action: Action | None, takers: tuple[Action, ...]) -> None:
    if action is None:
        return  # no action at all: that is what is reported
    if action in takers and value is None:
        raise ValueError(f"required with {action}, but missing")
    if action not in takers and value is not None:
        raise ValueError(f"goes only with {' and '.join(takers)}")
