"""Training and scoring in parallel: in processes of this machine, or on a Dask cluster."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import joblib
from threadpoolctl import threadpool_limits

from recommender.errors import InvalidInput
from recommender.evaluation.folds import Fold
from recommender.evaluation.learned import train_and_score
from recommender.evaluation.protocols import FeatureProtocol, under
from recommender.evaluation.rankers import RankerName, Scored


class Backend(StrEnum):
    """Where jobs run."""

    LOKY = "loky"
    DASK = "dask"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workers:
    """What runs the jobs.

    Parameters
    ----------
    backend : Backend
        Processes of this machine, or a Dask cluster.
    jobs : int
        At the same time, at least 1. Of a cluster that runs already the scheduler decides.
    scheduler : str or None
        Address of the cluster's scheduler; None starts a cluster on this machine.
    """

    backend: Backend
    jobs: int
    scheduler: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One ranker to be trained and asked under one protocol on one fold, named by its place.

    Features are permuted on ``sampled`` impressions of the fold; with 0 none are.
    """

    protocol: FeatureProtocol
    ranker: RankerName
    fold: int
    sampled: int


def run(
    jobs: Sequence[Job],
    folds: Sequence[Fold],
    seed: int,
    workers: Workers,
    advance: Callable[[int], None],
) -> list[Scored]:
    """Return what the ranker of each job says of its fold's rows, in the order of the jobs.

    The result does not depend on the workers: a job knows its seed and nothing of the others, and
    computes on one thread, since sums of floating-point numbers depend on how they are shared out.

    Raises
    ------
    InvalidInput
        A ranker cannot be trained, or the scheduler does not answer.
    """
    with _backend(workers, folds):
        done = joblib.Parallel(return_as="generator")(
            joblib.delayed(_work)(job, folds[job.fold], seed) for job in jobs
        )
        return list(_told(done, advance))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refusal:
    """What an ``InvalidInput`` says; the error itself cannot be sent from process to process."""

    field: str
    wanted: str
    got: str | None


def _work(job: Job, fold: Fold, seed: int) -> Scored | _Refusal:
    seen = replace(
        fold,
        train=None if fold.train is None else under(job.protocol, fold.train),
        evaluate=under(job.protocol, fold.evaluate),
    )
    try:
        with threadpool_limits(limits=1):
            return train_and_score(job.ranker, seen, seed, job.sampled)
    except InvalidInput as error:
        return _Refusal(field=error.field, wanted=error.wanted, got=error.got)


def _told(done: Iterator[Scored | _Refusal], advance: Callable[[int], None]) -> Iterator[Scored]:
    for each in done:
        if isinstance(each, _Refusal):
            raise InvalidInput(each.field, each.wanted, each.got)
        yield each
        advance(1)


@contextlib.contextmanager
def _backend(workers: Workers, folds: Sequence[Fold]) -> Iterator[None]:
    match workers.backend:
        case Backend.LOKY:
            with joblib.parallel_config(backend="loky", n_jobs=workers.jobs):
                yield
        case Backend.DASK:
            # The folds are sent to each worker once, not with each job.
            with (
                _client(workers) as client,
                joblib.parallel_config(backend="dask", client=client, scatter=list(folds)),
            ):
                yield


def _client(workers: Workers) -> AbstractContextManager[Any]:
    """Return a connection to the cluster that is named, or to one that it starts."""
    from distributed import Client  # noqa: PLC0415  # an extra that only clusters need

    if workers.scheduler is None:
        started = {"n_workers": workers.jobs, "threads_per_worker": 1, "dashboard_address": None}
        return Client(**started, set_as_default=False)  # type: ignore[no-untyped-call]
    try:
        return Client(workers.scheduler, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        wanted = "the address of a Dask scheduler that answers, as tcp://127.0.0.1:8786"
        raise InvalidInput("scheduler", wanted, f"{workers.scheduler!r} ({error})") from error
