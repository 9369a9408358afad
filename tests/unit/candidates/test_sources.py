from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pytest

from recommender.candidates.eligibility import eligible_rows
from recommender.candidates.interests import Interest
from recommender.candidates.sources import (
    Fresh,
    Similar,
    Situation,
    SourceConfig,
    Trending,
    blend,
    standard_sources,
)
from recommender.catalogue.live import LiveCatalogue
from recommender.domain.ids import ArticleId

NOW = 1_767_225_600.0


def no_interest(categories: int) -> Interest:
    return Interest(
        vector=np.zeros(2, np.float32),
        affinity=np.zeros(categories, np.float32),
        rows=np.empty(0, np.intp),
    )


@pytest.fixture
def situation(catalogue: Callable[..., LiveCatalogue]) -> Situation:
    """Five articles, e the newest; b and d trend, d most; c is not eligible."""
    view = catalogue(
        a=((1, 0), {"published_at": NOW - 5}),
        b=((0.8, 0.6), {"published_at": NOW - 4}),
        c=((0.6, 0.8), {"published_at": NOW - 3, "expires_at": NOW - 1}),
        d=((0, 1), {"published_at": NOW - 2}),
        e=((-1, 0), {"published_at": NOW - 1}),
    ).view
    return Situation(
        view=view,
        eligible=view.eligible(NOW),
        interest=no_interest(1),
        trending=view.rows_of([ArticleId("d"), ArticleId("c"), ArticleId("b")]),
    )


def towards(situation: Situation, x: float, y: float) -> Situation:
    vector = np.array([x, y], np.float32)
    return replace(situation, interest=replace(situation.interest, vector=vector))


def names(situation: Situation, rows: Iterable[int]) -> str:
    return "".join(situation.view.ids[row] for row in rows)


def test_similar_brings_the_nearest_eligible(situation: Situation) -> None:
    near_a = towards(situation, 1, 0)
    assert sorted(names(near_a, Similar(3).candidates(near_a))) == ["a", "b", "d"]


def test_similar_brings_nothing_without_an_interest(situation: Situation) -> None:
    assert len(Similar(3).candidates(situation)) == 0


def test_trending_keeps_its_order_and_leaves_out_what_may_not_be_shown(
    situation: Situation,
) -> None:
    assert names(situation, Trending(5).candidates(situation)) == "db"
    assert names(situation, Trending(1).candidates(situation)) == "d"


def test_fresh_brings_the_newest_eligible_first(situation: Situation) -> None:
    assert names(situation, Fresh(3).candidates(situation)) == "edb"
    assert names(situation, Fresh(9).candidates(situation)) == "edba"


def test_fresh_looks_at_all_articles_when_the_newest_are_not_eligible(
    situation: Situation,
) -> None:
    only_oldest = replace(situation, eligible=np.array([1, 0, 0, 0, 0], bool))
    assert names(only_oldest, Fresh(1).candidates(only_oldest)) == "a"


def test_zero_turns_a_source_off(situation: Situation) -> None:
    near_a = towards(situation, 1, 0)
    off = standard_sources(SourceConfig(similar=0, trending=0, fresh=0))
    candidates = blend(off, near_a)
    assert len(candidates.rows) == len(candidates.source) == 0


def test_a_shared_candidate_comes_once_and_is_named_by_the_first_source(
    situation: Situation,
) -> None:
    near_a = towards(situation, 1, 0)
    candidates = blend((Similar(2), Trending(2), Fresh(2)), near_a)
    named = {
        names(near_a, [row]): candidates.names[source]
        for row, source in zip(candidates.rows, candidates.source, strict=True)
    }
    assert named == {"a": "similar", "b": "similar", "d": "trending", "e": "fresh"}
    assert len(candidates.rows) == len(named)


def test_eligible_is_live_published_unexpired_and_not_left_out(situation: Situation) -> None:
    seen, hidden = [ArticleId("a"), ArticleId("gone")], [ArticleId("e")]
    mask = eligible_rows(situation.view, NOW, (seen, hidden))
    assert names(situation, np.flatnonzero(mask)) == "bd"
    assert names(situation, np.flatnonzero(situation.view.eligible(NOW))) == "abde"


def test_a_seen_article_that_changes_meanwhile_is_left_out_all_the_same(
    situation: Situation,
) -> None:
    # Its new row lies past this view, and its old one died after the mask was begun.
    view = replace(situation.view, rows={**situation.view.rows, ArticleId("a"): 99})
    view.alive[0] = False
    assert not eligible_rows(view, NOW, ([ArticleId("a")],))[0]
