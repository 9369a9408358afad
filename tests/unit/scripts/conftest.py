"""An archive of the service's logs that is made here, of two days."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from recommender.archive.files import ArchiveFile, log_folder
from recommender.archive.tables import INTERACTIONS, SLATES, as_parquet
from recommender.feed_request import FeedConfig, schema_of
from recommender.ranking.features import FEATURE_NAMES
from recommender.store.log_reader import EntryId, Log
from recommender.trending.ladder import TrendingConfig

MIDNIGHT = 1_767_225_600.0
"""2026-01-01T00:00:00Z."""

DAY = 86_400.0
LIST = 5
SCHEMA = schema_of(FeedConfig(), TrendingConfig())


@pytest.fixture(scope="module")
def make_archive(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int, float], Path]:
    """Give a function of how many slates there are and how strongly what is similar is liked."""

    def make(count: int, strength: float) -> Path:
        folder = tmp_path_factory.mktemp("archive")
        chance = np.random.default_rng(1)
        slates, clicks = list[dict[str, Any]](), list[dict[str, Any]]()
        for number in range(count):
            rows = chance.normal(size=(LIST, len(FEATURE_NAMES))).astype(np.float32)
            similarity = rows[:, FEATURE_NAMES.index("similarity")]
            liking = strength * similarity + chance.gumbel(size=LIST)
            shown = [f"a{each}" for each in chance.choice(30, LIST, replace=False)]
            at = MIDNIGHT + number * 2 * DAY / count
            slates.append(_slate(number, at, shown, rows))
            clicks.append(_click(number, at + 5.0, shown[int(liking.argmax())]))
        _write(folder, Log.SLATES, pl.DataFrame(slates, schema=SLATES))
        _write(folder, Log.INTERACTIONS, pl.DataFrame(clicks, schema=INTERACTIONS))
        return folder

    return make


def _slate(number: int, at: float, shown: list[str], rows: Any) -> dict[str, Any]:
    return {
        "entry": f"{int(at * 1_000)}-{number}",
        "slate_id": f"slate-{number}",
        "reader": f"r{number % 9}",
        "created_at": at,
        "policy": "weighted@2",
        "variant": None,
        "customised": True,
        "start": 1,
        "articles": shown,
        "scores": [0.0] * LIST,
        "sources": ["fresh"] * LIST,
        "propensities": [1.0] * LIST,
        "reason_codes": ["fresh"] * LIST,
        "reason_abouts": [None] * LIST,
        "feature_names": list(FEATURE_NAMES),
        "schema": SCHEMA,
        "features": rows.ravel().tolist(),
        "contributions": [0.0] * rows.size,
    }


def _click(number: int, at: float, article: str) -> dict[str, Any]:
    return {
        "entry": f"{int(at * 1_000)}-{number}",
        "id": f"e{number}",
        "slate_id": f"slate-{number}",
        "reader": f"r{number % 9}",
        "article": article,
        "kind": "click",
        "occurred_at": at,
        "received_at": at,
        "dwell_seconds": None,
    }


def _write(folder: Path, log: Log, table: pl.DataFrame) -> None:
    first, last = (EntryId(*map(int, table["entry"][row].split("-"))) for row in (0, -1))
    place = log_folder(folder / "main", log)
    file = ArchiveFile(folder=place, shard=0, first=first, last=last, entries=len(table))
    file.path.parent.mkdir(parents=True)
    file.path.write_bytes(as_parquet(table))
