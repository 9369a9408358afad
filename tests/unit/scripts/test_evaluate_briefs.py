"""The evaluation of briefs as a program, on part of the demo's sample and the real model."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import orjson
from click.testing import CliRunner, Result

from recommender.evaluation.briefs.kinds import FACTS
from scripts.evaluate import main


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["briefs", *map(str, arguments)])


def test_it_prints_and_writes_what_was_found(tmp_path: Path) -> None:
    sample, json_file = files("scripts") / "sample", tmp_path / "out.json"
    for name in ("culture", "food"):
        for ending in ("jsonl", "events.json"):
            file = f"{name}.{ending}"
            (tmp_path / file).write_bytes((sample / file).read_bytes())
    few = ("--errors", "12", "--faithful", "12", "--examples", "1", "--json", json_file)
    done = _run("--data", tmp_path, *few)
    assert done.exit_code == 0, done.output
    told = json.loads(json_file.read_bytes())
    assert told["writer"]["events"] == 4
    assert 0 < told["writer"]["means"]["rouge_l_recall"]["mean"] < 1
    for half, events in (("measured", 2), ("development", 2)):
        found = told["checker"][half]
        assert (found["events"], found["errors"], found["faithful"]) == (events, 12, 12)
        assert {kind: each["of"] for kind, each in found["by_kind"].items()} == {
            kind.value: 12 // 4 for kind in FACTS
        }
        assert found["negation"]["of"] == 12 // 4
        assert f"checker, events for {half}" in done.output
    assert told["seed"] == 1


def test_a_folder_whose_events_name_unknown_articles_is_refused(tmp_path: Path) -> None:
    (tmp_path / "news.jsonl").write_bytes(orjson.dumps({"id": "a", "title": "Rain"}))
    events = tmp_path / "news.events.json"
    for content, said in (
        ({"rain": ["a", "b"]}, "an event names 'b'"),
        ({"rain": "a"}, "lists of article ids"),
        ({"rain": ["a"]}, "an event of two articles is wanted"),
    ):
        events.write_bytes(orjson.dumps(content))
        done = _run("--data", tmp_path)
        assert done.exit_code == 1
        assert said in done.output.replace("\n", " ")


def test_what_cannot_be_asked_for_is_refused_before_the_work(tmp_path: Path) -> None:
    for wrong, said in (
        (("--errors", "7"), "a multiple of 4"),
        (("--json", tmp_path / "missing" / "out.json"), "does not exist"),
    ):
        done = _run(*wrong)
        assert done.exit_code == 2
        assert said in done.output
