"""Archive: the logs of slates and interactions to Parquet files by day, each entry exactly once.

What is kept, and for how long: the service's logs keep what was logged in the last --keep-hours
(and their newest archived entry); the archive keeps everything. Days older than --keep-hours may
be removed, folder by folder; what the logs still hold would be archived again. A reader who is
erased from the service is in the archive until the next run.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import orjson
from rich.table import Table

from recommender.archive.archiver import Archiver, Moved
from recommender.archive.durable import written_by_one
from recommender.archive.erasing import ErasedRows, Eraser
from recommender.archive.losses import Loss
from recommender.bootstrap import Wiring, open_site
from recommender.domain.ids import ID_RULE, ReaderId, is_valid_id
from recommender.errors import SourceError
from recommender.settings import Settings
from recommender.store.log_reader import Log
from scripts.console import people, progress, read_settings, reports_errors, tables

HOUR_SECONDS = 3_600.0

EXAMPLES = """
\b
Examples:
  python -m scripts.archive                              all that is new, to .newsfeed/archive
  python -m scripts.archive run --to /srv/archive --keep-hours 48 --json moved.json
  python -m scripts.archive erase --to /srv/archive --user-id anna
"""


class _RunUnlessTold(click.Group):
    """A group whose command is "run" where none is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the command's name in."""
        if not args or (args[0].startswith("-") and args[0] != "--help"):
            args = ["run", *args]
        return super().parse_args(ctx, args)


def _readers(_: click.Context, __: click.Parameter, told: Sequence[str]) -> list[ReaderId]:
    for each in told:
        if not is_valid_id(each):
            raise click.BadParameter(f"wanted {ID_RULE}, got {each!r}")
    return [ReaderId(each) for each in told]


folder_option = click.option(
    "--to",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the archive.  [default: archive, in the folder NEWSFEED_DATA_DIR]",
)
json_option = click.option(
    "--json", "json_file", type=click.Path(path_type=Path), help="Write the result here too."
)


@click.group(cls=_RunUnlessTold, epilog=EXAMPLES)
def main() -> None:
    """Archive the logs of a site for evaluation and training, and erase readers from the archive.

    Run it often enough that no log passes its bound in between (NEWSFEED_READERS__MAX_SLATES,
    NEWSFEED_READERS__MAX_INTERACTIONS), every hour, say. A site has one archive: a second folder
    would get what the first has not. What was lost before it was archived is told.
    """


@main.command()
@folder_option
@click.option(
    "--keep-hours",
    default=24.0,
    show_default=True,
    type=click.FloatRange(min=0.0),
    help="What was logged in these last hours is archived, and stays in the service's logs too: "
    "for the reasons of articles that were shown, and for clicks that point to their slate.",
)
@click.option(
    "--rows",
    default=5_000,
    show_default=True,
    type=click.IntRange(1, 1_000_000),
    help="Entries of one file at most; so many are held in memory.",
)
@json_option
@reports_errors
def run(to: Path | None, keep_hours: float, rows: int, json_file: Path | None) -> None:
    """Move what is new in the logs into the archive, and trim what is safely there.

    Then erase from the archive the readers who were erased from the service since. It may be
    killed at any moment: run it again. Two at once are refused.
    """
    settings = read_settings()
    root = _root(settings, to)
    with written_by_one(root), open_site(settings) as site:
        began = time.perf_counter()
        reader = site.logs
        archiver = Archiver(reader, root, site.site, rows)
        site.erasures.begin()
        with progress("archiving", archiver.waiting()) as advance:
            keep_from = site.clock.now() - keep_hours * HOUR_SECONDS
            moved = archiver.run(keep_from, advance, _warn)
        erased = _erase_noted(site, root)
        seconds = time.perf_counter() - began
    logs = [asdict(each) for each in moved]
    _tell({"logs": logs, "erased": asdict(erased), "seconds": seconds}, json_file)
    _print_moved(moved, seconds, root, settings.site)
    if erased.readers:
        tables.print(
            f"{erased.readers} readers were erased from the service: {erased.slates} slates and "
            f"{erased.interactions} interactions of theirs erased here, too",
            soft_wrap=True,
        )


