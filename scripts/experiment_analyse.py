"""The command "experiment analyse": what the service's own log says of an experiment."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click
import orjson
from rich import box
from rich.markup import escape
from rich.table import Table

from recommender.bootstrap import open_site
from recommender.domain.experiments import Experiment, ExperimentKind
from recommender.store.cards import instant_text
from scripts.console import OutputFile, people, read_settings, reports_errors, tables
from scripts.experiment_arms import require_statistics
from scripts.experiment_data import data_option, read_data, wants_service
from scripts.experiment_definition import by_file, by_service

if TYPE_CHECKING:
    from recommender.evaluation.experiments.from_log import Report
    from recommender.evaluation.experiments.logged import Logged
    from recommender.evaluation.experiments.merged import PreferenceReport

Judged: TypeAlias = tuple[dict[str, Any], Callable[[], str]]
"""The JSON document of an analysis, and what draws its page."""

EXAMPLES = """
\b
Examples:
  python -m scripts.experiment analyse wider-feed
  python -m scripts.experiment analyse wider-feed --json results.json --html results.html
  python -m scripts.experiment analyse wider-feed --data live --publish
  python -m scripts.experiment analyse wider-feed --data /srv/archive --definition wider.yaml
"""


@click.command(epilog=EXAMPLES)
@click.argument("key")
@data_option
@click.option(
    "--definition",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML or JSON file of the experiment, where the service does not know it (any more): what "
    'was put, or what "show --json" and GET answer, which tells when it ran. Where the service is '
    "asked and knows it, its own is used, and another one is refused.",
)
@click.option(
    "--publish",
    is_flag=True,
    help="Keep the results with the service, for GET /v1/experiments/KEY/results. Only where it is "
    "asked for: a look at a part of the log is not what editors should see.",
)
@click.option("--json", "json_file", type=OutputFile(), help="Write the result here.")
@click.option("--html", "html_file", type=OutputFile(), help="Write a page here.")
@reports_errors
def analyse(
    key: str,
    data: Sequence[str],
    definition: Path | None,
    publish: bool,
    json_file: Path | None,
    html_file: Path | None,
) -> None:
    """Say what the experiment KEY found, and how sure that is.

    The sample ratio comes first: where it alarms, the verdict is blocked. Readers who met several
    variants, or one by force, do not count.
    """
    if publish and definition is not None:
        raise click.UsageError("--publish is for experiments that the service has defined")
    require_statistics()
    if definition is not None and not wants_service(data):
        found = by_file(definition, key, None)
        report(found.experiment, read_data(data, None), json_file, html_file, found.notes)
        return
    with open_site(read_settings()) as site:
        found = by_service(site, key) if definition is None else by_file(definition, key, site)
        logged = read_data(data, site)
        document = report(found.experiment, logged, json_file, html_file, found.notes)
        if publish:
            site.experiments.publish(key, orjson.dumps(document))
            people.print(f"published: GET /v1/experiments/{key}/results", highlight=False)


def report(
    experiment: Experiment,
    logged: Logged,
    json_file: Path | None,
    html_file: Path | None,
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    """Judge an experiment, tell people and write the files; return the JSON document.

    Parameters
    ----------
    notes : sequence of str
        What must be known beside the figures, as far as the log does not tell it.
    """
    judge = _judge_merged if experiment.kind is ExperimentKind.INTERLEAVE else _judge_variants
    document, draw = judge(experiment, logged, notes)
    if json_file:
        json_file.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))
    if html_file:
        html_file.write_text(draw(), encoding="utf-8")
    return document


def _judge_variants(experiment: Experiment, logged: Logged, notes: Sequence[str]) -> Judged:
    from recommender.evaluation.experiments.from_log import (  # noqa: PLC0415  # --help does without
        analyse_log,
    )

    found = analyse_log(experiment, logged)
    report = replace(found, notes=(*notes, *found.notes))
    sources = _sources(report, logged)
    _print_variants(report, sources)
    draw = partial(_draw_variants, experiment, report, sources)
    return _document(experiment, report, logged), draw


def _draw_variants(experiment: Experiment, report: Report, sources: Sequence[str]) -> str:
    from recommender.evaluation.experiments.page import page  # noqa: PLC0415  # without --html, none

    return page(experiment, report, sources)


def _judge_merged(experiment: Experiment, logged: Logged, notes: Sequence[str]) -> Judged:
    from recommender.evaluation.experiments.merged import (  # noqa: PLC0415  # as above
        analyse_merged,
    )
    from recommender.evaluation.experiments.preference_page import (  # noqa: PLC0415  # as above
        preference_page,
    )

    found = analyse_merged(experiment, logged)
    report = replace(found, notes=(*notes, *found.notes))
    sources = _sources(report, logged)
    _print_merged(report, sources)
    draw = partial(preference_page, experiment, report, sources)
    return _document(experiment, report, logged), draw


def _document(
    experiment: Experiment, report: Report | PreferenceReport, logged: Logged
) -> dict[str, Any]:
    """Return one JSON document: what was found, of what, and when."""
    at = logged.slates["created_at"]
    return {
        "key": experiment.key,
        "kind": experiment.kind,
        "analysed_at": instant_text(time.time()),
        "log": {
            "slates": logged.slates.height,
            "interactions": logged.interactions.height,
            "from": instant_text(at[0]),
            "to": instant_text(at[-1]),
        },
        **{each.name: getattr(report, each.name) for each in fields(report)},
    }


def _sources(report: Report | PreferenceReport, logged: Logged) -> list[str]:
    """Return in words what the figures were made of."""
    first, last = map(instant_text, logged.slates["created_at"].gather([0, -1]))
    slates, done = logged.slates.height, logged.interactions.height
    return [
        f"The log: {slates:,} slates from {first} to {last}, {done:,} interactions.",
        *report.notes,
        *(f"{each.count:,}: {each.reason}." for each in report.left_out),
    ]


def _print_variants(report: Report, sources: Sequence[str]) -> None:
    from recommender.evaluation.experiments.metric_table import (  # noqa: PLC0415  # as above
        groups_of,
        head_of,
        told_correction,
        told_ratio,
    )

    results = report.results
    primary = results.metrics[0].metric.name
    _say(
        told_ratio(results.sample_ratio),
        f"{results.key}: {results.verdict.finding} ({primary} decides)",
        results.verdict.text,
    )
    table = Table(*head_of(results), box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in table.columns:
        column.overflow = "fold"  # a figure without its end would be another one
    table.columns[0].min_width = max(len(each.metric.name) for each in results.metrics)
    for name, rows in groups_of(results, report.unmeasured).items():
        table.add_section()
        table.add_row(f"[bold]{name}[/bold]")
        for row in rows:
            table.add_row(*map(escape, row))
    tables.print(table)
    _say(told_correction(results), *sources)


def _print_merged(report: PreferenceReport, sources: Sequence[str]) -> None:
    counts = ", ".join(f"{name} {count:,}" for name, count in report.sample_ratio.counts.items())
    ratio = f"Who picks first: slates {counts}; p = {report.sample_ratio.p_value:.2g}"
    _say(ratio, f"{report.key}: {report.verdict.finding}", report.verdict.text)
    _say(*report.verdict.because, *sources)


def _say(*lines: str) -> None:
    for each in lines:
        tables.print(each, highlight=False, soft_wrap=True)
