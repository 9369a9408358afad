"""What the evaluation of rankers prints: means, intervals and differences as tables."""

from __future__ import annotations

import re

from rich.table import Table

from recommender.evaluation.beyond_accuracy import UNDEFINED
from recommender.evaluation.comparing import Comparison
from recommender.evaluation.evaluating import Evaluation
from recommender.evaluation.intervals import Difference, Estimate
from recommender.evaluation.report import Report
from scripts.console import people, tables

SHOWN = ("auc", "mrr", "ndcg@5", "ndcg@10", "hit@10")
COMPARED = SHOWN[:-1]
"""Metrics that fit into a line; the JSON has all."""

TOP = 10
MOST_FEATURES = 10

NOUGHT = re.compile(r"(?<!\d)0\.")


def print_report(report: Report) -> None:
    """Print the figures on standard output, and cautions for people."""
    found, plan = report.evaluation, report.plan
    where = f"{report.tables.name}, {plan.split}"
    print_means(f"{where}, protocol A", found.main)
    for protocol, comparison in found.others.items():
        print_means(f"{where}, protocol {protocol.name} ({protocol.rule})", comparison)
    if found.all_given is not None:
        print_means(f"{where}, all impressions given, nothing learned", found.all_given)
    print_differences(found.main)
    print_beyond_accuracy(found)
    print_calibration(found)
    print_importance(found)
    for each in report.cautions:
        people.print(f"{each.about}: {each.text} ({each.count})", highlight=False, markup=False)
    tables.print(f"{report.seconds:.1f} seconds, seed {report.question.seed}", highlight=False)


def print_means(title: str, comparison: Comparison) -> None:
    """Print the means of the rankers with their intervals."""
    table = _table(f"{title}: {comparison.impressions} impressions", "ranker", *SHOWN)
    for name, of in comparison.rankers.items():
        table.add_row(name, *(_short(of[metric]) for metric in SHOWN))
    tables.print(table)


def print_differences(comparison: Comparison) -> None:
    """Print the paired differences between rankers."""
    if not comparison.differences:
        return
    table = _table("paired differences", "ranker", *COMPARED)
    for each in comparison.differences:
        cells = (_signed(each.metrics.get(metric)) for metric in COMPARED)
        table.add_row(f"{each.ranker} − {each.against}", *cells)
    tables.print(table)


def print_beyond_accuracy(found: Evaluation) -> None:
    """Print how varied, new, unexpected and true to the reader the first articles are."""
    names = (each.replace("_", " ").replace("intra list", "intra-list") for each in UNDEFINED)
    table = _table(f"beyond accuracy: the first {TOP}", "ranker", *names, "coverage", "Gini")
    for name, of_tops in found.beyond.items():
        for of in of_tops:
            if of.top == TOP:
                cells = (_short(each) for each in of.means.values())
                table.add_row(name, *cells, f"{of.coverage:.3f}", f"{of.gini:.3f}")
    tables.print(table)


def print_calibration(found: Evaluation) -> None:
    """Print how true the probabilities are that rankers tell."""
    if not found.calibration:
        return
    table = _table("probabilities", "ranker", "log loss", "Brier score", "calibration error")
    for name, of in found.calibration.items():
        error = of.reliability.expected_calibration_error
        table.add_row(name, _short(of.log_loss), _short(of.brier), f"{error:.4f}")
    tables.print(table)


def print_importance(found: Evaluation) -> None:
    """Print the features whose permutation costs each ranker most."""
    for name, of in found.importance.items():
        title = f"{name}: AUC lost where a feature is permuted, {of.impressions} impressions"
        table = _table(title, "feature", "lost", "group", "lost, all of it")
        features = [(each, _signed(lost)) for each, lost in of.features.items()]
        groups = [(each, _signed(lost)) for each, lost in of.groups.items()]
        for feature, group in zip(features[:MOST_FEATURES], groups, strict=False):
            table.add_row(*feature, *group)
        tables.print(table)


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(title=title)
    table.add_column(first)
    for each in others:
        table.add_column(each, justify="right")
    return table


def _short(estimate: Estimate | None) -> str:
    """Return an estimate as ``.712 (.703, .721)``: five of them fit into a line."""
    if estimate is None:
        return "undefined"
    said = f"{estimate.mean:.3f} ({estimate.low:.3f}, {estimate.high:.3f})"
    return _without_noughts(said)


def _signed(difference: Difference | Estimate | None) -> str:
    """Return a difference as ``+.056 (+.041, +.073)``."""
    if difference is None:
        return "undefined"
    said = f"{difference.mean:+.3f} ({difference.low:+.3f}, {difference.high:+.3f})"
    return _without_noughts(said).replace("-", "−")


def _without_noughts(said: str) -> str:
    return NOUGHT.sub(".", said)
