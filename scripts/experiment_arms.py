"""The command "experiment arms": experiments of others from a plain table of arms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson
from rich.table import Table

from scripts.console import OutputFile, progress, reports_errors, tables

if TYPE_CHECKING:
    from recommender.evaluation.experiments.arms import Arms, ArmsResult

WANTED = ("gbstats", "polars", "scipy")

EXAMPLES = """
\b
Examples:
  python -m scripts.experiment arms arms.csv --test test --impressions shown --clicks clicked
  python -m scripts.experiment arms upworthy_clean.parquet --test clickability_test_id \\
      --impressions impressions --clicks clicks --when test_week --between 201325 201402 \\
      --json arms.json
"""


@click.command(epilog=EXAMPLES)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--test", required=True, metavar="COLUMN", help="Which experiment an arm is of.")
@click.option("--impressions", required=True, metavar="COLUMN")
@click.option("--clicks", required=True, metavar="COLUMN")
@click.option("--when", metavar="COLUMN", help="When the experiment began.")
@click.option(
    "--between",
    nargs=2,
    metavar="FIRST LAST",
    help="Count sample-ratio alarms inside and outside of this time, both ends in it. Compared as "
    "texts: write dates as 2013-06-25, or as the column does.",
)
@click.option("--json", "json_file", type=OutputFile(), help="Write the result here.")
@reports_errors
def arms(
    file: Path,
    test: str,
    impressions: str,
    clicks: str,
    when: str | None,
    between: tuple[str, str] | None,
    json_file: Path | None,
) -> None:
    """Judge each experiment of a Parquet or CSV FILE with one row an arm.

    Arms are taken to have equal weights, and the first arm to be the control. The sample ratio
    comes first: where it alarms, the verdict is blocked.
    """
    if between is not None and when is None:
        raise click.UsageError("--between is of a time: name its column with --when")
    require_statistics()
    from recommender.evaluation.experiments.arms import (  # noqa: PLC0415  # --help does without
        Columns,
        judge,
        read_arms,
    )

    names = Columns(test=test, impressions=impressions, clicks=clicks, when=when)
    read = read_arms(file, names)
    found = []
    with progress("experiments", len(read.tests)) as advance:
        for each in read.tests:
            found.append(judge(each))
            advance(1)
    document = make_document(read, found, between)
    if json_file:
        json_file.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))
    _print_document(document)


def require_statistics() -> None:
    """Say how to get the libraries of the statistics where one is missing.

    Raises
    ------
    click.ClickException
    """
    missing = [name for name in WANTED if find_spec(name) is None]
    if missing:
        raise click.ClickException(
            f"experiments are judged with {', '.join(missing)}, not installed here: make install"
        )


def make_document(
    read: Arms, found: Sequence[ArmsResult], between: tuple[str, str] | None
) -> dict[str, Any]:
    """Return what was found as one JSON document."""
    from recommender.evaluation.experiments.arms import UNIT  # noqa: PLC0415  # as above

    ratios = {"all": alarms_of(found)}
    if between is not None:
        first, last = between
        inside = [each for each in found if first <= (each.test.when or "") <= last]
        outside = [each for each in found if not first <= (each.test.when or "") <= last]
        ratios |= {"inside": alarms_of(inside), "outside": alarms_of(outside)}
    return {
        "tests": len(found),
        "arms": sum(len(each.test.impressions) for each in found),
        "impressions": sum(sum(each.test.impressions) for each in found),
        "between": between,
        "sample_ratio": ratios,
        "findings": Counter(each.verdict.finding.value for each in found),
        "left_out": read.dropped,
        "warning": UNIT,
        "each": [_row(each) for each in found],
    }


def alarms_of(found: Sequence[ArmsResult]) -> dict[str, Any]:
    """Return how many experiments alarm, of how many; the share of none is None."""
    alarms = sum(each.sample_ratio.alarm for each in found)
    return {
        "tests": len(found),
        "alarms": alarms,
        "share": alarms / len(found) if found else None,
    }


def _row(result: ArmsResult) -> dict[str, Any]:
    return {
        "test": result.test.name,
        "when": result.test.when,
        "impressions": result.test.impressions,
        "clicks": result.test.clicks,
        "sample_ratio_p": result.sample_ratio.p_value,
        "finding": result.verdict.finding,
        "winner": result.verdict.winner,
    }


def _print_document(document: dict[str, Any]) -> None:
    title = f"{document['tests']:,} experiments, {document['arms']:,} arms"
    table = Table(title=f"{title}: alarms of the sample ratio")
    for column in ("", "experiments", "alarms", "share"):
        table.add_column(column, justify="right" if column else "left")
    for name, row in document["sample_ratio"].items():
        share = "none" if row["share"] is None else f"{100.0 * row['share']:.1f} %"
        table.add_row(name, f"{row['tests']:,}", f"{row['alarms']:,}", share)
    tables.print(table)
    for finding, count in document["findings"].most_common():
        tables.print(f"  {finding}: {count:,}", highlight=False)
    for left in document["left_out"]:
        tables.print(f"{left.reason}: {left.count:,}", highlight=False)
    tables.print(document["warning"], highlight=False)
