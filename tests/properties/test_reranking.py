"""The laws of an order, for any candidates: what a page may hold, and why each place is whose."""

from __future__ import annotations

from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.reranking.calibration import CalibrationConfig, target_shares
from recommender.reranking.diversify import Pool, RerankConfig, relevance, rerank
from recommender.reranking.exploration import ExplorationConfig, explorable, place
from recommender.reranking.pins import pin

SHARES = st.sampled_from([0.0, 0.2, 0.3, 0.5, 1.0])
SOME = st.sampled_from([0.2, 0.3, 0.5, 1.0])
NEAR = 1e-4
"""Values are compared this closely: the order is computed in single precision."""


@st.composite
def pools(draw: st.DrawFn) -> Pool:
    count = draw(st.integers(0, 40))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    sketches = rng.normal(size=(count, 4))
    sketches /= np.linalg.norm(sketches, axis=1, keepdims=True)
    category = rng.integers(0, 4, count).astype(np.int32)
    briefs = draw(st.sampled_from([0.0, 0.1, 0.5]))
    return Pool(
        scores=rng.integers(0, 20, count) / 8,
        sketches=sketches.astype(np.float32),
        category=category,
        source=rng.integers(0, 5, count).astype(np.int32),
        story=(rng.integers(0, 30, count) * rng.integers(0, 2, count)).astype(np.int32),
        fresh=rng.random(count) < draw(st.sampled_from([0.0, 0.1, 0.5])),
        with_ai=rng.random(count) < draw(st.sampled_from([0.0, 0.3, 0.9])),
        brief=rng.random(count) < briefs,
        buried=rng.random(count) < (0.3 if briefs else 0.0),
        target=target_shares(rng.normal(size=4), category, CalibrationConfig()),
    )


configs = st.builds(
    RerankConfig,
    max_source_share=SOME,
    max_category_share=SOME,
    max_brief_share=SOME,
    fresh_share=SHARES,
    calibration=st.builds(CalibrationConfig, weight=st.sampled_from([0.0, 3.0])),
)
FREE = RerankConfig(max_source_share=1.0, max_category_share=1.0, fresh_share=0.0)
"""Nothing but the dial, and whatever is capped beside it."""

sizes = st.integers(1, 12)
dials = st.sampled_from([0.0, 0.3, 1.0])


def worth(pool: Pool, above: list[int], each: int, dial: float, weight: float) -> float:
    """What a candidate is worth; of a brief that no rule buries, at least what its story is."""
    story = pool.story[each]
    told = np.flatnonzero(pool.story == story) if story and pool.collapsing[each] else [each]
    return max(own_worth(pool, above, other, dial, weight) for other in told)


def own_worth(pool: Pool, above: list[int], each: int, dial: float, weight: float) -> float:
    value = (1 - dial) * relevance(pool.scores)[each]
    if above:
        alike = np.mean([pool.sketches[each] @ pool.sketches[other] for other in above])
        code = pool.category[each]
        share = np.mean([pool.category[other] == code for other in above])
        value -= dial * (2 * alike + weight * max(0.0, share - pool.target[code]))
    return float(value)


def broken(pool: Pool, page: list[int], each: int, config: RerankConfig, size: int) -> int:
    """How many caps the candidate would break below the page."""
    columns = [
        (pool.source, config.max_source_share),
        (pool.category, config.max_category_share),
        (pool.brief.astype(np.int32), config.max_brief_share),
    ]
    return sum(
        codes[each] != 0
        and sum(codes[other] == codes[each] for other in page) >= max(1, whole(share, size))
        for codes, share in columns
    )


def whole(share: float, places: int) -> int:
    return int(share * places + 1e-9)


