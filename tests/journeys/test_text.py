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
    """Give a function that runs ``scripts.ingest`` on the test's Redis."""
    assert not client.dbsize()

    def ingest(*arguments: str) -> Any:
        command = [sys.executable, "-m", "scripts.ingest", *arguments]
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
    code, output, _ = ingest("text", *files, *facts, "--json", "--no-embed")
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


def test_a_file_that_is_not_there_is_told_and_the_others_go_on(ingest: Any, tmp_path: Path) -> None:
    (tmp_path / "rain.txt").write_text("Rain fell on Oslo.")
    files = ("nowhere.txt", str(tmp_path / "rain.txt"))
    code, output, complaint = ingest("text", *files, "--json", "--no-embed")
    assert code == 1
    assert json.loads(output)["outcomes"] == {"created": 1}
    assert "not read: nowhere.txt" in complaint
    assert "Traceback" not in complaint


@pytest.mark.parametrize(
    ("command", "name", "content"),
    [
        ("text", "bad.txt", b"\xff"),
        ("jsonl", "bad.jsonl", b'{"id": "a"}\n'),
        ("mind", "news.tsv", b"one column\n"),
        (
            "feeds",
            "bad.json",
            b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": ""}]}',
        ),
    ],
)
def test_nothing_but_rejections_is_an_error(
    ingest: Any, tmp_path: Path, command: str, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    code, output, _ = ingest(command, str(tmp_path / name), "--json", "--no-embed")
    assert json.loads(output)["outcomes"] == {"rejected": 1}
    assert code == 1


def test_no_records_are_no_error(ingest: Any, tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").write_text("\n")
    assert ingest("jsonl", str(tmp_path / "none.jsonl"), "--no-embed")[0] == 0


def test_a_text_file_is_retried_as_its_document_or_left_to_be_mended(
    ingest: Any, wiring: Any, tmp_path: Path
) -> None:
    (tmp_path / "bad.txt").write_bytes(b"\xff")
    (tmp_path / "rain.txt").write_text("Rain fell on Oslo.")
    files = (str(tmp_path / "bad.txt"), str(tmp_path / "rain.txt"))
    assert ingest("text", *files, "--language", "not one", "--no-embed")[0] == 1
    (document,) = (x for x in wiring.dead_letters.list(10) if x.place == "rain.txt")
    wiring.dead_letters.discard([document.id])
    mended = document.record.replace("not one", "en")
    wiring.dead_letters.add([(document.place, document.reason, mended)], document.at)
    code, output, told = ingest("rejected", "retry")
    assert code == 1
    assert "1 of 2 records were taken" in told
    assert "must be text in UTF-8" in " ".join(output.split())
    assert "JSON" not in output
    assert json.loads(wiring.articles.get("rain").card)["language"] == "en"
    (left,) = wiring.dead_letters.list(10)
    assert left.reason.endswith("mend the file and ingest it again")
