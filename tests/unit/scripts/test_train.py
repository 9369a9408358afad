"""The training of rankers as a program, on an archive that is made here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner, Result

from recommender.archive.files import ArchiveFile, log_folder
from recommender.archive.tables import INTERACTIONS, SLATES, as_parquet
from recommender.feed_request import schema_of
from recommender.ranking.features import FEATURE_NAMES
from recommender.ranking.learned import load_ranker
from recommender.settings import load_settings
from recommender.store.log_reader import EntryId, Log
from scripts.train import main

MIDNIGHT = 1_767_225_600.0
"""2026-01-01T00:00:00Z."""

DAY = 86_400.0
LIST = 5
SLATE_COUNT = 300


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the archive of two days of slates in which what is similar is clicked."""
    folder = tmp_path_factory.mktemp("archive")
    chance = np.random.default_rng(1)
    slates, clicks = list[dict[str, Any]](), list[dict[str, Any]]()
    for number in range(SLATE_COUNT):
        rows = chance.normal(size=(LIST, len(FEATURE_NAMES))).astype(np.float32)
        liking = 2 * rows[:, FEATURE_NAMES.index("similarity")] + chance.gumbel(size=LIST)
        shown = [f"a{each}" for each in chance.choice(30, LIST, replace=False)]
        at = MIDNIGHT + number * 2 * DAY / SLATE_COUNT
        slates.append(_slate(number, at, shown, rows))
        clicks.append(_click(number, at + 5.0, shown[int(liking.argmax())]))
    _write(folder, Log.SLATES, pl.DataFrame(slates, schema=SLATES))
    _write(folder, Log.INTERACTIONS, pl.DataFrame(clicks, schema=INTERACTIONS))
    return folder


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


def _train(archive: Path, *arguments: str | Path) -> Result:
    plain = ("--dataset", "archive", "--data", archive)
    return CliRunner().invoke(main, [str(each) for each in (*plain, *arguments)])


@pytest.mark.parametrize("kind", ["linear", "boosted"])
def test_what_it_writes_is_loaded_and_orders_what_was_clicked(
    archive: Path, tmp_path: Path, kind: str
) -> None:
    out, json_file = tmp_path / "ranker.json", tmp_path / "trained.json"
    done = _train(archive, "--ranker", kind, "--out", out, "--json", json_file)
    assert done.exit_code == 0, done.output
    settings = load_settings()
    ranker = load_ranker(out, schema_of(settings.feed, settings.trending))
    rows = np.zeros((2, len(FEATURE_NAMES)), np.float32)
    rows[1, FEATURE_NAMES.index("similarity")] = 1.0
    low, high = ranker.scores(rows)
    assert high > low
    told = json.loads(json_file.read_bytes())
    assert next(iter(told["effects"])) == "similarity"
    assert told["manifest"]["name"] == ranker.name
    assert told["manifest"]["taken_over"] == ["boost"]
    assert told["manifest"]["metrics"]["auc"] > 0.6
    assert ranker.name in done.output


def test_a_seed_gives_the_same_ranker(archive: Path, tmp_path: Path) -> None:
    names = []
    for number in range(2):
        out = tmp_path / f"{number}.json"
        assert _train(archive, "--ranker", "boosted", "--out", out).exit_code == 0
        names.append(json.loads(out.read_bytes())["manifest"]["name"])
    assert names[0] == names[1]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--ranker", "forest", "--out", "r.json"), 2, "is not one of 'linear', 'boosted'"),
        (("--ranker", "linear"), 2, "Missing option '--out'"),
        (("--ranker", "linear", "--out", "no/r.json"), 2, "the folder no does not exist"),
        (("--ranker", "linear", "--out", "r.json", "--part", "x"), 1, "part: one of"),
        (("--ranker", "linear", "--out", "r.json", "--seed", "-1"), 2, "--seed"),
    ],
)
def test_what_cannot_be_done_is_told(
    archive: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    done = _train(archive, *arguments)
    assert done.exit_code == code
    assert said in done.output
    assert not list(tmp_path.iterdir())


def test_the_help_shows_examples() -> None:
    assert "python -m scripts.train --dataset" in CliRunner().invoke(main, ["--help"]).output
