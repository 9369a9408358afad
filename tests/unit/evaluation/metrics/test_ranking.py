"""Ranking metrics of many impressions against plain definitions taken one impression at a time."""

from __future__ import annotations

import itertools
import random
from math import comb, log2, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from recommender.errors import InvalidInput
from recommender.evaluation.metrics.ranking import CHUNK, ranking_metrics

NAMES = ("auc", "mrr", "ndcg@5", "ndcg@10", "hit@5", "hit@10")

Impression = tuple[list[float], list[bool]]


@st.composite
def impressions(draw: st.DrawFn, longest: int, levels: int) -> list[Impression]:
    """Lists of 0 to ``longest`` candidates with scores of so many levels: few levels, many ties."""
    lengths = draw(st.lists(st.integers(0, longest), min_size=1, max_size=6))
    return [
        (
            [float(draw(st.integers(1, levels))) / 7 for _ in range(length)],
            [draw(st.booleans()) for _ in range(length)],
        )
        for length in lengths
    ]


@st.composite
def long_impressions(draw: st.DrawFn) -> list[Impression]:
    chance = np.random.default_rng(draw(st.integers(0, 100_000)))
    levels = draw(st.sampled_from([2, 5, 40, 10**9]))
    share = draw(st.sampled_from([0.02, 0.1, 0.7]))
    lengths = chance.integers(1, 301, draw(st.integers(1, 8))).tolist()
    return [
        (
            (chance.integers(0, levels, length) - levels / 3).tolist(),
            (chance.random(length) < share).tolist(),
        )
        for length in lengths
    ]


def flat(
    lists: list[Impression],
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64]]:
    scores = np.array([score for each, _ in lists for score in each], np.float64)
    clicked = np.array([click for _, each in lists for click in each], np.bool_)
    lengths = [len(each) for each, _ in lists]
    return scores, clicked, np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)


def found(lists: list[Impression]) -> dict[str, list[float]]:
    columns = ranking_metrics(*flat(lists)).by_name()
    assert tuple(columns) == NAMES
    return {name: column.tolist() for name, column in columns.items()}


def auc(scores: list[float], clicked: list[bool]) -> float:
    """Every pair of a click and a non-click."""
    ups = [score for score, click in zip(scores, clicked, strict=True) if click]
    downs = [score for score, click in zip(scores, clicked, strict=True) if not click]
    wins = [(up > down) + (up == down) / 2 for up in ups for down in downs]
    return sum(wins) / len(wins) if wins else nan


def of_order(clicked: list[bool]) -> dict[str, float]:
    """The metrics of one order."""
    clicks = sum(clicked)
    if not clicks:
        return dict.fromkeys(NAMES[1:], nan)
    ranks = [rank for rank, click in enumerate(clicked, 1) if click]
    values = {"mrr": sum(1 / rank for rank in ranks) / clicks}
    for k in (5, 10):
        best = sum(1 / log2(rank + 1) for rank in range(1, min(k, clicks) + 1))
        values[f"ndcg@{k}"] = sum(1 / log2(rank + 1) for rank in ranks if rank <= k) / best
        values[f"hit@{k}"] = float(ranks[0] <= k)
    return values


def by_all_orders(scores: list[float], clicked: list[bool]) -> dict[str, float]:
    """The mean over all orders in which no candidate stands above one with a higher score."""
    ties = [
        list(itertools.permutations([c for s, c in zip(scores, clicked, strict=True) if s == each]))
        for each in sorted(set(scores), reverse=True)
    ]
    orders = [
        of_order([click for tie in order for click in tie]) for order in itertools.product(*ties)
    ]
    return {
        "auc": auc(scores, clicked),
        **{name: sum(order[name] for order in orders) / len(orders) for name in NAMES[1:]},
    }


