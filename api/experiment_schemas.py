"""What is sent and answered of experiments: models of ``/openapi.json``."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, WithJsonSchema

from api.bodies import BodyModels
from api.schemas import Closed
from recommender.domain.experiments import ExperimentKind, Metric, Status
from recommender.ingest.experiment_records import ChangeDocument, ExperimentRecord
from recommender.ingest.experiments import ExperimentDocument, Key
from recommender.ingest.previews import PreviewDocument

_KINDS = ("object", "array", "string", "number", "boolean", "null")

AnyJson = Annotated[JsonValue, WithJsonSchema({"anyOf": [{"type": kind} for kind in _KINDS]})]
"""Whatever JSON has; its schema says so in words, where pydantic's is empty."""


EXPERIMENT = BodyModels(record=ExperimentDocument)
PREVIEW = BodyModels(record=PreviewDocument)


class ChangeShown(ChangeDocument):
    """One field that changed; ``before`` is null where the experiment was new."""

    before: AnyJson
    after: AnyJson


class ExperimentAnswer(ExperimentRecord):
    """An experiment with all that ever changed of it."""

    site: str
    version: str = Field(description="Another with every change; see the parameter version of PUT.")
    warnings: list[str] = Field(
        description="What is allowed, but was hardly meant: a ranker that cannot serve, settings "
        "without effect, variants that are alike."
    )
    history: list[ChangeShown] = Field(  # type: ignore[assignment]  # with a schema in words
        description="Every change, oldest first."
    )


class ExperimentShown(Closed):
    """An experiment in the list of all."""

    key: Key
    hypothesis: str
    kind: ExperimentKind
    status: Status
    variants: list[str] = Field(description="Their names; the first is the control.")
    coverage: float = Field(ge=0, le=1)
    primary_metric: Metric
    start: AwareDatetime | None
    end: AwareDatetime | None
    changed_at: AwareDatetime = Field(description="When it was last changed.")


class ExperimentsAnswer(Closed):
    """Experiments of the site, by their keys."""

    site: str
    experiments: list[ExperimentShown]
    next: Key | None = Field(
        description="Value of the parameter cursor for those that follow; null after the last."
    )
    empty: str | None = Field(description="What to do next; null where there are experiments.")


class PreviewAnswer(Closed):
    """A parameter that shows a variant to whoever has it."""

    site: str
    experiment: Key
    variant: str
    parameter: str = Field(description="Value of the feed's parameter variant.")
    expires_at: AwareDatetime
    feed: str = Field(description="Path of a feed with that variant; no analysis counts it.")


class ResultsAnswer(BaseModel):
    """What an analysis of the log found, as it was published."""

    model_config = ConfigDict(extra="allow")

    site: str
    key: Key
    kind: ExperimentKind = Field(
        description="ab: a part for each variant and metric; interleave: which ranking was "
        "preferred."
    )
    analysed_at: AwareDatetime = Field(description="Nothing later is in the figures.")
