"""The command "evaluate off-policy": a policy judged from another policy's log."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import click
import orjson
from click.core import ParameterSource

from recommender.errors import InvalidInput
from recommender.evaluation.data_sets.obd import read_obd
from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.off_policy.drawn_places import compare, judge, pairs_of, summary_of
from recommender.evaluation.off_policy.simulated import accuracies, world
from recommender.evaluation.off_policy.two_logs import judge_both
from recommender.evaluation.question import TrainedBefore
from recommender.evaluation.rankers import RankerName, ranker_scores
from recommender.evaluation.tables import DataSetName
from recommender.ranking.weighted import WeightedRanker
from scripts.console import people, progress, read_settings, reports_errors
from scripts.feature_tables import open_with_artifact, test_from_option
from scripts.off_policy_tables import print_accuracies, print_judgement, print_preference

EXAMPLES = """
\b
Examples:
  python -m scripts.evaluate off-policy --dataset obd --data obd --json obd.json
  python -m scripts.evaluate off-policy --dataset simulated
  python -m scripts.evaluate off-policy --dataset archive --data archive --test-from 2026-01-02 \\
      --ranker linear --artifact ranker.json
"""

RUNS = 200
"""Logs of the simulated world."""

CHOICES = 1_000
"""Choices of each."""


Value = TypeVar("Value")


class LogName(StrEnum):
    """The logs that can be judged from."""

    ARCHIVE = "archive"
    OBD = "obd"
    SIMULATED = "simulated"


OPTIONS = {
    LogName.ARCHIVE: {"data", "ranker", "artifact", "test_from"},
    LogName.OBD: {"data", "clip", "seed"},
    LogName.SIMULATED: {"seed"},
}
"""What goes with each, besides what goes with all."""


@click.command("off-policy", epilog=EXAMPLES)
@click.option(
    "--dataset",
    required=True,
    type=click.Choice([each.value for each in LogName]),
    help="The service's archive, Open Bandit Data, or a world whose policies' values are known.",
)
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the archive or of Open Bandit Data.",
)
@click.option(
    "--ranker",
    type=click.Choice(["weighted", "linear", "boosted"]),
    help="The candidate, for an archive; weighted has the weights of the settings.",
)
@click.option(
    "--artifact",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The candidate's file, if it is linear or boosted: scripts.train wrote it.",
)
@test_from_option
@click.option(
    "--clip",
    type=click.FloatRange(0.0, min_open=True),
    help="Cut larger weights to this, for Open Bandit Data; the bias is told. Unless set, none is.",
)
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0, 2**31 - 1))
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the result here.",
)
@click.pass_context
@reports_errors
def off_policy(
    context: click.Context,
    dataset: str,
    data: Path | None,
    ranker: str | None,
    artifact: Path | None,
    test_from: float | None,
    clip: float | None,
    seed: int,
    json_file: Path | None,
) -> None:
    """Judge a policy by the log of another one, before it is shown.

    A candidate ranker is judged on the part test of an archive, at the places that were left to
    chance; of all others the log cannot tell. Open Bandit Data and the simulated world show whether
    the estimators are right.
    """
    began = time.perf_counter()
    name = LogName(dataset)
    _check_options(context, name)
    match name:
        case LogName.ARCHIVE:
            found = _archive(
                _given(data, "--data"), _given(ranker, "--ranker"), artifact, test_from
            )
        case LogName.OBD:
            found = _open_bandit_data(_given(data, "--data"), clip, seed)
        case LogName.SIMULATED:
            found = _simulated(seed)
    document = {"dataset": name.value, **found} | {
        "seconds": time.perf_counter() - began,
        "seed": seed,
        "versions": {each: version(each) for each in ("numpy", "polars", "scipy")},
    }
    if json_file is not None:
        json_file.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))


def _check_options(context: click.Context, name: LogName) -> None:
    """Say what does not go together before anything is read."""
    for each in context.command.params:
        key = str(each.name)
        is_given = context.get_parameter_source(key) is ParameterSource.COMMANDLINE
        if is_given and key not in OPTIONS[name] | {"dataset", "json_file"}:
            raise click.UsageError(f"{each.opts[0]} does not go with --dataset {name}")
    json_file = context.params["json_file"]
    if json_file is not None and not json_file.parent.is_dir():
        raise click.UsageError(f"the folder {json_file.parent} does not exist")


def _given(value: Value | None, option: str) -> Value:
    if value is None:
        raise click.UsageError(f"{option} is needed with this --dataset")
    return value


def _archive(
    data: Path, ranker: str, artifact: Path | None, test_from: float | None
) -> dict[str, Any]:
    if (artifact is not None) is not RankerName(ranker).learned:
        raise click.UsageError("--artifact goes with --ranker linear or boosted, and only with it")
    opened, before = open_with_artifact(DataSetName.ARCHIVE, data, test_from, artifact)
    for each in opened.dropped:
        people.print(f"{each.count}: {each.reason} (first at {each.place})", highlight=False)
    weighted = WeightedRanker(read_settings().feed.weights)
    candidate = weighted if before is None else before.ranker
    if candidate.name.partition("@")[0] != ranker:
        raise click.UsageError(f"--artifact holds {candidate.name}, which is not {ranker}")
    table = _not_learned_from(opened.parts["test"], before)
    pairs, scores = pairs_of(table), ranker_scores(candidate, table)
    found = judge(pairs, scores)
    against = (
        {}
        if before is None
        else {weighted.name: compare(pairs, scores, ranker_scores(weighted, table))}
    )
    log = summary_of(table, pairs)
    print_preference(candidate.name, found, against, log)
    return {
        "candidate": candidate.name,
        "clicks_per_choice": found,
        "gain_over": against,
        "log": log,
        "dropped": opened.dropped,
        "data": {"digest": opened.digest},
    }


def _not_learned_from(table: FeatureTable, before: TrainedBefore | None) -> FeatureTable:
    """Return the impressions of after what the candidate learned from this archive."""
    if before is None or before.data_set != DataSetName.ARCHIVE:
        return table
    later = table.at > before.learned_until
    if not later.any():
        until = datetime.fromtimestamp(before.learned_until, UTC)
        wanted = "a log that goes on after what the candidate learned from"
        raise InvalidInput("--artifact", wanted, f"one that learned until {until:%Y-%m-%dT%H:%MZ}")
    return table.take(later)


def _open_bandit_data(data: Path, clip: float | None, seed: int) -> dict[str, Any]:
    logs = read_obd(data)
    judgements = judge_both(logs, seed, clip)
    for each in judgements:
        print_judgement(each)
    return {
        "judgements": [each.document() for each in judgements],
        "clip": clip,
        "data": {"digest": logs.digest},
    }


def _simulated(seed: int) -> dict[str, Any]:
    of = world(seed)
    with progress("logs", RUNS) as advance:
        found = accuracies(of, RUNS, CHOICES, seed, advance)
    print_accuracies(of, found, RUNS, CHOICES)
    return {
        "value": of.value,
        "logging_value": of.logging_value,
        "runs": RUNS,
        "choices": CHOICES,
        "estimators": found,
    }
