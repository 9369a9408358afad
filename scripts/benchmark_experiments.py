"""The benchmark of experiments: how often they cry wolf, how often and how soon they notice."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import click
import numpy as np
import orjson
from rich.table import Table

from recommender.bootstrap import open_site, redis_server
from recommender.clock import FixedClock
from scripts.console import progress, read_settings, reports_errors, tables

READERS_AA = 10_000
"""Of an experiment: the first of forty looks then has about a hundred readers of each variant."""

READERS_SRM = 20_000
UNEVEN = 0.52

EXAMPLES = """
\b
Examples:
  OPENBLAS_NUM_THREADS=1 python -m scripts.benchmark experiments
  python -m scripts.benchmark experiments --runs 200 --assignments 500 --json out.json
"""


@click.command(epilog=EXAMPLES)
@click.option("--runs", default=2_000, show_default=True, type=click.IntRange(1))
@click.option("--looks", default=40, show_default=True, type=click.IntRange(1, READERS_AA // 100))
@click.option("--assignments", default=10_000, show_default=True, type=click.IntRange(1))
@click.option(
    "--winners",
    default=100,
    show_default=True,
    type=click.IntRange(0),
    help="Experiments with a known winner; 0 leaves them out.",
)
@click.option(
    "--kinds",
    default=100,
    show_default=True,
    type=click.IntRange(5, 10_000),
    help="Readers whose pages are served for these, before clicks are drawn.",
)
@click.option("--seed", default=1, show_default=True)
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the result here.")
@reports_errors
def experiments(
    runs: int,
    looks: int,
    assignments: int,
    winners: int,
    kinds: int,
    seed: int,
    json_file: Path | None,
) -> None:
    """Judge experiments without an effect, uneven assignments, and a known winner.

    A/A: both variants are the same, readers differ in taste and habit and arrive evenly; the click
    rate, with the reader as the unit, is looked at many times. Always valid and fixed horizon are
    the shares of experiments whose interval excluded zero at any look; at most .05 is promised of
    the first. Sample ratio: 20,000 readers are dealt by the hash, a seed each time, to 50/50 and to
    52/48, and tested against 50/50.

    Known winner: readers with a taste of their own are served a week of pages by the service in
    this process, over a Redis of its own, under a variant that is too diverse, under the feed as it
    is, and under both merged. Each experiment draws readers, visits and clicks anew, as many as the
    planner wants for the true effect, and is looked at as slates come in.
    """
    began = time.perf_counter()
    result = {
        "aa": _same_variants(runs, looks, seed),
        "srm": _sample_ratios(assignments, seed),
        "seed": seed,
    }
    if winners:
        result["winner"] = _known_winner(winners, kinds, seed)
    result["seconds"] = time.perf_counter() - began
    if json_file:
        json_file.write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2))
    _print_result(result)


def _same_variants(runs: int, looks: int, seed: int) -> dict[str, Any]:
    # Of the extra that judges experiments: the other benchmarks do without.
    from scripts.experiments_world import flagged  # noqa: PLC0415

    found = []
    with progress("experiments without an effect", runs) as advance:
        for each in np.random.default_rng(seed).spawn(runs):
            found.append(flagged(READERS_AA, looks, each))
            advance(1)
    return {
        "always_valid": sum(each.always_valid for each in found) / runs,
        "fixed_horizon": sum(each.fixed_horizon for each in found) / runs,
        "runs": runs,
        "looks": looks,
        "readers": READERS_AA,
        "fewest_readers_of_a_variant": min(each.first_readers for each in found),
    }


def _sample_ratios(assignments: int, seed: int) -> dict[str, Any]:
    from scripts.experiments_world import alarms, places_of  # noqa: PLC0415  # as above

    ids = "".join(f"reader-{number:05d}" for number in range(READERS_SRM)).encode()
    readers = np.frombuffer(ids, np.uint8).reshape(READERS_SRM, -1)
    even = uneven = 0
    with progress("assignments", assignments) as advance:
        for number in range(assignments):
            places = places_of(f"experiment-{seed}-{number}", readers)
            even += alarms(places, 0.5)
            uneven += alarms(places, UNEVEN)
            advance(1)
    return {
        "false_alarms": even / assignments,
        "detected_52_48": uneven / assignments,
        "assignments": assignments,
        "readers": READERS_SRM,
    }


def _known_winner(runs: int, kinds: int, seed: int) -> dict[str, Any]:
    from scripts.winner_pages import DAYS, serve_pages  # noqa: PLC0415  # as above
    from scripts.winner_runs import planned_readers, run_both  # noqa: PLC0415  # as above

    clock = FixedClock(time.time())
    with (
        tempfile.TemporaryDirectory(prefix="newsfeed-benchmark-") as folder,
        redis_server(read_settings(data_dir=folder, redis_url=None)) as url,
        open_site(read_settings(redis_url=url), clock) as site,
        progress("serving readers' days", kinds * DAYS) as advance,
    ):
        pages = serve_pages(site, clock, kinds, seed, advance)
    pilot, *draws = np.random.default_rng(seed).spawn(1 + runs)
    readers = planned_readers(pages, pilot)
    found = []
    with progress("experiments with a known winner", runs) as advance:
        for number, each in enumerate(draws):
            found.append(run_both(pages, readers, f"winner-{seed}-{number}", each))
            advance(1)
    # Where nothing was found, more slates than there were would have been wanted.
    ab = float(np.median([each.ab.slates or np.inf for each in found]))
    merged = float(np.median([each.interleaving.slates or np.inf for each in found]))
    return {
        "runs": runs,
        "truth": pages.true_lift,
        "covered": sum(each.always_valid for each in found),
        "covered_fixed": sum(each.fixed for each in found),
        "found_ab": sum(each.ab.is_right for each in found),
        "found_interleaving": sum(each.interleaving.is_right for each in found),
        "wrong_ab": sum(each.ab.is_wrong for each in found),
        "wrong_interleaving": sum(each.interleaving.is_wrong for each in found),
        "slates_ab": ab,
        "slates_interleaving": merged,
        "ratio": merged / ab if np.isfinite(ab) else np.nan,
        "readers": readers,
        "kinds": kinds,
    }


def _print_result(result: dict[str, Any]) -> None:
    same, ratio, winner = result["aa"], result["srm"], result.get("winner")
    title = (
        f"{same['runs']:,} experiments without an effect, {same['looks']} looks each; "
        f"{ratio['assignments']:,} assignments; {result['seconds']:.0f} s"
    )
    table = Table(title=title)
    for column in ("", "share", "promised"):
        table.add_column(column, justify="right" if column else "left")
    table.add_row("always-valid interval flags", f"{same['always_valid']:.4f}", "at most .05")
    table.add_row("fixed-horizon interval flags", f"{same['fixed_horizon']:.4f}", "none")
    table.add_row("sample-ratio alarms, 50/50", f"{ratio['false_alarms']:.4f}", "about .001")
    table.add_row("sample-ratio alarms, 52/48", f"{ratio['detected_52_48']:.4f}", "at least .98")
    if winner:
        runs, slates = winner["runs"], winner["slates_ab"]
        table.add_row(
            f"A/B covers the true lift of {100 * winner['truth']:+.1f} %",
            f"{winner['covered'] / runs:.4f}",
            "at least .93",
        )
        table.add_row("A/B finds the winner", f"{winner['found_ab'] / runs:.4f}", "none")
        found = f"{winner['found_interleaving'] / runs:.4f}"
        table.add_row("interleaving finds the winner", found, "none")
        title = f"interleaving's slates of A/B's {slates:,.0f}"
        table.add_row(title, f"{winner['ratio']:.4f}", "at most .1")
    tables.print(table)