@main.command()
@folder_option
@click.option(
    "--user-id",
    "readers",
    multiple=True,
    required=True,
    callback=_readers,
    help="Reader to erase; give the option again for more.",
)
@json_option
@reports_errors
def erase(to: Path | None, readers: list[ReaderId], json_file: Path | None) -> None:
    """Erase readers from the service and then from the archive, with all merged into them.

    For somebody who was erased from the service before the archive was begun, or when it had
    dropped the note, name every id. It may be killed at any moment: run it again.
    """
    settings = read_settings()
    root = _root(settings, to)
    if not (root / settings.site).is_dir():
        raise SourceError(f"{root}: wanted an archive of the site {settings.site}, got none there")
    with written_by_one(root), open_site(settings) as site:
        families = _families(site, readers)
        site.erasures.begin()
        served = [site.readers.erase(reader) for reader in readers]
        archived = _erase_noted(site, root)
    result = {
        "readers": families,
        "archive": asdict(archived),
        "service": [asdict(each) for each in served],
    }
    _tell(result, json_file)
    table = Table(title=f"erased: {', '.join(families)}")
    for column in ("from", "slates", "interactions"):
        table.add_column(column, justify="left" if column == "from" else "right")
    table.add_row("the archive", str(archived.slates), str(archived.interactions))
    logged = sum(each.slates for each in served), sum(each.interactions for each in served)
    table.add_row("the service's logs", *map(str, logged))
    tables.print(table)


def _root(settings: Settings, to: Path | None) -> Path:
    return to if to is not None else settings.data_dir / "archive"


def _erase_noted(site: Wiring, root: Path) -> ErasedRows:
    erased = Eraser(site.erasures, root, site.site).erase()
    if erased.incomplete:
        people.print(
            "warning: so many readers were erased since the last run that the archive may not "
            "know of all: erase the others by name, run it more often, or raise "
            "NEWSFEED_READERS__MAX_ERASURES",
            highlight=False,
            soft_wrap=True,
        )
    return erased


def _families(site: Wiring, readers: Sequence[ReaderId]) -> list[ReaderId]:
    """Return readers and all who were merged into them, each once."""
    data = site.reader_data
    return list(dict.fromkeys(each for reader in readers for each in data.family(reader)))


def _warn(log: Log, shard: int, lost: Loss) -> None:
    how_many = "entries may be" if lost.count is None else f"{lost.count} entries are"
    people.print(
        f"warning: {log} of shard {shard}: {how_many} missing from the archive: {lost.reason}",
        highlight=False,
        soft_wrap=True,
    )


def _tell(result: dict[str, Any], json_file: Path | None) -> None:
    if json_file:
        json_file.write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2))


def _print_moved(moved: list[Moved], seconds: float, root: Path, site: str) -> None:
    entries = sum(each.entries for each in moved)
    if not entries:
        _print_nothing_new(moved, root, site)
        return
    table = Table(title=f"{root / site}")
    for column in ("log", "shard", "archived", "files", "bytes", "trimmed", "still logged"):
        table.add_column(column, justify="left" if column == "log" else "right")
    for each in moved:
        numbers = (each.shard, each.entries, each.files, each.size, each.trimmed, each.left)
        table.add_row(each.log, *map(str, numbers))
    tables.print(table)
    tables.print(f"{entries} entries in {seconds:.1f} s, {entries / seconds:.0f}/s")
    slates = sum(each.entries for each in moved if each.log is Log.SLATES)
    if slates:
        tables.print(
            "next, once two days (UTC) are archived: python -m scripts.train --dataset archive "
            f"--data {root / site} --ranker linear --out ranker.json",
            soft_wrap=True,
        )


def _print_nothing_new(moved: list[Moved], root: Path, site: str) -> None:
    trimmed = sum(each.trimmed for each in moved)
    if trimmed or any(each.left for each in moved):
        tables.print(f"nothing new for {root / site}; {trimmed} archived entries left the logs")
        return
    tables.print(
        f"the logs of the site {site} are empty: serve feeds (python -m scripts.serve) and send "
        "interactions (POST /v1/interactions), then run this again",
        soft_wrap=True,
    )


if __name__ == "__main__":
    main()
