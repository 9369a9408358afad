"""Benchmarks: each performance claim as a ratio to a floor measured in the same run."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import httpx
import numpy as np
import orjson
from rich.table import Table

from recommender.bootstrap import Wiring, open_site, redis_server
from recommender.candidates.rules import NO_RULES
from recommender.domain.ids import ReaderId
from recommender.feed import arrange
from recommender.feed_request import FeedRequest, Site
from recommender.services.asking import Ask
from recommender.settings import Settings
from scripts import benchmark_world
from scripts.benchmark_experiments import experiments
from scripts.benchmark_metrics import metrics
from scripts.console import progress, read_settings, reports_errors, tables
from scripts.supervisor import running_service

ROUNDS = 6
"""Turns of each of the two, alternating, so that a change of the machine's mood meets both."""

CONNECTIONS = 8
FLOOR_APP = "api.floor:create()"

EXAMPLES = """
\b
Examples:
  python -m scripts.benchmark serving
  python -m scripts.benchmark serving --articles 10000 --readers 1000 --json out.json
  python -m scripts.benchmark metrics --json out.json
  python -m scripts.benchmark experiments --json out.json
"""


@click.group(epilog=EXAMPLES)
def main() -> None:
    """Measure, and print JSON too."""


main.add_command(experiments)
main.add_command(metrics)


@main.command()
@click.option("--articles", default=10_000, show_default=True, type=click.IntRange(100, 100_000))
@click.option("--readers", default=1_000, show_default=True, type=click.IntRange(1, 1_000_000))
@click.option("--size", default=20, show_default=True, type=click.IntRange(1, 100))
@click.option("--seconds", default=3.0, show_default=True, help="Of each turn.")
@click.option("--seed", default=1, show_default=True)
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the result here.")
@reports_errors
def serving(
    articles: int, readers: int, size: int, seconds: float, seed: int, json_file: Path | None
) -> None:
    """Load the feed, and beside it the floor: a ready body after one Redis round trip.

    Both run under the same gunicorn set-up on the same Redis; a second process makes the load.
    """
    with contextlib.ExitStack() as opened:
        folder = opened.enter_context(tempfile.TemporaryDirectory(prefix="newsfeed-benchmark-"))
        url = opened.enter_context(redis_server(read_settings(data_dir=folder, redis_url=None)))
        server = read_settings().server.model_dump() | {"port": 0}
        settings = read_settings(redis_url=url, server=server)
        site = opened.enter_context(open_site(settings))
        with progress("making articles and readers", None):
            benchmark_world.make_articles(site, articles, seed)
            ids = benchmark_world.make_readers(site, articles, readers, seed)
        stages = _stages(site, ids[:500], size)
        paths = [f"/v1/feed?user_id={reader}&size={size}" for reader in ids]
        result = _compare(settings, paths, seconds)
    result |= {"articles": articles, "readers": readers, "size": size, "stages_ms": stages}
    if json_file:
        json_file.write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2))
    _print_result(result)


def _compare(settings: Settings, paths: list[str], seconds: float) -> dict[str, Any]:
    began = time.perf_counter()
    with running_service(settings, worker=False) as service:
        body = _body(service.url + paths[0])
        first_feed = time.perf_counter() - began
        os.environ["NEWSFEED_FLOOR_BYTES"] = str(len(body))
        with running_service(settings, worker=False, app=FLOOR_APP) as floor:
            _load(service.url, paths, 1.0)  # warm both
            _load(floor.url, paths, 1.0)
            measured: dict[str, list[dict[str, Any]]] = {"floor": [], "feed": []}
            with progress("measuring", 2 * ROUNDS) as advance:
                for _ in range(ROUNDS):
                    for name, url in (("floor", floor.url), ("feed", service.url)):
                        measured[name].append(_load(url, paths, seconds))
                        advance(1)
    result: dict[str, Any] = {name: _summary(turns) for name, turns in measured.items()}
    result["ratio_rps"] = result["feed"]["rps"] / result["floor"]["rps"]
    result["ratio_p99"] = result["feed"]["p99_ms"] / result["floor"]["p99_ms"]
    return result | {"first_feed_seconds": first_feed, "body_bytes": len(body)}


def _body(url: str) -> bytes:
    return httpx.get(url, trust_env=False, timeout=30.0).raise_for_status().content


def _load(url: str, paths: list[str], seconds: float) -> dict[str, Any]:
    order = {"url": url, "paths": paths, "connections": CONNECTIONS, "seconds": seconds}
    done = subprocess.run(
        [sys.executable, "-m", "scripts.load"],
        input=orjson.dumps(order),
        stdout=subprocess.PIPE,
        check=True,
    )
    answer: dict[str, Any] = orjson.loads(done.stdout)
    return answer


def _summary(turns: list[dict[str, Any]]) -> dict[str, float]:
    latencies = np.concatenate([turn["latencies"] for turn in turns])
    seconds = sum(turn["seconds"] for turn in turns)
    return {
        "rps": len(latencies) / seconds,
        "p50_ms": float(np.percentile(latencies, 50)),
        "p99_ms": float(np.percentile(latencies, 99)),
        "requests": len(latencies),
    }


def _stages(site: Wiring, readers: Sequence[ReaderId], size: int) -> dict[str, float]:
    """Return the mean milliseconds of a feed's stages, one after the other in this process."""
    settings, view = site.settings, site.follower.catalogue.view
    around = Site(
        view=view,
        rules=NO_RULES,
        signals=site.signals,
        ranker=site.rankers.ranker,
        config=settings.feed,
        trending=settings.trending,
        co_read_half_life_hours=settings.readers.co_read_half_life_hours,
    )
    depth = settings.feed.sources.trend_depth
    spent = {"read the reader and what trends": 0.0, "order": 0.0, "all, as served": 0.0}
    for number, reader in enumerate(readers):
        marks = [time.perf_counter()]
        state = site.reader_store.feed_state(reader, None, depth)
        marks.append(time.perf_counter())
        request = FeedRequest(reader=reader, size=size, token=str(number), now=site.clock.now())
        arrange(request, state, around)
        marks.append(time.perf_counter())
        site.feed.feed(Ask(reader=reader, size=size))
        marks.append(time.perf_counter())
        for stage, took in zip(spent, np.diff(marks).tolist(), strict=True):
            spent[stage] += 1000 * took / len(readers)
    return spent


def _print_result(result: dict[str, Any]) -> None:
    table = Table(title=f"{result['articles']} articles, {result['readers']} readers")
    for column in ("", "requests/s", "p50 ms", "p99 ms"):
        table.add_column(column, justify="right" if column else "left")
    for name in ("floor", "feed"):
        row = result[name]
        table.add_row(name, f"{row['rps']:.0f}", f"{row['p50_ms']:.2f}", f"{row['p99_ms']:.2f}")
    table.add_row("ratio", f"{result['ratio_rps']:.3f}", "", f"{result['ratio_p99']:.2f}")
    tables.print(table)
    for stage, milliseconds in result["stages_ms"].items():
        tables.print(f"  {stage}: {milliseconds:.3f} ms", highlight=False)
    tables.print(f"first feed {result['first_feed_seconds']:.2f} s after start", highlight=False)


if __name__ == "__main__":
    main()
