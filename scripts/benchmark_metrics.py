"""The benchmark of the ranking metrics: all impressions at once against a loop over them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click
import numpy as np
import orjson
from numpy.typing import NDArray
from rich.table import Table

from recommender.evaluation.metrics.ranking import RankingMetrics, ranking_metrics
from scripts.console import progress, reports_errors, tables

ROUNDS = 5
"""Turns of each of the two, alternating, so that a change of the machine's mood meets both."""

STEP = 500
"""Impressions of the loop between two looks at the clock."""

LONGEST = 300
LOG_MEAN, LOG_SPREAD = 3.187, 0.95
"""Of the lengths of MIND's lists: half have up to 24 candidates, the mean is 37."""

CLICKS = 1.5
"""Mean clicks of an impression."""

COMPARED = ("auc", "mrr", "ndcg@5", "ndcg@10")
"""What the reference has, in the order in which the loop scores it."""

Result = TypeVar("Result")

EXAMPLES = """
\b
Examples:
  OPENBLAS_NUM_THREADS=1 python -m scripts.benchmark metrics
  python -m scripts.benchmark metrics --loop 5000 --json out.json
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """m impressions with scores, as ``ranking_metrics`` takes them."""

    scores: NDArray[np.float64]
    clicked: NDArray[np.bool_]
    starts: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Seconds by the clock, and of the processor: other programs lengthen the first alone."""

    clock: float
    processor: float

    def __add__(self, other: Spent) -> Spent:
        return Spent(clock=self.clock + other.clock, processor=self.processor + other.processor)

    def __truediv__(self, count: int) -> Spent:
        return Spent(clock=self.clock / count, processor=self.processor / count)


@click.command(epilog=EXAMPLES)
@click.option("--impressions", default=73_152, show_default=True, type=click.IntRange(1))
@click.option("--seed", default=1, show_default=True)
@click.option(
    "--loop",
    type=click.IntRange(1),
    help="Impressions that the loop scores, drawn at random; all by default (minutes).",
)
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the result here.")
@reports_errors
def metrics(impressions: int, seed: int, loop: int | None, json_file: Path | None) -> None:
    """Score impressions of MIND's shape all at once, and one after the other.

    The loop is the field's reference: auc by scikit-learn, mrr, ndcg@5 and ndcg@10 as cal_metric of
    recommenders 1.2.1 defines them. There are no ties, so both must agree. Both run on one thread.
    """
    ranked = make_ranked(impressions, seed)
    sample = _sample(impressions, loop, seed)
    found, expected, engine, looped = _run(ranked, sample)
    engine_each, looped_each = engine / (ROUNDS * impressions), looped / len(sample)
    result = {
        "impressions": impressions,
        "candidates": len(ranked.scores),
        "loop_impressions": len(sample),
        "engine_per_second": 1.0 / engine_each.clock,
        "loop_per_second": 1.0 / looped_each.clock,
        "ratio": looped_each.clock / engine_each.clock,
        "ratio_processor": looped_each.processor / engine_each.processor,
        "largest_difference": _largest_difference(found, expected, sample),
        "seed": seed,
    }
    if json_file:
        json_file.write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2))
    _print_result(result)


def make_ranked(impressions: int, seed: int) -> Ranked:
    """Return impressions of MIND's shape, each with a click and a non-click, and no ties."""
    draws = np.random.default_rng(seed)
    drawn = np.round(draws.lognormal(LOG_MEAN, LOG_SPREAD, impressions))
    lengths = np.clip(drawn, 2, LONGEST).astype(np.int64)
    starts = np.concatenate(([0], np.cumsum(lengths)))
    clicks = np.minimum(draws.geometric(1.0 / CLICKS, impressions), lengths - 1)
    impression = np.repeat(np.arange(impressions), lengths)
    shuffled = np.lexsort((draws.random(len(impression)), impression))
    clicked = np.empty(len(impression), np.bool_)
    clicked[shuffled] = np.arange(len(impression)) - starts[impression] < clicks[impression]
    scores = draws.permutation(len(impression)) / len(impression)
    return Ranked(scores=scores, clicked=clicked, starts=starts)


