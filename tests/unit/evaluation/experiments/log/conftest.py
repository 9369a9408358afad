"""A log that a test writes slate by slate, and the experiment that its slates tell of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from recommender.archive.files import ArchiveFile, log_folder
from recommender.archive.tables import INTERACTIONS, SLATES, as_parquet
from recommender.domain.experiments import (
    Change,
    Experiment,
    ExperimentKind,
    Metric,
    Status,
    Variant,
)
from recommender.evaluation.experiments.logged import (
    INTERACTION_COLUMNS,
    SLATE_COLUMNS,
    Logged,
    usable,
)
from recommender.store.log_reader import EntryId, Log

DAY = 86_400.0
MONDAY = 1_767_571_200.0
"""2026-01-05T00:00:00Z."""


class World:
    """The rows of both logs, with hours since Monday for times."""

    def __init__(self) -> None:
        self.slates: list[dict[str, Any]] = []
        self.interactions: list[dict[str, Any]] = []

    def show(self, reader: str | None, hours: float, *articles: str, **columns: Any) -> str:
        """Log a slate; return its id."""
        number = len(self.slates)
        at = MONDAY + hours * 3_600.0
        row: dict[str, Any] = dict.fromkeys(SLATES) | {
            "entry": f"{int(at * 1_000)}-{number}",
            "slate_id": f"{int(at * 1_000)}-{number}-0-{number:016x}",
            "reader": reader,
            "created_at": at,
            "start": 1,
            "articles": list(articles),
        }
        self.slates.append(row | columns)
        return str(row["slate_id"])

    def do(
        self,
        reader: str,
        hours: float,
        kind: str,
        article: str,
        slate: str | None = None,
        **columns: Any,
    ) -> None:
        """Log what a reader did."""
        number = len(self.interactions)
        at = MONDAY + hours * 3_600.0
        row: dict[str, Any] = {
            "entry": f"{int(at * 1_000)}-{number}",
            "id": f"e{number}",
            "slate_id": slate,
            "reader": reader,
            "article": article,
            "kind": kind,
            "occurred_at": at,
            "received_at": at,
            "dwell_seconds": None,
        }
        self.interactions.append(row | columns)

    def logged(self) -> Logged:
        return usable(
            pl.DataFrame(self.slates, schema=SLATES).select(SLATE_COLUMNS),
            pl.DataFrame(self.interactions, schema=INTERACTIONS).select(INTERACTION_COLUMNS),
        )

    def write(self, folder: Path) -> Path:
        """Write an archive of one site, a file for each day."""
        for log, rows, schema in (
            (Log.SLATES, self.slates, SLATES),
            (Log.INTERACTIONS, self.interactions, INTERACTIONS),
        ):
            days: dict[Any, list[dict[str, Any]]] = {}
            for row in sorted(rows, key=lambda each: EntryId.parse(each["entry"])):
                days.setdefault(EntryId.parse(row["entry"]).day, []).append(row)
            for some in days.values():
                first, last = (EntryId.parse(some[place]["entry"]) for place in (0, -1))
                file = ArchiveFile(
                    folder=log_folder(folder / "main", log),
                    shard=0,
                    first=first,
                    last=last,
                    entries=len(some),
                )
                file.path.parent.mkdir(parents=True, exist_ok=True)
                file.path.write_bytes(as_parquet(pl.DataFrame(some, schema=schema)))
        return folder


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def dial() -> Experiment:
    """Give an experiment that runs since the Monday."""
    return Experiment(
        key="dial",
        hypothesis="A wider feed is clicked more.",
        kind=ExperimentKind.AB,
        variants=(
            Variant(name="control", weight=0.5),
            Variant(name="wide", weight=0.5, overrides={"rerank.diversity": 0.5}),
        ),
        seed="dial",
        primary_metric=Metric.CTR,
        guardrails=(Metric.HIDE_RATE, Metric.LATENCY, Metric.ERRORS),
        status=Status.RUNNING,
        history=(Change(at=MONDAY, field="status", before=None, after="running"),),
    )
