"""The experiment document: the one schema that an experiment is read into."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from recommender.domain.experiments import (
    INTERLEAVED,
    KEY_PATTERN,
    KEY_RULE,
    Experiment,
    ExperimentKind,
    Metric,
    Namespace,
    Status,
    Targeting,
    Variant,
)
from recommender.domain.ids import LANGUAGE_PATTERN, SITE_PATTERN, SITE_RULE, SiteId
from recommender.errors import InvalidInput, shown
from recommender.ingest.documents import Instant, invalid_input
from recommender.ingest.experiment_texts import refuse_hidden

VARIANTS_MAX = 10
OVERRIDES_MAX = 50
"""Settings that one variant changes."""

HYPOTHESIS_MAX = 2_000
NEW_READER_DAYS_MAX = 365.0
WEIGHTS_OFF = 0.01
"""How far the sum of the weights may be from 1; the SDKs of GrowthBook put equal weights in the
place of those that are further off, without a word."""

Key = Annotated[str, Field(pattern=KEY_PATTERN, description=KEY_RULE + ".")]
Share = Annotated[float, Field(strict=True, ge=0.0, le=1.0)]

Days = Annotated[float, Field(strict=True, gt=0.0, le=NEW_READER_DAYS_MAX)]


class VariantDocument(BaseModel):
    """One of what is compared."""

    model_config = ConfigDict(extra="forbid")

    name: Key
    weight: Share | None = Field(
        default=None,
        description="Share of the experiment's readers; all variants have one, with a sum of 1, or "
        "none: then the shares are equal.",
    )
    overrides: dict[str, JsonValue] = Field(
        default_factory=dict,
        max_length=OVERRIDES_MAX,
        description="Feed settings by dotted path, like rerank.diversity; empty is the feed as it "
        "is.",
    )

    @field_validator("name")
    @classmethod
    def _leave_interleaved(cls, value: str) -> str:
        if value == INTERLEAVED:
            raise ValueError(f"must not be {INTERLEAVED!r}: it stands for both rankings merged")
        return value


class NamespaceDocument(BaseModel):
    """The part of the readers that an experiment draws from."""

    model_config = ConfigDict(extra="forbid")

    name: Key
    start: Share
    end: Share = Field(description="Readers at this place are not taken any more.")

    @field_validator("end")
    @classmethod
    def _end_after_start(cls, value: float, info: ValidationInfo) -> float:
        if value <= info.data.get("start", -1.0):
            raise ValueError("must be greater than start")
        return value


class TargetingDocument(BaseModel):
    """Whom an experiment is for; everybody where nothing is set."""

    model_config = ConfigDict(extra="forbid")

    new_reader_days: Days | None = Field(
        default=None,
        description="Only readers whose first interaction is at most so many days old, and those "
        "who have none.",
    )
    languages: list[Annotated[str, Field(pattern=LANGUAGE_PATTERN)]] = Field(
        default_factory=list, max_length=20, description="BCP 47 tags; pt takes in pt-BR."
    )
    sites: list[Annotated[str, StringConstraints(pattern=SITE_PATTERN)]] = Field(
        default_factory=list, max_length=100, description=f"Sites: {SITE_RULE}."
    )


class ExperimentDocument(BaseModel):
    """An experiment as it is sent, its key apart."""

    model_config = ConfigDict(extra="forbid")

    hypothesis: str = Field(
        min_length=1,
        max_length=HYPOTHESIS_MAX,
        description="What is expected, of whom, and why.",
    )
    kind: ExperimentKind = Field(
        default=ExperimentKind.AB,
        description="ab gives each reader one variant; interleave merges both in each slate.",
    )
    variants: list[VariantDocument] = Field(
        min_length=2,
        max_length=VARIANTS_MAX,
        description="The first is the control; interleave takes two.",
    )
    seed: Annotated[str, Field(min_length=1, max_length=128)] | None = Field(
        default=None, description="What readers are dealt by; the key where absent."
    )
    hash_version: Literal[2] = Field(
        default=2, description="Version of the GrowthBook hash that readers are dealt by."
    )
    coverage: Share = Field(default=1.0, description="Share of the readers that take part.")
    namespace: NamespaceDocument | None = Field(
        default=None,
        description="Experiments with separate parts of one namespace share no reader.",
    )
    targeting: TargetingDocument = TargetingDocument()
    holdout: Share = Field(
        default=0.0,
        description="Share of the readers kept out: the same ones for all experiments. The site's "
        "own share holds where it is larger.",
    )
    primary_metric: Metric = Field(description="What decides.")
    guardrails: list[Metric] = Field(
        default_factory=list, description="What must not become worse."
    )
    start: Instant | None = Field(default=None, description="RFC 3339 with a zone.")
    end: Instant | None = Field(default=None, description="RFC 3339 with a zone.")
    status: Status = Status.DRAFT

    @field_validator("variants")
    @classmethod
    def _names_once(cls, value: list[VariantDocument]) -> list[VariantDocument]:
        names = [each.name for each in value]
        if len(set(names)) < len(names):
            raise ValueError("must have different names")
        return value

    @field_validator("variants")
    @classmethod
    def _weights_sum(cls, value: list[VariantDocument]) -> list[VariantDocument]:
        weights = [each.weight for each in value if each.weight is not None]
        if not weights:
            return value
        if len(weights) < len(value):
            raise ValueError("must all have a weight, or none")
        if not 1.0 - WEIGHTS_OFF <= sum(weights) <= 1.0 + WEIGHTS_OFF:
            raise ValueError(
                f"must have weights with a sum of 1, or {WEIGHTS_OFF:g} off at most; "
                f"theirs is {sum(weights):g}"
            )
        return value

    @field_validator("variants")
    @classmethod
    def _two_alike_to_merge(
        cls, value: list[VariantDocument], info: ValidationInfo
    ) -> list[VariantDocument]:
        if info.data.get("kind") is not ExperimentKind.INTERLEAVE:
            return value
        if len(value) != 2 or value[0].weight != value[1].weight:  # noqa: PLR2004  # two teams
            raise ValueError("must be two of equal weight, for a coin decides between them")
        return value

    @field_validator("guardrails")
    @classmethod
    def _guard_something_else(cls, value: list[Metric], info: ValidationInfo) -> list[Metric]:
        if info.data.get("primary_metric") in value or len(set(value)) < len(value):
            raise ValueError("must name each metric once, and not the primary one")
        return value

    @field_validator("end")
    @classmethod
    def _end_later(cls, value: datetime | None, info: ValidationInfo) -> datetime | None:
        start = info.data.get("start")
        if value and start and value <= start:
            raise ValueError("must be later than start")
        return value

    @model_validator(mode="after")
    def _credit_clicks(self) -> Self:
        clicks = self.primary_metric is Metric.CTR
        if self.kind is ExperimentKind.INTERLEAVE and not clicks:
            raise ValueError(
                f"primary_metric must be {Metric.CTR} where rankings are merged: clicks are what "
                "tells them apart"
            )
        return self

    def to_experiment(self, key: str) -> Experiment:
        """Return the domain's experiment, without a history."""
        equal = 1.0 / len(self.variants)
        return Experiment(
            key=key,
            hypothesis=self.hypothesis,
            kind=self.kind,
            variants=tuple(
                Variant(
                    name=each.name,
                    weight=equal if each.weight is None else each.weight,
                    overrides=each.overrides,
                )
                for each in self.variants
            ),
            seed=self.seed or key,
            primary_metric=self.primary_metric,
            guardrails=tuple(self.guardrails),
            coverage=self.coverage,
            namespace=Namespace(**self.namespace.model_dump()) if self.namespace else None,
            targeting=Targeting(
                new_reader_days=self.targeting.new_reader_days,
                languages=tuple(self.targeting.languages),
                sites=tuple(map(SiteId, self.targeting.sites)),
            ),
            holdout=self.holdout,
            start=self.start.timestamp() if self.start else None,
            end=self.end.timestamp() if self.end else None,
            status=self.status,
        )


class ExperimentFile(ExperimentDocument):
    """An experiment as it stands in a file, with its key."""

    key: Key


def parse_experiment(key: str, fields: Any) -> Experiment:  # whatever was sent
    """Check what was sent for an experiment against the schema.

    Raises
    ------
    InvalidInput
        Names the first offending field, the rule and what came.
    """
    if not isinstance(fields, Mapping):
        raise InvalidInput("experiment", "an object of its fields", shown(fields))
    if fields.get("key", key) != key:
        raise InvalidInput("key", f"the same as in the address, {key!r}", shown(fields["key"]))
    return parse_experiment_file({**fields, "key": key})


def parse_experiment_file(fields: Any) -> Experiment:  # whatever a file held
    """Check what a file holds against the schema; the key is among its fields.

    Raises
    ------
    InvalidInput
        Names the first offending field, the rule and what came.
    """
    try:
        document = ExperimentFile.model_validate(fields)
    except ValidationError as error:
        raise invalid_input(error) from error
    experiment = document.to_experiment(document.key)
    refuse_hidden(experiment)
    return experiment