@given(pools(), configs, sizes, dials, st.none() | SHARES)
def test_each_place_goes_to_the_best_that_quotas_allow(
    pool: Pool, config: RerankConfig, size: int, dial: float, max_ai: float | None
) -> None:
    order = list(rerank(pool, config, size=size, diversity=dial, max_ai_share=max_ai))
    for position in range(len(order) + 1):
        above = order[:position]
        page = above[max(0, position + 1 - size) :]
        places = len(page) + 1
        told = {pool.story[each] for each in above} - {0}
        ai_full = sum(pool.with_ai[page]) >= whole(1.0 if max_ai is None else max_ai, places)
        open_now = [
            each
            for each in range(len(pool.scores))
            if each not in above
            and pool.story[each] not in told
            and not (ai_full and pool.with_ai[each])
        ]
        if position == len(order):
            assert not open_now
            break
        chosen = order[position]
        assert chosen in open_now
        owed = pool.fresh & ~pool.buried
        owes_fresh = sum(owed[page]) < whole(config.fresh_share, places)

        ranks = {
            each: (owes_fresh and owed[each], -broken(pool, page, each, config, size))
            for each in open_now
        }
        first = max(ranks.values())
        assert ranks[chosen] == first
        weight = config.calibration.weight
        best = max(worth(pool, above, e, dial, weight) for e in open_now if ranks[e] == first)
        assert worth(pool, above, chosen, dial, weight) >= best - NEAR


@given(pools(), configs, sizes, dials, SHARES)
def test_no_page_has_more_of_ai_than_its_cap_wherever_it_begins(
    pool: Pool, config: RerankConfig, size: int, dial: float, max_ai: float
) -> None:
    order = list(rerank(pool, config, size=size, diversity=dial, max_ai_share=max_ai))
    for start in range(max(1, len(order) - size + 1)):
        page = order[start : start + size]
        assert sum(pool.with_ai[page]) <= whole(max_ai, len(page))


@given(pools(), SOME, sizes, dials)
def test_no_page_has_more_briefs_than_their_cap_while_there_is_anything_else(
    pool: Pool, share: float, size: int, dial: float
) -> None:
    config = FREE.model_copy(update={"max_brief_share": share})
    order = list(rerank(pool, config, size=size, diversity=dial))
    for position, chosen in enumerate(order):
        above = order[:position]
        page = above[max(0, position + 1 - size) :]
        if pool.brief[chosen] and sum(pool.brief[page]) >= max(1, whole(share, size)):
            told = {pool.story[each] for each in above} - {0}
            left = set(np.flatnonzero(~pool.brief).tolist()) - set(above)
            assert all(pool.story[each] in told for each in left)


@given(pools(), dials)
def test_where_briefs_are_not_capped_no_article_tells_what_a_brief_stands_for(
    pool: Pool, dial: float
) -> None:
    config = FREE.model_copy(update={"max_brief_share": 1.0})
    told = {pool.story[each] for each in np.flatnonzero(pool.collapsing)} - {0}
    for each in rerank(pool, config, size=5, diversity=dial):
        assert pool.story[each] not in told or pool.brief[each]


@given(pools(), configs, sizes, st.integers(0, 30), st.data())
def test_a_finished_ordering_shows_nothing_and_no_story_twice(
    pool: Pool, config: RerankConfig, depth: int, seed: int, data: st.DataObject
) -> None:
    everyone = list(range(len(pool.scores)))
    pinned = (
        data.draw(st.lists(st.sampled_from(everyone), unique=True, max_size=2)) if everyone else []
    )
    pinned = pinned if len({pool.story[each] for each in pinned}) == len(pinned) else pinned[:1]
    order = list(rerank(pool, config, size=5, diversity=0.3, pinned=pinned))[:depth]
    drawable = explorable(everyone, pool, taken=[*order, *pinned])
    exploration = ExplorationConfig(first=1, every=3)
    made = place(
        order, drawable, pool.scores, depth=depth, generator=Random(seed), config=exploration
    )
    made = pin(made, list(enumerate(pinned, 1)), depth=depth)
    stories = [pool.story[each] for each in made.order if pool.story[each]]
    assert len(set(made.order)) == len(made.order) <= depth
    assert len(set(stories)) == len(stories)
    assert list(made.order[: len(pinned)]) == pinned[:depth]
    assert np.all((made.propensities > 0) & (made.propensities <= 1))
    assert np.all(made.propensities[~made.explored] == 1.0)
