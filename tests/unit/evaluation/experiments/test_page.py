"""The page: question and verdict before any figure, one table, pictures, then folded details."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from recommender.domain.experiments import Experiment
from recommender.evaluation.experiments.exposure import Period
from recommender.evaluation.experiments.from_log import Report
from recommender.evaluation.experiments.metric_table import head_of, told_correction
from recommender.evaluation.experiments.page import (
    LOOKS,
    NO_DAYS,
    NO_FUNNEL,
    NO_SEGMENTS,
    NOTHING_YET,
    page,
)
from recommender.evaluation.experiments.results import Results, SampleRatio, Undefined

SVG = "{http://www.w3.org/2000/svg}svg"

Draw = Callable[[Results], str]


@pytest.fixture
def draw(asked: Experiment, report: Report) -> Draw:
    """Give a function that returns the page of some results."""
    return lambda results: page(asked, replace(report, results=results))


def parsed(told: str) -> ET.Element:
    return ET.fromstring(told.removeprefix("<!DOCTYPE html>\n"))  # noqa: S314  # our own


def words_of(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def test_question_verdict_table_pictures_and_details_stand_in_this_order(
    draw: Draw, results: Results
) -> None:
    told = draw(results)
    parts = ("hypothesis", "Verdict: winner", "Sample ratio", "All metrics", "<svg", "Segments")
    places = [told.index(each) for each in parts]
    assert places == sorted(places)
    assert "as the weights promise" in told


def test_the_question_is_told_with_what_each_variant_changes(
    asked: Experiment, report: Report
) -> None:
    (terms,) = parsed(page(asked, report)).iter("dl")
    told = {each.text: words_of(of) for each, of in zip(terms[::2], terms[1::2], strict=True)}
    assert told == {
        "hypothesis": "Bright <articles> are clicked more.",
        "A (control)": "changes nothing (weight 0.34)",
        "B": 'rerank.diversity = 0.5, ranker = "new" (weight 0.33)',
        "C": "size = 30 (weight 0.33)",
        "status": "running, from 2026-01-01T00:00Z, for 50 % of the readers",
        "decided by": "ctr",
    }


def test_an_end_is_told_and_what_never_began_has_no_dates(
    asked: Experiment, report: Report
) -> None:
    over = replace(report, period=Period(begin=0.0, end=86_400.0))
    assert "from 1970-01-01T00:00Z until 1970-01-02T00:00Z, for" in page(asked, over)
    never = replace(report, period=Period(begin=None, end=None))
    assert "<dd>running, for 50 % of the readers</dd>" in page(asked, never)


def test_an_alarm_is_told_where_the_ratio_is(draw: Draw, results: Results) -> None:
    counts = {"A": 9, "B": 1, "C": 9}
    alarm = SampleRatio(counts=counts, expected=counts, p_value=0.0, alarm=True)
    told = draw(replace(results, sample_ratio=alarm))
    assert told.index("ALARM: believe no figure below") < told.index("<h2>Metrics")


def test_the_page_is_whole_and_has_its_four_pictures(draw: Draw, results: Results) -> None:
    root = parsed(draw(results))
    assert len(root.findall(f".//{SVG}")) == 4
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(ids) == len(set(ids))


def test_one_table_has_all_metrics_and_says_how_to_read_its_intervals(
    draw: Draw, results: Results
) -> None:
    told = draw(results)
    main = next(parsed(told).iter("table"))
    rows = [each for each in main.iter("tr") if each.find("td") is not None]
    compared = sum(len(each.comparisons) for each in results.metrics)
    assert len(rows) == compared + 1  # one is not measured
    assert {len(each) for each in rows} == {len(head_of(results))}
    assert all("readers" in words_of(each[1]) for each in rows[:-1])
    assert words_of(rows[-1][5]).endswith("no slate tells of them")
    for words in (LOOKS, told_correction(results)):
        assert words in told


def test_details_are_folded_and_the_table_and_three_pictures_are_not(
    draw: Draw, results: Results
) -> None:
    root = parsed(draw(results))
    folded = [each for each in root.iter("details") if each.get("open") is None]
    assert [words_of(each[0]) for each in folded] == [
        "The same in figures",
        "Each day in figures",
        "Novelty: lift by days since exposure",
        "Segments",
        "Before exposure taken out, and the Bayesian view",
        "How to read it",
    ]
    assert sum(len(each.findall(f".//{SVG}")) for each in folded) == 1
    assert next(root.iter("table")) not in [
        table for each in folded for table in each.iter("table")
    ]


def test_tables_can_be_read_aloud_and_scrolled_without_a_mouse(
    draw: Draw, results: Results
) -> None:
    root = parsed(draw(results))
    tables, scrolling = list(root.iter("table")), root.findall(".//div[@class='scroll']")
    assert len(tables) == len(scrolling) > 5
    for box in scrolling:
        (table,) = box
        caption = words_of(table[0])
        assert (table[0].tag, box.get("aria-label"), box.get("tabindex")) == (
            "caption",
            caption,
            "0",
        )
    assert {each.get("scope") for each in root.iter("th")} == {"col", "row", "rowgroup"}
    assert all(each.get("aria-label") for each in root.iter(SVG))


def test_every_lift_by_day_and_segment_stands_beside_its_readers(
    draw: Draw, results: Results
) -> None:
    effect = results.looks[-1].effects["B"]
    assert effect is not None
    root = parsed(draw(results))
    lifts = [
        words_of(each)
        for each in root.iter("td")
        if "%" in words_of(each) and " (" in words_of(each)
    ]
    assert len(lifts) > 2 * len(results.looks)
    assert all(each.endswith("readers") for each in lifts)
    assert any(each.endswith("1,000 and 1,000 readers") for each in lifts)
    assert results.segments[0].warning in words_of(root)


def test_an_experiment_of_no_days_is_told_in_words(draw: Draw, results: Results) -> None:
    nothing = tuple(
        replace(
            each,
            raw=None,
            adjusted=None,
            belief=None,
            corrected_p=None,
            undefined=Undefined.NONE_COUNTED,
            unadjusted=Undefined.NO_PAST,
        )
        for each in results.metrics[0].comparisons
    )
    empty = replace(
        results,
        looks=(),
        daily=(),
        since_exposure=(),
        segments=(),
        funnel=(),
        metrics=(replace(results.metrics[0], comparisons=nothing),),
    )
    told = draw(empty)
    assert "<svg" not in told
    for words in (NOTHING_YET, NO_DAYS, NO_FUNNEL, NO_SEGMENTS):
        assert words in told
    for reason in (Undefined.NONE_COUNTED, Undefined.NO_PAST):
        assert f"undefined<small>{reason}</small>" in told


def test_names_are_text_and_not_markup(draw: Draw, results: Results) -> None:
    told = draw(replace(results, key="<b>"))
    assert "<b>" not in told
    assert "<articles>" not in told
