"""The page: the sample ratio before any figure, pictures, and words where there is nothing."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

from recommender.evaluation.experiments.page import (
    NO_DAYS,
    NO_FUNNEL,
    NO_SEGMENTS,
    NOTHING_YET,
    page,
)
from recommender.evaluation.experiments.results import Results, SampleRatio


def test_the_sample_ratio_stands_before_every_figure(results: Results) -> None:
    told = page(results)
    places = [told.index(f"<h2>{each}") for each in ("Verdict", "Sample ratio", "Primary metric")]
    assert places == sorted(places)
    assert "as the weights promise" in told


def test_an_alarm_is_told_where_the_ratio_is(results: Results) -> None:
    alarm = SampleRatio(counts={"A": 9, "B": 1}, expected={"A": 5, "B": 5}, p_value=0.0, alarm=True)
    assert "ALARM: believe no figure below" in page(replace(results, sample_ratio=alarm))


def test_the_page_is_whole_and_has_its_four_pictures(results: Results) -> None:
    told = page(results)
    root = ET.fromstring(told.removeprefix("<!DOCTYPE html>\n"))  # noqa: S314  # our own
    assert len(root.findall(".//{http://www.w3.org/2000/svg}svg")) == 4
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(ids) == len(set(ids))


def test_figures_are_those_of_the_results(results: Results) -> None:
    told = page(results)
    value = results.metrics[0].values[1]
    effect = results.metrics[0].comparisons[0].raw
    assert effect is not None
    assert f"<td>{value.readers:,}</td><td>{value.total:,.6g}</td>" in told
    assert f"<td>{100 * effect.lift:+.2f} %</td>" in told
    assert results.segments[0].warning in told


def test_an_experiment_of_no_days_is_told_in_words(results: Results) -> None:
    empty = replace(
        results,
        looks=(),
        daily=(),
        since_exposure=(),
        segments=(),
        funnel=(),
        metrics=(
            replace(
                results.metrics[0],
                comparisons=tuple(
                    replace(each, raw=None, adjusted=None, belief=None, corrected_p=None)
                    for each in results.metrics[0].comparisons
                ),
            ),
        ),
    )
    told = page(empty)
    assert "<svg" not in told
    for words in (NOTHING_YET, NO_DAYS, NO_FUNNEL, NO_SEGMENTS, "undefined"):
        assert words in told


def test_names_are_text_and_not_markup(results: Results) -> None:
    assert "<b>" not in page(replace(results, key="<b>"))
