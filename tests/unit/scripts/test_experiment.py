"""The programs that plan experiments and judge arms."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from scripts.experiment import main

NAMES = ["--test", "test", "--impressions", "shown", "--clicks", "clicked"]


@pytest.fixture
def arms(tmp_path: Path) -> Path:
    rows = [
        "sound,2013-01-05,1000,50",
        "sound,2013-01-05,1010,50",
        "broken,2013-07-01,1000,50",
        "broken,2013-07-01,1500,50",
        "alone,2013-07-02,1000,50",
    ]
    file = tmp_path / "arms.csv"
    file.write_text("\n".join(("test,when,shown,clicked", *rows)))
    return file


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_alarms_are_counted_inside_and_outside(arms: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    window = ["--when", "when", "--between", "2013-06-25", "2014-01-10"]
    done = run("arms", str(arms), *NAMES, *window, "--json", str(file))
    assert done.exit_code == 0, done.output
    result = orjson.loads(file.read_bytes())
    assert result["sample_ratio"] == {
        "all": {"tests": 2, "alarms": 1, "share": 1 / 2},
        "inside": {"tests": 1, "alarms": 1, "share": 1.0},
        "outside": {"tests": 1, "alarms": 0, "share": 0.0},
    }
    assert result["findings"] == {"not enough yet": 1, "blocked by sample ratio": 1}
    assert result["left_out"][0]["count"] == 1
    assert [each["impressions"] for each in result["each"]] == [[1000, 1010], [1000, 1500]]


def test_a_window_without_a_time_is_a_usage_error(arms: Path) -> None:
    done = run("arms", str(arms), *NAMES, "--between", "1", "2")
    assert done.exit_code == 2
    assert "--when" in done.output


def test_a_column_that_is_not_there_is_named(arms: Path) -> None:
    done = run("arms", str(arms), *NAMES, "--when", "week")
    assert done.exit_code == 1
    assert "got none named week" in done.output


def test_a_plan_has_readers_days_and_the_price_of_looking(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    aim = ["--mean", "1", "--variance", "1", "--effect", "0.2"]
    done = run("plan", *aim, "--arrivals", "200,100", "--json", str(file))
    assert done.exit_code == 0, done.output
    found = orjson.loads(file.read_bytes())
    assert found["fixed"]["readers"] < found["always_valid"]["readers"]
    assert found["fixed"]["days"] == 1 + -(-(found["fixed"]["readers"] - 200) // 100)


@pytest.mark.parametrize(
    ("change", "code", "told"),
    [
        (["--arrivals", "many"], 2, "wanted numbers with commas between them"),
        (["--effect", "0"], 1, "effect: above -1 and not 0"),
        (["--arrivals", "-5"], 1, "arrivals"),
    ],
)
def test_an_aim_that_cannot_be_is_told(change: list[str], code: int, told: str) -> None:
    given = ["--mean", "1", "--variance", "1", "--effect", "0.2", "--arrivals", "9", *change]
    done = run("plan", *given)
    assert done.exit_code == code
    assert told in done.output
