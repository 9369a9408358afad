"""The evaluation of rankers as a program, on an archive that is made here."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import orjson
import polars as pl
import pytest
from click.testing import CliRunner, Result

from recommender.archive.tables import as_parquet
from recommender.evaluation.rankers import RankerName
from scripts.evaluate import main, ranking
from scripts.train import main as train


@pytest.fixture(scope="module")
def archive(make_archive: Callable[[int, float], Path]) -> Path:
    """Give the archive of two days with 80 slates each."""
    return make_archive(160, 1.0)


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


def test_the_test_part_begins_where_it_is_told_to(archive: Path, tmp_path: Path) -> None:
    json_file = tmp_path / "out.json"
    asked = ("--rankers", "random", "--test-from", "2026-01-02T19:00+01:00", "--json", json_file)
    assert _run("--dataset", "archive", "--data", archive, *asked).exit_code == 0
    assert json.loads(json_file.read_bytes())["impressions"] == 160 * 6 // 48
    done = _run("--dataset", "mind", "--data", archive, "--test-from", "2026-01-02")
    assert done.exit_code == 2
    assert "is of an archive" in done.output


def test_an_artifact_is_measured_and_what_it_learned_from_is_told(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its schema is that of the slates, whatever is set here."""
    monkeypatch.setenv("NEWSFEED_FEED__FEATURES__SOFTNESS", "0.2")
    plain, ranker = ["--dataset", "archive", "--data", str(archive)], tmp_path / "ranker.json"
    learned = [
        *plain,
        "--ranker",
        "linear",
        "--out",
        str(ranker),
        "--test-from",
        "2026-01-02T12:00",
    ]
    assert CliRunner().invoke(train, learned).exit_code == 0
    json_file = tmp_path / "out.json"
    asked = ("--rankers", "random", "--artifact", ranker, "--json", json_file)
    assert _run(*plain, *asked).exit_code == 0
    told = json.loads(json_file.read_bytes())
    name = json.loads(ranker.read_bytes())["manifest"]["name"]
    assert name in told["rankers"]
    counts = [each["count"] for each in told["warnings"] if each["about"] == name]
    assert counts == [160 * 12 // 48]
    file = next(archive.rglob("slates/*/*.parquet"))
    content = file.read_bytes()
    other = pl.lit("other").alias("schema")
    file.write_bytes(as_parquet(pl.read_parquet(file).with_columns(other)))
    refused = _run(*plain, *asked)
    file.write_bytes(content)
    assert refused.exit_code == 1
    assert "trained with other settings" in " ".join(refused.output.split())


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
