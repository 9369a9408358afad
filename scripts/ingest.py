"""Ingest: feeds, JSON Lines and MIND in; what was rejected, listed and retried."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from recommender.bootstrap import Wiring, open_site
from recommender.domain.articles import embedding_text
from recommender.ingest.documents import ArticleDocument, Rejection
from recommender.ingest.jsonl import read_json_line, read_json_lines
from recommender.ingest.mind import read_mind
from recommender.services.bulk import IngestReport
from recommender.services.polling import SourceCount
from recommender.store.cards import instant_text
from recommender.store.rejected import DeadLetter
from scripts.console import people, print_json, progress, read_settings, reports_errors, tables

Record = ArticleDocument | Rejection

WORKER_SECONDS = 10.0
"""A worker that asked for work within this time is taken to be running."""

POLL_SECONDS = 0.2

SOME_NOT_READ = 1
"""Exit code where a source could not be read, or a record still is rejected on a retry."""

MOST_LETTERS = 1_000_000
"""Dead letters that a retry looks at: all of them."""

EXAMPLES = """
\b
Examples:
  python -m scripts.ingest feeds https://news.example/rss.xml saved/*.xml
  python -m scripts.ingest jsonl articles.jsonl
  python -m scripts.ingest mind MINDsmall_train
  python -m scripts.ingest rejected list
  python -m scripts.ingest rejected retry
