"""The demo: the sample ingested, readers with tastes played, their feeds shown."""

from __future__ import annotations

import signal
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import httpx
from rich.markup import escape
from rich.table import Table

from scripts import demo_world
from scripts.console import people, print_json, progress, read_settings, reports_errors, tables
from scripts.demo_world import Json, Person
from scripts.supervisor import NotServing, Running, running_service

ROUNDS = (20, 10)
"""Articles of each feed that a reader opens and reads from, before the feed that is shown."""

READ_EACH_ROUND = 4
SHOWN = 10
BATCH = 200
LIVE_SECONDS = 120.0

EXAMPLES = """
\b
Examples:
  make demo                         show the feeds, leave the service running
  make demo ARGS=--once             end after printing
  make demo ARGS="--once --json"    one JSON document, for programs
"""


@dataclass(kw_only=True)
class Visit:
    """A client of the running service, with the time that each feed took."""

    http: httpx.Client
    feed_milliseconds: list[float]

    def post(self, path: str, name: str, records: Sequence[Json]) -> None:
        """Send records in batches; everything must be taken."""
        for start in range(0, len(records), BATCH):
            answer = self.http.post(path, json={name: records[start : start + BATCH]})
            if answer.is_error or answer.json()["rejected"]:
                raise NotServing(f"POST {path} answered {answer.status_code}: {answer.text[:500]}")

    def feed(self, reader: str, size: int) -> list[Json]:
        """Return a reader's feed, one flat record for each article."""
        began = time.perf_counter()
        answer = self.http.get("/v1/feed", params={"user_id": reader, "size": size})
        self.feed_milliseconds.append(1000 * (time.perf_counter() - began))
        return [_flat(each) for each in answer.raise_for_status().json()["articles"]]

    def trending(self, limit: int) -> list[Json]:
        """Return what trends."""
        answer = self.http.get("/v1/trending", params={"limit": limit}).raise_for_status()
        return [
            _flat(each) | {"value": each["value"], "surge": each["surge"]}
            for each in answer.json()["articles"]
        ]


