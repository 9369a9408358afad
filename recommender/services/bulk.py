"""Use case: any number of records taken in, in batches, waiting while the queue is full."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from recommender.errors import QueueFull
from recommender.ingest.documents import ArticleDocument, Rejection
from recommender.services.articles import ArticleIntake
from recommender.store.articles import Submission

BATCH = 500
"""Records of one round trip."""

FULL_WAIT_SECONDS = 0.5
"""Pause before records are sent again that found the queue full."""

SAMPLE = 20
"""Rejections that a report keeps to show; all are among the dead letters."""


@dataclass(kw_only=True)
class IngestReport:
    """What became of the records so far; the only thing here that grows.

    Parameters
    ----------
    outcomes : Counter
        How many records had each outcome, ``"rejected"`` among them.
    sample : list of Rejection
        The first rejections.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    sample: list[Rejection] = field(default_factory=list)


class BulkIntake:
    """Feeds records to the intake.

    Parameters
    ----------
    patience_seconds : float
        How long a full queue may stay full before :class:`QueueFull` is raised.
    limit : int
        The queue's limit, for the message.
    """

    def __init__(self, intake: ArticleIntake, limit: int, patience_seconds: float = 60.0) -> None:
        self._intake = intake
        self._limit = limit
        self._patience = patience_seconds

    def run(
        self,
        records: Iterable[ArticleDocument | Rejection],
        report: IngestReport,
        on_done: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Take all of ``records`` in and add what became of them to ``report``.

        Raises
        ------
        QueueFull
            The queue stayed full for ``patience_seconds``: no worker takes from it.
        """
        for batch in _batches(records):
            self._submit(batch, report)
            on_done(len(batch))

    def _submit(self, batch: Sequence[ArticleDocument | Rejection], report: IngestReport) -> None:
        waiting, deadline = list(batch), time.monotonic() + self._patience
        while waiting:
            answers = self._intake.submit(waiting)
            full = [a.outcome is Submission.FULL for a in answers]
            for answer in answers:
                if answer.rejection is not None:
                    report.outcomes["rejected"] += 1
                    report.sample.extend([answer.rejection][: SAMPLE - len(report.sample)])
                elif answer.outcome is not None and answer.outcome is not Submission.FULL:
                    report.outcomes[answer.outcome.value] += 1
            left = [record for record, is_full in zip(waiting, full, strict=True) if is_full]
            if len(left) < len(waiting):
                deadline = time.monotonic() + self._patience
            if left and time.monotonic() > deadline:
                raise QueueFull(self._limit)
            if left:
                time.sleep(FULL_WAIT_SECONDS)
            waiting = left


def _batches(
    records: Iterable[ArticleDocument | Rejection],
) -> Iterator[list[ArticleDocument | Rejection]]:
    batch: list[ArticleDocument | Rejection] = []
    for record in records:
        batch.append(record)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
