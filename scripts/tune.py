"""Tuning: settings that a site's own log says are better, with the gain that they would bring."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import orjson

from recommender.evaluation.trending.log import read_archived, read_clicks
from recommender.evaluation.trending.tuned import Tuned, tuned_by_hours, tuned_by_lists
from recommender.trending.ladder import TrendingConfig
from scripts.console import people, read_settings, reports_errors, tables

VARIABLE = "NEWSFEED_TRENDING__"

EXAMPLES = """
\b
Examples:
  python -m scripts.tune trending --archive .newsfeed/archive/main
  python -m scripts.tune trending --data ../shared/data/globo --half-lives 0.1,0.25,1,4,24
  python -m scripts.tune trending --dataset ebnerd --data ../shared/data/ebnerd_demo
"""


def _half_lives(_: click.Context, __: click.Parameter, told: str | None) -> list[float] | None:
    try:
        return None if told is None else [float(each) for each in told.split(",")]
    except ValueError as error:
        raise click.BadParameter(f"wanted hours like 0.25,1,4,24, got {told!r}") from error


@click.group(epilog=EXAMPLES)
def main() -> None:
    """Choose settings from a site's own log; nothing is changed, settings to set are printed."""


@main.command(epilog=EXAMPLES)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of clicks.parquet (article_id, clicked_at), or of the data set.",
)
@click.option(
    "--archive",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of the site in its archive, see python -m scripts.archive.",
)
@click.option("--dataset", type=click.Choice(["ebnerd"]), help="A data set with logged lists.")
@click.option(
    "--half-lives",
    callback=_half_lives,
    help="Another ladder than the one that is kept, in hours: counters then begin anew.",
)
@click.option("--seed", default=1, show_default=True, help="Of the draws behind the interval.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the result here.")
@reports_errors
def trending(
    data: Path | None,
    archive: Path | None,
    dataset: str | None,
    half_lives: list[float] | None,
    seed: int,
    json_file: Path | None,
) -> None:
    """Choose a half-life of the trending list, or weigh the whole ladder.

    A log of clicks is judged by the list of each hour against the clicks of the next: the first
    half of the hours tunes, the second tells the gain, and the settings printed are tuned on all.
    A data set with logged lists is judged inside these: its first part tunes, its last tells.
    """
    if (data is None) == (archive is None) or (dataset is not None and data is None):
        raise click.UsageError("wanted --data DIR or --archive DIR, one of them")
    present = read_settings().trending
    config = _with_ladder(present, half_lives)
    if data is not None and dataset is not None:
        from recommender.evaluation.data_sets.ebnerd import read_ebnerd  # noqa: PLC0415  # heavy

        found = tuned_by_lists(read_ebnerd(data), present, config, seed)
    else:
        clicks = read_archived(archive) if archive is not None else read_clicks(data or Path())
        found = tuned_by_hours(clicks, present, config, seed)
    _print(found, present)
    if json_file:
        json_file.write_bytes(orjson.dumps(_document(found, present), option=orjson.OPT_INDENT_2))


def _with_ladder(present: TrendingConfig, half_lives: list[float] | None) -> TrendingConfig:
    if half_lives is None:
        return present
    changes = {"half_lives_hours": tuple(half_lives), "forecast": None}
    try:
        return TrendingConfig.model_validate(present.model_dump() | changes)
    except ValueError as error:
        raise click.UsageError(f"--half-lives: {error}") from error


def _variables(found: Tuned, present: TrendingConfig) -> dict[str, str]:
    """Return the variables that differ from the present settings, as they are to be set."""
    before, after = present.model_dump(mode="json"), found.choice.config.model_dump(mode="json")
    return {
        VARIABLE + name.upper(): orjson.dumps(value).decode()
        for name, value in after.items()
        if value != before[name]
    }


def _print(found: Tuned, present: TrendingConfig) -> None:
    for name, quality in found.choice.qualities.items():
        people.print(f"{name}: {found.measure} {quality:.4f} while tuning", highlight=False)
    gain = found.gain
    tables.print(
        f"chosen: {found.choice.name}; on later {found.judged} {found.measure} {found.held_out:.4f}"
        f", {gain.mean:+.4f} [{gain.low:+.4f}, {gain.high:+.4f}] over the present settings",
        highlight=False,
    )
    changes = _variables(found, present)
    if gain.low <= 0.0:
        tables.print("No sure gain: keep the present settings.")
    for name, value in changes.items() if gain.low > 0.0 else ():
        click.echo(f"{name}='{value}'")
    if VARIABLE + "SERVED_HOURS" in changes:
        people.print("The threshold of the label counts at the served half-life: set it anew too.")


def _document(found: Tuned, present: TrendingConfig) -> dict[str, Any]:
    return {
        "chosen": found.choice.name,
        "measure": found.measure,
        "qualities": found.choice.qualities,
        "held_out": found.held_out,
        "gain": asdict(found.gain),
        "settings": _variables(found, present),
        "data": {"digest": found.digest},
    }


if __name__ == "__main__":
    main()
