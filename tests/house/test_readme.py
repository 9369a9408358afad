"""The README's commands work: its requests are sent to a running service as they stand."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from scripts.console import read_settings
from scripts.supervisor import running_service

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
COMMANDS = [text for kind, text in BLOCKS if kind == "sh"]
SHOWN_ADDRESS = "http://127.0.0.1:8000"


def test_every_make_target_that_it_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"\bmake ([a-z]+)", README))
    assert named
    assert not {target for target in named if f"\n{target}:" not in makefile}


def test_every_file_that_it_links_to_exists() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    assert not [link for link in links if not (ROOT / link).exists()]


@pytest.mark.skipif(shutil.which("curl") is None, reason="the README's requests need curl")
def test_its_requests_are_answered_as_it_says(redis_server_url: str) -> None:
    server = {"port": 0, "processes": 1}
    settings = read_settings(redis_url=redis_server_url, site="readme", server=server)
    requests = [text for text in COMMANDS if "curl" in text]
    with running_service(settings, worker=False) as service:
        answers = [_run(text.replace(SHOWN_ADDRESS, service.url)) for text in requests]
    shown = next(text for kind, text in BLOCKS if kind == "json")
    expected = json.loads(shown) | {"site": "readme"}
    assert expected in answers[0]
    assert answers[1][0]["accepted"] == 1
    assert all("articles" in answer for answer in answers[2])


def _run(commands: str) -> list[dict[str, object]]:
    done = subprocess.run(["bash", "-ec", commands], check=True, capture_output=True, text=True)
    decoder, text, found = json.JSONDecoder(), done.stdout.strip(), []
    while text:
        answer, end = decoder.raw_decode(text)
        found.append(answer)
        text = text[end:].strip()
    return found
