"""The report's picture: relevance against diversity, a point for each setting of the dial."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import click

from scripts.feed_report_mind import MindReport

INSTALL = "python -m pip install --constraint constraints.txt --editable '.[evaluation]'"


def require_matplotlib() -> None:
    """Say how to get matplotlib where it is missing, before anything is measured.

    Raises
    ------
    click.ClickException
    """
    if find_spec("matplotlib") is None:
        raise click.ClickException(f"--plot needs matplotlib, which is not installed: {INSTALL}")


def draw(report: MindReport, path: Path) -> None:
    """Write the picture as SVG; the same report gives the same file."""
    import matplotlib as mpl  # noqa: PLC0415  # nothing but the picture needs it
    from matplotlib.figure import Figure  # noqa: PLC0415

    distances = [each.intra_list_distance for each in report.dials]
    relevances = [each.relevance for each in report.dials]
    with mpl.rc_context({"svg.hashsalt": "feed report", "svg.fonttype": "none"}):
        figure = Figure(figsize=(7.0, 4.5), layout="constrained")
        axes = figure.subplots()
        axes.errorbar(
            [each.mean for each in distances],
            [each.mean for each in relevances],
            xerr=[[e.mean - e.low for e in distances], [e.high - e.mean for e in distances]],
            yerr=[[e.mean - e.low for e in relevances], [e.high - e.mean for e in relevances]],
            marker="o",
            capsize=3.0,
        )
        for dial, x, y in zip(report.dials, distances, relevances, strict=True):
            axes.annotate(
                f"diversity {dial.diversity:g}",
                (x.mean, y.mean),
                xytext=(6.0, 6.0),
                textcoords="offset points",
            )
        axes.set_xlabel("intra-list distance of the first ten (mean cosine distance)")
        axes.set_ylabel("relevance (score, dial at 0 = 1)")
        axes.set_title(f"What the diversity dial costs: {report.readers} readers of MIND")
        axes.margins(x=0.25, y=0.15)  # room for the words beside the points
        axes.grid(visible=True, alpha=0.3)
        figure.savefig(path, format="svg", metadata={"Date": None})
