"""The report for people: a table for each part, and a line on how to read it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.table import Table

from recommender.evaluation.intervals import Estimate
from scripts.console import tables
from scripts.feed_report_demo import DemoFeeds, StorySet
from scripts.feed_report_exploration import Exploration
from scripts.feed_report_mind import MindReport


def print_demo(feeds: Sequence[DemoFeeds]) -> None:
    """Print what the demo's readers get, a column for each."""
    table = _table(
        f"The demo's readers: their first ten articles, means of {feeds[0].plays} plays",
        ", ".join(["", *(each.reader for each in feeds)]),
    )
    rows: dict[str, Callable[[DemoFeeds], str]] = {
        "their topics, as read before": lambda each: _counts(each.read),
        "left that could be shown": lambda each: _counts(each.left),
        "shown": lambda each: _counts(each.own),
        "no topic missing": lambda each: f"{each.every_taste:.0%}",
        "distance": lambda each: f"{each.intra_list_distance:.2f}",
        "fresh": lambda each: f"{each.fresh_share:.0%}",
        "largest category": lambda each: f"{each.largest_category_share:.0%}",
        "largest source": lambda each: f"{each.largest_source_share:.0%}",
        "off their mix": lambda each: f"{each.miscalibration:.2f}",
        "explored": lambda each: f"{each.explored:.1f}",
        "customised": lambda each: f"{each.customised:.0%}",
        "labels": lambda each: _counts(each.labels),
    }
    for name, cell in rows.items():
        table.add_row(name, *map(cell, feeds))
    tables.print(table)
    _explain(
        "Distance is the mean cosine distance between two articles of the list: higher is more "
        "varied. Off their mix: 0 is the mix of topics that the reader read before, 1 shares "
        "none. No topic missing: of the plays in which some of each were left."
    )


def print_stories(sets: dict[str, StorySet | None]) -> None:
    """Print how well stories are told apart."""
    table = _table("Stories", "articles of, articles, stories found, precision, recall")
    for name, each in sets.items():
        if each is not None:
            counts = (str(each.articles), str(each.stories))
            table.add_row(name, *counts, f"{each.precision:.3f}", f"{each.recall:.3f}")
    tables.print(table)
    _explain(
        "Precision: of the pairs put into one story, how many belong together. "
        "Recall: of those that do, how many were found."
    )


def print_exploration(found: Exploration) -> None:
    """Print whether draws follow their propensities."""
    table = _table(
        f"Exploration: {found.slates} simulated slates",
        "position, articles drawn, largest gap, χ², degrees of freedom, p",
    )
    for each in found.positions:
        table.add_row(
            str(each.position),
            str(each.articles),
            f"{each.largest_gap:.4f}",
            f"{each.chi_squared:.1f}",
            str(each.degrees_of_freedom),
            f"{each.p_value:.3f}",
        )
    tables.print(table)
    _explain(
        f"All positions together: p = {found.p_value:.3f}. A p below .001 would mean that articles "
        "are not drawn as often as the log says; the gap is between the two frequencies."
    )


def print_mind(report: MindReport) -> None:
    """Print what the dial does."""
    table = _table(
        f"The diversity dial: {report.readers} readers of MIND, {report.articles} articles",
        "dial, distance, 95 %, rise, relevance, recall, off their mix, coverage",
    )
    for each in report.dials:
        table.add_row(
            f"{each.diversity:g}",
            f"{each.intra_list_distance.mean:.3f}",
            _interval(each.intra_list_distance),
            "" if each.rise is None else f"{each.rise.mean:+.3f} {_interval(each.rise)}",
            f"{each.relevance.mean:.3f}",
            f"{each.recall.mean:.3f} {_interval(each.recall)}",
            f"{each.miscalibration.mean:.3f}",
            f"{each.coverage:.1%}",
        )
    tables.print(table)
    _explain(
        "Distance should rise with the dial while relevance, the score against that at 0, falls "
        "slowly. Recall is the outside measure: how many of the articles that the reader really "
        f"clicked stand in the first ten of those offered; by chance {report.recall_by_chance:.3f}."
    )


def _table(title: str, columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns.split(", ")):
        table.add_column(column, justify="right" if number else "left")
    return table


def _counts(counts: dict[str, float]) -> str:
    return "\n".join(f"{name.replace('_', ' ')} {count:.1f}" for name, count in counts.items())


def _interval(estimate: Estimate) -> str:
    return f"{estimate.low:.3f}–{estimate.high:.3f}"


def _explain(text: str) -> None:
    tables.print(text + "\n", highlight=False)
