"""Arms of others: counts become sample ratios and verdicts."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest

from recommender.errors import SourceError
from recommender.evaluation.experiments.arms import ArmsTest, Columns, judge, ratio_of, read_arms
from recommender.evaluation.experiments.results import Finding

COLUMNS = Columns(test="test", impressions="shown", clicks="clicked", when="week")
ROWS = {
    "test": ["x", "y", "x", "alone", "y", "dark", "dark"],
    "week": [2, 5, 1, 3, 5, 4, 4],
    "shown": [1_000, 900, 1_010, 50, 905, 0, 0],
    "clicked": [50, 9, 50, 1, 90, 0, 0],
}


def write(folder: Path, name: str, **changes: list[object]) -> Path:
    file = folder / name
    frame = pl.DataFrame(ROWS | changes)
    if name.endswith(".csv"):
        frame.write_csv(file)
    else:
        frame.write_parquet(file)
    return file


@pytest.mark.parametrize("name", ["arms.csv", "arms.parquet"])
def test_rows_are_gathered_by_test_in_their_order(tmp_path: Path, name: str) -> None:
    found = read_arms(write(tmp_path, name), COLUMNS)
    assert found.tests == (
        ArmsTest(name="x", when="1", impressions=(1_000, 1_010), clicks=(50, 50)),
        ArmsTest(name="y", when="5", impressions=(900, 905), clicks=(9, 90)),
    )
    (left,) = found.dropped
    assert left.count == 2


def test_an_arm_that_is_much_better_wins() -> None:
    found = judge(ArmsTest(name="y", when=None, impressions=(9_000, 9_050), clicks=(450, 900)))
    assert (found.verdict.finding, found.verdict.winner) == (Finding.WINNER, "arm 2")
    assert found.metric.values[1].mean == 900 / 9_050


def test_unequal_arms_block_the_verdict() -> None:
    found = judge(ArmsTest(name="y", when=None, impressions=(900, 1_400), clicks=(9, 140)))
    assert found.sample_ratio.alarm
    assert found.verdict.finding is Finding.BLOCKED


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"clicked": [50, 9, 1_011, 1, 90, 0, 0]}, "row 3: wanted .* 1 such rows"),
        ({"clicked": [50, -1, 50, 1, 90, 0, -2]}, "row 2: wanted .* 2 such rows"),
        ({"clicked": [50, None, 50, 1, 90, 0, 0]}, "row 2: wanted"),
        ({"test": [None, "y", "x", "alone", "y", "dark", "dark"]}, "row 1: wanted"),
        ({"shown": ["many"] * 7}, "row 1: wanted"),
    ],
)
def test_a_count_that_cannot_be_is_named(
    tmp_path: Path, changes: dict[str, list[object]], told: str
) -> None:
    with pytest.raises(SourceError, match=told):
        read_arms(write(tmp_path, "arms.parquet", **changes), COLUMNS)


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    file = write(tmp_path, "arms.parquet")
    with pytest.raises(SourceError, match="got none named week_of"):
        read_arms(file, Columns(test="test", impressions="shown", clicks="clicked", when="week_of"))
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(SourceError, match="wanted a whole Parquet or CSV file"):
        read_arms(file, COLUMNS)
    (tmp_path / "empty.csv").write_text("test,week,shown,clicked\n")
    with pytest.raises(SourceError, match="wanted at least one arm"):
        read_arms(tmp_path / "empty.csv", COLUMNS)


@pytest.mark.data
@pytest.mark.skipif("NEWSFEED_DATA" not in os.environ, reason="NEWSFEED_DATA names no data folder")
def test_the_broken_months_of_upworthy_alarm_and_the_others_do_not() -> None:
    """Assignment was broken from mid-June 2013 to mid-January 2014, weeks 201325 to 201402."""
    names = Columns(
        test="clickability_test_id", impressions="impressions", clicks="clicks", when="test_week"
    )
    file = Path(os.environ["NEWSFEED_DATA"]) / "upworthy" / "upworthy_clean.parquet"
    tests = read_arms(file, names).tests
    broken = [each for each in tests if "201325" <= (each.when or "") <= "201402"]
    sound = [each for each in tests if not "201325" <= (each.when or "") <= "201402"]
    alarming = [each for each in broken if ratio_of(each).alarm]
    assert len(alarming) / len(broken) == pytest.approx(0.67, abs=0.01)
    assert sum(ratio_of(each).alarm for each in sound) / len(sound) < 0.01
    assert {judge(each).verdict.winner for each in alarming[:50]} == {None}
