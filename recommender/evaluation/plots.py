"""The report's pictures, as SVG that stands in a page and has its colour of text."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from recommender.evaluation.comparing import GroupComparison
from recommender.evaluation.intervals import Estimate
from recommender.evaluation.metrics.calibration import Reliability
from recommender.evaluation.permuting import Importance

INK = "#010203"
"""Drawn in this colour, and then given the colour of the page's text."""

COLOURS = (
    "#8c8c8c",
    "#56b4e9",
    "#e69f00",
    "#cc79a7",
    "#009e73",
    "#9470c8",
    "#d55e00",
    "#3f83d8",
    "#b0a030",
)
"""Told apart by colour-blind readers too (Okabe and Ito, Color Universal Design, 2008, made to show
on white and on black); the markers differ as well."""

MARKERS = "osD^vPX*p"

MOST_FEATURES = 20
"""Features that a picture of importance shows."""

LEFT_OUT = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<metadata>.*?</metadata>", re.DOTALL)
NAMES = re.compile(r'(\bid="|url\(#|href="#)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A ranker in a plane."""

    name: str
    x: Estimate
    y: Estimate


def bars(metrics: Sequence[str], rankers: Mapping[str, Mapping[str, Estimate | None]]) -> str:
    """Draw the mean of each metric of each ranker, with its interval."""

    def draw(figure: Figure) -> None:
        panels = figure.subplots(1, len(metrics), sharey=True, squeeze=False)[0]
        for axes, metric in zip(panels, metrics, strict=True):
            for place, of in enumerate(rankers.values()):
                estimate = of[metric]
                if estimate is not None:
                    _bar(axes, place, estimate)
            axes.set_title(metric)
            axes.set_yticks(range(len(rankers)), list(rankers))
            axes.grid(visible=True, axis="x", alpha=0.3)
        panels[0].invert_yaxis()

    height = 1.2 + 0.32 * len(rankers)
    return svg("metrics", (10.0, height), f"Mean and interval of {', '.join(metrics)}", draw)


def lines(name: str, groups: Sequence[GroupComparison], metric: str, label: str) -> str:
    """Draw each ranker's mean in each of one or more groups, with its interval."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        rankers = list(groups[0].rankers)
        for number, ranker in enumerate(rankers):
            shift = 0.6 * (number / max(1, len(rankers) - 1) - 0.5)
            places = [p for p, group in enumerate(groups) if group.rankers[ranker] is not None]
            known = [e for group in groups if (e := group.rankers[ranker]) is not None]
            _marks(axes, [p + shift for p in places], known, number, ranker)
        told = [f"{group.group}\n({group.impressions})" for group in groups]
        axes.set_xticks(range(len(groups)), told)
        axes.set_xlabel(label)
        axes.set_ylabel(metric)
        axes.grid(visible=True, axis="y", alpha=0.3)
        figure.legend(loc="outside right upper", frameon=False)

    return svg(name, (10.0, 4.2), f"{metric} of each ranker by {label}", draw)


def calibration(curves: Mapping[str, Reliability], rankers: Sequence[str]) -> str:
    """Draw the share of clicks against the predicted probability.

    Parameters
    ----------
    rankers : sequence of str
        All of them, by whose order they have their colours in every picture.
    """

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.axline((0.0, 0.0), slope=1.0, color=INK, alpha=0.4, linestyle="--")
        for name, of in curves.items():
            number = rankers.index(name)
            colour, marker = _colour(number), _marker(number)
            axes.plot(of.predicted, of.observed, label=name, color=colour, marker=marker)
        axes.set_xlabel("predicted probability of a click")
        axes.set_ylabel("share that was clicked")
        axes.grid(visible=True, alpha=0.3)
        axes.legend(frameon=False)

    return svg("calibration", (6.0, 4.5), "Share of clicks against predicted probability", draw)


def importance(name: str, of: Importance, label: str) -> str:
    """Draw what is lost without each feature of one ranker, and without each group of them."""

    def draw(figure: Figure) -> None:
        left, right = figure.subplots(1, 2)
        for axes, title, found in ((left, "features", of.features), (right, "groups", of.groups)):
            shown = list(found.items())[:MOST_FEATURES]
            axes.barh(
                [each for each, _ in shown],
                [estimate.mean for _, estimate in shown],
                xerr=_arms([estimate for _, estimate in shown]),
                color=COLOURS[7],
                error_kw={"ecolor": INK, "capsize": 2.0},
            )
            axes.invert_yaxis()
            axes.set_title(title)
            axes.set_xlabel(label)
            axes.grid(visible=True, axis="x", alpha=0.3)

    height = 1.2 + 0.26 * min(MOST_FEATURES, len(of.features))
    return svg(f"importance-{name}", (10.0, height), f"Importance of features, {name}", draw)


def effects(name: str, of: Mapping[str, float], label: str) -> str:
    """Draw what moves the scores of one ranker, the greatest first."""
    greatest = sorted(of.items(), key=lambda each: (-each[1], each[0]))[:MOST_FEATURES]

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.barh(
            [each for each, _ in greatest], [value for _, value in greatest], color=COLOURS[7]
        )
        axes.invert_yaxis()
        axes.set_xlabel(label)
        axes.grid(visible=True, axis="x", alpha=0.3)

    height = 1.0 + 0.26 * len(greatest)
    return svg(f"effects-{name}", (8.0, height), f"What moves the scores, {name}", draw)


def plane(points: Sequence[Point], x: str, y: str) -> str:
    """Draw each ranker as a point with the intervals of both measures."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for number, point in enumerate(points):
            axes.errorbar(
                point.x.mean,
                point.y.mean,
                xerr=_arms([point.x]),
                yerr=_arms([point.y]),
                label=point.name,
                color=_colour(number),
                marker=_marker(number),
            )
        axes.set_xlabel(x)
        axes.set_ylabel(y)
        axes.grid(visible=True, alpha=0.3)
        figure.legend(loc="outside right upper", frameon=False)

    return svg("plane", (8.0, 4.5), f"{y} against {x}, a point for each ranker", draw)


def _bar(axes: Axes, place: int, estimate: Estimate) -> None:
    axes.barh(
        place,
        estimate.mean,
        xerr=_arms([estimate]),
        color=_colour(place),
        error_kw={"ecolor": INK, "capsize": 3.0},
    )
    axes.annotate(
        f"{estimate.mean:.3f}",
        (0.0, place),
        xytext=(4.0, 0.0),
        textcoords="offset points",
        verticalalignment="center",
    )


def _marks(
    axes: Axes, places: Sequence[float], estimates: Sequence[Estimate], number: int, name: str
) -> None:
    axes.errorbar(
        places,
        [each.mean for each in estimates],
        yerr=_arms(estimates),
        label=name,
        color=_colour(number),
        marker=_marker(number),
        linestyle="none",
        capsize=2.0,
    )


def _arms(estimates: Sequence[Estimate]) -> list[list[float]]:
    """Return how far each interval reaches below and above its mean, which it may not hold."""
    return [
        [max(0.0, each.mean - each.low) for each in estimates],
        [max(0.0, each.high - each.mean) for each in estimates],
    ]


def _colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]


def _marker(number: int) -> str:
    return MARKERS[number % len(MARKERS)]


def svg(
    name: str, size: tuple[float, float], alternative: str, draw: Callable[[Figure], None]
) -> str:
    """Return the picture; ids begin with ``name``, so that two may stand in one page."""
    options: dict[Any, Any] = {  # matplotlib's own names
        "svg.hashsalt": name,
        "svg.fonttype": "none",
        "font.size": 9.0,
        "text.color": INK,
        "axes.edgecolor": INK,
        "axes.labelcolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
    }
    with mpl.rc_context(options), io.StringIO() as drawn:
        figure = Figure(figsize=size, layout="constrained")
        draw(figure)
        figure.savefig(drawn, format="svg", transparent=True, metadata={"Date": None})
        told = LEFT_OUT.sub("", drawn.getvalue()).replace(INK, "currentColor").strip()
    opening = f'<svg role="img" aria-label="{escape(alternative)}" '
    return NAMES.sub(rf"\g<1>{name}-", told).replace("<svg ", opening, 1)
