"""The evaluation of rankers as a program, on an archive that is made here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import polars as pl
import pytest
from click.testing import CliRunner, Result

from recommender.archive.files import ArchiveFile, log_folder
from recommender.archive.tables import INTERACTIONS, SLATES, as_parquet
from recommender.evaluation.rankers import RankerName
from recommender.ranking.features import FEATURE_NAMES
from recommender.store.log_reader import EntryId, Log
from scripts.evaluate import main, ranking

MIDNIGHT = 1_767_225_600.0
"""2026-01-01T00:00:00Z."""

DAY = 86_400.0
LIST = 5


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the archive of two days with 80 slates each, in which what is similar is clicked."""
    folder = tmp_path_factory.mktemp("archive")
    chance = np.random.default_rng(1)
    slates, clicks = list[dict[str, Any]](), list[dict[str, Any]]()
    for number in range(160):
        rows = chance.normal(size=(LIST, len(FEATURE_NAMES))).astype(np.float32)
        liking = rows[:, FEATURE_NAMES.index("similarity")] + chance.gumbel(size=LIST)
        shown = [f"a{each}" for each in chance.choice(30, LIST, replace=False)]
        at = MIDNIGHT + number * DAY / 80
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


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["ranking", *map(str, arguments)])


def test_it_prints_and_writes_what_it_found(archive: Path, tmp_path: Path) -> None:
    json_file, html_file = tmp_path / "out.json", tmp_path / "out.html"
    outputs = ("--json", json_file, "--html", html_file, "--jobs", "1")
    done = _run("--dataset", "archive", "--data", archive, *outputs, "--protocol", "a,b")
    assert done.exit_code == 0, done.output
    told = json.loads(json_file.read_bytes())
    assert told["impressions"] == 80
    assert told["rankers"]["similar"]["auc"]["low"] > 0.5
    assert told["protocol"]["folds"] == [{"name": "test", "learned_from": 80, "impressions": 80}]
    assert set(told["protocols"]["B"]["rankers"]) == {"linear", "boosted"}
    for said in ("archive, test, protocol A: 80 impressions", "linear − random", "seed 1"):
        assert said in done.output
    assert html_file.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_seed_gives_the_same_figures(archive: Path, tmp_path: Path) -> None:
    told = []
    for name, seed in (("one", "3"), ("same", "3"), ("other", "4")):
        file = tmp_path / name
        rankers = ("--rankers", "random,linear", "--seed", seed, "--jobs", "1", "--json", file)
        assert _run("--dataset", "archive", "--data", archive, *rankers).exit_code == 0
        told.append(orjson.loads(file.read_bytes()) | {"seconds": 0.0})
    assert told[0] == told[1]
    assert told[0]["rankers"]["random"] != told[2]["rankers"]["random"]


def test_rankers_come_in_the_order_given(archive: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    done = _run(
        "--dataset", "archive", "--data", archive, "--rankers", "similar, random", "--json", file
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert list(json.loads(file.read_bytes())["rankers"]) == ["similar", "random"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--rankers", "linear,best"), "'best': there are random, newest, popular, trending"),
        (("--rankers", "linear,linear"), "each name once"),
        (("--rankers", ""), "'': there are random"),
        (("--protocol", "a,d"), "'d': there are a, b, c"),
        (("--backend", "ray"), "'ray' is not one of 'loky', 'dask'"),
        (("--scheduler", "tcp://127.0.0.1:1"), "add --backend dask"),
        (("--json", "missing/out.json"), "the folder missing does not exist"),
        (("--data", "missing"), "'missing' does not exist"),
        (("--artifact", "missing"), "'missing' does not exist"),
        (("--jobs", "0"), "0 is not in the range"),
    ],
)
def test_wrong_usage_says_what_there_is(
    archive: Path, arguments: tuple[str, str], said: str
) -> None:
    done = _run("--dataset", "archive", "--data", archive, *arguments)
    assert done.exit_code == 2, done.output
    assert said in " ".join(done.output.split())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--split", "dev"), "split: one of train, test, got 'dev'"),
        (("--split", "train", "--rankers", "linear"), "for linear, a part with one before it"),
    ],
)
def test_what_cannot_be_measured_is_told(
    archive: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = _run("--dataset", "archive", "--data", archive, *arguments)
    assert done.exit_code == 1, done.output
    assert said in " ".join(done.output.split())


@pytest.mark.parametrize("dataset", ["mind", "ebnerd", "archive"])
def test_a_folder_without_the_files_is_told(tmp_path: Path, dataset: str) -> None:
    done = _run("--dataset", dataset, "--data", tmp_path)
    assert done.exit_code == 1, done.output
    assert str(tmp_path) in done.output.replace("\n", "")


def test_a_file_that_is_no_artifact_is_told(archive: Path, tmp_path: Path) -> None:
    file = tmp_path / "ranker.json"
    file.write_text("{}")
    done = _run("--dataset", "archive", "--data", archive, "--artifact", file)
    assert done.exit_code == 1, done.output
    assert "is no artifact" in " ".join(done.output.split())


def test_the_guide_names_every_option_and_ranker() -> None:
    guide = (Path(__file__).resolve().parents[3] / "docs" / "evaluation.md").read_text("utf-8")
    options = [option for each in ranking.params for option in each.opts]
    assert not [option for option in options if f"`{option}`" not in guide]
    assert not [name for name in RankerName if f"\n| `{name}` |" not in guide]
