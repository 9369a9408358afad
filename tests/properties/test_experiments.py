"""The laws of experiments, for any readers, weights and rankings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import product
from random import Random
from typing import Any

from growthbook.core import gbhash, getBucketRanges
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.experiments import (
    Experiment,
    ExperimentKind,
    Metric,
    Namespace,
    Status,
    Variant,
)
from recommender.domain.ids import ReaderId, SiteId
from recommender.experiments.assignment import (
    ExperimentsConfig,
    Visit,
    assigned,
    overrides_of,
)
from recommender.experiments.hashing import bucket, bucket_ranges, bucket_v1
from recommender.experiments.interleaving import Team, team_draft

ANYTHING = ExperimentsConfig()
CLOSE = 1e-12

texts = st.text(max_size=30)
readers = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).map(ReaderId)
coverages = st.floats(0.0, 1.0)


@st.composite
def weights(draw: st.DrawFn) -> list[float]:
    parts = draw(st.lists(st.integers(0, 100), min_size=2, max_size=6).filter(any))
    return [part / sum(parts) for part in parts]


def experiment(weights: list[float], coverage: float, **changes: object) -> Experiment:
    variants = tuple(
        Variant(name=f"v{number}", weight=weight, overrides={"size": number + 1})
        for number, weight in enumerate(weights)
    )
    fields = {
        "key": "any",
        "hypothesis": "Any.",
        "kind": ExperimentKind.AB,
        "variants": variants,
        "seed": "any",
        "primary_metric": Metric.CTR,
        "coverage": coverage,
        "status": Status.RUNNING,
    }
    return Experiment(**fields | changes)


def name_of(experiment: Experiment, reader: ReaderId, holdout: float = 0.0) -> str | None:
    visit = Visit(site=SiteId("main"), reader=reader)
    config = ExperimentsConfig(holdout=holdout)
    found = assigned([experiment], visit, now=0.0, config=config)
    return found[0].name if found else None


@given(texts, texts)
def test_buckets_are_those_of_growthbook(seed: str, reader: str) -> None:
    assert bucket(seed, reader) == gbhash(seed, reader, 2)
    assert bucket_v1(seed, reader) == gbhash(seed, reader, 1)


@given(weights(), coverages)
def test_ranges_are_those_of_growthbook(weights: list[float], coverage: float) -> None:
    assert bucket_ranges(weights, coverage) == getBucketRanges(len(weights), coverage, weights)


@given(readers, weights(), coverages, coverages)
def test_more_coverage_moves_nobody_to_another_variant(
    reader: ReaderId, weights: list[float], one: float, other: float
) -> None:
    before = name_of(experiment(weights, min(one, other)), reader)
    after = name_of(experiment(weights, max(one, other)), reader)
    assert before in {None, after}


@given(readers, weights(), coverages, coverages)
def test_a_larger_holdout_takes_nobody_in(
    reader: ReaderId, weights: list[float], one: float, other: float
) -> None:
    running = experiment(weights, 1.0)
    few, many = (name_of(running, reader, share) for share in sorted((one, other)))
    assert many in {None, few}


@given(readers, weights(), st.integers(1, 99))
def test_no_reader_is_in_two_experiments_of_one_namespace(
    reader: ReaderId, weights: list[float], percent: int
) -> None:
    border = percent / 100
    lower = experiment(weights, 1.0, namespace=Namespace(name="n", start=0.0, end=border))
    upper = experiment(
        weights,
        1.0,
        key="upper",
        seed="upper",
        namespace=Namespace(name="n", start=border, end=1.0),
    )
    visit = Visit(site=SiteId("main"), reader=reader)
    found = assigned([lower, upper], visit, now=0.0, config=ANYTHING)
    assert len(found) <= 1
    if found:
        assert overrides_of(found) == found[0].variant.overrides


rankings = st.permutations("abcdefgh").flatmap(
    lambda letters: st.integers(0, 8).map(lambda count: "".join(letters[:count]))
)
depths = st.integers(0, 7)


def left(ranking: str, shown: list[str]) -> list[str]:
    """What is not in the list yet; ``a`` and ``A`` tell one story."""
    told = "".join(shown).lower()
    return [each for each in ranking if each.lower() not in told]


def by_definition(
    first: str, second: str, depth: int, coins: tuple[bool, ...]
) -> tuple[str, list[Team | None]]:
    """Algorithm 2 of Radlinski, Kurup and Joachims (2008), word by word."""
    shown: list[str] = []
    teams: list[Team | None] = []
    tosses = iter(coins)
    while left(first, shown) and left(second, shown):
        a, b = teams.count(Team.A), teams.count(Team.B)
        team = Team.A if a < b or (a == b and next(tosses)) else Team.B
        shown.append(left(first if team is Team.A else second, shown)[0])
        teams.append(team)
    rest = left(first, shown) + left(second, shown)  # one of them is empty
    return "".join([*shown, *rest])[:depth], [*teams, *(None for _ in rest)][:depth]


class Coins(Random):
    """A generator that tosses given coins: the first of two where one is true."""

    def __init__(self, coins: tuple[bool, ...]) -> None:
        super().__init__(0)
        self._tosses = iter(coins)

    def choice(self, of: Sequence[Any]) -> Any:
        """Return one of two, or the only one."""
        return of[0] if len(of) == 1 or next(self._tosses) else of[1]


@given(rankings, rankings | rankings.map(str.upper), depths)
def test_propensities_are_those_of_all_ways_the_coins_may_fall(
    first: str, second: str, depth: int
) -> None:
    chances: defaultdict[tuple[int, str], float] = defaultdict(float)
    ways = list(product([True, False], repeat=8))
    possible = set()
    for coins in ways:
        order, teams = by_definition(first, second, depth, coins)
        possible.add((order, tuple(teams)))
        for place in enumerate(order):
            chances[place] += 1 / len(ways)
    for seed in range(5):
        drafted = team_draft(first, second, depth, Random(seed), str.lower)
        order = "".join(drafted.order)
        assert (order, drafted.teams) in possible
        for place, propensity in zip(enumerate(order), drafted.propensities, strict=True):
            assert abs(chances[place] - propensity) < CLOSE


@given(rankings, rankings, depths, st.integers(0, 1_000))
def test_a_merged_list_repeats_nothing_and_leaves_nothing_out(
    first: str, second: str, depth: int, seed: int
) -> None:
    drafted = team_draft(first, second, depth, Random(seed))
    assert len(set(drafted.order)) == len(drafted.order) == min(depth, len(set(first + second)))
    assert abs(drafted.teams.count(Team.A) - drafted.teams.count(Team.B)) <= 1
    assert ((drafted.propensities > 0.0) & (drafted.propensities <= 1.0)).all()


@given(rankings, rankings | rankings.map(str.upper), depths)
def test_credits_are_whose_an_article_is_over_all_ways_the_coins_may_fall(
    first: str, second: str, depth: int
) -> None:
    teams_at: defaultdict[tuple[int, str], list[Team | None]] = defaultdict(list)
    for coins in product([True, False], repeat=8):
        order, teams = by_definition(first, second, depth, coins)
        for place, (article, team) in enumerate(zip(order, teams, strict=True)):
            teams_at[place, article].append(team)
    unsure = {place for (place, _), teams in teams_at.items() if None in teams}
    for seed in range(5):
        drafted = team_draft(first, second, depth, Random(seed), str.lower)
        for at, credit in zip(enumerate(drafted.order), drafted.credits, strict=True):
            teams = teams_at[at]
            balance = (teams.count(Team.A) - teams.count(Team.B)) / len(teams)
            assert abs(credit - (0.0 if at[0] in unsure else balance)) < CLOSE


@given(rankings, rankings, depths)
def test_the_credits_of_a_place_are_nobody_s_in_the_mean(
    first: str, second: str, depth: int
) -> None:
    """So a reader who clicks places, whatever stands there, prefers neither ranking."""
    found: defaultdict[int, dict[str, tuple[float, float]]] = defaultdict(dict)
    for coins in product([True, False], repeat=4):
        drafted = team_draft(first, second, depth, Coins(coins))
        rows = zip(drafted.order, drafted.propensities, drafted.credits, strict=True)
        for place, (article, chance, credit) in enumerate(rows):
            found[place][article] = chance, credit
    for articles in found.values():
        assert abs(sum(chance for chance, _ in articles.values()) - 1.0) < CLOSE
        assert abs(sum(chance * credit for chance, credit in articles.values())) < CLOSE


@given(rankings, rankings, depths, st.tuples(*[st.booleans()] * 8))
def test_changing_the_rankings_about_changes_whose_all_is(
    first: str, second: str, depth: int, coins: tuple[bool, ...]
) -> None:
    one = team_draft(first, second, depth, Coins(coins))
    other = team_draft(second, first, depth, Coins(tuple(not each for each in coins)))
    assert one.order == other.order
    assert one.propensities.tolist() == other.propensities.tolist()
    assert one.credits.tolist() == (-other.credits).tolist()


@given(rankings, depths)
def test_equal_rankings_are_credited_alike(ranking: str, depth: int) -> None:
    drafted = team_draft(ranking, ranking, depth, Random(0))
    assert drafted.credits.tolist() == [0.0] * len(drafted.order)
