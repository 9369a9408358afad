"""What the evaluation of rankers prints: means, intervals and differences as tables."""

from __future__ import annotations

from rich.table import Table

from recommender.evaluation.comparing import Comparison
from recommender.evaluation.intervals import Difference
from recommender.evaluation.page import METRICS, told
from recommender.evaluation.report import Report
from scripts.console import people, tables


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
    for each in report.cautions:
        people.print(f"{each.about}: {each.text} ({each.count})", highlight=False, markup=False)
    tables.print(f"{report.seconds:.1f} seconds, seed {report.question.seed}", highlight=False)


def print_means(title: str, comparison: Comparison) -> None:
    """Print the means of the rankers with their intervals."""
    table = Table(title=f"{title}: {comparison.impressions} impressions")
    table.add_column("ranker")
    for metric in METRICS:
        table.add_column(metric, justify="right")
    for name, of in comparison.rankers.items():
        table.add_row(name, *(told(of[metric]) for metric in METRICS))
    tables.print(table)


def print_differences(comparison: Comparison) -> None:
    """Print the paired differences between rankers."""
    if not comparison.differences:
        return
    table = Table(title="paired differences")
    table.add_column("ranker")
    for metric in METRICS:
        table.add_column(metric, justify="right")
    for each in comparison.differences:
        cells = [_short(each.metrics[m]) if m in each.metrics else "undefined" for m in METRICS]
        table.add_row(f"{each.ranker} − {each.against}", *cells)
    tables.print(table)


def _short(difference: Difference) -> str:
    """Return a difference as ``+.056 (+.041, +.073)``: four of them fit into a line."""
    said = f"{difference.mean:+.3f} ({difference.low:+.3f}, {difference.high:+.3f})"
    return said.replace("0.", ".").replace("-", "−")
