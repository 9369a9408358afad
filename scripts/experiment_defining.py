"""The commands of "experiment" that define, start, ramp, stop and show experiments."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import orjson

from recommender.bootstrap import Wiring, open_site
from recommender.domain.experiments import Change, Experiment, ForcedVariant
from recommender.ingest.experiment_records import record_of
from recommender.ingest.experiments import parse_experiment_file
from recommender.ingest.previews import PREVIEW_MINUTES, PREVIEW_MINUTES_MAX
from recommender.ingest.yaml_files import read_yaml
from recommender.services.cautions import warnings_of
from recommender.services.experiment_records import version_of
from recommender.store.cards import instant_text
from scripts.console import OutputFile, people, read_settings, reports_errors, tables
from scripts.rejected import print_table

NONE_YET = "No experiment is defined yet: python -m scripts.experiment put FILE"

SHOWN = (
    *("hypothesis", "kind", "primary_metric", "guardrails", "coverage", "seed"),
    *("namespace", "targeting", "holdout", "start", "end"),
)
"""Fields of an experiment that are shown, besides its status and variants."""

to_json = click.option("--json", "json_file", type=OutputFile(), help="Write the result here.")


@click.command("put")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--version", help='What is to be changed, as "show" told it; none for a new one.')
@to_json
@reports_errors
def put_experiment(file: Path, version: str | None, json_file: Path | None) -> None:
    """Define the experiment of FILE (YAML or JSON), or change it."""
    wanted = parse_experiment_file(read_yaml(file))
    with open_site(read_settings()) as site:
        _report(site, site.experiments.put(wanted, version), json_file)


@click.command("list")
@to_json
@reports_errors
def list_experiments(json_file: Path | None) -> None:
    """List all experiments."""
    with open_site(read_settings()) as site:
        found = site.experiments.all()
    if json_file:
        _write(json_file, {"experiments": list(map(_document, found))})
    if not found:
        people.print(NONE_YET)
        return
    columns = ("key", "status", "coverage", "variants", "metric", "changed")
    print_table("experiments", columns, map(_row, found))


@click.command("show")
@click.argument("key")
@to_json
@reports_errors
def show_experiment(key: str, json_file: Path | None) -> None:
    """Show the experiment KEY and its history."""
    with open_site(read_settings()) as site:
        found = site.experiments.get(key)
        _report(site, found, json_file)
    print_table("history", ("when", "field", "before", "after"), map(_change_row, found.history))


@click.command("start")
@click.argument("key")
@to_json
@reports_errors
def start_experiment(key: str, json_file: Path | None) -> None:
    """Let readers meet the draft KEY."""
    with open_site(read_settings()) as site:
        _report(site, site.experiments.start(key), json_file)


@click.command("ramp")
@click.argument("key")
@click.option(
    "--coverage", required=True, type=float, help="Share of the readers that take part, 0 to 1."
)
@to_json
@reports_errors
def ramp_experiment(key: str, coverage: float, json_file: Path | None) -> None:
    """Let more readers take part in the experiment KEY."""
    with open_site(read_settings()) as site:
        _report(site, site.experiments.ramp(key, coverage), json_file)


@click.command("stop")
@click.argument("key")
@to_json
@reports_errors
def stop_experiment(key: str, json_file: Path | None) -> None:
    """End the experiment KEY for good."""
    with open_site(read_settings()) as site:
        _report(site, site.experiments.stop(key), json_file)


@click.command("discard")
@click.argument("key")
@reports_errors
def discard_experiment(key: str) -> None:
    """Forget the draft KEY."""
    with open_site(read_settings()) as site:
        site.experiments.discard(key)
    people.print(f"{key} is forgotten", highlight=False)


@click.command("preview")
@click.argument("key")
@click.argument("variant")
@click.option(
    "--minutes",
    default=PREVIEW_MINUTES,
    show_default=True,
    type=click.FloatRange(0.0, PREVIEW_MINUTES_MAX, min_open=True),
    help="For how long it is good.",
)
@to_json
@reports_errors
def preview_variant(key: str, variant: str, minutes: float, json_file: Path | None) -> None:
    """Print a parameter of /v1/feed that shows VARIANT of the experiment KEY."""
    wanted = ForcedVariant(experiment=key, variant=variant)
    with open_site(read_settings()) as site:
        found = site.experiments.preview(wanted, minutes * 60.0)
    until = instant_text(found.expires_at)
    if json_file:
        _write(json_file, {"parameter": found.parameter, "expires_at": until})
    click.echo(f"variant={found.parameter}")
    people.print(f"Good until {until}; no analysis counts what it shows", highlight=False)


def _report(site: Wiring, found: Experiment, json_file: Path | None) -> None:
    warnings = warnings_of(found, site.arms, site.site)
    if json_file:
        _write(json_file, _document(found) | {"warnings": warnings})
    print_table(f"{found.key}: {found.status}", ("field", "value"), _fields(found))
    tables.print(f"version {version_of(found)}", highlight=False)
    for each in warnings:
        people.print(f"Warning: {each}", highlight=False, markup=False, soft_wrap=True)


def _document(found: Experiment) -> dict[str, Any]:
    return record_of(found) | {"version": version_of(found)}


def _write(file: Path, document: dict[str, Any]) -> None:
    file.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))


def _fields(found: Experiment) -> Iterator[tuple[str, str]]:
    for number, each in enumerate(found.variants):
        changes = ", ".join(f"{path} = {_json(value)}" for path, value in each.overrides.items())
        role = "variant" if number else "control"
        yield role, f"{each.name}, {each.weight:.3g} of them: {changes or 'the feed as it is'}"
    record = record_of(found)
    for name in SHOWN:
        value = record[name]
        yield name.replace("_", " "), value if isinstance(value, str) else _json(value)


def _row(found: Experiment) -> tuple[str, ...]:
    return (
        found.key,
        found.status,
        f"{100.0 * found.coverage:g} %",
        ", ".join(each.name for each in found.variants),
        found.primary_metric,
        instant_text(found.history[-1].at),
    )


def _change_row(change: Change) -> tuple[str, ...]:
    return instant_text(change.at), change.field, _json(change.before), _json(change.after)


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
