"""Interleaving from the log: whose the clicks are, and how sure the preference is."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import orjson
import pytest

from recommender.domain.experiments import Experiment, ExperimentKind, Variant
from recommender.errors import SourceError
from recommender.evaluation.experiments.merged import NO_CREDITS, PreferenceReport, analyse_merged
from recommender.evaluation.experiments.preference import (
    TUNING,
    Credits,
    Preference,
    decide_preference,
    preference_of,
)
from recommender.evaluation.experiments.preference_page import preference_page
from recommender.evaluation.experiments.results import Finding
from recommender.evaluation.experiments.sample_ratio import sample_ratio
from recommender.experiments.interleaving import team_draft

MIXED = {"variant": "mix:interleaved"}


@pytest.fixture
def mix(dial: Experiment) -> Experiment:
    return replace(
        dial,
        key="mix",
        kind=ExperimentKind.INTERLEAVE,
        variants=(Variant(name="now", weight=0.5), Variant(name="next", weight=0.5)),
    )


def credits_of(reader: Sequence[int], clicks: Sequence[int], second: Sequence[float]) -> Credits:
    return Credits(
        reader=np.array(reader),
        day=np.zeros(len(reader), np.int64),
        clicks=np.array(clicks),
        second=np.array(second, np.float64),
    )


def merged(
    world: Any, readers: int, slates: int, wins: float, seed: int = 1, first: float = 0.5
) -> None:
    """Log slates of four articles, of which one is clicked: of B with the probability ``wins``."""
    draws = np.random.default_rng(seed)
    for number in range(readers * slates):
        teams = ["a", "b", "a", "b"] if draws.random() < first else ["b", "a", "b", "a"]
        reader, hours = f"r{number % readers}", 1.0 + number % 48
        credited = [1.0 if each == "a" else -1.0 for each in teams]
        told = {"teams": teams, "credits": credited}
        slate = world.show(reader, hours, "w", "x", "y", "z", **told, **MIXED)
        place = teams.index("b" if draws.random() < wins else "a")
        world.do(reader, hours + 0.1, "click", "wxyz"[place], slate)


def test_a_click_is_divided_by_the_credit_of_its_article(world: Any, mix: Experiment) -> None:
    told = {"teams": ["a", "b", "", "b"], "credits": [1.0, -0.5, 0.0, 0.0]}

    def serve(reader: str, hours: float, *clicked: str) -> None:
        slate = world.show(reader, hours, "w", "x", "y", "z", **told, **MIXED)
        for each in clicked:
            world.do(reader, hours, "click", each, slate)

    serve("anna", 1, "w", "w", "x", "z")
    serve("anna", 2, "w")
    serve("anna", 3, "x", "y")  # y is no team's
    serve("ben", 4, "y")
    serve("carl", 25)
    serve("carl", 26, "z")
    found = analyse_merged(mix, world.logged())
    all_, first_day = found.preference, found.looks[0].preference
    assert (all_.readers, all_.slates, all_.clicks) == (2, 6, 3 + 1 + 1 + 1)
    assert all_.second == (0 + 0.75 + 0.5) + 0 + 0.75 + 0.5
    assert all_.first == 6 - all_.second
    assert all_.share == all_.second / 6
    assert [each.name for each in found.looks] == ["2026-01-05", "2026-01-06"]
    assert (first_day.readers, first_day.slates, first_day.clicks) == (1, 4, 5)
    assert (first_day.second, first_day.fixed) == (2.0, None)
    assert found.verdict.finding is Finding.NOT_ENOUGH


@pytest.mark.parametrize(
    ("teams", "credited"),
    [
        (None, None),
        (["a", "b"], None),  # as slates were logged before credits were told
        (["a"], [1.0, -1.0]),
        (["a", "c"], [1.0, -1.0]),
        (["a", None], [1.0, -1.0]),
        (["a", "b"], [1.0]),
        (["a", "b"], [1.0, None]),
        (["a", "b"], [1.0, -1.5]),
        (["a", "b"], [1.0, math.nan]),
    ],
)
def test_slates_that_do_not_tell_teams_and_credits_are_counted(
    world: Any, mix: Experiment, teams: list[str] | None, credited: list[float] | None
) -> None:
    good = {"teams": ["a", "b"], "credits": [1.0, -1.0]}
    world.show("anna", 1, "a", "b", **good, **MIXED)
    world.show("anna", 2, "a", "b", teams=teams, credits=credited, **MIXED)
    world.show("anna", 2, "a", "b", **good)  # not of the experiment
    found = analyse_merged(mix, world.logged())
    assert found.preference.slates == 1
    assert [(each.count, each.reason) for each in found.left_out] == [(1, NO_CREDITS)]


def test_a_log_without_credits_is_refused(world: Any, mix: Experiment) -> None:
    world.show("anna", 1, "a", "b", teams=["a", "b"], **MIXED)
    with pytest.raises(SourceError, match=r"that tell whose ranking brought.*got none among 1"):
        analyse_merged(mix, world.logged())
    world.show("ben", 1, "a", "b", variant="mix:next")
    with pytest.raises(SourceError, match="but readers in the log met next"):
        analyse_merged(mix, world.logged())


def test_intervals_are_of_readers_and_those_of_the_sources() -> None:
    # Of reader 0's 3 clicks 2 are the second's in sum; reader 1 clicked one, the first's.
    found = preference_of(
        credits_of(reader=[0, 0, 0, 1, 1], clicks=[1, 0, 2, 1, 0], second=[0.75, 0, 1.25, 0, 0])
    )
    assert (found.readers, found.slates, found.clicks, found.share) == (2, 5, 4, 2 / 4)
    assert found.fixed is not None
    assert found.always_valid is not None
    # Delta method: the readers' residuals second − share · clicks, over the mean number of clicks.
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
    second = draws.choice([1.0, 0.25, 0.0], 1_200, p=[0.5, 0.2, 0.3])
    found = preference_of(credits_of(reader, np.ones(1_200, np.int64), second))
    assert found.share is not None
    assert found.always_valid is not None
    variance = np.var(np.bincount(reader, second) - found.share * 3, ddof=1) / 3**2
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
    assert "at any look; 150 readers who clicked, 450 slates in all)" in found.verdict.because[0]
    counts = Counter(each["teams"][0] for each in world.slates)
    assert dict(found.sample_ratio.counts) == {"now": counts["a"], "next": counts["b"]}


def test_only_first_pages_tell_who_picked_first(world: Any, mix: Experiment) -> None:
    credited = {"credits": [0.0, 0.0]}
    world.show("anna", 1, "x", "y", teams=["", "a"], **credited, **MIXED)
    world.show("anna", 1, "z", "w", teams=["b", "a"], start=3, **credited, **MIXED)
    counts = analyse_merged(mix, world.logged()).sample_ratio.counts
    assert dict(counts) == {"now": 1, "next": 0}


def test_a_coin_that_is_not_fair_blocks_the_verdict(world: Any, mix: Experiment) -> None:
    merged(world, 150, 3, 0.9, first=0.7)
    found = analyse_merged(mix, world.logged())
    assert found.verdict.finding is Finding.BLOCKED
    assert "who picks first did not fall evenly" in found.verdict.text


def test_no_preference_is_said_once_greater_ones_are_excluded() -> None:
    n = 300_000
    found = preference_of(
        credits_of(np.arange(n), np.ones(n, np.int64), np.tile([1.0, 0.0], n // 2))
    )
    ratio = sample_ratio({"now": 5, "next": 5}, {"now": 0.5, "next": 0.5})
    told = decide_preference(ratio, found, ("now", "next"))
    assert told.finding is Finding.NO_DIFFERENCE


def test_of_equal_rankings_nothing_is_told() -> None:
    n = 200
    found = preference_of(credits_of(np.arange(n), np.full(n, 2), np.ones(n)))
    assert (found.share, found.fixed, found.always_valid) == (1 / 2, None, None)
    ratio = sample_ratio({"now": 5, "next": 5}, {"now": 0.5, "next": 0.5})
    told = decide_preference(ratio, found, ("now", "next"))
    assert told.finding is Finding.NOT_ENOUGH
    assert "do the rankings differ" in told.text


def test_the_page_and_the_json_tell_the_same(world: Any, mix: Experiment) -> None:
    merged(world, 150, 3, 0.7)
    report: PreferenceReport = analyse_merged(mix, world.logged())
    page = preference_page(mix, report, ["a & b"])
    told = orjson.loads(orjson.dumps(report))
    share = told["preference"]["share"]
    first = f"{report.preference.first:.1f}"
    assert f"<td>150</td><td>450</td><td>450</td><td>{first}</td>" in page
    assert f"<td>{100 * share:.1f} %</td>" in page
    assert "a &amp; b" in page


def test_the_page_begins_with_what_was_asked_and_says_which_readers_it_counts(
    world: Any, mix: Experiment
) -> None:
    merged(world, 20, 1, 0.5)
    world.show("silent", 1, "w", "x", teams=["a", "b"], credits=[1.0, -1.0], **MIXED)
    varied = replace(mix.variants[1], overrides={"rerank.diversity": 0.5})
    asked = replace(mix, hypothesis="<More> is better.", variants=(mix.variants[0], varied))
    page = preference_page(asked, analyse_merged(asked, world.logged()), [])
    parts = (
        "<dt>hypothesis</dt><dd>&lt;More&gt; is better.</dd>",
        "<dt>now (control)</dt><dd>changes nothing (weight 0.5)</dd>",
        "<dt>next</dt><dd>rerank.diversity = 0.5 (weight 0.5)</dd>",
        "<dd>running, from 2026-01-05T00:00Z, for 100 % of the readers</dd>",
        "Verdict: ",
        ">readers who clicked</th>",
        "<td>20</td><td>21</td>",
    )
    places = [page.index(each) for each in parts]
    assert places == sorted(places)


def by_place(pages: int, draws: np.random.Generator) -> Credits:
    """Return merged pages of two rankings of which readers click places, whatever stands there.

    The second ranking is the first with one article moved, another for each reader; whoever comes
    looks at a place as often as its number is small.
    """
    coins = Random(int(draws.integers(2**32)))
    places = np.arange(1, 7)
    clicks, second = [], []
    for _ in range(pages):
        moved = list("abcdefghij")
        moved.insert(int(draws.integers(6)), moved.pop(int(draws.integers(10))))
        drafted = team_draft("abcdefghij", moved, len(places), coins)
        credited = drafted.credits[draws.random(len(places)) < 0.5 / places]
        clicks.append(len(credited))
        second.append(float(((1.0 - credited) / 2.0).sum()))
    return credits_of(draws.integers(pages // 2, size=pages), clicks, second)


def test_who_clicks_places_whatever_stands_there_prefers_nobody() -> None:
    """In the mean over 40 experiments: within four standard errors, outside once in 15,000."""
    found = [preference_of(by_place(400, each)) for each in np.random.default_rng(1).spawn(40)]
    off = np.array([each.share for each in found]) - 1 / 2
    assert abs(off.mean()) < 4.0 * off.std(ddof=1) / math.sqrt(len(off))


def test_an_interval_that_is_looked_at_often_seldom_finds_a_preference_where_none_is() -> None:
    """5 % are promised: of 40 experiments 8 or more then come once in 1,000 times."""
    flags = 0
    for each in np.random.default_rng(2).spawn(40):
        pages = by_place(600, each)
        flags += any(_is_flagged(_first(pages, look)) for look in range(300, 601, 20))
    assert flags < 8


def _first(pages: Credits, count: int) -> Preference:
    return preference_of(
        Credits(
            reader=pages.reader[:count],
            day=pages.day[:count],
            clicks=pages.clicks[:count],
            second=pages.second[:count],
        )
    )


def _is_flagged(found: Preference) -> bool:
    ends = found.always_valid
    return ends is not None and (ends.low > 1 / 2 or ends.high < 1 / 2)
