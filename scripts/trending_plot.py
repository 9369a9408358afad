"""The picture of the trending report: nDCG of each list with its interval."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from recommender.evaluation.trending.report import TrendingReport


def draw(report: TrendingReport, path: Path) -> None:
    """Write the picture as SVG; the same report gives the same file."""
    found = sorted(
        ((name, metrics["ndcg"]) for name, metrics in report.formulas.items()),
        key=lambda pair: pair[1].mean,
    )
    means = [each.mean for _, each in found]
    with mpl.rc_context({"svg.hashsalt": "trending report", "svg.fonttype": "none"}):
        figure = Figure(figsize=(7.0, 6.0), layout="constrained")
        axes = figure.subplots()
        axes.barh(
            [name for name, _ in found],
            means,
            xerr=[
                [each.mean - each.low for _, each in found],
                [each.high - each.mean for _, each in found],
            ],
            capsize=3.0,
        )
        axes.set_xlabel("nDCG of the list against the next hour's clicks")
        axes.set_title(f"Trending lists over {report.hours} hours")
        axes.grid(visible=True, axis="x", alpha=0.3)
        figure.savefig(path, format="svg", metadata={"Date": None})
