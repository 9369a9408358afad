"""What gunicorn loads: a process of its own, without the encoder's libraries."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
import orjson

from recommender.bootstrap import Wiring
from scripts.console import read_settings
from scripts.supervisor import running_service

PROGRAM = """
import sys
from api.wsgi import create
http = create().test_client()
assert http.get("/health/ready").status_code == 200
assert http.get("/v1/feed").status_code == 200
print(sorted({"torch", "sentence_transformers", "transformers"} & set(sys.modules)))
"""


def test_the_api_process_serves_feeds_and_never_loads_torch(
    wiring: Wiring, redis_server_url: str
) -> None:
    wiring.article_store.counts()  # its database was emptied for this test
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=os.environ | {"NEWSFEED_REDIS_URL": redis_server_url},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "[]\n"
    assert done.stderr == ""


def test_a_filter_of_200_ids_comes_through_and_a_longer_request_is_refused_clearly(
    wiring: Wiring, redis_server_url: str
) -> None:
    wiring.article_store.counts()  # its database was emptied for this test
    settings = read_settings(redis_url=redis_server_url, server={"port": 0, "processes": 1})
    with (
        running_service(settings, worker=False) as service,
        httpx.Client(base_url=service.url, trust_env=False) as api,
    ):
        told = [_exclude(api, characters) for characters in (31, 40)]
    assert told[0].status_code == 200
    assert told[1].status_code in {400, 414}
    assert "8190" in told[1].text


def _exclude(api: httpx.Client, characters: int) -> httpx.Response:
    """Ask for a feed without 200 articles whose ids have that many characters."""
    wanted = orjson.dumps({"exclude": [f"{n:0{characters}}" for n in range(200)]})
    return api.get("/v1/feed", params={"filter": wanted.decode()})
