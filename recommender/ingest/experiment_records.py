"""The experiment record: the experiment document as it is kept and shown, with its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError
from pydantic_core import to_jsonable_python

from recommender.domain.experiments import Change, Experiment
from recommender.ingest.documents import Instant, invalid_input
from recommender.ingest.experiments import ExperimentFile

TOLD_BESIDE = frozenset({"site", "version", "warnings"})
"""What is told beside a record where it is shown."""


class ChangeDocument(BaseModel):
    """One field that changed; ``before`` is null where the experiment was new."""

    model_config = ConfigDict(extra="forbid")

    at: Instant
    field: str
    before: JsonValue
    after: JsonValue


class ExperimentRecord(ExperimentFile):
    """An experiment as it is kept and shown."""

    history: list[ChangeDocument] = Field(description="Every change, oldest first.")


def record_of(experiment: Experiment) -> dict[str, Any]:
    """Return the record of an experiment, as JSON has it."""
    fields = to_jsonable_python(experiment)
    changes = [change | {"at": _instant(change["at"])} for change in fields["history"]]
    times = {name: _instant(fields[name]) for name in ("start", "end")}
    record = ExperimentRecord.model_validate(fields | times | {"history": changes})
    return {"key": experiment.key} | record.model_dump(mode="json")


def experiment_of(record: bytes) -> Experiment:
    """Return the experiment of a record in JSON.

    Raises
    ------
    pydantic.ValidationError
        It is no record.
    """
    return _experiment(ExperimentRecord.model_validate_json(record))


def parse_experiment_record(fields: Mapping[str, Any]) -> Experiment:
    """Check what a file holds that the service answered: a record, and what is told beside it.

    Raises
    ------
    InvalidInput
        Names the first offending field, the rule and what came.
    """
    kept = {name: value for name, value in fields.items() if name not in TOLD_BESIDE}
    try:
        read = ExperimentRecord.model_validate(kept)
    except ValidationError as error:
        raise invalid_input(error) from error
    return _experiment(read)


def _experiment(read: ExperimentRecord) -> Experiment:
    changes = (
        Change(at=each.at.timestamp(), field=each.field, before=each.before, after=each.after)
        for each in read.history
    )
    return replace(read.to_experiment(read.key), history=tuple(changes))


def _instant(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
