"""Offline evaluation: rankers and trends against what was clicked, briefs against sources."""

from __future__ import annotations

import os
import time
from importlib.util import find_spec
from pathlib import Path

import click
import orjson

from recommender.evaluation.evaluating import evaluate
from recommender.evaluation.folds import plan
from recommender.evaluation.look_ahead import refuse_look_ahead
from recommender.evaluation.page import page
from recommender.evaluation.protocols import FeatureProtocol
from recommender.evaluation.question import Question
from recommender.evaluation.rankers import RankerName
from recommender.evaluation.report import Report
from recommender.evaluation.running import Backend, Workers
from recommender.evaluation.scoring import jobs_of
from recommender.evaluation.tables import DataSetName
from scripts.console import progress, reports_errors
from scripts.evaluate_briefs import briefs
from scripts.evaluate_off_policy import off_policy
from scripts.evaluate_tables import print_report
from scripts.evaluate_trending import trending
from scripts.feature_tables import open_with_artifact, test_from_option
from scripts.names import Names

INSTALL = "python -m pip install --constraint constraints.txt --editable '.[evaluation,cluster]'"

RANKING_EXAMPLES = """
\b
Examples:
  python -m scripts.evaluate ranking --dataset ebnerd --data ebnerd_demo --json out.json
  python -m scripts.evaluate ranking --dataset mind --data mind_small --html out.html
  python -m scripts.evaluate ranking --dataset archive --data archive \\
      --rankers weighted,linear --artifact ranker.json
"""

EXAMPLES = f"""{RANKING_EXAMPLES}\
  python -m scripts.evaluate trending --data globo --json out.json
  python -m scripts.evaluate off-policy --dataset obd --data obd --json out.json
  python -m scripts.evaluate briefs --json out.json
"""

File = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.group(epilog=EXAMPLES)
def main() -> None:
    """Measure offline: on what readers were offered and clicked, on what sources say."""


@main.command(epilog=RANKING_EXAMPLES)
@click.option("--dataset", required=True, type=click.Choice([each.value for each in DataSetName]))
@click.option(
    "--data",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the data set.",
)
@click.option("--split", help="Part that is measured; the last one, unless another is named.")
@test_from_option
@click.option(
    "--rankers",
    type=Names(RankerName),
    default=",".join(each.value for each in RankerName),
    show_default=True,
    help="Each is compared with the first.",
)
@click.option(
    "--protocol",
    "protocols",
    type=Names(FeatureProtocol),
    default="a",
    show_default=True,
    help="What features tell the rankers that learn: a, list-free, is always measured; b, "
    "list-aware, and c, without the crowd's impressions, beside it.",
)
@click.option(
    "--artifact",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="One more ranker: a file that scripts.train wrote.",
)
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0, 2**31 - 1))
@click.option(
    "--backend",
    type=click.Choice([each.value for each in Backend]),
    default=Backend.LOKY.value,
    show_default=True,
    help="Processes of this machine, or a Dask cluster.",
)
@click.option("--scheduler", help="Address of a Dask scheduler; else one is started here.")
@click.option(
    "--jobs",
    default=os.cpu_count() or 1,
    show_default="one a core",
    type=click.IntRange(1, 1_024),
    help="Trainings at the same time.",
)
@click.option("--json", "json_file", type=File, help="Write the result here.")
@click.option("--html", "html_file", type=File, help="Write the report here.")
@reports_errors
def ranking(
    dataset: str,
    data: Path,
    split: str | None,
    test_from: float | None,
    rankers: tuple[RankerName, ...],
    protocols: tuple[FeatureProtocol, ...],
    artifact: Path | None,
    seed: int,
    backend: str,
    scheduler: str | None,
    jobs: int,
    json_file: Path | None,
    html_file: Path | None,
) -> None:
    """Compare rankers on the impressions of a data set, or of this service's own archive.

    A part with others before it is measured by what was learned from those. A part that is the
    first is measured day by day, from the third day on, by what was learned on the days before.
    """
    began = time.perf_counter()
    _require_writable(json_file, html_file)
    workers = _workers(Backend(backend), scheduler, jobs)
    opened, before = open_with_artifact(DataSetName(dataset), data, test_from, artifact)
    question = Question(rankers=rankers, protocols=protocols, artifact=before, seed=seed)
    refuse_look_ahead(opened.parts)
    planned = plan(opened.parts, split)
    with progress("training", len(jobs_of(question, planned))) as advance:
        found = evaluate(opened, planned, question, workers, advance)
    report = Report(
        evaluation=found,
        tables=opened,
        plan=planned,
        question=question,
        seconds=time.perf_counter() - began,
    )
    print_report(report)
    _write(report, json_file, html_file)


main.add_command(trending)
main.add_command(off_policy)
main.add_command(briefs)


def _require_writable(*files: Path | None) -> None:
    """Say that a folder is missing before minutes were spent."""
    for file in files:
        if file is not None and not file.parent.is_dir():
            raise click.UsageError(f"the folder {file.parent} does not exist")


def _workers(backend: Backend, scheduler: str | None, jobs: int) -> Workers:
    if scheduler is not None and backend is not Backend.DASK:
        raise click.UsageError("--scheduler is of a Dask cluster: add --backend dask")
    if backend is Backend.DASK and find_spec("distributed") is None:
        raise click.ClickException(f"--backend dask needs distributed: {INSTALL}")
    return Workers(backend=backend, jobs=jobs, scheduler=scheduler)


def _write(report: Report, json_file: Path | None, html_file: Path | None) -> None:
    if json_file is not None:
        options = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY
        json_file.write_bytes(orjson.dumps(report.document(), option=options))
    if html_file is not None:
        html_file.write_text(page(report), encoding="utf-8")


if __name__ == "__main__":
    main()
