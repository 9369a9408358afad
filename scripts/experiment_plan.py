"""The command "experiment plan": readers and days for a smallest effect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson
from rich.table import Table

from recommender.bootstrap import open_site
from recommender.domain.experiments import Metric
from scripts.console import OutputFile, read_settings, reports_errors, tables
from scripts.experiment_arms import require_statistics
from scripts.experiment_data import LIVE, read_data, wants_service

if TYPE_CHECKING:
    from recommender.evaluation.experiments.planning import Plan
    from recommender.evaluation.experiments.traffic import Traffic

DAYS = 28
"""Whole days of a site's own traffic: four weeks, since weekends differ."""

EXAMPLES = """
\b
Examples:
  python -m scripts.experiment plan --data .newsfeed/archive --data live --effect 0.03
  python -m scripts.experiment plan --data live --metric return_rate --effect 0.1
  python -m scripts.experiment plan --mean 0.05 --variance 0.02 --effect 0.03 --arrivals 2000
  python -m scripts.experiment plan --mean 4.1 --variance 30 --effect 0.05 --variants 3 \\
      --arrivals 9000,4000,2500 --json plan.json
"""


class Arrivals(click.ParamType[tuple[float, ...]]):
    """Numbers with commas between them."""

    name = "numbers"

    def convert(
        self,
        value: str | tuple[float, ...],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[float, ...]:
        """Return the numbers."""
        if not isinstance(value, str):
            return value
        try:
            return tuple(float(each) for each in value.split(","))
        except ValueError:
            self.fail(f"wanted numbers with commas between them, got {value!r}", param, ctx)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a plan starts from, and the traffic that told it, where that did."""

    mean: float
    variance: float
    arrivals: tuple[float, ...]
    traffic: Traffic | None


@click.command(epilog=EXAMPLES)
@click.option(
    "--data",
    multiple=True,
    metavar=f"FOLDER|{LIVE}",
    help="Take mean, variance and arrivals from the site's own traffic: the folder of an archive, "
    f'"{LIVE}" for what the service still logs, or, given twice, both.',
)
@click.option(
    "--metric",
    type=click.Choice([each.value for each in Metric]),
    default=Metric.CTR.value,
    show_default=True,
    help="Of --data.",
)
@click.option(
    "--days",
    type=click.IntRange(2, 365),
    default=DAYS,
    show_default=True,
    help="Whole days of --data, the last ones.",
)
@click.option("--mean", type=float, help="Of the metric over readers, where there is no --data.")
@click.option("--variance", type=float, help="Of the metric between readers, likewise.")
@click.option(
    "--effect", required=True, type=float, help="Smallest relative lift worth finding: 0.02."
)
@click.option("--power", default=0.8, show_default=True, help="How often it is to be found.")
@click.option("--variants", default=2, show_default=True, help="The control included.")
@click.option(
    "--arrivals",
    type=Arrivals(),
    help="Readers who come for the first time on each day of the experiment, with commas between "
    "them; the last holds for all later days. Likewise.",
)
@click.option("--json", "json_file", type=OutputFile(), help="Write the result here.")
@reports_errors
def plan(
    data: Sequence[str],
    metric: str,
    days: int,
    mean: float | None,
    variance: float | None,
    effect: float,
    power: float,
    variants: int,
    arrivals: tuple[float, ...] | None,
    json_file: Path | None,
) -> None:
    """Say how many readers and days an experiment takes.

    Once: looked at one time, at the end. At any look: looked at as often as one likes, which costs
    readers; most effects are then found before that number is reached.
    """
    given = _given(mean, variance, arrivals)
    if (given is None) == (not data):
        raise click.UsageError("give --data, or else all of --mean, --variance and --arrivals")
    require_statistics()
    from recommender.evaluation.experiments import planning  # noqa: PLC0415  # --help does without

    start = given or _logged(data, Metric(metric), days)
    aim = planning.Aim(
        mean=start.mean,
        variance=start.variance,
        effect=effect,
        power=power,
        variants=variants,
    )
    found = planning.plan(aim, start.arrivals)
    if json_file:
        document = {field.name: getattr(found, field.name) for field in fields(found)}
        told = document | {"traffic": start.traffic}
        json_file.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2))
    if start.traffic is not None:
        _print_traffic(start.traffic)
    _print_plan(found)


def _given(
    mean: float | None, variance: float | None, arrivals: tuple[float, ...] | None
) -> Figures | None:
    """Return the figures that were given; None where none was."""
    if mean is None and variance is None and arrivals is None:
        return None
    if mean is None or variance is None or arrivals is None:
        raise click.UsageError("--mean, --variance and --arrivals go together")
    return Figures(mean=mean, variance=variance, arrivals=arrivals, traffic=None)


def _logged(data: Sequence[str], metric: Metric, days: int) -> Figures:
    from recommender.evaluation.experiments.traffic import traffic_of  # noqa: PLC0415  # as above

    if wants_service(data):
        with open_site(read_settings()) as site:
            logged = read_data(data, site)
    else:
        logged = read_data(data, None)
    found = traffic_of(logged, metric, days)
    return Figures(mean=found.mean, variance=found.variance, arrivals=found.arrivals, traffic=found)


def _print_traffic(found: Traffic) -> None:
    tables.print(
        f"{found.metric} of {found.readers:,} readers on {found.days:,} days: mean "
        f"{found.mean:.4g}, variance {found.variance:.4g}; new on the first day "
        f"{found.arrivals[0]:,.0f}, on each day to come {found.arrivals[-1]:,.1f}",
        highlight=False,
        soft_wrap=True,
    )


def _print_plan(found: Plan) -> None:
    aim = found.aim
    title = f"A lift of {100.0 * aim.effect:+.1f} % found {100.0 * aim.power:.0f} times in 100"
    table = Table(title=f"{title}, {aim.variants} variants")
    for column in ("looked at", "readers", "days"):
        table.add_column(column, justify="right" if column != "looked at" else "left")
    for name, each in (("once", found.fixed), ("as often as one likes", found.always_valid)):
        table.add_row(name, f"{each.readers:,}", "never" if each.days is None else f"{each.days:,}")
    tables.print(table)
    tables.print(f"The freedom to look costs {found.price:.2f} times the readers", highlight=False)
