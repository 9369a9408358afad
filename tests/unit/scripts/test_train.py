"""The training of rankers as a program, on an archive that is made here."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner, Result

from recommender.archive.tables import as_parquet
from recommender.feed_request import FeedConfig, schema_of
from recommender.ranking.features import FEATURE_NAMES
from recommender.ranking.learned import load_ranker
from recommender.trending.ladder import TrendingConfig
from scripts.train import main

SLATE_COUNT = 300
MIDNIGHT, DAY = 1_767_225_600.0, 86_400.0
SCHEMA = schema_of(FeedConfig(), TrendingConfig())


@pytest.fixture(scope="module")
def archive(make_archive: Callable[[int, float], Path]) -> Path:
    """Give the archive of two days with 150 slates each."""
    return make_archive(SLATE_COUNT, 2.0)


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
    ranker = load_ranker(out, SCHEMA)
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


def test_the_artifact_has_the_schema_of_the_slates_whatever_is_set_here(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And tells from when to when it learned, up to the moment that is asked for."""
    monkeypatch.setenv("NEWSFEED_FEED__FEATURES__SOFTNESS", "0.2")
    out, json_file = tmp_path / "ranker.json", tmp_path / "trained.json"
    options = ("--ranker", "linear", "--out", out, "--json", json_file)
    assert _train(archive, *options, "--test-from", "2026-01-01T18:00").exit_code == 0
    told = json.loads(json_file.read_bytes())
    assert load_ranker(out, SCHEMA).name
    of_eighteen_hours, gap = SLATE_COUNT * 18 // 48 + 1, 2 * DAY / SLATE_COUNT
    assert told["impressions"] == of_eighteen_hours
    manifest = told["manifest"]
    assert manifest["learned_from"] == MIDNIGHT
    assert manifest["learned_until"] == MIDNIGHT + (of_eighteen_hours - 1) * gap


def test_what_was_left_out_is_told(
    make_archive: Callable[[int, float], Path], tmp_path: Path
) -> None:
    archive, json_file = make_archive(100, 2.0), tmp_path / "trained.json"
    file = next(archive.rglob("slates/*/*.parquet"))
    is_first = pl.int_range(pl.len()) == 0
    schema = pl.when(is_first).then(pl.lit("older")).otherwise("schema").alias("schema")
    file.write_bytes(as_parquet(pl.read_parquet(file).with_columns(schema)))
    out = tmp_path / "ranker.json"
    done = _train(archive, "--ranker", "linear", "--out", out, "--json", json_file)
    assert "1 × slate left out: its features were made under other" in done.output
    assert [each["count"] for each in json.loads(json_file.read_bytes())["dropped"]] == [1]


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
        (("--ranker", "linear", "--out", "r.json", "--test-from", "2027-01-01"), 1, "--test-from:"),
        (("--ranker", "linear", "--out", "r.json", "--test-from", "soon"), 2, "2026-01-31T18:00"),
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