@click.command(epilog=EXAMPLES)
@click.option("--once", is_flag=True, help="End after printing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@reports_errors
def main(once: bool, as_json: bool) -> None:
    """Ingest the sample, play readers with different tastes, and show what they get.

    The demo uses a Redis of its own in a temporary folder, which is removed at the end.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="newsfeed-demo-") as folder:
        server = read_settings().server.model_dump() | {"port": 0}  # any free one
        settings = read_settings(data_dir=Path(folder), redis_url=None, server=server)
        began = time.perf_counter()
        try:
            with running_service(settings) as running:
                result = _play(running, time.perf_counter() - began)
                print_json(result) if as_json else _print_result(result)
                if not once:
                    _stay(running)
        except KeyboardInterrupt:
            people.print("stopped")


def _play(running: Running, start_seconds: float) -> dict[str, Any]:
    now = datetime.now(UTC)
    with httpx.Client(base_url=running.url, timeout=30.0, trust_env=False) as http:
        visit = Visit(http=http, feed_milliseconds=[])
        documents = demo_world.articles(now)
        began = time.perf_counter()
        visit.post("/v1/articles", "articles", documents)
        _wait_until_live(running, http, len(documents))
        ingest_seconds = time.perf_counter() - began
        visit.post("/v1/interactions", "interactions", demo_world.crowd_clicks(documents, now))
        feeds = {person.name: _read(visit, person) for person in demo_world.people()}
        trending = visit.trending(SHOWN)
    return {
        "readers": feeds,
        "trending": trending,
        "timings": {
            "start_seconds": round(start_seconds, 3),
            "ingest_seconds": round(ingest_seconds, 3),
            "articles": len(documents),
            "feed_ms_median": round(statistics.median(visit.feed_milliseconds), 2),
            "feed_ms_max": round(max(visit.feed_milliseconds), 2),
        },
    }


def _read(visit: Visit, person: Person) -> list[Json]:
    for size in ROUNDS:
        shown = visit.feed(person.name, size)
        done = list(demo_world.reactions(person, shown, datetime.now(UTC), READ_EACH_ROUND))
        visit.post("/v1/interactions", "interactions", done)
    return visit.feed(person.name, SHOWN)


def _wait_until_live(running: Running, http: httpx.Client, count: int) -> None:
    deadline, live = time.monotonic() + LIVE_SECONDS, 0
    with progress("embedding the sample", count) as advance:
        while live < count:
            running.check()
            if time.monotonic() > deadline:
                raise NotServing(f"only {live} of {count} articles live in {LIVE_SECONDS:g} s")
            now_live = http.get("/health/ready").json()["live_articles"]
            advance(now_live - live)
            live = now_live
            time.sleep(0.05)


def _flat(each: Json) -> Json:
    article = each["article"]
    kept = {name: article[name] for name in ("id", "title", "category", "published_at")}
    kept["publication"] = article["source"]
    kept["generated_with_ai"] = article["provenance"]["generated_with_ai"]
    own: Json = {n: each[n] for n in ("position", "score", "source", "reason") if n in each}
    own["labels"] = [label["code"] for label in each.get("labels", ())]
    story = each.get("story")
    own["more_coverage"] = len(story["more_coverage"]) if story else 0
    return own | kept


def _print_result(result: dict[str, Any]) -> None:
    wishes = {person.name: ", ".join(person.topics) for person in demo_world.people()}
    for name, shown in result["readers"].items():
        tables.print(_table(f"{name} reads {wishes[name]}", shown))
    tables.print(_trending_table(result["trending"]))
    times = result["timings"]
    tables.print(
        f"started in {times['start_seconds']:.1f} s, {times['articles']} articles live in "
        f"{times['ingest_seconds']:.1f} s, a feed in {times['feed_ms_median']:.1f} ms (median)",
        highlight=False,
    )


def _table(title: str, shown: Sequence[Json]) -> Table:
    table = Table(title=title, title_justify="left")
    for column in ("#", "title", "category", "score", "from", "why", "labels", "more"):
        table.add_column(column, justify="right" if column in "#score more" else "left")
    for each in shown:
        table.add_row(
            str(each["position"]),
            escape(each["title"]),
            each["category"],
            f"{each['score']:.2f}",
            each["source"],
            escape(each["reason"]["text"]),
            ", ".join(each["labels"]).replace("_", " "),
            str(each["more_coverage"] or ""),
        )
    return table


def _trending_table(shown: Sequence[Json]) -> Table:
    table = Table(title="Trending now", title_justify="left")
    for column in ("value", "surge", "title", "category", "AI"):
        table.add_column(column, justify="right" if column in ("value", "surge") else "left")
    for each in shown:
        table.add_row(
            f"{each['value']:.1f}",
            f"{each['surge']:.1f}×",
            escape(each["title"]),
            each["category"],
            _made(each),
        )
    return table


def _made(each: Json) -> str:
    return {True: "yes", False: "no", None: "unknown"}[each["generated_with_ai"]]


def _stay(running: Running) -> None:
    people.print(f"\nThe service is running: {running.url}/docs")
    people.print(f"  curl '{running.url}/v1/feed?user_id=Ada&size=5'", highlight=False)
    people.print(f"  curl '{running.url}/v1/trending?limit=5'", highlight=False)
    brief = f"NEWSFEED_REDIS_URL={running.redis_url} python -m scripts.brief run --once"
    people.print(f"  {brief}", highlight=False, soft_wrap=True)
    people.print("Ctrl-C ends it.")
    for _ in _every(0.5):
        running.check()


def _every(seconds: float) -> Iterator[None]:
    while True:
        yield
        time.sleep(seconds)


if __name__ == "__main__":
    main()
