"""Records that were not taken: listed, sent again and forgotten."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace

import click
from rich.markup import escape
from rich.table import Table

from recommender.bootstrap import open_site
from recommender.ingest.documents import ArticleDocument, Rejection
from recommender.ingest.jsonl import is_json_object, read_json_line
from recommender.services.bulk import IngestReport
from recommender.store.cards import instant_text
from recommender.store.rejected import DeadLetter
from scripts.console import people, print_json, read_settings, reports_errors, tables

STILL_REJECTED = 1
"""Exit code where a record still is rejected on a retry."""

MOST_LETTERS = 1_000_000
"""Dead letters that a retry looks at: all of them."""


@click.group()
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
        print_table("rejected", ("id", "when", "place", "reason"), map(_letter_row, letters))


@rejected.command("retry")
@click.argument("ids", nargs=-1)
@reports_errors
def rejected_retry(ids: tuple[str, ...]) -> None:
    """Send rejected records again, all or those of IDS; those that are taken leave the list."""
    with open_site(read_settings()) as site:
        letters = [x for x in site.dead_letters.list(MOST_LETTERS) if not ids or x.id in ids]
        again = [(x, _read_again(x)) for x in letters]
        good = [(x.id, d) for x, d in again if isinstance(d, ArticleDocument)]
        site.bulk.run([document for _, document in good], IngestReport())
        site.dead_letters.discard(letter for letter, _ in good)
    bad = [(x.id, x.place, d.reason) for x, d in again if isinstance(d, Rejection)]
    if bad:
        print_table("still rejected", ("id", "place", "reason"), bad)
    people.print(f"{len(good)} of {len(letters)} records were taken", highlight=False)
    if bad:
        sys.exit(STILL_REJECTED)


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


def _read_again(letter: DeadLetter) -> ArticleDocument | Rejection:
    """Read a record again; one that is no JSON document keeps the reason it was rejected for."""
    read = read_json_line(letter.record.encode(), letter.place)
    if isinstance(read, Rejection) and not is_json_object(letter.record):
        return replace(read, reason=letter.reason)
    return read


def _letter_row(letter: DeadLetter) -> tuple[str, ...]:
    return letter.id, instant_text(letter.at), letter.place, letter.reason


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table; long cells are folded, and nothing in them is markup."""
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    tables.print(table)
