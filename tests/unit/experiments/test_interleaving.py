"""Two rankings merged by team draft, as its authors define it."""

from __future__ import annotations

from random import Random

import pytest

from recommender.experiments.interleaving import Team, credit, team_draft

A, B = Team.A, Team.B


def outcomes(first: str, second: str, depth: int) -> set[tuple[str, str]]:
    """What the coins may lead to: the order, and the teams (``-`` is nobody's)."""
    found = set()
    for seed in range(200):
        drafted = team_draft(first, second, depth, Random(seed))
        teams = "".join(team or "-" for team in drafted.teams)
        found.add(("".join(drafted.order), teams))
    return found


def test_each_round_gives_each_team_its_best_that_is_left() -> None:
    assert outcomes("abcd", "efgh", 2) == {("ae", "ab"), ("ea", "ba")}


def test_what_both_want_is_the_team_s_that_picks_it_first() -> None:
    # A first: a for A, and B's best left is b. B first: a for B, and A's best left is c.
    assert outcomes("ac", "ab", 2) == {("ab", "ab"), ("ac", "ba")}


def test_of_one_story_only_one_article_is_in_the_list() -> None:
    """A and a tell one story, and so on: the team that comes first tells it in its way."""
    drafts = [team_draft("ABC", "abd", 3, Random(seed), str.lower) for seed in range(50)]
    orders = {"".join(drafted.order) for drafted in drafts}
    assert orders == {"AbC", "Abd", "aBC", "aBd"}
    assert all(drafted.propensities.tolist() == [0.5, 0.5, 0.5] for drafted in drafts)


def test_equal_rankings_stay_as_they_are() -> None:
    assert {order for order, _ in outcomes("abcd", "abcd", 4)} == {"abcd"}


def test_a_list_may_end_within_a_round() -> None:
    assert {teams for _, teams in outcomes("abc", "def", 3)} == {"aba", "abb", "baa", "bab"}


def test_the_draft_ends_with_the_first_ranking_that_is_used_up() -> None:
    assert outcomes("a", "bcd", 4) == {("abcd", "a---"), ("bacd", "ba--")}
    assert outcomes("ab", "a", 2) == {("ab", "a-"), ("ab", "b-")}
    assert outcomes("abc", "", 3) == {("abc", "---")}
    assert outcomes("", "", 3) == {("", "")}


def test_propensities_are_those_of_the_coins() -> None:
    found = {
        "".join(drafted.order): drafted.propensities.tolist()
        for drafted in (team_draft("abc", "bad", 3, Random(seed)) for seed in range(50))
    }
    # Coin 1 decides between ab and ba; coin 2 between c and d: each place is one of two.
    assert found == {order: [0.5, 0.5, 0.5] for order in ("abc", "abd", "bac", "bad")}


def test_what_is_sure_of_its_place_has_the_probability_one() -> None:
    drafted = team_draft("abc", "abc", 3, Random(0))
    assert drafted.propensities.tolist() == [1.0, 1.0, 1.0]


def test_the_same_generator_draws_the_same_again() -> None:
    one, again = (team_draft("abcdef", "fedcba", 6, Random(7)) for _ in range(2))
    assert one.order == again.order
    assert one.teams == again.teams


@pytest.mark.parametrize(
    ("teams", "clicked", "wanted"),
    [
        ([A, B, A, B], [], 0),
        ([A, B, A, B], [0], 1),
        ([A, B, A, B], [1, 3], -2),
        ([A, B, A, B], [0, 1, 2], 1),
        ([A, B, A, B], [0, 0, 1], 0),
        ([None, B], [0], 0),
    ],
)
def test_a_slate_is_the_team_s_whose_articles_were_clicked_more(
    teams: list[Team | None], clicked: list[int], wanted: int
) -> None:
    assert credit(teams, clicked) == wanted
