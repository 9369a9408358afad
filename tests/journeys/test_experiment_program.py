"""The commands that define, start, ramp, stop and show experiments, over a real Redis."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from click.testing import CliRunner, Result

from recommender.store.connection import Redis
from scripts.experiment import main

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "experiment.yaml"

Run = Callable[..., Result]


@pytest.fixture
def run(client: Redis, redis_server_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Give a function that runs a command on the test's Redis."""
    assert not client.dbsize()
    monkeypatch.setenv("NEWSFEED_REDIS_URL", redis_server_url)
    return lambda *arguments: CliRunner().invoke(main, [str(each) for each in arguments])


def told(run: Run, file: Path, *arguments: object) -> Any:
    """Return what a command that ends well writes as JSON."""
    done = run(*arguments, "--json", file)
    assert done.exit_code == 0, done.output
    return orjson.loads(file.read_bytes())


def test_an_experiment_goes_from_its_file_to_its_end(run: Run, wiring: Any, tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    assert told(run, file, "put", EXAMPLE)["status"] == "draft"
    assert told(run, file, "start", "wider-feed")["status"] == "running"
    assert told(run, file, "ramp", "wider-feed", "--coverage", "0.5")["coverage"] == 0.5
    wiring.follower.load()
    assert [each.coverage for each in wiring.follower.experiments] == [0.5]
    stopped = told(run, file, "stop", "wider-feed")
    assert [(each["field"], each["after"]) for each in stopped["history"]] == [
        ("status", "draft"),
        ("status", "running"),
        ("coverage", 0.5),
        ("status", "stopped"),
    ]
    assert told(run, file, "show", "wider-feed") == stopped
    assert stopped.pop("warnings") == []
    assert told(run, file, "list") == {"experiments": [stopped]}


def test_people_are_shown_what_is_compared_and_what_changed(run: Run) -> None:
    run("put", EXAMPLE)
    shown = run("show", "wider-feed").output
    for text in ("wider-feed: draft", "rerank.diversity = 0.5", "version ", "history", '"draft"'):
        assert text in shown
    assert "control, wider" in run("list").output


def test_where_there_is_none_the_list_says_what_to_do(run: Run) -> None:
    done = run("list")
    assert done.exit_code == 0
    assert "put FILE" in done.output


def test_a_preview_prints_the_parameter_alone(run: Run, wiring: Any, clock: Any) -> None:
    run("put", EXAMPLE)
    done = run("preview", "wider-feed", "wider")
    name, _, parameter = done.stdout.strip().partition("=")
    assert name == "variant"
    assert clock.now() == 1_767_225_600.0, "long before the program's own time"
    (found,) = wiring.experiments.forced(parameter)
    assert (found.name, found.forced) == ("wider", True)


def test_a_draft_is_discarded(run: Run) -> None:
    run("put", EXAMPLE)
    assert run("discard", "wider-feed").exit_code == 0
    assert run("show", "wider-feed").exit_code == 1


def test_who_read_it_before_it_changed_does_not_change_it(run: Run, tmp_path: Path) -> None:
    read = told(run, tmp_path / "out.json", "put", EXAMPLE)["version"]
    changed = tmp_path / "changed.yaml"
    changed.write_text(yaml.safe_dump(yaml.safe_load(EXAMPLE.read_text()) | {"coverage": 0.2}))
    assert run("put", changed, "--version", read).exit_code == 0
    done = run("put", EXAMPLE, "--version", read)
    assert done.exit_code == 1
    assert f"wanted to change version '{read}'" in done.output
    done = run("put", EXAMPLE)
    assert done.exit_code == 1
    assert "wanted to define a new one" in done.output


def test_what_was_hardly_meant_is_told(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "ranker.yaml"
    variants = [{"name": "now"}, {"name": "new", "overrides": {"ranker": "none.json"}}]
    wanted = {"key": "ranker", "hypothesis": "It is better.", "primary_metric": "ctr"}
    file.write_text(yaml.safe_dump(wanted | {"variants": variants}))
    [text] = told(run, tmp_path / "out.json", "put", file)["warnings"]
    assert "none.json cannot be read" in text
    for command in ("show", "start"):
        done = run(command, "ranker")
        assert done.exit_code == 0
        assert f"Warning: {text}" in done.stderr
    assert "Warning" not in run("stop", "ranker").stderr


@pytest.mark.parametrize("command", ["put", "list", "start", "ramp", "preview", "analyse", "plan"])
def test_a_folder_that_is_not_there_is_named_before_anything_is_done(
    run: Run, tmp_path: Path, command: str
) -> None:
    run("put", EXAMPLE)
    arguments: dict[str, list[object]] = {
        "put": [EXAMPLE, "--version", "any"],
        "list": [],
        "ramp": ["wider-feed", "--coverage", "0.5"],
        "preview": ["wider-feed", "wider"],
        "plan": ["--mean", "1", "--variance", "1", "--effect", "0.1"],
    }
    before = told(run, tmp_path / "before.json", "show", "wider-feed")
    for file in (tmp_path / "missing" / "out.json", tmp_path):
        done = run(command, *arguments.get(command, ["wider-feed"]), "--json", file)
        assert (done.exit_code, type(done.exception)) == (2, SystemExit)
        assert "--json" in done.output
    assert told(run, tmp_path / "after.json", "show", "wider-feed") == before


def test_a_page_in_a_folder_that_is_not_there_is_refused_too(run: Run, tmp_path: Path) -> None:
    for command in (["analyse", "wider-feed"], ["simulate"]):
        done = run(*command, "--html", tmp_path / "missing" / "page.html")
        assert done.exit_code == 2
        assert "missing does not exist" in " ".join(done.output.split())


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (("ramp", "wider-feed", "--coverage", "0.05"), 1, "coverage: 0.1 or more"),
        (("ramp", "wider-feed", "--coverage", "2"), 1, "coverage: 0 to 1, got 2"),
        (("discard", "wider-feed"), 1, "status: draft, to be discarded"),
        (("preview", "wider-feed", "narrow"), 1, "variant: one of control, wider, got 'narrow'"),
        (("preview", "wider-feed", "wider", "--minutes", "0"), 2, "--minutes"),
        (("start", "other"), 1, "key of an experiment of this site, got 'other'"),
        (("put", "nowhere.yaml"), 2, "does not exist"),
        (("ramp", "wider-feed"), 2, "--coverage"),
    ],
)
def test_what_cannot_be_done_is_said_with_field_and_limit(
    run: Run, arguments: tuple[str, ...], code: int, text: str
) -> None:
    run("put", EXAMPLE)
    run("start", "wider-feed")
    done = run(*arguments)
    assert done.exit_code == code
    assert text in done.output


def test_a_wrong_file_is_named_with_its_field(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(EXAMPLE.read_text().replace("weight: 0.5", "weight: 0.6"))
    done = run("put", file)
    assert done.exit_code == 1
    assert "variants: must have weights with a sum of 1" in done.output
