from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from recommender.reranking.calibration import CalibrationConfig, target_shares
from recommender.reranking.diversify import Pool, RerankConfig, relevance, rerank

FREE = RerankConfig(
    max_source_share=1.0,
    max_category_share=1.0,
    fresh_share=0.0,
    calibration=CalibrationConfig(weight=0.0),
)
"""Nothing but the dial."""

EAST, NORTH = [1.0, 0.0], [0.0, 1.0]


def pool_of(scores: list[float], **columns: object) -> Pool:
    """Candidates in all directions, of no category, source or story, unless told otherwise."""
    count = len(scores)
    none = np.zeros(count, np.int32)
    category = np.array(columns.get("category", none), np.int32)
    return Pool(
        scores=np.array(scores, np.float64),
        sketches=np.array(columns.get("sketches", np.eye(count)), np.float32),
        category=category,
        source=np.array(columns.get("source", none), np.int32),
        story=np.array(columns.get("story", none), np.int32),
        fresh=np.array(columns.get("fresh", none), np.bool_),
        with_ai=np.array(columns.get("with_ai", none), np.bool_),
        brief=np.array(columns.get("brief", none), np.bool_),
        buried=np.array(columns.get("buried", none), np.bool_),
        target=np.array(columns.get("target", np.ones(1 + category.max(initial=0)))),
        guaranteed=columns.get("guaranteed", {}),  # type: ignore[arg-type]
    )


def order(pool: Pool, diversity: float = 0.0, config: RerankConfig = FREE, **options: int) -> list:
    return list(rerank(pool, config, **({"size": 20, "diversity": diversity} | options)))


def test_at_0_the_order_is_by_score_and_ties_keep_their_order() -> None:
    alike = [EAST] * 4
    assert order(pool_of([0.1, 0.9, 0.5, 0.9], sketches=alike), 0.0) == [1, 3, 2, 0]


def test_at_1_only_difference_counts_after_the_best() -> None:
    pool = pool_of([0.9, 1.0, 0.8, 0.0], sketches=[EAST, EAST, EAST, NORTH])
    assert order(pool, 1.0) == [1, 3, 0, 2]


def test_between_them_a_copy_gives_way_when_it_leads_by_less_than_it_repeats() -> None:
    # Relevance 1, .9 and 0; the copy repeats all of the first, twice weighted.
    pool = pool_of([1.0, 0.9, 0.0], sketches=[EAST, EAST, NORTH])
    assert 0.7 * 0.9 - 0.3 * 2 > 0 > 0.6 * 0.9 - 0.4 * 2
    assert order(pool, 0.3) == [0, 1, 2]
    assert order(pool, 0.4) == [0, 2, 1]


def test_a_category_over_its_target_gives_way() -> None:
    config = FREE.model_copy(update={"calibration": CalibrationConfig(weight=3.0)})
    pool = pool_of([1.0, 0.9, 0.0], category=[1, 1, 2], target=[0.0, 0.5, 0.5])
    # After the first, category 1 is over by 1 - .5; the other would be under.
    assert 0.6 * 0.9 - 0.4 * 3 * 0.5 < 0
    assert order(pool, 0.4, config) == [0, 2, 1]
    assert order(pool, 0.0, config) == [0, 1, 2]


def test_an_order_takes_what_is_asked_of_it_and_no_more() -> None:
    picks = rerank(pool_of([0.1, 0.2, 0.3]), FREE, size=20, diversity=0.3)
    assert (next(picks), next(picks)) == (2, 1)


def test_no_candidates_are_no_order() -> None:
    assert order(pool_of([])) == []


def test_a_story_is_told_once_and_by_its_best_article() -> None:
    assert order(pool_of([4, 3, 2, 1, 0], story=[0, 7, 7, 0, 7])) == [0, 1, 3]


def test_pinned_candidates_and_their_stories_are_left_out() -> None:
    pool = pool_of([4, 3, 2, 1, 0], story=[0, 7, 7, 0, 5])
    assert order(pool, pinned=[2, 3]) == [0, 4]


