"""A worker may be killed at any moment: nothing is lost and nothing is doubled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from recommender.store.connection import Redis

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = sorted((ROOT / "scripts" / "sample").glob("*.jsonl"))
SAMPLE_ARTICLES = 260
DEADLINE_SECONDS = 120.0


@pytest.fixture
def environment(redis_server_url: str) -> dict[str, str]:
    return os.environ | {
        "NEWSFEED_REDIS_URL": redis_server_url,
        "NEWSFEED_WORKER__TAKEOVER_SECONDS": "1",
        "NEWSFEED_WORKER__MAX_WINDOW": "40",
    }


def _start_worker(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "scripts.worker"], env=environment, cwd=ROOT)


def _live(client: Redis) -> int:
    return client.zcard("nf:{main:catalogue}:live")


def _wait(client: Redis, process: subprocess.Popen[bytes], least: int) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while _live(client) < least:
        assert process.poll() is None, "the worker ended by itself"
        assert time.monotonic() < deadline, f"{_live(client)} of {least} live"
        time.sleep(0.02)


def test_a_killed_worker_loses_and_doubles_nothing(
    client: Redis, environment: dict[str, str]
) -> None:
    ingest = [sys.executable, "-m", "scripts.ingest", "jsonl", *map(str, SAMPLE), "--no-embed"]
    subprocess.run(ingest, env=environment, cwd=ROOT, check=True, capture_output=True)
    assert client.xlen("nf:{main:catalogue}:pending") == SAMPLE_ARTICLES

    with _start_worker(environment) as worker:
        _wait(client, worker, 40)
        worker.send_signal(signal.SIGKILL)
    assert _live(client) < SAMPLE_ARTICLES, "it was killed too late to tell anything"

    with _start_worker(environment) as worker:
        _wait(client, worker, SAMPLE_ARTICLES)
        worker.terminate()

    changes: Any = client.xrange("nf:{main:catalogue}:changes")
    became_live = [fields[b"id"] for _, fields in changes if fields[b"op"] == b"live"]
    assert len(became_live) == len(set(became_live)) == SAMPLE_ARTICLES
    assert client.xlen("nf:{main:catalogue}:pending") == 0
    groups: Any = client.xinfo_groups("nf:{main:catalogue}:pending")
    assert groups[0]["pending"] == 0
