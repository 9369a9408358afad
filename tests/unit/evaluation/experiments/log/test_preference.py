"""Interleaving from the log: who won each slate, and how sure the preference is."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import orjson
import pytest

from recommender.domain.experiments import Experiment, ExperimentKind, Variant
from recommender.errors import SourceError
from recommender.evaluation.experiments.merged import NO_TEAMS, PreferenceReport, analyse_merged
from recommender.evaluation.experiments.preference import (
    TUNING,
    Credits,
    decide_preference,
    preference_of,
)
from recommender.evaluation.experiments.preference_page import preference_page
from recommender.evaluation.experiments.results import Finding
from recommender.evaluation.experiments.sample_ratio import sample_ratio

MIXED = {"variant": "mix:interleaved"}


@pytest.fixture
def mix(dial: Experiment) -> Experiment:
    return replace(
        dial,
        key="mix",
        kind=ExperimentKind.INTERLEAVE,
        variants=(Variant(name="now", weight=0.5), Variant(name="next", weight=0.5)),
    )


def merged(
    world: Any, readers: int, slates: int, wins: float, seed: int = 1, first: float = 0.5
) -> None:
    """Log slates of four articles, of which one is clicked: of B with the probability ``wins``."""
    draws = np.random.default_rng(seed)
    for number in range(readers * slates):
        teams = ["a", "b", "a", "b"] if draws.random() < first else ["b", "a", "b", "a"]
        reader, hours = f"r{number % readers}", 1.0 + number % 48
        slate = world.show(reader, hours, "w", "x", "y", "z", teams=teams, **MIXED)
        place = teams.index("b" if draws.random() < wins else "a")
        world.do(reader, hours + 0.1, "click", "wxyz"[place], slate)


def test_a_slate_is_won_by_more_clicked_articles(world: Any, mix: Experiment) -> None:
    teams = ["a", "b", "", "b"]

    def serve(hours: float, *clicked: str) -> None:
        slate = world.show("anna", hours, "w", "x", "y", "z", teams=teams, **MIXED)
        for each in clicked:
            world.do("anna", hours, "click", each, slate)

    serve(1, "w", "w", "x", "z")  # 1 to 2
    serve(2, "w")
    serve(3, "w", "y")  # y is no team's
    serve(4, "w", "x")  # as many of each
    serve(25)
    found = analyse_merged(mix, world.logged())
    all_, first_day = found.preference, found.looks[0].preference
    assert (all_.slates, all_.first, all_.second, all_.ties) == (5, 2, 1, 2)
    assert (all_.readers, all_.share, all_.fixed) == (1, 1 / 3, None)
    assert [each.name for each in found.looks] == ["2026-01-05", "2026-01-06"]
    assert (first_day.slates, first_day.ties) == (4, 1)
    assert found.verdict.finding is Finding.NOT_ENOUGH


def test_slates_that_do_not_tell_their_teams_are_counted(world: Any, mix: Experiment) -> None:
    world.show("anna", 1, "a", "b", teams=["a", "b"], **MIXED)
    world.show("anna", 2, "a", "b", teams=None, **MIXED)
    world.show("anna", 2, "a", "b", teams=["a"], **MIXED)
    world.show("anna", 2, "a", "b", teams=["a", "c"], **MIXED)
    world.show("anna", 2, "a", "b", teams=["a", None], **MIXED)
    world.show("anna", 2, "a", "b", teams=["a", "b"])  # not of the experiment
    found = analyse_merged(mix, world.logged())
    assert found.preference.slates == 1
    assert [(each.count, each.reason) for each in found.left_out] == [(4, NO_TEAMS)]


def test_a_log_without_teams_is_refused(world: Any, mix: Experiment) -> None:
    world.show("anna", 1, "a", "b", **MIXED)
    with pytest.raises(SourceError, match=r"that tell whose ranking brought.*got none among 1"):
        analyse_merged(mix, world.logged())
    world.show("ben", 1, "a", "b", variant="mix:next")
    with pytest.raises(SourceError, match="but readers in the log met next"):
        analyse_merged(mix, world.logged())


def test_intervals_are_of_readers_and_those_of_the_sources() -> None:
    # Reader 0 decides 3 slates, 2 of them for the second; reader 1 decides 1, for the first.
    found = preference_of(
        Credits(
            reader=np.array([0, 0, 0, 1, 1]),
            day=np.zeros(5, np.int64),
            sign=np.array([-1, -1, 1, 1, 0]),
        )
    )
    assert (found.readers, found.slates, found.share) == (2, 5, 2 / 4)
    assert found.fixed is not None
    assert found.always_valid is not None
    # Delta method: the readers' residuals won − share · decided, over the mean number decided.
    residuals = [2 - 0.5 * 3, 0 - 0.5 * 1]
    variance = sum(each**2 for each in residuals) / (2 - 1) / 2.0**2
    reach = 12.706204736 * math.sqrt(variance / 2)  # Student's t, one degree of freedom
    assert found.fixed.low == max(0.0, 0.5 - reach)
    # Waudby-Smith et al., equation 9.
    a, n = 0.05, 2
    rho = math.sqrt((-2 * math.log(a) + math.log(-2 * math.log(a) + 1)) / TUNING)
    inner = n * rho**2 + 1
    wide = math.sqrt(variance) * math.sqrt(
        2 * inner * math.log(math.sqrt(inner) / a) / (n * rho) ** 2
    )
    assert found.always_valid.high == min(1.0, 0.5 + wide)


def test_an_interval_of_many_readers_is_that_of_the_formula() -> None:
    draws = np.random.default_rng(3)
    reader = np.repeat(np.arange(400), 3)
    sign = draws.choice([-1, 1], 1_200, p=[0.6, 0.4])
    found = preference_of(Credits(reader=reader, day=np.zeros(1_200, np.int64), sign=sign))
    assert found.share is not None
    assert found.always_valid is not None
    won = np.bincount(reader, sign == -1)
    variance = np.var(won - found.share * 3, ddof=1) / 3**2
    n, a = 400, 0.05
    rho = math.sqrt((-2 * math.log(a) + math.log(-2 * math.log(a) + 1)) / TUNING)
    inner = n * rho**2 + 1
    wide = math.sqrt(variance) * math.sqrt(
        2 * inner * math.log(math.sqrt(inner) / a) / (n * rho) ** 2
    )
    assert found.always_valid.high - found.share == pytest.approx(wide)


@pytest.mark.parametrize(
    ("wins", "finding", "winner"),
    [
        (0.7, Finding.WINNER, "next"),
        (0.3, Finding.WINNER, "now"),
        (0.5, Finding.NOT_ENOUGH, None),
    ],
)
def test_a_preference_is_told_in_words(
    world: Any, mix: Experiment, wins: float, finding: Finding, winner: str | None
) -> None:
    merged(world, 150, 3, wins)
    found = analyse_merged(mix, world.logged())
    assert (found.verdict.finding, found.verdict.winner) == (finding, winner)
    assert "(150 readers, 450 slates)" in found.verdict.because[0]
    counts = Counter(each["teams"][0] for each in world.slates)
    assert dict(found.sample_ratio.counts) == {"now": counts["a"], "next": counts["b"]}


def test_only_first_pages_tell_who_picked_first(world: Any, mix: Experiment) -> None:
    world.show("anna", 1, "x", "y", teams=["", "a"], **MIXED)
    world.show("anna", 1, "z", "w", teams=["b", "a"], start=3, **MIXED)
    counts = analyse_merged(mix, world.logged()).sample_ratio.counts
    assert dict(counts) == {"now": 1, "next": 0}


def test_a_coin_that_is_not_fair_blocks_the_verdict(world: Any, mix: Experiment) -> None:
    merged(world, 150, 3, 0.9, first=0.7)
    found = analyse_merged(mix, world.logged())
    assert found.verdict.finding is Finding.BLOCKED
    assert "who picks first did not fall evenly" in found.verdict.text


def test_no_preference_is_said_once_greater_ones_are_excluded() -> None:
    n = 60_000
    sign = np.tile([1, -1], n // 2)
    found = preference_of(Credits(reader=np.arange(n), day=np.zeros(n, np.int64), sign=sign))
    ratio = sample_ratio({"now": 5, "next": 5}, {"now": 0.5, "next": 0.5})
    told = decide_preference(ratio, found, ("now", "next"))
    assert told.finding is Finding.NO_DIFFERENCE


def test_the_page_and_the_json_tell_the_same(world: Any, mix: Experiment) -> None:
    merged(world, 150, 3, 0.7)
    report: PreferenceReport = analyse_merged(mix, world.logged())
    page = preference_page(report, ["a & b"])
    told = orjson.loads(orjson.dumps(report))
    share = told["preference"]["share"]
    assert f"<td>150</td><td>450</td><td>{report.preference.first}</td>" in page
    assert f"<td>{100 * share:.1f} %</td>" in page
    assert "a &amp; b" in page