def by_ties(scores: list[float], clicked: list[bool]) -> dict[str, float]:
    """The same for long lists, tie by tie: how many clicks it holds, and the ranks it takes up."""
    clicks, above, gains = sum(clicked), 0, {"mrr": 0.0, "ndcg@5": 0.0, "ndcg@10": 0.0}
    missed = {5: 1.0, 10: 1.0}
    for each in sorted(set(scores), reverse=True):
        inside = [c for s, c in zip(scores, clicked, strict=True) if s == each]
        size, ranks = len(inside), range(above + 1, above + len(inside) + 1)
        gains["mrr"] += sum(inside) / size * sum(1 / rank for rank in ranks)
        for k in (5, 10):
            worth = sum(1 / log2(rank + 1) for rank in ranks if rank <= k)
            gains[f"ndcg@{k}"] += sum(inside) / size * worth
            drawn = min(size, max(0, k - above))
            missed[k] *= comb(size - sum(inside), drawn) / comb(size, drawn)
        above += size
    if not clicks:
        return dict.fromkeys(NAMES, nan)
    best = {k: sum(1 / log2(rank + 1) for rank in range(1, min(k, clicks) + 1)) for k in (5, 10)}
    return {
        "auc": auc(scores, clicked),
        "mrr": gains["mrr"] / clicks,
        **{f"ndcg@{k}": gains[f"ndcg@{k}"] / best[k] for k in (5, 10)},
        **{f"hit@{k}": 1 - missed[k] for k in (5, 10)},
    }


def assert_same(columns: dict[str, list[float]], plain: list[dict[str, float]]) -> None:
    for name in NAMES:
        expected = [each[name] for each in plain]
        assert columns[name] == pytest.approx(expected, abs=1e-9, rel=0, nan_ok=True), name


@settings(max_examples=60, deadline=None)
@given(impressions(longest=7, levels=3))
def test_ties_have_the_mean_over_all_their_orders(lists: list[Impression]) -> None:
    assert_same(found(lists), [by_all_orders(*each) for each in lists])


@settings(max_examples=60, deadline=None)
@given(long_impressions())
def test_lists_of_up_to_300_candidates_are_as_defined(lists: list[Impression]) -> None:
    assert_same(found(lists), [by_ties(*each) for each in lists])


