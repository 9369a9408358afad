"""Ingest: feeds, JSON Lines, MIND and plain text in."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from recommender.bootstrap import Wiring, open_site
from recommender.disclosure.claims import lift
from recommender.domain.articles import embedding_text
from recommender.errors import SourceError
from recommender.ingest.documents import ArticleDocument, Rejection
from recommender.ingest.jsonl import read_json_lines
from recommender.ingest.mind import read_mind
from recommender.ingest.plain import TextFacts, read_text_file
from recommender.services.articles import as_told
from recommender.services.bulk import IngestReport
from recommender.services.polling import SourceCount
from scripts.console import people, print_json, progress, read_settings, reports_errors, tables
from scripts.rejected import print_table, rejected

Record = ArticleDocument | Rejection

WORKER_SECONDS = 10.0
"""A worker that asked for work within this time is taken to be running."""

POLL_SECONDS = 0.2

SOME_NOT_READ = 1
"""Exit code where a source could not be read, or none of the records that came was taken."""

EXAMPLES = """
\b
Examples:
  python -m scripts.ingest feeds https://news.example/rss.xml saved/*.xml
  python -m scripts.ingest jsonl articles.jsonl
  python -m scripts.ingest mind MINDsmall_train
  python -m scripts.ingest text --source "The Paper" article.txt
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
        report = _take_in(site, records, poll.counts, shared)
        poll.remember()
    _end(report, poll.failures)


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@_options
def jsonl(files: tuple[Path, ...], **shared: bool) -> None:
    """Read JSON Lines: one article a line, as docs/article.schema.json has it."""
    with open_site(read_settings()) as site:
        report = _take_in(site, _all(read_json_lines, files), [], shared)
    _end(report)


@main.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@_options
def mind(folders: tuple[Path, ...], **shared: bool) -> None:
    """Read MIND: a news.tsv, or a folder with one."""
    with open_site(read_settings()) as site:
        report = _take_in(site, _all(read_mind, folders), [], shared)
    _end(report)


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--category", help="Category of every article.")
@click.option("--source", help="Source of every article.")
@click.option("--language", help="Language of every article, like en or pt-BR.")
@click.option("--author", help="Author of every article.")
@_options
def text(
    files: tuple[Path, ...],
    category: str | None,
    source: str | None,
    language: str | None,
    author: str | None,
    **shared: bool,
) -> None:
    """Read plain text in UTF-8: one article a file, named by the file, dateline first if any."""
    facts = TextFacts(category=category, source=source, language=language, author=author)
    failures = list[str]()
    with open_site(read_settings()) as site:
        report = _take_in(site, _texts(files, facts, failures), [], shared)
    _end(report, failures)


main.add_command(rejected)


def _texts(files: Iterable[Path], facts: TextFacts, failures: list[str]) -> Iterator[Record]:
    """Yield what the files hold; one that cannot be read is told in ``failures``."""
    for file in files:
        try:
            yield read_text_file(file, facts, lambda told: lift(told).text)
        except SourceError as error:
            failures.append(str(error))


def _end(report: IngestReport, failures: Sequence[str] = ()) -> None:
    for failure in failures:
        people.print(f"not read: {failure}", highlight=False, markup=False, soft_wrap=True)
    if failures or set(report.outcomes) == {"rejected"}:
        sys.exit(SOME_NOT_READ)


def _take_in(
    site: Wiring, records: Iterable[Record], counts: list[SourceCount], shared: dict[str, bool]
) -> IngestReport:
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
    return report


def _noting_texts(records: Iterable[Record], texts: list[str]) -> Iterator[Record]:
    for record in records:
        if isinstance(record, ArticleDocument):
            texts.append(embedding_text(as_told(record, 0.0)))
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
        print_table("rejected", ("place", "reason"), rows)
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


if __name__ == "__main__":
    main()
