"""Use case: the site's editors define experiments, start, ramp, stop and look at them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from recommender.clock import Clock
from recommender.domain.experiments import Assignment, Experiment, ForcedVariant, Status
from recommender.errors import InvalidInput, NotAnalysed, UnknownExperiment, VersionConflict
from recommender.experiments.assignment import forced
from recommender.experiments.lifecycle import changed, created, refuse_conflicts
from recommender.experiments.overrides import check_overrides
from recommender.experiments.signing import VariantSigner
from recommender.experiments.starting import refuse_pointless
from recommender.feed_request import FeedConfig
from recommender.services.experiment_records import (
    read_record,
    read_records,
    version_of,
    written,
)
from recommender.store.cards import instant_text
from recommender.store.experiments import ExperimentStore, Records

EXPERIMENTS_MAX = 1_000
"""Experiments of one site, stopped ones too: a key is never used again."""

RECORD_MAX_BYTES = 1_048_576
"""Bytes of one experiment with its history; one that has so many can still be started, stopped."""

RESULTS_MAX_BYTES = 1_048_576
"""Bytes of the published results of one experiment: a year and a half of two variants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentPage:
    """Some experiments in the order of their keys; ``next`` is the last key where more follow."""

    experiments: tuple[Experiment, ...]
    next: str | None


Edit = Callable[[Experiment | None], Experiment]
"""Makes what is wanted of what is there, None where there is none yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A parameter that shows a variant to whoever has it, until a second since the epoch."""

    parameter: str
    expires_at: float


