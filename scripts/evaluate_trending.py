"""The command "evaluate trending": lists of many formulas against the clicks of the next hour."""

from __future__ import annotations

import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import orjson
from rich.table import Table

from recommender.evaluation.trending.lists import METRICS
from recommender.evaluation.trending.log import read_clicks
from recommender.evaluation.trending.moments import hours_of
from recommender.evaluation.trending.report import TrendingReport, evaluate_trending
from scripts.console import progress, read_settings, reports_errors, tables

EXAMPLES = """
\b
Examples:
  python -m scripts.evaluate trending --data ../shared/data/globo --json trending.json
  python -m scripts.evaluate trending --data clicks --top 10 --plot trending.svg
"""


@click.command(epilog=EXAMPLES)
@click.option(
    "--data",
    required=True,
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of clicks.parquet (article_id, clicked_at).",
)
@click.option("--top", default=20, show_default=True, type=click.IntRange(1, 1_000))
@click.option("--seed", default=1, show_default=True, help="Of the draws behind the intervals.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the result here.")
@click.option("--plot", type=click.Path(path_type=Path), help="Write a picture here, as SVG.")
@reports_errors
def trending(data: Path, top: int, seed: int, json_file: Path | None, plot: Path | None) -> None:
    """Compare the trending list of each hour with the clicks of the next.

    A list is made of the clicks strictly before its hour. The first half of the hours tunes the
    ladder, the second half judges. Intervals: bootstrap over blocks of twelve hours.
    """
    began = time.perf_counter()
    clicks = read_clicks(data)
    with progress("hours", len(hours_of(clicks))) as advance:
        report = evaluate_trending(
            clicks, read_settings().trending, top=top, seed=seed, advance=advance
        )
    document = report.document() | {
        "seconds": time.perf_counter() - began,
        "protocol": {"clicks": len(clicks.at), "articles": clicks.count, "top": top},
        "data": {"digest": clicks.digest},
        "seed": seed,
        "versions": {name: version(name) for name in ("numpy", "polars", "scipy")},
    }
    if json_file:
        json_file.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))
    if plot:
        from scripts.trending_plot import draw  # noqa: PLC0415  # nothing else needs matplotlib

        draw(report, plot)
    _print_report(report, document)


def _print_report(report: TrendingReport, document: dict[str, Any]) -> None:
    title = (
        f"The next hour foreseen: {report.hours} hours, {report.silent} of them without a click, "
        f"in {document['seconds']:.0f} s"
    )
    table = Table(title=title)
    table.add_column("list")
    for metric in METRICS:
        table.add_column(f"{metric}@{report.top}", justify="right")
    for name, metrics in report.formulas.items():
        means = [f"{m.mean:.3f} [{m.low:.3f}, {m.high:.3f}]" for m in metrics.values()]
        table.add_row(name, *means)
    tables.print(table)
    for name, gain in report.gains.items():
        tables.print(
            f"{name} ({report.choices[name].name}): nDCG {gain.mean:+.3f} "
            f"[{gain.low:+.3f}, {gain.high:+.3f}] over the present settings",
            highlight=False,
        )


if __name__ == "__main__":
    trending()
