"""The programs that judge and tune trending lists, on small logs."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from recommender.archive.tables import INTERACTIONS
from recommender.evaluation.trending.log import read_archived
from scripts.evaluate_trending import trending
from scripts.tune import main

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def write_log(folder: Path, hours: int) -> Path:
    """Write a log in which each of ten articles is read for an hour from a quarter to on."""
    minutes = [45 + 5 * n for n in range(12 * hours)]
    pl.DataFrame(
        {
            "article_id": [(minute - 45) // 60 % 10 for minute in minutes],
            "clicked_at": [(BEGIN + timedelta(minutes=m)).replace(tzinfo=None) for m in minutes],
        }
    ).write_parquet(folder / "clicks.parquet")
    return folder


def test_the_report_is_written_as_json_and_as_a_picture(tmp_path: Path) -> None:
    write_log(tmp_path, 100)
    out, picture = tmp_path / "out.json", tmp_path / "out.svg"
    told = ["--data", str(tmp_path), "--top", "5", "--json", str(out), "--plot", str(picture)]
    done = CliRunner().invoke(trending, told)
    assert done.exit_code == 0, done.output
    found = json.loads(out.read_text())
    assert set(found["formulas"]["velocity"]) == {"ndcg@5", "overlap@5", "caught@5"}
    assert found["formulas"]["window 0.25 h"]["ndcg@5"]["mean"] == pytest.approx(0.8, abs=0.2)
    assert found["hours"] == 50
    assert "<svg" in picture.read_text()


def test_tuning_prints_the_variables_to_set(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    told = ["trending", "--data", str(write_log(tmp_path, 120)), "--json", str(out)]
    done = CliRunner().invoke(main, told)
    assert done.exit_code == 0, done.output
    settings = json.loads(out.read_text())["settings"]
    assert settings
    for name, value in settings.items():
        assert name.startswith("NEWSFEED_TRENDING__")
        assert f"{name}='{value}'" in done.output


def test_too_little_is_said_and_tunes_nothing(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["trending", "--data", str(write_log(tmp_path, 20))])
    assert done.exit_code == 1
    assert "at least 48 hours with clicks" in done.output


def test_one_log_is_to_be_named(tmp_path: Path) -> None:
    both = ["--data", str(tmp_path), "--archive", str(tmp_path)]
    for told in ([], both, ["--data", str(tmp_path), "--half-lives", "4,1"]):
        assert CliRunner().invoke(main, ["trending", *told]).exit_code == 2


def test_the_archive_counts_by_the_kind_of_interaction(tmp_path: Path) -> None:
    """A share counts three; sending an article away counts nothing."""
    rows = [("a", "share", 9.0), ("b", "click", 5.0), ("a", "hide", 6.0)]
    filled = {"entry": "1-0", "id": "1", "slate_id": None, "reader": "r"}
    table = pl.DataFrame(
        [filled | {"article": a, "kind": k, "occurred_at": t, "received_at": t} for a, k, t in rows]
    ).with_columns(dwell_seconds=pl.lit(None))
    day = tmp_path / "interactions" / "day=2026-01-01"
    day.mkdir(parents=True)
    name = "shard=0_1767225600000-0_1767225600000-2_3.parquet"
    table.select(*INTERACTIONS).cast(INTERACTIONS).write_parquet(day / name)
    clicks = read_archived(tmp_path)
    assert (clicks.articles.tolist(), clicks.at.tolist()) == ([1, 0], [5.0, 9.0])
    assert clicks.weights.tolist() == [1.0, 3.0]