@settings(max_examples=60, deadline=None)
@given(impressions(longest=12, levels=10**12))
def test_without_ties_they_are_what_the_field_computes(lists: list[Impression]) -> None:
    """scikit-learn's AUC; the rest by the reference code: sort ascending, reverse, discount."""
    lists = [each for each in lists if 0 < sum(each[1]) < len(each[1])]
    lists = [each for each in lists if len(set(each[0])) == len(each[0])]
    columns = found(lists)
    for place, (scores, clicked) in enumerate(lists):
        label = np.array(clicked, np.int64)
        ordered = label[np.argsort(scores)[::-1]]
        discounts = np.log2(np.arange(len(label)) + 2)
        best = np.sort(label)[::-1]
        assert columns["auc"][place] == pytest.approx(roc_auc_score(label, scores), abs=1e-9)
        mrr = np.sum(ordered / (np.arange(len(label)) + 1)) / np.sum(ordered)
        assert columns["mrr"][place] == pytest.approx(mrr, abs=1e-9)
        for k in (5, 10):
            gain, most = ((2**each - 1)[:k] / discounts[:k] for each in (ordered, best))
            expected = gain.sum() / most.sum()
            assert columns[f"ndcg@{k}"][place] == pytest.approx(expected, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(long_impressions())
def test_auc_takes_ties_as_scikit_learn_does(lists: list[Impression]) -> None:
    lists = [each for each in lists if 0 < sum(each[1]) < len(each[1])]
    expected = [roc_auc_score(clicked, scores) for scores, clicked in lists]
    assert found(lists)["auc"] == pytest.approx(expected, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(long_impressions(), st.randoms(use_true_random=False))
def test_the_order_in_which_candidates_are_listed_never_matters(
    lists: list[Impression], chance: random.Random
) -> None:
    shuffled: list[Impression] = []
    for scores, clicked in lists:
        pairs = list(zip(scores, clicked, strict=True))
        chance.shuffle(pairs)
        shuffled.append(([score for score, _ in pairs], [click for _, click in pairs]))
    before, after = found(lists), found(shuffled)
    for name in NAMES:
        assert after[name] == pytest.approx(before[name], abs=1e-12, nan_ok=True)


def test_two_clicks_among_four() -> None:
    columns = found([([0.9, 0.1, 0.5, 0.3], [False, False, True, True])])
    # The clicks stand second and third; the better non-click first, the other last.
    assert columns["auc"] == [2 / 4]
    assert columns["mrr"] == pytest.approx([(1 / 2 + 1 / 3) / 2])
    gain, best = 1 / log2(3) + 1 / log2(4), 1 / log2(2) + 1 / log2(3)
    assert columns["ndcg@5"] == columns["ndcg@10"] == pytest.approx([gain / best])
    assert columns["hit@5"] == columns["hit@10"] == [1.0]


def test_equal_scores_are_worth_what_chance_is() -> None:
    columns = found([([1.0] * 20, [True] * 2 + [False] * 18)])
    assert columns["auc"] == [0.5]
    assert columns["mrr"] == pytest.approx([sum(1 / rank for rank in range(1, 21)) / 20])
    assert columns["hit@5"] == pytest.approx([1 - (15 * 14) / (20 * 19)])  # neither click is drawn
    assert columns["hit@10"] == pytest.approx([1 - (10 * 9) / (20 * 19)])


def test_a_click_in_sixth_place_is_no_hit_among_five() -> None:
    columns = found([([6.0, 5.0, 4.0, 3.0, 2.0, 1.0], [False] * 5 + [True])])
    assert columns["hit@5"] == columns["ndcg@5"] == [0.0]
    assert columns["hit@10"] == [1.0]
    assert columns["ndcg@10"] == pytest.approx([1 / log2(7)])


def test_without_a_click_nothing_is_defined() -> None:
    columns = found([([1.0, 2.0], [False, False]), ([], []), ([1.0], [False])])
    assert all(np.isnan(column).all() for column in columns.values())


def test_where_all_is_clicked_there_is_no_auc_but_the_rest() -> None:
    columns = found([([1.0, 2.0], [True, True]), ([3.0], [True])])
    assert np.isnan(columns["auc"]).all()
    assert columns["mrr"] == pytest.approx([(1 + 1 / 2) / 2, 1.0])
    assert columns["ndcg@5"] == pytest.approx([1.0, 1.0])
    assert columns["hit@5"] == [1.0, 1.0]


def test_no_impressions_have_no_metrics() -> None:
    assert found([]) == {name: [] for name in NAMES}


def test_many_impressions_have_what_each_has_alone() -> None:
    """More pairs than are compared at a time; and one impression with more by itself."""
    chance = np.random.default_rng(5)
    lengths = [*chance.integers(1, 60, 3_000).tolist(), 2 * CHUNK]
    lists = [
        (chance.integers(0, 9, length).tolist(), (chance.random(length) < 3 / length).tolist())
        for length in lengths
    ]
    assert sum(len(scores) * sum(clicked) for scores, clicked in lists) > 4 * CHUNK
    together = found(lists)
    for place in (0, 1, 700, 1_500, 2_998, 2_999, 3_000):
        alone = found([lists[place]])
        for name in NAMES:
            assert together[name][place] == pytest.approx(alone[name][0], nan_ok=True)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_score_that_is_no_number_is_refused_with_its_impression(bad: float) -> None:
    scores = np.array([1.0, 2.0, 3.0, 4.0, bad, bad])
    with pytest.raises(InvalidInput, match="candidate 1 of impression 2, both from 0") as refused:
        ranking_metrics(scores, np.ones(6, np.bool_), np.array([0, 3, 3, 6]))
    assert "1 more" in str(refused.value)


@pytest.mark.parametrize("starts", [[], [0], [0, 1], [1, 3], [0, 2, 1, 3], [0, 4, 3]])
def test_starts_that_do_not_cut_the_rows_are_refused(starts: list[int]) -> None:
    with pytest.raises(InvalidInput, match="starts"):
        ranking_metrics(np.zeros(3), np.zeros(3, np.bool_), np.array(starts, np.int64))


def test_clicks_that_are_not_one_for_each_row_are_refused() -> None:
    with pytest.raises(InvalidInput, match="clicked"):
        ranking_metrics(np.zeros(3), np.zeros(2, np.bool_), np.array([0, 3]))
