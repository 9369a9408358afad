"""A whole analysis from the log: a world to check by hand, and one recounted row by row."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

import numpy as np
import orjson
import polars as pl
import pytest

from recommender.domain.experiments import Experiment, Metric, Variant
from recommender.errors import InvalidInput
from recommender.evaluation.experiments import activity
from recommender.evaluation.experiments.deeds import UNTOLD, deeds_of
from recommender.evaluation.experiments.from_log import Report, analyse_log
from recommender.evaluation.experiments.over_time import LEAST_READERS
from recommender.evaluation.experiments.page import page
from recommender.evaluation.experiments.results import Goal, Role

DAY = 86_400.0
MONDAY = 1_767_571_200.0
WIDE, CONTROL = {"variant": "dial:wide"}, {"variant": "dial:control"}


@pytest.fixture
def small(world: Any) -> Any:
    """Give two readers of each variant over two days, one of them known before."""
    facts = {"milliseconds": 10.0, "diversity": 0.5, "ai_share": 0.5, "failures": 0}
    # anna (wide) was there the week before, and read for a minute.
    before = world.show("anna", -48, "x", "y")
    world.do("anna", -47, "click", "x", before)
    world.do("anna", -47, "read", "x", before, dwell_seconds=60.0)
    first = world.show("anna", 1, "a", "b", "c", "d", **WIDE, **facts)
    world.do("anna", 1.1, "click", "a", first)
    world.do("anna", 1.1, "click", "a", first)  # again: counts once
    world.do("anna", 1.2, "read", "a", first, dwell_seconds=30.0)
    # The variant changed nothing; two candidate sources failed.
    second = world.show("anna", 26, "e", "f", milliseconds=40.0, failures=2)
    world.do("anna", 26.1, "click", "e", second)
    world.do("anna", 26.2, "read", "e", second, dwell_seconds=7_200.0)  # a forgotten tab
    # ben (wide) hides one article, and clicks what names no slate, or another one's.
    of_ben = world.show("ben", 2, "a", "b", **WIDE, **facts)
    world.do("ben", 2.1, "hide", "b", of_ben)
    world.do("ben", 2.1, "click", "a")
    world.do("ben", 2.1, "click", "e", of_ben)
    world.do("ben", 2.2, "click", "a", first)
    # carla (control) clicks one of three, and reads without a word of how long.
    of_carla = world.show("carla", 3, "a", "b", "c", **CONTROL, **facts)
    world.do("carla", 3.1, "click", "c", of_carla)
    world.do("carla", 3.1, "read", "c", of_carla)
    # dora (control) does nothing.
    world.show("dora", 27, "a", "b", "c", "d", "e", **CONTROL)
    return world


def values_of(report: Report, metric: Metric) -> list[tuple[float, float]]:
    """Return what is counted, and of what, in control and wide."""
    (found,) = (each for each in report.results.metrics if each.metric.name == metric.value)
    return [(each.total, each.of) for each in found.values]


@pytest.mark.parametrize(
    ("metric", "control", "wide"),
    [
        (Metric.CTR, (1, 3 + 5), (2, 4 + 2 + 2)),
        (Metric.READS_PER_READER, (1, 2), (2, 2)),
        (Metric.DWELL_PER_READER, (0, 2), (30 + 3_600, 2)),
        (Metric.RETURN_RATE, (0, 2), (1, 2)),
        (Metric.HIDE_RATE, (0, 3 + 5), (1, 4 + 2 + 2)),
        (Metric.DIVERSITY, (0.5, 1), (0.5 + 0.5, 2)),
        (Metric.AI_SHARE, (0.5 * 3, 3), (0.5 * 4 + 0.5 * 2, 4 + 2)),
        (Metric.LATENCY, (10, 1), (10 + 40 + 10, 3)),
        (Metric.ERRORS, (0, 1), (0 + 2 + 0, 3)),
    ],
)
def test_every_metric_is_what_a_hand_counts(
    small: Any,
    dial: Experiment,
    metric: Metric,
    control: tuple[float, float],
    wide: tuple[float, float],
) -> None:
    report = analyse_log(dial, small.logged())
    assert values_of(report, metric) == [control, wide]


def test_what_does_not_count_is_told(small: Any, dial: Experiment) -> None:
    report = analyse_log(dial, small.logged())
    told = {each.reason: each.count for each in report.left_out}
    assert told[activity.NO_SLATE] == 1
    assert told[activity.NOT_THEIRS] == 2
    assert told[activity.AGAIN] == 1
    assert {reason.split(":")[0]: n for reason, n in told.items() if "left out of" in reason} == {
        "slate left out of diversity": 2,
        "slate left out of ai_share": 2,
        "slate left out of milliseconds": 1,
        "slate left out of failures": 1,
    }
    assert report.unmeasured == {}
    assert (report.slates, report.interactions) == (5, 5 + 4 + 2)


def test_a_click_before_its_slate_was_served_does_not_count(world: Any, dial: Experiment) -> None:
    world.show("anna", 1, "a", **WIDE)
    world.show("ben", 1, "a", **CONTROL)
    world.do("anna", 2, "click", "b", world.show("anna", 3, "b"))
    report = analyse_log(dial, world.logged())
    assert values_of(report, Metric.CTR) == [(0, 1), (0, 2)]
    assert [(each.count, each.reason) for each in report.left_out[:1]] == [(1, activity.NOT_THEIRS)]


def test_a_clock_that_is_slow_moves_nothing_before_its_slate(world: Any, dial: Experiment) -> None:
    first = world.show("anna", 1, "a", **WIDE)
    world.show("ben", 1, "a", **CONTROL)
    slow = {"received_at": MONDAY + 2 * 3_600.0}
    world.do("anna", 0.5, "click", "a", first, **slow)
    world.do("anna", 0.5, "read", "a", first, dwell_seconds=9.0, **slow)
    world.do("anna", 0.5, "read", "b", dwell_seconds=7.0, **slow)  # nothing tells that it was later
    report = analyse_log(dial, world.logged())
    assert values_of(report, Metric.CTR) == [(0, 1), (1, 1)]
    assert values_of(report, Metric.DWELL_PER_READER) == [(0, 1), (9, 1)]


def test_what_was_done_before_is_of_fourteen_days(world: Any) -> None:
    for days in (15, 14, 13, 13, 1):
        world.do("anna", 5 - 24 * days, "read", "a", dwell_seconds=10.0 * days)
        world.show("anna", 5 - 24 * days, "a")
    world.show("anna", 5, "a")
    world.show("ben", 5, "a")
    at = MONDAY + 5 * 3_600.0
    readers = pl.DataFrame({"reader": ["anna", "ben"], "number": [0, 1], "at": [at, at]})
    done = activity.activity_of(readers, world.logged(), end=None)
    before = {
        metric: deeds_of(done, metric).before
        for metric in (Metric.READS_PER_READER, Metric.DWELL_PER_READER, Metric.RETURN_RATE)
    }
    assert {metric: values.tolist() for metric, values in before.items() if values is not None} == {
        Metric.READS_PER_READER: [4.0, 0.0],
        Metric.DWELL_PER_READER: [10.0 * (14 + 13 + 13 + 1), 0.0],
        Metric.RETURN_RATE: [3.0, 0.0],  # days with a slate
    }
    assert deeds_of(done, Metric.CTR).before is None


def test_metrics_have_the_roles_and_goals_of_the_experiment(small: Any, dial: Experiment) -> None:
    report = analyse_log(dial, small.logged())
    found = {each.metric.name: each.metric for each in report.results.metrics}
    assert report.results.metrics[0].metric.name == "ctr"
    assert found["ctr"].role is Role.PRIMARY
    assert {name for name, each in found.items() if each.role is Role.GUARDRAIL} == {
        "hide_rate",
        "latency",
        "errors",
    }
    assert {name for name, each in found.items() if each.goal is Goal.LESS} == {
        "hide_rate",
        "latency",
        "ai_share",
        "errors",
    }


def test_readers_are_cut_by_what_was_known_before(small: Any, dial: Experiment) -> None:
    segments = analyse_log(dial, small.logged()).results.segments
    readers = {
        each.by: {part.name: [of.readers for of in part.values] for part in each.parts}
        for each in segments
    }
    assert readers == {
        "reader": {"known": [0, 1], "new": [2, 1]},
        "clicks in the 14 days before": {"1 to 9": [0, 1], "none": [2, 1]},
        "first day": {"Monday to Friday": [2, 2]},
        "language": {"not told": [2, 2]},
    }
    assert all(each.warning for each in segments)


def test_readers_are_cut_by_the_language_of_their_first_slate_rare_ones_together(
    world: Any, dial: Experiment
) -> None:
    spoken = ["de"] * LEAST_READERS + ["fr"] * (LEAST_READERS - 1) + ["it", None]
    for number, language in enumerate(spoken):
        told = CONTROL if number % 2 else WIDE
        world.show(f"r{number}", -1, "a", language="es")  # before they met the experiment
        world.show(f"r{number}", 1, "a", **told, language=language)
        world.show(f"r{number}", 2, "a", **told, language="en")
    segments = analyse_log(dial, world.logged()).results.segments
    (found,) = (each for each in segments if each.by == "language")
    readers = {part.name: [of.readers for of in part.values] for part in found.parts}
    assert readers == {"de": [50, 50], "other": [50, 50], "not told": [0, 1]}


def test_the_funnel_only_narrows(small: Any, dial: Experiment) -> None:
    small.do("dora", 28, "read", "z")  # of no slate, and without a click
    stages = analyse_log(dial, small.logged()).results.funnel
    assert [(each.name, each.readers) for each in stages] == [
        ("was served the variant", {"control": 2, "wide": 2}),
        ("was heard of again", {"control": 2, "wide": 2}),
        ("clicked", {"control": 1, "wide": 1}),
        ("read", {"control": 1, "wide": 1}),
    ]


def test_days_are_those_of_the_slates(small: Any, dial: Experiment) -> None:
    daily = analyse_log(dial, small.logged()).results.daily
    assert [(day.name, [(of.total, of.of) for of in day.values]) for day in daily] == [
        ("2026-01-05", [(1, 3), (1, 4 + 2)]),
        ("2026-01-06", [(0, 5), (1, 2)]),
    ]


def test_a_sample_ratio_is_held_against_the_places_and_not_the_weights(
    small: Any, dial: Experiment
) -> None:
    variants = (Variant(name="control", weight=0.5), Variant(name="wide", weight=0.51))
    ratio = analyse_log(replace(dial, variants=variants), small.logged()).results.sample_ratio
    assert dict(ratio.expected) == {"control": 4 * 0.5, "wide": 4 * 0.5}


def test_what_happened_after_the_end_does_not_count(small: Any, dial: Experiment) -> None:
    report = analyse_log(replace(dial, end=MONDAY + DAY), small.logged())
    ended = [each.total for each in report.results.metrics[0].values]
    assert (report.results.sample_ratio.counts, ended) == ({"control": 1, "wide": 2}, [1, 1])


@pytest.mark.parametrize("metric", [Metric.ERRORS, Metric.LATENCY])
def test_a_primary_metric_that_the_log_does_not_tell_is_refused(
    world: Any, dial: Experiment, metric: Metric
) -> None:
    world.show("anna", 1, "a", **WIDE)  # an earlier version logged these
    world.show("ben", 1, "a", **CONTROL)
    assert analyse_log(dial, world.logged()).unmeasured[metric] == UNTOLD
    with pytest.raises(InvalidInput, match="primary_metric: a metric that the log tells of"):
        analyse_log(replace(dial, primary_metric=metric, guardrails=()), world.logged())


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        (25, "The log begins at 2026-01-06T01:00Z, after the experiment did at 2026-01-05T00:00Z"),
        (-24, "The log begins at 2026-01-04T00:00Z, less than 14 days before the experiment"),
        (-24 * 14, None),
    ],
)
def test_a_log_that_begins_late_is_told(
    world: Any, dial: Experiment, hours: float, told: str | None
) -> None:
    world.show(None, hours, "a")
    world.show("anna", 25, "a", **WIDE)
    world.show("ben", 25, "a", **CONTROL)
    _, *more = analyse_log(dial, world.logged()).notes
    assert [each[: len(told or "")] for each in more] == ([] if told is None else [told])


def test_an_article_that_is_hidden_and_reported_is_turned_down_once(
    world: Any, dial: Experiment
) -> None:
    for reader, variant in (("anna", "control"), ("ben", "wide")):
        slate = world.show(reader, 1, "a", "b", "c", variant=f"dial:{variant}")
        for kind, article in (("hide", "a"), ("report", "a"), ("hide", "a"), ("report", "b")):
            world.do(reader, 2, kind, article, slate)
    metrics = {each.metric.name: each for each in analyse_log(dial, world.logged()).results.metrics}
    assert [(each.total, each.of) for each in metrics["hide_rate"].values] == [(2.0, 3.0)] * 2


# A world of chance, recounted in plain Python from the rows that were logged.


@pytest.fixture
def large(world: Any) -> Any:
    draws = np.random.default_rng(5)
    kinds = ["impression", "click", "click", "read", "hide", "report"]
    for number in range(900):
        reader = f"r{draws.integers(300)}"
        variant = "control" if int(reader[1:]) % 2 else "wide"
        hours = float(draws.uniform(-24 * 20, 24 * 8))
        shown = [f"a{each}" for each in draws.choice(20, 5, replace=False)]
        is_exposing = hours > 0 and draws.random() < 0.8
        slate = world.show(
            reader,
            hours,
            *shown,
            variant=f"dial:{variant}" if is_exposing else None,
            milliseconds=float(draws.uniform(1, 9)) if draws.random() < 0.9 else None,
            ai_share=0.2 * int(draws.integers(6)),
            failures=int(draws.poisson(0.3)) if draws.random() < 0.9 else None,
        )
        for _ in range(int(draws.integers(4))):
            kind = kinds[draws.integers(6)]
            whose = reader if draws.random() < 0.9 else f"r{draws.integers(300)}"
            article = shown[draws.integers(5)] if draws.random() < 0.9 else f"b{number}"
            dwell = float(draws.uniform(0, 200)) if kind == "read" else None
            later = hours + float(draws.exponential(3.0))
            world.do(whose, later, kind, article, slate, dwell_seconds=dwell)
    return world


class Recount:
    """Metric → variant → what is counted, and of what."""

    def __init__(self, world: Any) -> None:
        self.counts: dict[str, Any] = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))
        self.exposed: dict[str, tuple[float, str]] = {}
        for row in sorted(world.slates, key=lambda each: each["created_at"]):
            if row["variant"]:
                met = row["created_at"], row["variant"].split(":")[1]
                self.exposed.setdefault(row["reader"], met)
        self.slates: dict[str, Any] = {}
        for reader in self.exposed:
            self.count_slates(reader, world.slates)
        self.clicked: set[tuple[str, str]] = set()
        self.hidden: set[tuple[str, str]] = set()
        for row in world.interactions:
            if row["reader"] in self.exposed:
                self.count_interaction(row, self.exposed[row["reader"]][0])

    def add(self, metric: str, reader: str, above: float, below: float = 0.0) -> None:
        found = self.counts[metric][self.exposed[reader][1]]
        found[0] += above
        found[1] += below

    def count_slates(self, reader: str, slates: list[Any]) -> None:
        at, _ = self.exposed[reader]
        own = [row for row in slates if row["reader"] == reader and row["created_at"] >= at]
        self.slates |= {row["slate_id"]: row for row in own}
        later = any(row["created_at"] // DAY > at // DAY for row in own)
        self.add("return_rate", reader, float(later), 1.0)
        self.add("reads_per_reader", reader, 0.0, 1.0)
        self.add("dwell_per_reader", reader, 0.0, 1.0)
        for row in own:
            self.add("ctr", reader, 0.0, 5)
            self.add("hide_rate", reader, 0.0, 5)
            self.add("ai_share", reader, row["ai_share"] * 5, 5)
            if row["milliseconds"] is not None:
                self.add("latency", reader, row["milliseconds"], 1.0)
            if row["failures"] is not None:
                self.add("errors", reader, row["failures"], 1.0)

    def count_interaction(self, row: Any, at: float) -> None:
        reader, slate = row["reader"], self.slates.get(row["slate_id"])
        if row["occurred_at"] < at:
            return
        if row["kind"] == "read":
            self.add("reads_per_reader", reader, 1.0)
            self.add("dwell_per_reader", reader, row["dwell_seconds"])
        if row["kind"] in {"hide", "report"} and (reader, row["article"]) not in self.hidden:
            self.hidden.add((reader, row["article"]))
            self.add("hide_rate", reader, 1.0)
        if row["kind"] != "click" or slate is None or slate["reader"] != reader:
            return
        pair = row["slate_id"], row["article"]
        if row["article"] in slate["articles"] and pair not in self.clicked:
            self.clicked.add(pair)
            self.add("ctr", reader, 1.0)


def test_the_table_equals_a_recount_from_the_raw_rows(large: Any, dial: Experiment) -> None:
    report = analyse_log(dial, large.logged())
    expected = Recount(large).counts
    for result in report.results.metrics:
        if result.metric.name == "diversity":
            continue
        for value in result.values:
            found = [value.total, value.of]
            assert found == pytest.approx(expected[result.metric.name][value.variant]), result
    assert "diversity" in report.unmeasured
    assert sum(report.results.sample_ratio.counts.values()) > 100


def test_readers_activity_before_is_taken_out_where_there_was_any(
    large: Any, dial: Experiment
) -> None:
    found = {
        each.metric.name: each.comparisons[0].adjusted
        for each in analyse_log(dial, large.logged()).results.metrics
    }
    assert found["reads_per_reader"] is not None
    assert found["return_rate"] is not None
    assert found["ctr"] is None


def test_slates_are_counted_from_exposure_on(small: Any, dial: Experiment) -> None:
    report = analyse_log(dial, small.logged())
    assert report.results.slates == {"control": 2, "wide": 2 + 1}
    assert sum(report.results.slates.values()) == report.slates


def test_a_report_is_told_as_json_and_as_a_page(large: Any, dial: Experiment) -> None:
    report = analyse_log(dial, large.logged())
    told = orjson.loads(orjson.dumps(report))
    assert told["results"]["key"] == "dial"
    assert "<p>Guests &amp; others</p>" in page(dial, report, ["Guests & others"])
