"""Experiments as the store keeps them: written, read back, and told apart by version."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator

import orjson
from pydantic import ValidationError

from recommender.domain.experiments import Experiment, Status
from recommender.errors import StoreError
from recommender.ingest.experiment_records import experiment_of, record_of
from recommender.store.experiments import Records

VERSION_DIGITS = 16
"""Hexadecimal digits of a version: no two records of one experiment have the same."""

log = logging.getLogger(__name__)


def written(experiment: Experiment) -> bytes:
    """Return the record to keep of an experiment."""
    return orjson.dumps(record_of(experiment))


def version_of(experiment: Experiment) -> str:
    """Return what changes with every change of an experiment, its history included."""
    return hashlib.sha256(written(experiment)).hexdigest()[:VERSION_DIGITS]


def read_records(records: Records) -> tuple[Experiment, ...]:
    """Return the experiments of all ``records``, in their order.

    Raises
    ------
    StoreError
        One of them is no record.
    """
    return tuple(read_record(key, record) for key, record in records.items())


def read_record(key: str, record: bytes) -> Experiment:
    """Return the experiment of a record.

    Raises
    ------
    StoreError
        It is no record.
    """
    try:
        return experiment_of(record)
    except ValidationError as error:
        raise StoreError(
            f"what is kept of experiment {key!r} cannot be read: {error}; restore it, or take its "
            "field out of the hash of experiments"
        ) from error


def running(records: Records) -> tuple[Experiment, ...]:
    """Return the experiments that run, in the order of ``records``.

    What cannot be read is left out, and said in the log: one record must not stop the feed.
    """
    return tuple(each for each in _readable(records) if each.status is Status.RUNNING)


def _readable(records: Records) -> Iterator[Experiment]:
    for key, record in records.items():
        try:
            yield read_record(key, record)
        except StoreError as error:
            log.error("an experiment does not run here: %s", error)  # noqa: TRY400  # says all
