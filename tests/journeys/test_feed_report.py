"""The feed report measures the demo and says whether it holds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts import demo_world

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str, **changes: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "scripts.feed_report", "--json", "--plays", "2", *arguments]
    around = {name: value for name, value in os.environ.items() if name != "NEWSFEED_DATA"}
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, env=around | changes)


@pytest.fixture(scope="module")
def done() -> subprocess.CompletedProcess[bytes]:
    return run("--slates", "300")


@pytest.fixture(scope="module")
def report(done: subprocess.CompletedProcess[bytes]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_the_exit_code_says_whether_every_check_holds(
    done: subprocess.CompletedProcess[bytes], report: dict[str, Any]
) -> None:
    holds = [each["holds"] for each in report["checks"]]
    assert holds
    assert done.returncode == (0 if all(holds) else 1)


def test_without_data_only_the_demo_is_looked_at_and_that_is_said(
    done: subprocess.CompletedProcess[bytes], report: dict[str, Any]
) -> None:
    assert report["mind"] is None
    assert b"only the demo is looked at" in done.stderr


def test_every_reader_of_the_demo_is_measured(report: dict[str, Any]) -> None:
    by_name = {each["reader"]: each for each in report["demo"]}
    for person in demo_world.people():
        measured = by_name.pop(person.name)
        assert set(measured["own"]) == set(person.topics)
        assert sum(measured["own"].values()) <= 10
        assert 0 < measured["intra_list_distance"] < 2
        assert measured["customised"] == 1
        for share in ("fresh_share", "largest_category_share", "miscalibration", "every_taste"):
            assert 0 <= measured[share] <= 1, share
    assert not by_name


def test_the_stories_of_the_demos_events_are_told_apart(report: dict[str, Any]) -> None:
    events = report["stories"]["the demo's events"]
    assert events["precision"] >= 0.9
    assert events["recall"] >= 0.9


def test_articles_are_explored_as_often_as_is_logged(report: dict[str, Any]) -> None:
    assert report["exploration"]["slates"] == 300
    assert report["exploration"]["degrees_of_freedom"] > 0
    assert report["exploration"]["p_value"] >= 0.001


@pytest.mark.data
@pytest.mark.skipif("NEWSFEED_DATA" not in os.environ, reason="NEWSFEED_DATA names no data folder")
def test_the_dial_moves_the_lists_of_minds_readers_apart(tmp_path: Path) -> None:
    picture = tmp_path / "dial.svg"
    data = os.environ["NEWSFEED_DATA"]
    done = run("--slates", "100", "--readers", "20", "--plot", str(picture), NEWSFEED_DATA=data)
    mind = json.loads(done.stdout)["mind"]
    assert (mind["readers"], [each["diversity"] for each in mind["dials"]]) == (
        20,
        [0, 0.25, 0.5, 0.75, 1],
    )
    distances = [each["intra_list_distance"]["mean"] for each in mind["dials"]]
    assert distances == sorted(set(distances))
    assert [each["rise"] is None for each in mind["dials"]] == [True, False, False, False, False]
    assert mind["dials"][0]["relevance"]["mean"] == 1
    assert picture.read_text(encoding="utf-8").startswith("<?xml")
