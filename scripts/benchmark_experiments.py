"""The benchmark of experiments' statistics: how often they cry wolf, and how often they notice."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click
import numpy as np
import orjson
from rich.table import Table

from scripts.console import progress, reports_errors, tables

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
@click.option("--seed", default=1, show_default=True)
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the result here.")
@reports_errors
def experiments(runs: int, looks: int, assignments: int, seed: int, json_file: Path | None) -> None:
    """Judge experiments that have no effect, and assignments that are uneven.

    A/A: both variants are the same, readers differ in taste and habit and arrive evenly; the click
    rate, with the reader as the unit, is looked at many times. Always valid and fixed horizon are
    the shares of experiments whose interval excluded zero at any look; at most .05 is promised of
    the first. Sample ratio: 20,000 readers are dealt by the hash, a seed each time, to 50/50 and to
    52/48, and tested against 50/50.
    """
    began = time.perf_counter()
    result = {
        "aa": _same_variants(runs, looks, seed),
        "srm": _sample_ratios(assignments, seed),
        "seed": seed,
    }
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


def _print_result(result: dict[str, Any]) -> None:
    same, ratio = result["aa"], result["srm"]
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
    tables.print(table)