def test_what_is_left_out_on_the_way_does_not_count_for_what_follows() -> None:
    pool = pool_of(
        [9, 8, 7, 6, 5, 4, 3], story=[0, 0, 0, 5, 5, 0, 0], with_ai=[0, 0, 0, 0, 0, 1, 1]
    )
    picks = rerank(pool, FREE, size=4, diversity=0.0, max_ai_share=0.25)
    assert next(picks) == 0
    picks.leave_out([2, 3])
    # Left are 1 and two with AI: they come fourth at the earliest.
    assert list(picks) == [1]


def test_a_source_has_its_share_of_any_page_while_there_are_others() -> None:
    config = FREE.model_copy(update={"max_source_share": 0.5})
    pool = pool_of([6, 5, 4, 3, 2, 1], source=[1, 1, 1, 1, 2, 2])
    assert order(pool, 0.0, config, size=4) == [0, 1, 4, 5, 2, 3]


def test_what_has_no_source_or_category_is_not_capped() -> None:
    config = FREE.model_copy(update={"max_source_share": 0.25, "max_category_share": 0.25})
    assert order(pool_of([4, 3, 2, 1]), 0.0, config, size=4) == [0, 1, 2, 3]


def test_caps_give_way_rather_than_leave_a_gap() -> None:
    config = FREE.model_copy(update={"max_source_share": 0.25, "max_category_share": 0.25})
    pool = pool_of([4, 3, 2, 1], source=[1, 1, 1, 1], category=[3, 3, 3, 4])
    # The last breaks one cap only, so it comes before those that break both.
    assert order(pool, 0.0, config, size=4) == [0, 3, 1, 2]


def test_fresh_articles_have_their_share_though_they_score_least() -> None:
    config = FREE.model_copy(update={"fresh_share": 0.4})
    pool = pool_of([9, 8, 7, 6, 5, 4, 1, 0], fresh=[0, 0, 0, 0, 0, 0, 1, 1])
    assert order(pool, 0.0, config, size=5) == [0, 1, 6, 2, 7, 3, 4, 5]


def test_a_taste_has_its_place_though_it_scores_least() -> None:
    """An eighth is one of the first eight, and again one of any eight in a row."""
    scores = [1.0 - n / 100 for n in range(20)]
    taste = [1] * 18 + [2] * 2
    made = order(pool_of(scores, category=taste, guaranteed={2: 0.125}), size=8)
    assert made[7] == 18
    assert made[15] == 19


def test_what_is_buried_is_owed_nothing() -> None:
    pool = pool_of([3, 2, 1], category=[1, 1, 2], guaranteed={2: 1.0}, buried=[0, 0, 1])
    assert order(pool) == [0, 1, 2]


def test_a_guarantee_that_nothing_can_keep_is_no_gap() -> None:
    pool = pool_of([0.2, 0.1], category=[1, 1], guaranteed={2: 0.5})
    assert order(pool) == [0, 1]


def test_the_share_generated_with_ai_is_never_above_the_cap() -> None:
    pool = pool_of([9, 8, 7, 6, 5, 4], with_ai=[1, 1, 0, 0, 1, 0])
    assert order(pool, max_ai_share=1 / 3, size=3) == [2, 3, 0, 5]
    assert order(pool, max_ai_share=0.0) == [2, 3, 5]
    assert order(pool, max_ai_share=1.0) == order(pool) == [0, 1, 2, 3, 4, 5]


def test_a_share_that_is_a_whole_number_of_articles_is_that_number() -> None:
    # 0.29 * 100 is 28.999999999999996.
    pool = pool_of([0.0] * 100, with_ai=[True] * 29 + [False] * 71)
    assert len(order(pool, max_ai_share=0.29, size=100)) == 100


def test_a_brief_stands_where_the_best_of_its_story_would() -> None:
    pool = pool_of([9, 8, 7, 6, 1], story=[0, 5, 5, 0, 5], brief=[0, 0, 0, 0, 1])
    assert order(pool) == [0, 4, 3]


