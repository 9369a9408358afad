"""The pictures of an experiment's page: lifts over time, daily values, the funnel."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from recommender.evaluation.experiments.results import Part, Stage
from recommender.evaluation.plots import COLOURS, INK, MARKERS, svg

SIZE = (10.0, 4.2)
"""Inches."""


def lifts(name: str, parts: Sequence[Part], variants: Sequence[str], label: str) -> str:
    """Draw the lift of each variant by part, with its always-valid interval and the fixed one."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.axhline(0.0, color=INK, alpha=0.5, linewidth=0.8)
        for number, variant in enumerate(variants[1:], start=1):
            _band(axes, parts, variant, number)
        axes.yaxis.set_major_formatter(PercentFormatter(xmax=1.0))
        _finish(axes, parts, label, f"lift against {variants[0]}")

    return svg(name, SIZE, f"Lift of each variant by {label}", draw)


def values(name: str, parts: Sequence[Part], metric: str) -> str:
    """Draw a metric of each variant, a point for each part."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for number in range(len(parts[0].values)):
            row = [each.values[number] for each in parts]
            known = [(place, of.mean) for place, of in enumerate(row) if of.mean is not None]
            axes.plot(
                [place for place, _ in known],
                [mean for _, mean in known],
                label=row[0].variant,
                color=_colour(number),
                marker=_marker(number),
            )
        _finish(axes, parts, "day", metric)

    return svg(name, SIZE, f"{metric} of each variant by day", draw)


def funnel(stages: Sequence[Stage]) -> str:
    """Draw the share of each variant's readers who came as far as each stage."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        variants = list(stages[0].readers)
        height = 0.8 / len(variants)
        for number, variant in enumerate(variants):
            first = max(1, stages[0].readers[variant])
            axes.barh(
                [place + height * number for place in range(len(stages))],
                [each.readers[variant] / first for each in stages],
                height=0.9 * height,
                label=variant,
                color=_colour(number),
            )
        middle = height * (len(variants) - 1) / 2.0
        axes.set_yticks(
            [place + middle for place in range(len(stages))], [each.name for each in stages]
        )
        axes.invert_yaxis()
        axes.xaxis.set_major_formatter(PercentFormatter(xmax=1.0))
        axes.set_xlabel("share of the variant's readers")
        axes.legend(frameon=False)

    size = (8.0, 1.2 + 0.5 * len(stages))
    return svg("funnel", size, "Readers of each variant who came as far as each stage", draw)


def _band(axes: Axes, parts: Sequence[Part], variant: str, number: int) -> None:
    shown = [(place, part.effects[variant]) for place, part in enumerate(parts)]
    known = [(place, each) for place, each in shown if each is not None]
    places, effects = [place for place, _ in known], [each for _, each in known]
    colour = _colour(number)
    low, high = [e.always_valid.low for e in effects], [e.always_valid.high for e in effects]
    axes.fill_between(places, low, high, color=colour, alpha=0.2, linewidth=0.0)
    for side in ([e.fixed.low for e in effects], [e.fixed.high for e in effects]):
        axes.plot(places, side, color=colour, linestyle=":", linewidth=1.0)
    middle = [each.lift for each in effects]
    axes.plot(places, middle, color=colour, marker=_marker(number), label=variant)


def _finish(axes: Axes, parts: Sequence[Part], x: str, y: str) -> None:
    names = {float(place): each.name for place, each in enumerate(parts)}
    axes.set_xlim(-0.5, len(parts) - 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
    axes.xaxis.set_major_formatter(lambda place, _: names.get(place, ""))
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(visible=True, alpha=0.3)
    axes.legend(frameon=False)


def _colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]


def _marker(number: int) -> str:
    return MARKERS[number % len(MARKERS)]
