"""The service as shipped: two API processes and a worker over one Redis, met by HTTP."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from recommender.store.connection import Redis
from scripts.console import read_settings
from scripts.supervisor import running_service

ROOT = Path(__file__).resolve().parents[2]
DEADLINE_SECONDS = 60.0
ONE_SECOND = 1.0


@pytest.fixture
def services(client: Redis, redis_server_url: str) -> Iterator[list[httpx.Client]]:
    """Give clients of two API processes, each the only one behind its port; one worker runs."""
    assert client.dbsize() == 0
    server = {"port": 0, "processes": 1}
    settings = read_settings(redis_url=redis_server_url, server=server)
    with ExitStack() as stack:
        urls = [
            stack.enter_context(running_service(settings, worker=worker)).url
            for worker in (True, False)
        ]
        yield [
            stack.enter_context(httpx.Client(base_url=url, trust_env=False, timeout=30.0))
            for url in urls
        ]


def _shown(api: httpx.Client, reader: str | None = None) -> list[str]:
    """Return what a reader is shown; a guest, who may be shown anything again, by default."""
    asked = {} if reader is None else {"user_id": reader}
    answer = api.get("/v1/feed", params=asked).raise_for_status().json()
    return [each["article"]["id"] for each in answer["articles"]]


def _article(number: int, **fields: Any) -> dict[str, Any]:
    return {"id": f"n{number}", "title": f"Bridge {number} reopens", "category": "local"} | fields


def _click(number: int, reader: str, article: str) -> dict[str, Any]:
    return {
        "id": f"e{number}",
        "user_id": reader,
        "article_id": article,
        "kind": "click",
        "occurred_at": datetime.now(UTC).isoformat(),
    }


def _wait_until_embedded(client: Redis, article: str) -> float:
    """Return when the article was embedded, as seen from here, on the monotonic clock."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not client.hexists("nf:{main:catalogue}:article:" + article, "vector"):
        assert time.monotonic() < deadline
        time.sleep(0.005)
    return time.monotonic()


def test_new_articles_and_clicks_are_felt_at_once_in_every_process(
    client: Redis, services: list[httpx.Client]
) -> None:
    one, other = services
    first = one.get("/v1/feed", params={"user_id": "anna"}).raise_for_status().json()
    assert first["articles"] == []
    assert first["empty"]

    one.post("/v1/articles", json=_article(1)).raise_for_status()
    embedded_at = _wait_until_embedded(client, "n1")
    for api in services:
        while "n1" not in _shown(api):
            assert time.monotonic() - embedded_at < ONE_SECOND
    one.post("/v1/interactions", json=_click(1, "anna", "n1")).raise_for_status()
    assert "n1" not in _shown(other, "anna"), "a click posted to one is felt in the other"
    assert "n1" in _shown(other, "ben"), "and is anna's alone"
    trending = other.get("/v1/trending").raise_for_status().json()
    assert [each["article"]["id"] for each in trending["articles"]] == ["n1"]

    repeated = other.post("/v1/interactions", json=_click(1, "anna", "n1")).raise_for_status()
    assert repeated.json()["duplicates"] == 1

    one.delete("/v1/articles/n1").raise_for_status()
    removed_at = time.monotonic()
    for api in services:
        while _shown(api):
            assert time.monotonic() - removed_at < ONE_SECOND


@pytest.mark.usefixtures("client")  # an empty database
def test_an_api_process_that_serves_feeds_has_no_torch_in_it(redis_server_url: str) -> None:
    program = """
import sys
from api.wsgi import create

answer = create().test_client().get("/v1/feed?user_id=anna")
assert answer.status_code == 200, answer.text
loaded = {"torch", "sentence_transformers", "transformers"} & set(sys.modules)
assert not loaded, loaded
"""
    environment = os.environ | {"NEWSFEED_REDIS_URL": redis_server_url}
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, check=True)
