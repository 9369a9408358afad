"""The feed report: is this a feed that readers would keep? Figures, and whether they hold."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from scripts import feed_report_tables as show
from scripts.console import people, print_json, reports_errors, tables
from scripts.feed_report_demo import (
    DemoFeeds,
    StorySet,
    demo_feeds,
    demo_stories,
    planted_stories,
)
from scripts.feed_report_exploration import Exploration, explore
from scripts.feed_report_mind import MindReport, mind_report
from scripts.feed_report_plot import draw, require_matplotlib
from scripts.feed_report_world import demo_site

LEAST_PLAYS = 0.9
"""Share of the plays in which a reader's first ten articles must hold every taste of theirs."""

LEAST_AGREEMENT = 0.9
"""Precision and recall that stories must reach on the demo's events."""

LEAST_P = 0.001
"""A p value below this says that draws do not follow their propensities."""

EXAMPLES = """
\b
Examples:
  python -m scripts.feed_report                            the demo's readers only
  python -m scripts.feed_report --data DIR --plot dial.svg
  python -m scripts.feed_report --data DIR --json > report.json
DIR holds mind_small/ with MIND's news.tsv and behaviors.tsv.
The exit code is 0 when every check holds, 1 when one does not.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Something that must hold; ``found`` says what was measured, in words."""

    name: str
    holds: bool
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that was measured; ``mind`` is None where there are no data of MIND."""

    demo: list[DemoFeeds]
    stories: dict[str, StorySet | None]
    exploration: Exploration
    mind: MindReport | None


@click.command(epilog=EXAMPLES)
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="NEWSFEED_DATA",
    show_envvar=True,
    help="Folder of the research data; without it only the demo is looked at.",
)
@click.option(
    "--readers", default=200, show_default=True, type=click.IntRange(2, 3_000), help="Of MIND."
)
@click.option(
    "--plays",
    default=10,
    show_default=True,
    type=click.IntRange(1, 1_000),
    help="Of each reader of the demo: one feed alone is partly luck.",
)
@click.option(
    "--slates",
    default=20_000,
    show_default=True,
    type=click.IntRange(100, 1_000_000),
    help="Simulated for exploration.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option(
    "--plot",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Draw relevance against diversity as SVG; needs --data and matplotlib.",
)
@reports_errors
def main(
    data: Path | None, readers: int, plays: int, slates: int, as_json: bool, plot: Path | None
) -> None:
    """Measure the demo's feeds, its stories, exploration, and the diversity dial on MIND.

    Runs in a Redis of its own in a temporary folder, with the real model: some minutes.
    """
    if plot is not None:
        _require_plottable(data, plot)
    if data is None:
        people.print("no data set is named (--data or NEWSFEED_DATA): only the demo is looked at")
    report = _measured(data, readers, plays, slates)
    checks = list(_checks(report))
    if plot is not None and report.mind is not None:
        draw(report.mind, plot)
    _print_as_json(report, checks) if as_json else _print(report, checks)
    sys.exit(0 if all(check.holds for check in checks) else 1)


def _require_plottable(data: Path | None, plot: Path) -> None:
    if data is None:
        raise click.UsageError("--plot draws what is measured on MIND: name the data with --data.")
    if not plot.parent.is_dir():
        raise click.BadParameter(f"the folder {plot.parent} does not exist", param_hint="--plot")
    require_matplotlib()


def _measured(data: Path | None, readers: int, plays: int, slates: int) -> Report:
    with demo_site() as site:
        stories = {
            "the demo's events": demo_stories(site),
            "planted rewrites": planted_stories(site),
        }
        exploration = explore(site, slates)
        demo = demo_feeds(site, plays)
        mind = mind_report(site, data, readers) if data is not None else None
    return Report(demo=demo, stories=stories, exploration=exploration, mind=mind)


def _checks(report: Report) -> Iterator[Check]:
    for feed in report.demo:
        yield Check(
            name=f"{feed.reader} gets every one of their tastes, in {LEAST_PLAYS:.0%} of the plays",
            holds=feed.every_taste >= LEAST_PLAYS,
            found=f"{feed.every_taste:.0%}",
        )
    events = report.stories["the demo's events"]
    if events is not None:
        for measure, value in (("precision", events.precision), ("recall", events.recall)):
            yield Check(
                name=f"{measure} of the demo's stories is at least {LEAST_AGREEMENT:g}",
                holds=value >= LEAST_AGREEMENT,
                found=f"{value:.3f}",
            )
    drawn = report.exploration
    yield Check(
        name=f"articles are explored as often as is logged (p at least {LEAST_P:g})",
        holds=drawn.p_value >= LEAST_P and drawn.degrees_of_freedom > 0,
        found=f"p = {drawn.p_value:.3f} with {drawn.degrees_of_freedom} degrees of freedom",
    )
    if report.mind is not None:
        distances = [f"{each.intra_list_distance.mean:.3f}" for each in report.mind.dials]
        yield Check(
            name="intra-list distance rises at each step of the dial",
            holds=report.mind.rises_at_each_step,
            found=", ".join(distances),
        )


def _print_as_json(report: Report, checks: list[Check]) -> None:
    print_json(
        {
            "demo": report.demo,
            "stories": report.stories,
            "exploration": report.exploration,
            "mind": report.mind,
            "checks": checks,
        }
    )


def _print(report: Report, checks: list[Check]) -> None:
    show.print_demo(report.demo)
    show.print_stories(report.stories)
    show.print_exploration(report.exploration)
    if report.mind is not None:
        show.print_mind(report.mind)
    for check in checks:
        tables.print(f"{'holds' if check.holds else 'FAILS'}: {check.name}: {check.found}")


if __name__ == "__main__":
    main()