def _sample(impressions: int, loop: int | None, seed: int) -> NDArray[np.int64]:
    if loop is None or loop >= impressions:
        return np.arange(impressions)
    return np.sort(np.random.default_rng(seed).choice(impressions, loop, replace=False))


def _run(
    ranked: Ranked, sample: NDArray[np.int64]
) -> tuple[RankingMetrics, dict[str, NDArray[np.float64]], Spent, Spent]:
    """Return what both found, the loop for the impressions in ``sample``, and what they spent."""
    score_one = _reference()
    # Cut up before the clock starts: the reference is handed lists of arrays.
    spans = [slice(*ranked.starts[place : place + 2]) for place in sample.tolist()]
    given = [(ranked.clicked[span].astype(np.int64), ranked.scores[span]) for span in spans]
    rows: list[tuple[float, ...]] = []
    engine = looped = Spent(clock=0.0, processor=0.0)
    with progress("loop", len(given)) as advance:
        for part in np.array_split(np.arange(len(given)), ROUNDS):
            found, spent = _timed(ranking_metrics, ranked.scores, ranked.clicked, ranked.starts)
            engine += spent
            for start in range(0, len(part), STEP):
                step = [given[place] for place in part[start : start + STEP]]
                more, spent = _timed(_each, score_one, step)
                rows, looped = rows + more, looped + spent
                advance(len(more))
    return found, dict(zip(COMPARED, np.array(rows).T, strict=True)), engine, looped


def _reference() -> Callable[[NDArray[np.int64], NDArray[np.float64]], tuple[float, ...]]:
    from sklearn.metrics import roc_auc_score  # noqa: PLC0415  # a second that --help can do without

    def score_one(label: NDArray[np.int64], score: NDArray[np.float64]) -> tuple[float, ...]:
        ranking = (_mrr(label, score), _ndcg(label, score, 5), _ndcg(label, score, 10))
        return (roc_auc_score(label, score), *ranking)

    return score_one


def _each(
    score_one: Callable[..., tuple[float, ...]], step: list[tuple[NDArray[np.generic], ...]]
) -> list[tuple[float, ...]]:
    return [score_one(label, score) for label, score in step]


def _timed(work: Callable[..., Result], *given: Any) -> tuple[Result, Spent]:
    clock, processor = time.perf_counter(), time.process_time()
    result = work(*given)
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    return result, Spent(clock=clock, processor=processor)


def _mrr(label: NDArray[np.int64], score: NDArray[np.float64]) -> float:
    """As in the reference: equal scores in reverse order of the list."""
    ordered = label[np.argsort(score)[::-1]]
    return float(np.sum(ordered / (np.arange(len(ordered)) + 1)) / np.sum(ordered))


def _ndcg(label: NDArray[np.int64], score: NDArray[np.float64], k: int) -> float:
    return _dcg(label, score, k) / _dcg(label, label, k)


def _dcg(label: NDArray[np.int64], score: NDArray[np.generic], k: int) -> float:
    ordered = label[np.argsort(score)[::-1]][:k]
    return float(np.sum((2**ordered - 1) / np.log2(np.arange(len(ordered)) + 2)))


def _largest_difference(
    found: RankingMetrics, expected: dict[str, NDArray[np.float64]], sample: NDArray[np.int64]
) -> float:
    columns = found.by_name()
    return max(float(np.abs(columns[name][sample] - each).max()) for name, each in expected.items())


def _print_result(result: dict[str, Any]) -> None:
    table = Table(title=f"{result['impressions']} impressions, {result['candidates']} candidates")
    for column in ("", "impressions/s"):
        table.add_column(column, justify="right" if column else "left")
    table.add_row("all at once", f"{result['engine_per_second']:,.0f}")
    table.add_row(f"loop over {result['loop_impressions']}", f"{result['loop_per_second']:,.0f}")
    table.add_row("ratio", f"{result['ratio']:,.0f}")
    table.add_row("ratio of processor time", f"{result['ratio_processor']:,.0f}")
    tables.print(table)
    tables.print(f"largest difference {result['largest_difference']:.1e}", highlight=False)