class ExperimentService:
    """The experiments of one site.

    Parameters
    ----------
    config : FeedConfig
        What the variants change.
    """

    def __init__(
        self, *, store: ExperimentStore, config: FeedConfig, signer: VariantSigner, clock: Clock
    ) -> None:
        self._store = store
        self._config = config
        self._signer = signer
        self._clock = clock

    def all(self) -> tuple[Experiment, ...]:
        """Return all experiments, in the order of their keys."""
        return read_records(self._store.all())

    def page(self, after: str | None, limit: int) -> ExperimentPage:
        """Return at most ``limit`` experiments whose keys come after one, which may be gone."""
        records, following = self._store.page(after or "", limit)
        return ExperimentPage(experiments=read_records(records), next=following)

    def get(self, key: str) -> Experiment:
        """Return one experiment.

        Raises
        ------
        UnknownExperiment
            There is none of this key.
        """
        record = self._store.get(key)
        if record is None:
            raise UnknownExperiment(key)
        return read_record(key, record)

    def results(self, key: str) -> bytes:
        """Return the published results of one experiment, as JSON with the time of their making.

        Raises
        ------
        UnknownExperiment
            There is none of this key.
        NotAnalysed
            None were published yet.
        """
        self.get(key)
        found = self._store.results(key)
        if found is None:
            raise NotAnalysed(key)
        return found

    def publish(self, key: str, results: bytes) -> None:
        """Keep results, which are JSON, for whoever asks for them; only the newest are kept.

        Raises
        ------
        UnknownExperiment
            There is none of this key.
        InvalidInput
            They are too long.
        """
        self.get(key)
        if len(results) > RESULTS_MAX_BYTES:
            wanted = f"at most {RESULTS_MAX_BYTES:,} bytes; write them to a file"
            raise InvalidInput("results", wanted, f"{len(results):,}")
        self._store.keep_results(key, results)

    def put(self, wanted: Experiment, version: str | None = None) -> Experiment:
        """Define an experiment, or change it; every process has it within a second.

        Parameters
        ----------
        version : str or None
            What is to be changed, as it was read (see :func:`version_of`); None where nothing is
            to be there yet. What is already as it is wanted has every version.

        Returns
        -------
        Experiment
            With its history.

        Raises
        ------
        InvalidInput
            It cannot be, cannot be changed like this, or gets in the way of another one.
        VersionConflict
            It is at another version, and not as it is wanted.
        """

        def edit(before: Experiment | None) -> Experiment:
            current = None if before is None else version_of(before)
            is_so = before is not None and replace(wanted, history=before.history) == before
            if version != current and not is_so:
                raise VersionConflict(version, current)
            return wanted

        return self._change(wanted.key, edit)

    def start(self, key: str) -> Experiment:
        """Let readers meet a draft; raises as :meth:`put` does, or UnknownExperiment."""
        return self._change(key, lambda before: replace(_known(key, before), status=Status.RUNNING))

    def ramp(self, key: str, coverage: float) -> Experiment:
        """Let another share of the readers, 0 to 1, take part; raises as :meth:`start` does."""
        if not 0.0 <= coverage <= 1.0:
            raise InvalidInput("coverage", "0 to 1", f"{coverage:g}")
        return self._change(key, lambda before: replace(_known(key, before), coverage=coverage))

    def stop(self, key: str) -> Experiment:
        """End an experiment for good; raises as :meth:`start` does."""
        return self._change(key, lambda before: replace(_known(key, before), status=Status.STOPPED))

    def discard(self, key: str) -> None:
        """Forget a draft.

        Raises
        ------
        UnknownExperiment
            There is none of this key.
        InvalidInput
            It is no draft.
        """

        def decide(kept: Records) -> None:
            if key not in kept:
                raise UnknownExperiment(key)
            status = read_record(key, kept[key]).status
            if status is not Status.DRAFT:
                wanted = "draft, to be discarded: readers met what ran, and its key stays taken"
                raise InvalidInput("status", wanted, status)

        self._store.change(key, decide)

    def preview(self, wanted: ForcedVariant, seconds: float) -> Preview:
        """Return a parameter that asks for a variant for so many seconds.

        Raises
        ------
        UnknownExperiment
            There is no such experiment.
        InvalidInput
            It was stopped, or has no such variant.
        """
        forced([self.get(wanted.experiment)], wanted)
        expires_at = self._clock.now() + seconds
        return Preview(parameter=self._signer.sign(wanted, expires_at), expires_at=expires_at)

    def forced(self, parameter: str) -> tuple[Assignment, ...]:
        """Return the assignment that a parameter of :meth:`preview` asks for; reads Redis once.

        Raises
        ------
        InvalidInput
            It was not made here or has expired, or what it asks for is not to be had any more.
        """
        wanted = self._signer.read(parameter, self._clock.now())
        record = self._store.get(wanted.experiment)
        experiments = [] if record is None else [read_record(wanted.experiment, record)]
        return forced(experiments, wanted)

    def _change(self, key: str, edit: Edit) -> Experiment:
        now = self._clock.now()

        def decide(kept: Records) -> bytes:
            experiments = read_records(kept)
            before = next((each for each in experiments if each.key == key), None)
            wanted = self._decided(edit(before), before, experiments, now)
            record = written(wanted)
            _refuse_too_much(wanted, before, len(kept), len(record))
            return record

        return read_record(key, self._store.change(key, decide))

    def _decided(
        self,
        wanted: Experiment,
        before: Experiment | None,
        experiments: Sequence[Experiment],
        now: float,
    ) -> Experiment:
        after = created(wanted, now) if before is None else changed(before, wanted, now)
        if after == before or after.status is Status.STOPPED:
            return after  # whatever the settings and the others are now, it can be stopped
        check_overrides(after, self._config)
        if after.status is Status.RUNNING and not (before and before.status is Status.RUNNING):
            refuse_pointless(after, self._config)
        _refuse_over(after, now)
        refuse_conflicts(after, experiments, now)
        return after


def _known(key: str, before: Experiment | None) -> Experiment:
    if before is None:
        raise UnknownExperiment(key)
    return before


def _refuse_over(wanted: Experiment, now: float) -> None:
    if wanted.end is not None and wanted.end <= now:
        future = f"an instant in the future; it is {instant_text(now)}"
        raise InvalidInput("end", future, instant_text(wanted.end))


def _refuse_too_much(
    wanted: Experiment, before: Experiment | None, experiments: int, size: int
) -> None:
    if before is None and experiments >= EXPERIMENTS_MAX:
        raise InvalidInput("key", f"one of at most {EXPERIMENTS_MAX:,} experiments; discard drafts")
    moves_on = before is not None and before.status is not wanted.status
    if size > RECORD_MAX_BYTES and not moves_on:
        raise InvalidInput(
            "experiment",
            f"at most {RECORD_MAX_BYTES:,} bytes with its history; take another key",
            f"{size:,}",
        )
