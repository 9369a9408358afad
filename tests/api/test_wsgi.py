"""What gunicorn loads: a process of its own, without the encoder's libraries."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from recommender.bootstrap import Wiring

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
