"""The evaluation of policies as a program."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from recommender.archive.tables import SLATES, as_parquet, read_table
from scripts import evaluate, train

HEAD = ",item_id,position,click,propensity_score\n"
TEST_FROM = ("--test-from", "2026-01-01T06:00")


@pytest.fixture(scope="module")
def undrawn(make_archive: Callable[[int, float], Path]) -> Path:
    """Give an archive where nothing was left to chance."""
    return make_archive(400, 3.0)


@pytest.fixture(scope="module")
def archive(make_archive: Callable[[int, float], Path]) -> Path:
    """Give the same with two places of five drawn from four articles each."""
    folder = make_archive(400, 3.0)
    (path,) = folder.glob("main/slates/**/*.parquet")
    drawn = pl.lit([1.0, 0.25, 1.0, 1.0, 0.25]).alias("propensities")
    path.write_bytes(as_parquet(read_table(path, SLATES).with_columns(drawn)))
    return folder


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(evaluate.main, ["off-policy", *map(str, arguments)])


def test_a_candidate_is_judged_from_an_archive(archive: Path, tmp_path: Path) -> None:
    """All readers like what is similar, which the weighted ranker knows."""
    file = tmp_path / "out.json"
    given = ("--dataset", "archive", "--data", archive, "--ranker", "weighted", *TEST_FROM)
    done = _run(*given, "--json", file)
    assert done.exit_code == 0, done.output
    told = json.loads(file.read_bytes())
    assert told["candidate"] == "weighted@2"
    assert told["clicks_per_choice"]["gain"]["low"] > 0.0
    assert told["gain_over"] == {}
    assert told["log"]["pages"] == told["log"]["effective_sample_size"] == 350
    assert told["log"]["supported"] == 2 / 5
    for said in ("weighted@2 − a coin", "350 first pages of 9 readers", "Judged are 40.0 %"):
        assert said in done.output


def test_a_learned_candidate_is_judged_by_what_came_after_its_lessons(
    archive: Path, tmp_path: Path
) -> None:
    artifact, file = tmp_path / "linear.json", tmp_path / "out.json"
    lesson = ("--dataset", "archive", "--data", str(archive), "--out", str(artifact))
    trained = CliRunner().invoke(train.main, [*lesson, "--ranker", "linear"])
    assert trained.exit_code == 0, trained.output
    given = ("--dataset", "archive", "--data", archive, "--ranker", "linear")
    done = _run(*given, "--artifact", artifact, *TEST_FROM, "--json", file)
    assert done.exit_code == 0, done.output
    told = json.loads(file.read_bytes())
    assert told["log"]["pages"] == 200  # the second day: it learned from the first
    assert told["candidate"].startswith("linear@")
    assert list(told["gain_over"]) == ["weighted@2"]
    other = _run(*given[:-1], "boosted", "--artifact", artifact)
    assert other.exit_code == 2
    assert "which is not boosted" in other.output


def test_an_archive_without_chance_is_refused_with_what_to_change(undrawn: Path) -> None:
    done = _run("--dataset", "archive", "--data", undrawn, "--ranker", "weighted")
    assert done.exit_code == 1
    assert "not left to chance" in done.output
    assert "NEWSFEED_FEED__EXPLORATION__ENABLED=true" in done.output


def test_open_bandit_data_are_judged_both_ways(tmp_path: Path) -> None:
    for name in ("random", "bts"):
        rows = [f"{n},{n % 2},{1 + n // 2 % 3},{int(n % 5 == 0)},0.5\n" for n in range(60)]
        path = tmp_path / name / "men" / "men.csv"
        path.parent.mkdir(parents=True)
        path.write_text(HEAD + "".join(rows))
    file = tmp_path / "out.json"
    done = _run("--dataset", "obd", "--data", tmp_path, "--clip", "0.5", "--json", file)
    assert done.exit_code == 0, done.output
    told = json.loads(file.read_bytes())
    assert [each["target"] for each in told["judgements"]] == ["thompson", "random"]
    judged = told["judgements"][0]["estimates"]["ips"]
    assert judged["clipped"] == 0.5
    assert judged["reward"]["mean"] == 0.5 * judged["choices"] / 5 / judged["choices"]


def test_the_simulated_world_shows_what_the_estimators_are_worth(tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    done = _run("--dataset", "simulated", "--json", file)
    assert done.exit_code == 0, done.output
    told = json.loads(file.read_bytes())
    ips, robust = told["estimators"]["ips"], told["estimators"]["doubly_robust"]
    assert told["runs"] == 200
    assert abs(ips["mean"] - told["value"]) < 2 * ips["error"]
    assert robust["variance"] < ips["variance"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--dataset", "mind"), "'mind' is not one of 'archive', 'obd', 'simulated'"),
        (("--dataset", "simulated", "--clip", "3"), "--clip does not go with --dataset simulated"),
        (("--dataset", "obd"), "--data is needed"),
        (("--dataset", "archive", "--data", "."), "--ranker is needed"),
        (("--dataset", "archive", "--data", ".", "--ranker", "newest"), "'newest' is not one of"),
        (("--dataset", "archive", "--data", ".", "--ranker", "linear"), "--artifact goes with"),
        (("--dataset", "simulated", "--json", "missing/out.json"), "missing does not exist"),
        (("--dataset", "obd", "--data", ".", "--clip", "0"), "0.0 is not in the range"),
    ],
)
def test_wrong_usage_says_what_there_is(arguments: tuple[str, ...], said: str) -> None:
    done = _run(*arguments)
    assert done.exit_code == 2
    assert said in done.output