"""


@click.group(epilog=EXAMPLES)
def main() -> None:
    """Take articles in.

    They wait on a queue until a worker has embedded them. Where no worker runs, this program
    embeds them itself before it ends, unless told --no-embed. Records that are not taken are kept
    with their place and reason: see the command "rejected".
    """


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print one JSON document."),
        click.option("--no-embed", is_flag=True, help="Only queue the articles, then end."),
        click.option(
            "--floor",
            is_flag=True,
            help="Afterwards embed the same texts with a plain SentenceTransformer.encode loop in "
            "the same precision, and print the ratio of the two speeds.",
        ),
    ):
        command = option(command)
    return reports_errors(command)


@main.command()
@click.argument("sources", nargs=-1, required=True)
@click.option("--category", help="Category of every article, in place of the entry's first tag.")
@click.option("--source", help="Source of every article, in place of the feed's title.")
@_options
def feeds(
    sources: tuple[str, ...], category: str | None, source: str | None, **shared: bool
) -> None:
    """Read RSS, Atom, RDF and JSON Feed: files, folders (all files in them) and addresses."""
    with open_site(read_settings()) as site:
        poll = site.feed_poll()
        records = poll.records(sources, category=category, source=source)
        _take_in(site, records, poll.counts, shared)
        poll.remember()
    for failure in poll.failures:
        people.print(f"not read: {failure}", highlight=False, markup=False)
    if poll.failures:
        sys.exit(SOME_NOT_READ)


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@_options
def jsonl(files: tuple[Path, ...], **shared: bool) -> None:
    """Read JSON Lines: one article a line, as docs/article.schema.json has it."""
    with open_site(read_settings()) as site:
        _take_in(site, _all(read_json_lines, files), [], shared)


@main.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@_options
def mind(folders: tuple[Path, ...], **shared: bool) -> None:
    """Read MIND: a news.tsv, or a folder with one."""
    with open_site(read_settings()) as site:
        _take_in(site, _all(read_mind, folders), [], shared)


@main.group()
def rejected() -> None:
    """List, retry and discard the records that were not taken."""


@rejected.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@reports_errors
def rejected_list(limit: int, as_json: bool) -> None:
    """List rejected records, the newest first."""
    with open_site(read_settings()) as site:
        letters = site.dead_letters.list(limit)
    if as_json:
        print_json({"rejected": [asdict(x) | {"at": instant_text(x.at)} for x in letters]})
    elif not letters:
        people.print("Nothing was rejected.")
    else:
        _print_table("rejected", ("id", "when", "place", "reason"), map(_letter_row, letters))


@rejected.command("retry")
@click.argument("ids", nargs=-1)
@reports_errors
def rejected_retry(ids: tuple[str, ...]) -> None:
    """Send rejected records again, all or those of IDS; those that are taken leave the list."""
    with open_site(read_settings()) as site:
        letters = [x for x in site.dead_letters.list(MOST_LETTERS) if not ids or x.id in ids]
        again = [(x, read_json_line(x.record.encode(), x.place)) for x in letters]
        good = [(x.id, d) for x, d in again if isinstance(d, ArticleDocument)]
        site.bulk.run([document for _, document in good], IngestReport())
        site.dead_letters.discard(letter for letter, _ in good)
    bad = [(x.id, x.place, d.reason) for x, d in again if isinstance(d, Rejection)]
    if bad:
        _print_table("still rejected", ("id", "place", "reason"), bad)
    people.print(f"{len(good)} of {len(letters)} records were taken", highlight=False)
    if bad:
        sys.exit(SOME_NOT_READ)


@rejected.command("discard")
@click.argument("ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Forget all of them.")
@reports_errors
def rejected_discard(ids: tuple[str, ...], everything: bool) -> None:
    """Forget rejected records by the ids that "list" shows."""
    if not ids and not everything:
        raise click.UsageError('name ids as "list" shows them, or say --all')
    with open_site(read_settings()) as site:
        count = site.dead_letters.clear() if everything else site.dead_letters.discard(ids)
    people.print(f"{count} forgotten", highlight=False)


def _letter_row(letter: DeadLetter) -> tuple[str, ...]:
    return letter.id, instant_text(letter.at), letter.place, letter.reason


def _take_in(
    site: Wiring, records: Iterable[Record], counts: list[SourceCount], shared: dict[str, bool]
) -> None:
    report, texts = IngestReport(), list[str]()
    began = time.perf_counter()
    with progress("reading", None) as advance:
        site.bulk.run(
            _noting_texts(records, texts) if shared["floor"] else records, report, advance
        )
    result: dict[str, Any] = {
        "outcomes": dict(report.outcomes),
        "reading_seconds": time.perf_counter() - began,
    }
    if not shared["no_embed"]:
        result |= _embed(site, texts)
    result["live"], result["pending"] = site.article_store.counts()
    if shared["as_json"]:
        sources = [asdict(count) for count in counts]
        rejections = [asdict(each) for each in report.sample]
        print_json(result | {"sources": sources, "rejections": rejections})
    else:
        _print_result(result, counts, report)


def _noting_texts(records: Iterable[Record], texts: list[str]) -> Iterator[Record]:
    for record in records:
        if isinstance(record, ArticleDocument):
            texts.append(embedding_text(record.to_article(0.0)))
        yield record


def _embed(site: Wiring, texts: list[str]) -> dict[str, Any]:
    _leave_to_workers(site)
    waiting = _waiting(site)
    if not waiting:
        return {}
    encoder = site.encoder
    people.print(f"embedding with {encoder.model_id} in {encoder.precision}", highlight=False)
    with progress("embedding", waiting) as advance:
        began, embedder = time.perf_counter(), site.embedder(advance)
        embedder.drain()
        while _waiting(site):  # a stopped worker still holds some: they can be taken over soon
            time.sleep(POLL_SECONDS)
            embedder.drain()
        seconds = time.perf_counter() - began
    speeds = {"embedding_seconds": seconds, "per_second": waiting / seconds}
    if texts:
        speeds["floor_per_second"] = _plain_rate(site, texts)
        speeds["ratio"] = speeds["per_second"] / speeds["floor_per_second"]
    return {"precision": encoder.precision, **speeds}


def _waiting(site: Wiring) -> int:
    return site.article_store.counts()[1]


def _leave_to_workers(site: Wiring) -> None:
    """Return once nothing waits any more, or no worker asks for work."""
    waiting = _waiting(site)
    if not waiting or not site.queue.workers(WORKER_SECONDS):
        return
    with progress("a running worker embeds", waiting) as advance:
        while waiting and site.queue.workers(WORKER_SECONDS):
            time.sleep(POLL_SECONDS)
            left = _waiting(site)
            advance(max(0, waiting - left))
            waiting = left


def _plain_rate(site: Wiring, texts: list[str]) -> float:
    people.print(f"floor: a plain encode loop over the same {len(texts)} texts", highlight=False)
    began = time.perf_counter()
    site.encoder.encode_plainly(texts)
    return len(texts) / (time.perf_counter() - began)


def _all(read: Callable[[Path], Iterator[Record]], paths: Iterable[Path]) -> Iterator[Record]:
    for path in paths:
        yield from read(path)


def _print_result(result: dict[str, Any], counts: list[SourceCount], report: IngestReport) -> None:
    if len(counts) > 1:
        _print_sources(counts)
    outcomes = ", ".join(f"{count} {name}" for name, count in sorted(report.outcomes.items()))
    tables.print(f"articles: {outcomes or 'none'}", highlight=False)
    tables.print(f"live: {result['live']}, waiting: {result['pending']}", highlight=False)
    if "per_second" in result:
        speed = f"{result['per_second']:.0f} articles/s in {result['precision']}"
        if "ratio" in result:
            floor = f"{result['floor_per_second']:.0f}/s"
            speed += f"; plain encode loop {floor}, ratio {result['ratio']:.3f}"
        tables.print(f"embedded at {speed}", highlight=False)
    if report.sample:
        rows = [(each.place, each.reason) for each in report.sample]
        _print_table("rejected", ("place", "reason"), rows)
        tables.print("all of them: python -m scripts.ingest rejected list", highlight=False)


def _print_sources(counts: list[SourceCount]) -> None:
    table = Table(title=f"{len(counts)} sources")
    for column in ("format", "sources", "with articles", "articles", "rejected"):
        table.add_column(column, justify="left" if column == "format" else "right")
    by_format: dict[str, list[SourceCount]] = {}
    for count in counts:
        by_format.setdefault(count.format or "no feed", []).append(count)
    for name, group in sorted(by_format.items()):
        table.add_row(
            name,
            str(len(group)),
            str(sum(count.articles > 0 for count in group)),
            str(sum(count.articles for count in group)),
            str(sum(count.rejected for count in group)),
        )
    tables.print(table)


def _print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    tables.print(table)


if __name__ == "__main__":
    main()
