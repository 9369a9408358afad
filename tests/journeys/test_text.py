"""The program that takes text files in, and what it leaves in the store."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from recommender.store.connection import Redis

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def ingest(client: Redis, redis_server_url: str) -> Any:
    """Give a function that runs ``scripts.ingest text`` on the test's Redis."""
    assert not client.dbsize()

    def ingest(*arguments: str) -> Any:
        command = [sys.executable, "-m", "scripts.ingest", "text", *arguments]
        environment = os.environ | {"NEWSFEED_REDIS_URL": redis_server_url}
        done = subprocess.run(
            command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout, done.stderr

    return ingest


def test_files_become_articles_without_their_labels(
    ingest: Any, wiring: Any, tmp_path: Path
) -> None:
    (tmp_path / "rain.txt").write_text("2 May 2025. Rain fell on Oslo. Wet. [AI-generated]")
    (tmp_path / "bad.txt").write_bytes(b"\xff")
    facts = ("--category", "Weather", "--source", "A & B", "--language", "en", "--author", "Jo")
    files = (str(tmp_path / "rain.txt"), str(tmp_path / "bad.txt"))
    code, output, _ = ingest(*files, *facts, "--json", "--no-embed")
    assert code == 0
    assert json.loads(output)["outcomes"] == {"created": 1, "rejected": 1}
    stored = wiring.articles.get("rain")
    card = json.loads(stored.card)
    assert (card["title"], stored.body) == ("Rain fell on Oslo.", "Rain fell on Oslo. Wet.")
    assert (card["category"], card["source"], card["language"], card["author"]) == (
        "weather",
        "A & B",
        "en",
        "Jo",
    )
    assert card["published_at"] == "2025-05-02T00:00:00.000Z"
    assert card["provenance"]["generated_with_ai"] is True


def test_a_file_that_is_not_there_is_an_error_in_words(ingest: Any) -> None:
    code, _, complaint = ingest("nowhere.txt", "--no-embed")
    assert code != 0
    assert "nowhere.txt" in complaint
    assert "Traceback" not in complaint
