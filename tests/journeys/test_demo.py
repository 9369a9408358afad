"""The demo shows what it promises: different tastes, different feeds."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from scripts import demo_world

ROOT = Path(__file__).resolve().parents[2]
SHOWN = 10


@pytest.fixture(scope="module")
def shown() -> dict[str, Any]:
    command = [sys.executable, "-m", "scripts.demo", "--once", "--json"]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_readers_with_different_tastes_share_less_than_a_third(shown: dict[str, Any]) -> None:
    for one, other in combinations(shown["readers"].values(), 2):
        assert len(one) == len(other) == SHOWN
        shared = {each["id"] for each in one} & {each["id"] for each in other}
        assert len(shared) < SHOWN / 3


def test_each_readers_feed_is_mostly_of_their_topics(shown: dict[str, Any]) -> None:
    for person in demo_world.people():
        liked = [each["category"] in person.topics for each in shown["readers"][person.name]]
        assert sum(liked) > SHOWN / 2, person.name


def test_the_event_that_everybody_reads_leads_the_trending_list(shown: dict[str, Any]) -> None:
    hot = set(demo_world.events()[demo_world.HOT_EVENT])
    assert {each["id"] for each in shown["trending"][: len(hot)]} == hot


def test_some_of_the_sample_is_marked_as_generated_with_ai(shown: dict[str, Any]) -> None:
    everything = [each for feed in shown["readers"].values() for each in feed]
    assert {each["generated_with_ai"] for each in everything} >= {True, False, None}


def test_the_sample_is_as_large_as_it_says() -> None:
    documents = [
        json.loads(line)
        for path in sorted((ROOT / "scripts" / "sample").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    by_id = {each["id"]: each for each in documents}
    assert len(by_id) == len(documents) == 260
    assert len({each["category"] for each in documents}) == 10
    events = demo_world.events()
    assert len(events) == 25
    for ids in events.values():
        assert len({by_id[each]["source"] for each in ids}) >= 3
