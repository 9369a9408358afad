"""Two rankings merged by team draft, as its authors define it."""

from __future__ import annotations

from random import Random

from recommender.experiments.interleaving import team_draft


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


def credits_of(first: str, second: str, depth: int) -> dict[tuple[int, str], float]:
    """Return the credit of each article at each place, from 0, that the coins may give it."""
    found: dict[tuple[int, str], float] = {}
    for seed in range(50):
        drafted = team_draft(first, second, depth, Random(seed))
        told = zip(enumerate(drafted.order), drafted.credits.tolist(), strict=True)
        assert all(found.setdefault(at, credit) == credit for at, credit in told)
    return found


def test_what_one_ranking_alone_would_put_there_is_credited_to_it() -> None:
    assert credits_of("ab", "cd", 2) == {(0, "a"): 1, (0, "c"): -1, (1, "a"): 1, (1, "c"): -1}


def test_what_stands_there_however_the_coins_fall_is_credited_to_both_alike() -> None:
    assert set(credits_of("abcd", "abcd", 4).values()) == {0.0}
    # a comes first for both, then b for A or c for B, then what is left of these, for either.
    found = credits_of("abcd", "acbd", 4)
    assert found == {
        (0, "a"): 0.0,
        (1, "b"): 1.0,
        (1, "c"): -1.0,
        (2, "b"): 0.0,
        (2, "c"): 0.0,
        (3, "d"): 0.0,
    }


def test_what_coins_decide_in_part_is_credited_in_part() -> None:
    # After a and b, A first: c for A, d for B. B first: c for B, d for A.
    # After a and c, A first: b for A, d for B. B first: d for B, b for A.
    found = credits_of("abcd", "acdb", 4)
    assert found[3, "d"] == (1 - 2) / 3
    assert found[3, "b"] == 1.0
    assert found[2, "c"] == 0.0


def test_where_the_draft_may_have_ended_nobody_is_credited() -> None:
    """After a, if A picked it, nothing is A's: place 2 is A's or nobody's, never B's."""
    assert credits_of("a", "bcd", 4) == {
        (0, "a"): 1.0,
        (0, "b"): -1.0,
        (1, "b"): 0.0,
        (1, "a"): 0.0,
        (2, "c"): 0.0,
        (3, "d"): 0.0,
    }


def test_one_article_may_have_another_name_in_each_ranking() -> None:
    """Unlike two articles of one story, of which each is the ranking's that tells it so."""
    names = team_draft("abc", "ABC", 3, Random(0), str.lower, str.lower)
    assert names.credits.tolist() == [0.0, 0.0, 0.0]
    assert names.propensities.tolist() == [1.0, 1.0, 1.0]
    telling = team_draft("abc", "ABC", 3, Random(0), str.lower)
    assert [abs(each) for each in telling.credits.tolist()] == [1.0, 1.0, 1.0]
    assert telling.propensities.tolist() == [0.5, 0.5, 0.5]
