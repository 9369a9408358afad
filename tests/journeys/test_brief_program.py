"""The program "brief" over the demo's events, with the real model."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner, Result

from recommender.bootstrap import Wiring
from recommender.clock import SystemClock
from recommender.domain.briefs import Rule
from recommender.ingest.documents import parse_document
from recommender.settings import Settings
from recommender.store.connection import Redis
from scripts import demo_world
from scripts.brief import main

ROOT = Path(__file__).resolve().parents[2]
LEAST = 10

pytestmark = pytest.mark.usefixtures("client")


@pytest.fixture
def program(redis_server_url: str) -> Callable[..., Result]:
    """Give a function that runs the program on the test's Redis."""

    def program(*arguments: str) -> Result:
        environment = {"NEWSFEED_REDIS_URL": redis_server_url}
        return CliRunner().invoke(main, list(arguments), env=environment)

    return program


def ingest(client: Redis, events: Sequence[Sequence[str]]) -> None:
    """Take in what tells the events, and make it live as a worker does."""
    site = Wiring(Settings(), client, SystemClock())
    wanted = {article for ids in events for article in ids}
    documents = demo_world.articles(datetime.now(UTC))
    site.intake.submit([parse_document(each) for each in documents if each["id"] in wanted])
    site.embedder().drain()


def test_the_demos_events_become_briefs_whose_every_sentence_names_its_sources(
    client: Redis, program: Callable[..., Result]
) -> None:
    events = list(demo_world.events().values())[: LEAST + 2]
    ingest(client, events)
    done = program("run", "--once", "--json")
    assert done.exit_code == 0, done.output
    told: dict[str, Any] = orjson.loads(done.stdout)
    assert len(told["briefs"]) >= LEAST
    for brief in told["briefs"]:
        listed = {each["id"] for each in brief["sources"]}
        sentences = [brief["headline"], *(each for part in brief["paragraphs"] for each in part)]
        assert all(each["sources"] and set(each["sources"]) <= listed for each in sentences)
        assert brief["checks"] == {rule.value: True for rule in Rule}
        assert brief["status"] == "published"
    name = told["briefs"][0]["id"]
    assert name in program("show").stdout
    text = program("show", name).stdout
    assert "all checks passed" in text
    assert "[1]" in text
    done = program("review", "withdraw", name, "--by", "Rhona Cask", "--reason", "too early")
    assert done.exit_code == 0, done.output
    shown = orjson.loads(program("show", name, "--revision", "1", "--json").stdout)
    assert shown["status"] == "withdrawn"
    assert shown["revisions"][0]["changes"][-1]["by"] == "Rhona Cask"


def test_an_empty_site_is_told_what_to_do_next(program: Callable[..., Result]) -> None:
    done = program("run", "--once")
    assert done.exit_code == 0
    assert "scripts.ingest" in done.stderr
    assert "scripts.brief run" in program("show").stderr


def test_the_loop_ends_on_sigterm(redis_server_url: str) -> None:
    environment = os.environ | {"NEWSFEED_REDIS_URL": redis_server_url}
    command = [sys.executable, "-m", "scripts.brief", "run"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    ) as loop:
        assert loop.stderr is not None
        assert "looking for events" in loop.stderr.readline()
        loop.terminate()
        assert loop.stderr.read().endswith("brief: stopped\n")
    assert loop.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["run", "--json"], 2, "--once"),
        (["show", "--revision", "1"], 2, "ID"),
        (["show", "brief-none"], 1, "brief of this site"),
        (["review", "approve", "brief-none", "--by", "x"], 1, "brief of this site"),
        (["review", "approve", "brief-none"], 2, "--by"),
        (["review", "approve", "brief-none", "--by", " "], 1, "by: must be one line"),
        (["review", "withdraw", "brief-none", "--by", "x", "--reason", "a\nb"], 1, "reason: must"),
    ],
)
def test_what_cannot_be_done_is_told(
    program: Callable[..., Result], arguments: list[str], code: int, words: str
) -> None:
    done = program(*arguments)
    assert done.exit_code == code
    assert words in done.stderr
