from __future__ import annotations

import math
from collections import Counter
from random import Random

import numpy as np
import pytest
from scipy.stats import chi2

from recommender.domain.ids import ReaderId
from recommender.reranking.chance import generator_of
from recommender.reranking.diversify import Pool
from recommender.reranking.exploration import ExplorationConfig, Placement, explorable, place

CONFIG = ExplorationConfig(first=2, every=3, temperature=0.5, uniform_share=0.2)
"""Positions 2, 5, 8, …"""

SLATES = 20_000


def placed(
    exploited: list[int],
    explored: list[int],
    scores: list[float],
    depth: int = 20,
    config: ExplorationConfig = CONFIG,
    generator: Random | None = None,
) -> Placement:
    chance = generator or Random(1)
    return place(
        exploited, explored, np.array(scores), depth=depth, generator=chance, config=config
    )


def pool_of(scores: list[float], story: list[int], **columns: list[bool]) -> Pool:
    count = len(scores)
    none = np.zeros(count, np.int32)
    return Pool(
        scores=np.array(scores),
        sketches=np.zeros((count, 2), np.float32),
        category=none,
        source=none,
        story=np.array(story, np.int32),
        fresh=none.astype(np.bool_),
        with_ai=np.array(columns.get("with_ai", none), np.bool_),
        brief=np.array(columns.get("brief", none), np.bool_),
        buried=np.array(columns.get("buried", none), np.bool_),
        target=np.ones(1),
    )


def test_draws_stand_at_their_positions_and_the_exploited_keep_their_order() -> None:
    made = placed([0, 1, 2, 3, 4], [5, 6], [0.0] * 7, depth=7)
    assert made.explored.tolist() == [False, True, False, False, True, False, False]
    assert [each for each in made.order if each < 5] == [0, 1, 2, 3, 4]
    assert {made.order[1], made.order[4]} == {5, 6}


def test_what_is_not_drawn_was_certain() -> None:
    made = placed([0, 1, 2], [3, 4, 5, 6], [0.0] * 7, depth=4)
    assert made.propensities[~made.explored].tolist() == [1.0] * 3
    # One position, four candidates of the same score.
    assert made.propensities[made.explored].tolist() == [pytest.approx(1 / 4)]


def test_a_draw_is_softmax_mixed_with_uniform() -> None:
    scores = [0.0, 0.3, 0.1]
    soft = [math.exp(each / 0.5) for each in scores]
    expected = [0.8 * each / sum(soft) + 0.2 / 3 for each in soft]
    config = CONFIG.model_copy(update={"every": 100})
    for seed in range(20):
        made = placed([], [0, 1, 2], scores, config=config, generator=Random(seed))
        assert made.propensities.tolist() == [pytest.approx(expected[made.order[0]])]


def test_scores_however_far_apart_leave_no_draw_impossible() -> None:
    config = CONFIG.model_copy(update={"temperature": 1e-3, "every": 100})
    seen = {
        placed([], [0, 1], [0.0, 1e6], config=config, generator=Random(seed)).order[0]
        for seed in range(100)
    }
    assert seen == {0, 1}


def test_each_position_draws_from_its_own_candidates() -> None:
    explored = list(range(10, 20))
    scores = [0.0] * 20
    orders = [
        placed(list(range(10)), explored, scores, 8, generator=Random(seed)).order
        for seed in range(200)
    ]
    drawn = [{order[position - 1] for order in orders} for position in (2, 5, 8)]
    assert drawn == [{10, 13, 16, 19}, {11, 14, 17}, {12, 15, 18}]


def test_with_less_to_draw_than_positions_the_exploited_take_the_others() -> None:
    made = placed([0, 1, 2, 3], [4], [0.0] * 5, depth=5)
    assert made.order == (0, 4, 1, 2, 3)
    assert made.propensities.tolist() == [1.0] * 5
    assert made.explored.sum() == 1


def test_turned_off_nothing_is_drawn() -> None:
    off = CONFIG.model_copy(update={"enabled": False})
    made = placed([2, 0, 1], [3, 4], [0.0] * 5, config=off)
    assert made.order == (2, 0, 1)
    assert not made.explored.any()
    assert off.slots(100) == ()


def test_the_order_is_no_longer_than_the_depth() -> None:
    made = placed(list(range(9)), [9], [0.0] * 10, depth=4)
    assert len(made.order) == len(made.propensities) == len(made.explored) == 4


def test_neither_taken_candidates_nor_their_stories_nor_a_story_twice_are_drawn() -> None:
    pool = pool_of([1, 2, 3, 4, 5, 6], story=[9, 9, 8, 8, 0, 0])
    assert explorable([0, 2, 3, 4, 5, 5], pool, taken=[1, 5]) == [4, 3]


def test_where_ai_is_capped_no_article_of_it_is_drawn() -> None:
    pool = pool_of([1, 2], story=[0, 0], with_ai=[False, True])
    assert explorable([0, 1], pool, taken=[]) == [1, 0]
    assert explorable([0, 1], pool, taken=[], max_ai_share=0.9) == [0]


def test_neither_a_brief_is_drawn_nor_what_it_stands_for() -> None:
    pool = pool_of([1, 2, 3], story=[7, 7, 0], brief=[True, False, False])
    assert explorable([0, 1, 2], pool, taken=[]) == [2]


def test_the_articles_that_a_buried_brief_tells_of_are_drawn() -> None:
    pool = pool_of([2, 1], story=[7, 7], brief=[True, False], buried=[True, False])
    assert explorable([0, 1], pool, taken=[]) == [1]


@pytest.mark.parametrize("config", [ExplorationConfig(), CONFIG])
def test_articles_are_shown_as_often_as_their_logged_propensity_says(
    config: ExplorationConfig,
) -> None:
    """χ² over the slates of many readers, for each drawn position on its own."""
    depth, exploited, explored = 20, list(range(30)), list(range(30, 55))
    scores = np.random.default_rng(5).normal(0.0, 0.3, 55)
    shown: Counter[tuple[int, int]] = Counter()
    logged: dict[tuple[int, int], float] = {}
    for number in range(SLATES):
        generator = generator_of(3, ReaderId(f"reader-{number % 500}"), f"{number:016x}")
        made = place(exploited, explored, scores, depth=depth, generator=generator, config=config)
        for position in np.flatnonzero(made.explored).tolist():
            key = (position, made.order[position])
            shown[key] += 1
            assert (
                logged.setdefault(key, made.propensities[position]) == made.propensities[position]
            )
    for slot in config.slots(depth):
        keys = [key for key in logged if key[0] == slot - 1]
        expected = np.array([SLATES * logged[key] for key in keys])
        counts = np.array([shown[key] for key in keys])
        assert sum(logged[key] for key in keys) == pytest.approx(1.0)
        assert expected.min() > 5
        statistic = ((counts - expected) ** 2 / expected).sum()
        assert statistic < chi2.isf(0.001, len(keys) - 1)
