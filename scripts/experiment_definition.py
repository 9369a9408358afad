"""By which definition an experiment is analysed: the service's, or a file's where it has none."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from recommender.bootstrap import Wiring
from recommender.domain.experiments import Experiment
from recommender.errors import InvalidInput, UnknownExperiment, shown
from recommender.ingest.experiment_records import parse_experiment_record
from recommender.ingest.experiments import parse_experiment_file
from recommender.ingest.yaml_files import read_yaml

NO_BEGIN = (
    "The definition does not tell when the experiment began: all slates before its end count, "
    "those of a former one under its key too."
)
NO_END = (
    "The definition does not tell when the experiment ended: everything until now counts, whether "
    "or not it was stopped meanwhile."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Defined:
    """An experiment with what its definition leaves open, in sentences."""

    experiment: Experiment
    notes: tuple[str, ...] = ()


def by_service(site: Wiring, key: str) -> Defined:
    """Return an experiment as the service has it.

    Raises
    ------
    InvalidInput
        It has none of this key; tells which was perhaps meant.
    """
    try:
        return Defined(experiment=site.experiments.get(key))
    except UnknownExperiment as error:
        keys = [each.key for each in site.experiments.all()]
        near = difflib.get_close_matches(key, keys, 1)
        meant = f"did you mean {near[0]}?" if near else f"there are: {', '.join(keys) or 'none'}"
        raise InvalidInput("KEY", f"{error.wanted}; {meant}", repr(key)) from error


def by_file(file: Path, key: str, site: Wiring | None) -> Defined:
    """Return an experiment as a file defines it: what is sent, or what the service once answered.

    Where the service knows it, its record tells status, history and so the period.

    Parameters
    ----------
    site : Wiring or None
        None where the service is not asked.

    Raises
    ------
    InvalidInput
        The file is not valid, or is of another key; or the service has another definition.
    """
    given = _read(file)
    if given.key != key:
        raise InvalidInput("KEY", f"{given.key!r}, which {file} defines", repr(key))
    try:
        kept = None if site is None else site.experiments.get(key)
    except UnknownExperiment:
        kept = None
    if kept is None:
        return Defined(experiment=given, notes=_left_open(given))
    _refuse_another(given, kept)
    return Defined(experiment=kept)


def _read(file: Path) -> Experiment:
    fields = read_yaml(file)
    if isinstance(fields, Mapping) and "history" in fields:
        return parse_experiment_record(fields)
    return parse_experiment_file(fields)


def _left_open(given: Experiment) -> tuple[str, ...]:
    from recommender.evaluation.experiments.exposure import (  # noqa: PLC0415  # --help does without
        period_of,
    )

    period = period_of(given)
    open_ends = ((period.begin, NO_BEGIN), (period.end, NO_END))
    return tuple(note for second, note in open_ends if second is None)


def _refuse_another(given: Experiment, kept: Experiment) -> None:
    # Names are compared first, so both have as many variants from there on.
    for (field, wanted), (_, came) in zip(_rests_on(kept), _rests_on(given), strict=False):
        if wanted != came:
            told = f"{shown(wanted)}, which it is by the service's own definition"
            raise InvalidInput(field, f"{told} (used without --definition)", shown(came))


def _rests_on(experiment: Experiment) -> Iterator[tuple[str, object]]:
    """Yield the fields that an analysis rests on."""
    yield "kind", experiment.kind.value
    yield "variants", [each.name for each in experiment.variants]
    for number, each in enumerate(experiment.variants):
        yield f"variants.{number}.weight", each.weight
        yield f"variants.{number}.overrides", each.overrides
    yield "seed", experiment.seed
    yield "primary_metric", experiment.primary_metric.value
    yield "guardrails", sorted(each.value for each in experiment.guardrails)
