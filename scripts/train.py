"""Train: from what was offered and clicked to a ranker that the service loads."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path

import click
import numpy as np
import orjson
from rich.table import Table

from recommender.clock import SystemClock
from recommender.errors import InvalidInput
from recommender.evaluation.data_sets.types import Dropped
from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.learned import lists_of
from recommender.evaluation.look_ahead import refuse_look_ahead
from recommender.evaluation.metrics.ranking import ranking_metrics
from recommender.evaluation.tables import DataSetName, Tables
from recommender.learning.boosted import BoostedModel, train_boosted
from recommender.learning.held_out import HeldOut
from recommender.learning.linear import LinearModel, train_linear
from recommender.ranking.artifacts import Artifact, Origin, save, seal
from scripts.console import people, reports_errors, tables
from scripts.feature_tables import open_tables, test_from_option

MOST_SHOWN = 20
"""Features in the table, those of the largest effect."""

LIBRARIES = ("newsfeed-recommender", "numpy", "scikit-learn", "lightgbm")

EXAMPLES = """
\b
Examples:
  python -m scripts.train --dataset archive --data archive --ranker linear --out ranker.json
  python -m scripts.train --dataset ebnerd --data ebnerd_demo --ranker boosted --out ranker.json
  python -m scripts.train --dataset mind --data mind_small --ranker linear --out ranker.json \\
      --json trained.json
The service reads the file anew when it changes; see the setting of its path in docs/settings.md.
"""

File = click.Path(dir_okay=False, writable=True, path_type=Path)


class Kind(StrEnum):
    """The rankers that learn."""

    LINEAR = "linear"
    BOOSTED = "boosted"


@click.command(epilog=EXAMPLES)
@click.option("--dataset", required=True, type=click.Choice([each.value for each in DataSetName]))
@click.option(
    "--data",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the data set.",
)
@click.option(
    "--ranker",
    required=True,
    type=click.Choice([each.value for each in Kind]),
    help="linear: a weight for each feature; boosted: trees, which need the extra boosted.",
)
@click.option("--out", required=True, type=File, help="Write the artifact here.")
@click.option("--part", help="Part of the data set to learn from; the first, unless named.")
@test_from_option
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0, 2**31 - 1))
@click.option("--json", "json_file", type=File, help="Write what was learned here.")
@reports_errors
def main(
    dataset: str,
    data: Path,
    ranker: str,
    out: Path,
    part: str | None,
    test_from: float | None,
    seed: int,
    json_file: Path | None,
) -> None:
    """Train a ranker on a data set, or on this service's own archive.

    What the learning chooses, as when to stop, it chooses on the latest part of the impressions;
    the figures printed are of that part, too. Then it learns from all of them.
    """
    _require_folders(out, json_file)
    began = time.perf_counter()
    opened = open_tables(DataSetName(dataset), data, test_from)
    refuse_look_ahead(opened.parts)
    name, table = _part(opened, part)
    for each in opened.dropped:
        people.print(f"{each.count} × {each.reason} (first at {each.place})", highlight=False)
    people.print(f"training {ranker} on {len(table)} impressions of {name}", highlight=False)
    model = _train(Kind(ranker), table, seed)
    origin = _origin(opened, name, model, seed)
    artifact = seal(model.part, origin)
    save(artifact, out)
    effects = ordered(origin.effects, table.names)
    _print(artifact, effects, out)
    if json_file is not None:
        seconds = time.perf_counter() - began
        json_file.write_bytes(_document(artifact, effects, opened.dropped, len(table), seconds))


def _require_folders(*files: Path | None) -> None:
    """Say that a folder is missing before minutes were spent."""
    for file in files:
        if file is not None and not file.parent.is_dir():
            raise click.UsageError(f"the folder {file.parent} does not exist")


def _part(opened: Tables, part: str | None) -> tuple[str, FeatureTable]:
    name = next(iter(opened.parts)) if part is None else part
    if name not in opened.parts:
        raise InvalidInput("part", f"one of {', '.join(opened.parts)}", repr(name))
    return name, opened.parts[name]


def _train(kind: Kind, table: FeatureTable, seed: int) -> LinearModel | BoostedModel:
    lists = lists_of(table)
    return (
        train_linear(lists, seed=seed) if kind is Kind.LINEAR else train_boosted(lists, seed=seed)
    )


def measured(held_out: HeldOut) -> dict[str, float]:
    """Return the metrics of the held-out impressions that are defined anywhere."""
    lists, scores = held_out.lists, held_out.scores
    by_name = ranking_metrics(scores, lists.clicked, lists.starts).by_name()
    means = {
        name: float(np.nanmean(values))
        for name, values in by_name.items()
        if not np.isnan(values).all()
    }
    chances = np.clip(held_out.calibration.probabilities(scores), 1e-15, 1 - 1e-15)
    logs = np.log(np.where(lists.clicked, chances, 1 - chances))
    return {"impressions": float(len(lists)), **means, "log_loss": float(-logs.mean())}


def ordered(effects: Sequence[float], features: Sequence[str]) -> dict[str, float]:
    """Return the effect of each feature, largest first."""
    pairs = sorted(zip(features, effects, strict=True), key=lambda pair: -pair[1])
    return dict(pairs)


def _origin(
    opened: Tables,
    part: str,
    model: LinearModel | BoostedModel,
    seed: int,
) -> Origin:
    at = opened.parts[part].at
    return Origin(
        made_at=datetime.fromtimestamp(SystemClock().now(), UTC).isoformat(timespec="seconds"),
        data_set=opened.name.value,
        data_digest=opened.digest,
        parts=(part,),
        learned_from=float(at[0]),
        learned_until=float(at[-1]),
        seed=seed,
        features=opened.features,
        feature_schema=opened.schema,
        effects=tuple(model.effects.tolist()),
        taken_over=model.taken_over,
        metrics=measured(model.held_out),
        versions={library: version(library) for library in LIBRARIES},
    )


def _print(artifact: Artifact, effects: Mapping[str, float], out: Path) -> None:
    shown = Table("feature", "effect", title=artifact.manifest.name)
    for feature, effect in list(effects.items())[:MOST_SHOWN]:
        shown.add_row(feature, f"{effect:.4f}")
    tables.print(shown)
    found = Table("held out", "", title="the latest impressions, by what the earlier ones taught")
    for metric, value in artifact.manifest.metrics.items():
        found.add_row(metric, f"{value:.4f}" if metric != "impressions" else f"{value:.0f}")
    tables.print(found)
    people.print(f"wrote {out} ({out.stat().st_size} bytes)", highlight=False)


def _document(
    artifact: Artifact,
    effects: Mapping[str, float],
    dropped: Sequence[Dropped],
    impressions: int,
    seconds: float,
) -> bytes:
    document = {
        "manifest": artifact.manifest.model_dump(mode="json"),
        "effects": effects,
        "dropped": [asdict(each) for each in dropped],
        "impressions": impressions,
        "seconds": seconds,
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n"


if __name__ == "__main__":
    main()
