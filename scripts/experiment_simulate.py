"""The command "experiment simulate": a whole experiment whose winner is known, through HTTP."""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click
import httpx
import orjson
from rich.table import Table

from recommender.bootstrap import open_site
from recommender.domain.experiments import Experiment, ExperimentKind
from recommender.settings import Settings
from recommender.store.log_reader import LogReader
from scripts import benchmark_world
from scripts.console import OutputFile, progress, read_settings, reports_errors, tables
from scripts.experiment_analyse import report
from scripts.experiment_arms import require_statistics
from scripts.experiment_data import LIVE, read_data
from scripts.simulated_service import move_clock, simulated_service
from scripts.supervisor import NotServing, Running

if TYPE_CHECKING:
    from recommender.evaluation.experiments.preference import Preference
    from recommender.evaluation.experiments.results import Interval, Results, Verdict
    from scripts.simulated_days import Script, Truth
    from scripts.simulated_recount import Counts

ONCE_READERS, ONCE_DAYS = 400, 2
READERS, DAYS = 1_000, 7
LIKES = 4
"""So many readers take part for each one who has likes, by whom the truth is known."""

LIVE_SECONDS = 60.0
READERS_MOST = 4_000
"""A week of more would pass what the log keeps."""

EXAMPLES = """
\b
Examples:
  python -m scripts.experiment simulate --once
  python -m scripts.experiment simulate --once --html results.html
  python -m scripts.experiment simulate --kind interleave --readers 300 --json results.json
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A figure of the report beside the same one, counted in the raw log."""

    name: str
    reported: float
    counted: float

    @property
    def is_right(self) -> bool:
        """Whether both say the same; sums of fractions are rounded in another order."""
        return math.isclose(self.reported, self.counted, abs_tol=1e-6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What the experiment told: the lift, or the share of clicks credited to the second variant."""

    name: str
    value: float | None
    interval: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """A simulated experiment: what is true, what was found, and the analysis whole."""

    truth: Truth
    estimate: Estimate
    verdict: Verdict
    checks: tuple[Check, ...]
    analysis: dict[str, Any]


Summary: TypeAlias = "tuple[Estimate, Verdict, tuple[Check, ...]]"


@click.command(epilog=EXAMPLES)
@click.option("--once", is_flag=True, help="A small one, in less than a minute.")
@click.option(
    "--readers",
    type=click.IntRange(20, READERS_MOST),
    help=f"[default: {READERS:,}; {ONCE_READERS} with --once]",
)
@click.option(
    "--kind",
    default=ExperimentKind.AB.value,
    show_default=True,
    type=click.Choice([each.value for each in ExperimentKind]),
)
@click.option("--seed", default=1, show_default=True)
@click.option("--json", "json_file", type=OutputFile(), help="Write the result here.")
@click.option(
    "--html",
    "html_file",
    type=OutputFile(),
    help="Write the page here.  [default: simulated-KIND.html]",
)
@reports_errors
def simulate(
    once: bool,
    readers: int | None,
    kind: str,
    seed: int,
    json_file: Path | None,
    html_file: Path | None,
) -> None:
    """Play an experiment whose winner is known, and look whether the analysis finds it.

    The service is started as it is shipped, over a Redis of its own, but for a clock that can be
    moved and without a worker: articles and vectors are made by chance. Readers of known tastes ask
    for feeds and send what they did through HTTP, day by day. The control's scores leave the
    readers' taste out. Ends with code 1 where a figure of the report is not what the raw log says.
    """
    require_statistics()
    from scripts.simulated_days import Script  # noqa: PLC0415  # --help does without

    taking_part = readers or (ONCE_READERS if once else READERS)
    script = Script(
        kind=kind,
        readers=taking_part,
        likes=-(-taking_part // LIKES),
        days=ONCE_DAYS if once else DAYS,
        seed=seed,
    )
    page = html_file or Path(f"simulated-{kind}.html")
    with tempfile.TemporaryDirectory(prefix="newsfeed-simulation-") as folder:
        server = read_settings().server.model_dump() | {"port": 0}  # any free one
        settings = read_settings(data_dir=Path(folder), redis_url=None, server=server)
        with simulated_service(settings) as running:
            found = simulated(settings, running, script, page)
    if json_file:
        json_file.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2))
    _print_simulated(found, page)
    require_right(found.checks)


def simulated(settings: Settings, running: Running, script: Script, page: Path) -> Simulated:
    """Play an experiment in a simulated service, analyse its log and write the page.

    Parameters
    ----------
    settings : Settings
        Of the service.
    """
    from scripts.simulated_days import ARTICLES, KEY, Player  # noqa: PLC0415  # as above

    with (
        open_site(settings.model_copy(update={"redis_url": running.redis_url})) as site,
        httpx.Client(base_url=running.url, timeout=30.0, trust_env=False) as http,
    ):
        benchmark_world.make_articles(site, ARTICLES, script.seed)
        _wait_until_live(http, ARTICLES)
        with progress("days", script.days) as advance:
            truth = Player(http, script, lambda ahead: move_clock(settings, ahead)).play(advance)
        experiment = site.experiments.get(KEY)
        analysis = report(experiment, read_data([LIVE], site), None, page)
        estimate, verdict, checks = summary(experiment, analysis, site.logs)
    return Simulated(
        truth=truth, estimate=estimate, verdict=verdict, checks=checks, analysis=analysis
    )


def summary(experiment: Experiment, analysis: dict[str, Any], logs: LogReader) -> Summary:
    """Return what the analysis of an experiment says, held against a recount of the raw log."""
    summarise = _merged if experiment.kind is ExperimentKind.INTERLEAVE else _variants
    return summarise(analysis, logs)


def require_right(checks: Sequence[Check]) -> None:
    """Refuse a report whose figures are not what the raw log says.

    Raises
    ------
    click.ClickException
        Names the figures; the program ends with code 1.
    """
    wrong = [each.name for each in checks if not each.is_right]
    if wrong:
        names = ", ".join(wrong)
        raise click.ClickException(f"the report is not what the raw log says of: {names}")


def _wait_until_live(http: httpx.Client, count: int) -> None:
    deadline = time.monotonic() + LIVE_SECONDS
    while (live := http.get("/health/ready").json()["live_articles"]) < count:
        if time.monotonic() > deadline:
            raise NotServing(f"only {live} of {count} articles live in {LIVE_SECONDS:g} s")
        time.sleep(0.1)


def _variants(analysis: dict[str, Any], logs: LogReader) -> Summary:
    from scripts.simulated_recount import recount_variants  # noqa: PLC0415  # as above

    results: Results = analysis["results"]
    primary = results.metrics[0]
    reported: dict[str, float] = {}
    for each in primary.values:
        reported[f"readers of {each.variant}"] = each.readers
        reported[f"impressions of {each.variant}"] = each.of
        reported[f"clicks of {each.variant}"] = each.total
    effect = primary.comparisons[0].raw
    estimate = Estimate(
        name="lift of the click rate",
        value=None if effect is None else effect.lift,
        interval=None if effect is None else effect.always_valid,
    )
    return estimate, results.verdict, _checks(reported, recount_variants(logs, results.key))


def _merged(analysis: dict[str, Any], logs: LogReader) -> Summary:
    from scripts.simulated_recount import recount_merged  # noqa: PLC0415  # as above

    found: Preference = analysis["preference"]
    reported = {
        "slates": found.slates,
        "readers": found.readers,
        "clicks": found.clicks,
        "clicks credited to the control": found.first,
        "clicks credited to the other": found.second,
    }
    estimate = Estimate(
        name="share of clicks credited to the other",
        value=found.share,
        interval=found.always_valid,
    )
    checks = _checks(reported, recount_merged(logs, analysis["key"]))
    return estimate, analysis["verdict"], checks


def _checks(reported: Mapping[str, float], counted: Counts) -> tuple[Check, ...]:
    names = dict.fromkeys((*reported, *counted))
    return tuple(
        Check(name=name, reported=reported.get(name, 0), counted=counted.get(name, 0))
        for name in names
    )


def _print_simulated(found: Simulated, page: Path) -> None:
    truth, estimate = found.truth, found.estimate
    table = Table(title="A known winner", show_header=False)
    ends = estimate.interval
    table.add_row(
        "true lift of the click rate",
        f"{_percent(truth.lift)}, standard error {100 * truth.error:.1f} points "
        f"({truth.readers:,} readers, each under both variants)",
    )
    table.add_row(
        f"estimated {estimate.name}",
        "undefined" if estimate.value is None else _percent(estimate.value),
    )
    table.add_row(
        "its interval, at any look",
        "undefined" if ends is None else f"{_percent(ends.low)} to {_percent(ends.high)}",
    )
    table.add_row("verdict", f"{found.verdict.finding}: {found.verdict.text}")
    for each in found.checks:
        counted = f"but {each.counted:,.10g} in the raw log"
        agrees = "as in the raw log" if each.is_right else counted
        table.add_row(f"reported {each.name}", f"{each.reported:,.6g}, {agrees}")
    table.add_row("page", str(page))
    tables.print(table)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