def test_a_brief_that_is_worth_more_than_its_story_stands_for_itself() -> None:
    pool = pool_of([9, 8, 7, 6], story=[5, 0, 5, 0], brief=[1, 0, 0, 0])
    assert order(pool) == [0, 1, 3]


def test_a_brief_stands_for_its_story_however_like_it_is_to_what_stands_above() -> None:
    sketches = [EAST, NORTH, EAST, [0.6, 0.8]]
    pool = pool_of([9, 8, 1, 0], sketches=sketches, story=[0, 5, 5, 0], brief=[0, 0, 1, 0])
    assert order(pool, 1.0) == [0, 2, 3]


def test_a_buried_brief_stands_for_nothing() -> None:
    pool = pool_of([9, 8, 7, -5], story=[0, 5, 0, 5], brief=[0, 0, 0, 1], buried=[0, 0, 0, 1])
    assert order(pool) == [0, 1, 2]


def test_briefs_have_their_share_of_any_page_and_then_the_best_of_a_story_tells_it() -> None:
    config = FREE.model_copy(update={"max_brief_share": 0.5})
    pool = pool_of(
        [9, 8, 7, 6, 1, 1, 1, 0],
        story=[1, 2, 3, 0, 1, 2, 3, 0],
        brief=[0, 0, 0, 0, 1, 1, 1, 0],
    )
    assert order(pool, 0.0, config, size=4) == [4, 5, 2, 3, 7]


def test_one_brief_is_always_allowed_and_a_page_of_nothing_else_has_no_gap() -> None:
    config = FREE.model_copy(update={"max_brief_share": 0.1})
    pool = pool_of([3, 2, 1], story=[1, 2, 3], brief=[1, 1, 0])
    assert order(pool, 0.0, config, size=3) == [0, 2, 1]


def test_a_brief_generated_with_ai_leaves_its_place_where_that_share_is_used_up() -> None:
    pool = pool_of([9, 1], story=[5, 5], brief=[0, 1], with_ai=[0, 1])
    assert order(pool, max_ai_share=0.0) == [0]
    assert order(pool) == [1]


def test_one_boosted_article_does_not_make_the_others_look_alike() -> None:
    scores = np.array([1_000.0, *np.linspace(1.0, 0.0, 99)])
    scaled = relevance(scores)
    assert scaled[1:].max() - scaled[1:].min() > 1.0
    assert scaled.max() == scaled[0] == 8.0


def test_equal_scores_are_no_relevance() -> None:
    assert relevance(np.ones(3)).tolist() == [0.0] * 3


def clustered_pool(rng: np.random.Generator) -> Pool:
    """Return 200 candidates around 8 directions, the scores highest around one of them."""
    centres = rng.normal(size=(8, 32))
    category = rng.integers(8, size=200)
    vectors = centres[category] + rng.normal(size=(200, 32))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    scores = vectors @ centres[0] + 0.3 * rng.normal(size=200)
    target = target_shares(np.eye(8)[0], category, CalibrationConfig())
    return pool_of(scores.tolist(), sketches=vectors, category=category, target=target)


@pytest.mark.parametrize("config", [FREE, RerankConfig()])
def test_turning_the_dial_up_makes_a_page_differ_more_on_average(config: RerankConfig) -> None:
    rng = np.random.default_rng(1)
    pools = [clustered_pool(rng) for _ in range(30)]
    distances, kept = [], []
    for diversity in np.linspace(0.0, 1.0, 11):
        pages = [
            list(islice(rerank(pool, config, size=20, diversity=diversity), 20)) for pool in pools
        ]
        shown = [pool.sketches[page] for pool, page in zip(pools, pages, strict=True)]
        distances.append(np.mean([1 - (len(s) * s.mean(0) @ s.mean(0) - 1) / 19 for s in shown]))
        kept.append(np.mean([p.scores[page].mean() for p, page in zip(pools, pages, strict=True)]))
    assert np.all(np.diff(distances) > 0)
    assert np.all(np.diff(kept) < 0)
