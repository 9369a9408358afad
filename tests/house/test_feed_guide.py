"""The guide of the feed: its commands are sent to a running service, one after the other."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scripts.console import read_settings
from scripts.supervisor import running_service

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "feed.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", GUIDE, re.DOTALL)
COMMANDS = [text for kind, text in BLOCKS if kind == "sh" and "$api" in text]
SHOWN_FIRST = "politics-12"
"""The article that led the answer in the guide."""

NAMED = {
    "science-01": "science",
    "football-04": "football",
    "travel-01": "travel",
    "food-01": "food",
}
"""Articles that the guide names, and one of each category that it names."""


@pytest.mark.skipif(shutil.which("curl") is None, reason="the guide's requests need curl")
def test_its_commands_are_answered(
    wiring: Any, make_live: Callable[..., None], redis_server_url: str
) -> None:
    for axis, (article, category) in enumerate(NAMED.items()):
        make_live(wiring, {article: np.eye(len(NAMED))[axis]}, category=category)
    settings = read_settings(redis_url=redis_server_url, server={"port": 0, "processes": 1})
    with running_service(settings, worker=False) as service:
        known = {"api": service.url}
        (page,) = _answers(COMMANDS[0], known)
        known |= {name: page[name] for name in ("next", "slate_id")}
        first = page["articles"][0]["article"]["id"]
        answers = {
            command: list(_answers(command.replace(SHOWN_FIRST, first), known))
            for command in COMMANDS[1:]
        }
    refused = [c for c, told in answers.items() if any("/docs#" in a.get("type", "") for a in told)]
    assert len(refused) == 1
    assert '"none": ["food"]' in refused[0], "the contradiction that the guide shows"
    (merged,) = [told[-1] for command, told in answers.items() if "/merge" in command]
    assert merged["history"] == 1


@pytest.mark.parametrize("name", ["slate_id", "next", "disclosure", "story", "propensity", "empty"])
def test_it_explains_the_members_of_the_answer(name: str) -> None:
    assert f"`{name}`" in GUIDE


def test_every_setting_that_it_names_exists() -> None:
    table = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    named = set(re.findall(r"NEWSFEED_[A-Z_]+", GUIDE))
    assert named
    assert not {name for name in named if name not in table}


def _answers(command: str, known: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the JSON documents that a command prints; other formats are passed over."""
    environment = os.environ | known
    done = subprocess.run(
        ["bash", "-ec", command], env=environment, capture_output=True, text=True, check=True
    )
    decoder, text = json.JSONDecoder(), done.stdout
    while (start := text.find("{")) >= 0:
        answer, end = decoder.raw_decode(text, start)
        yield answer
        text = text[end:]
