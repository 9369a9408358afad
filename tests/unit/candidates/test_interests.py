from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from recommender.candidates.interests import Interest, InterestConfig, interest_of
from recommender.catalogue.live import LiveCatalogue
from recommender.domain.ids import ArticleId
from recommender.domain.interactions import HistoryEntry, Kind

NOW = 1_767_225_600.0
DAY = 86_400.0
HALF_LIFE_DAYS = 3.0
CONFIG = InterestConfig(half_life_days=HALF_LIFE_DAYS, full_read_seconds=60.0)


@pytest.fixture
def world(catalogue: Callable[..., LiveCatalogue]) -> LiveCatalogue:
    """Four articles on the axes of a plane, so that their mean is the origin."""
    return catalogue(
        east=((1, 0), {"category": "food"}),
        north=((0, 1), {"category": "travel"}),
        west=((-1, 0), {"category": "food"}),
        south=((0, -1), {}),
    )


def did(kind: Kind, article: str, *, days_ago: float = 0.0, dwell: float | None = None) -> Any:
    return HistoryEntry(
        article=ArticleId(article),
        kind=kind,
        occurred_at=NOW - days_ago * DAY,
        dwell_seconds=dwell,
    )


def interest(world: LiveCatalogue, *history: HistoryEntry) -> Interest:
    return interest_of(history, world.view, NOW, CONFIG)


def affinity(found: Interest, world: LiveCatalogue) -> dict[str, float]:
    return dict(zip(world.view.categories, found.affinity.tolist(), strict=True))


def test_nothing_is_known_of_a_reader_without_history(world: LiveCatalogue) -> None:
    found = interest(world)
    assert not found.is_known
    assert found.vector.tolist() == [0, 0]
    assert len(found.rows) == 0


def test_one_click_points_to_its_article(world: LiveCatalogue) -> None:
    found = interest(world, did(Kind.CLICK, "east"))
    assert found.vector == pytest.approx([1, 0])
    assert affinity(found, world) == {"": 0, "food": 1, "travel": 0}
    assert found.rows.tolist() == [0]


def test_weights_add_up_and_the_strongest_article_comes_first(world: LiveCatalogue) -> None:
    found = interest(world, did(Kind.CLICK, "east"), did(Kind.SHARE, "north"))
    assert found.vector == pytest.approx(np.array([1, 2]) / np.sqrt(1**2 + 2**2))
    assert affinity(found, world) == pytest.approx({"": 0, "food": 1 / 3, "travel": 2 / 3})
    assert found.rows.tolist() == [1, 0]


def test_interest_halves_with_its_half_life(world: LiveCatalogue) -> None:
    found = interest(
        world, did(Kind.CLICK, "east"), did(Kind.CLICK, "north", days_ago=HALF_LIFE_DAYS)
    )
    assert affinity(found, world) == pytest.approx(
        {"": 0, "food": 1 / (1 + 1 / 2), "travel": 1 / 2 / (1 + 1 / 2)}
    )


def test_dislike_turns_away_and_is_no_example(world: LiveCatalogue) -> None:
    found = interest(world, did(Kind.DISLIKE, "east"), did(Kind.LIKE, "north"))
    assert found.vector == pytest.approx(np.array([-2, 2]) / np.sqrt(8))
    assert affinity(found, world) == pytest.approx({"": 0, "food": -2 / 4, "travel": 2 / 4})
    assert found.rows.tolist() == [1]


def test_less_like_this_outweighs_the_click_before_it(world: LiveCatalogue) -> None:
    found = interest(world, did(Kind.LESS_LIKE_THIS, "east"), did(Kind.CLICK, "east"))
    assert found.vector == pytest.approx([-1, 0])
    assert affinity(found, world)["food"] == pytest.approx((1 - 3) / abs(1 - 3))


@pytest.mark.parametrize(("dwell", "weight"), [(60, 2.0), (30, 1.0), (15, 0.5), (3_600, 2.0)])
def test_a_read_weighs_by_its_dwell_up_to_a_full_read(
    world: LiveCatalogue, dwell: float, weight: float
) -> None:
    found = interest(world, did(Kind.READ, "east", dwell=dwell), did(Kind.CLICK, "north"))
    assert affinity(found, world)["food"] == pytest.approx(weight / (weight + 1))


def test_a_read_of_unknown_length_weighs_like_a_click(world: LiveCatalogue) -> None:
    found = interest(world, did(Kind.READ, "east"), did(Kind.CLICK, "north"))
    assert affinity(found, world)["food"] == pytest.approx(1 / 2)


@pytest.mark.parametrize(
    "history",
    [
        [did(Kind.READ, "east", dwell=0.0)],
        [did(Kind.LIKE, "east"), did(Kind.DISLIKE, "east")],
        [did(Kind.CLICK, "east", days_ago=30_000)],
    ],
    ids=["no dwell", "like and dislike", "long ago"],
)
def test_a_history_that_weighs_nothing_makes_no_interest(
    world: LiveCatalogue, history: list[HistoryEntry]
) -> None:
    found = interest(world, *history)
    assert not found.is_known
    assert np.isfinite(found.vector).all()
    assert np.isfinite(found.affinity).all()


def test_opposite_interests_leave_the_categories_known(world: LiveCatalogue) -> None:
    found = interest(world, did(Kind.CLICK, "east"), did(Kind.CLICK, "west"))
    assert found.vector.tolist() == [0, 0]
    assert found.is_known
    assert affinity(found, world)["food"] == pytest.approx(1)


def test_no_category_is_no_topic(world: LiveCatalogue) -> None:
    found = interest(world, did(Kind.CLICK, "south"))
    assert found.affinity.tolist() == [0, 0, 0]
    assert found.vector == pytest.approx([0, -1])


def test_articles_that_left_the_catalogue_no_longer_count(world: LiveCatalogue) -> None:
    world.apply([], np.empty((0, 2), np.float32), [ArticleId("east")])
    assert not interest(world, did(Kind.CLICK, "east"), did(Kind.CLICK, "unknown")).is_known


def test_an_event_dated_ahead_counts_as_now(world: LiveCatalogue) -> None:
    ahead = interest(world, did(Kind.CLICK, "east", days_ago=-1), did(Kind.CLICK, "north"))
    assert affinity(ahead, world)["food"] == pytest.approx(1 / 2)


def test_interest_is_what_sets_a_reader_apart_from_the_mean_of_all_articles(
    catalogue: Callable[..., LiveCatalogue],
) -> None:
    live = catalogue(a=((1, 0), {}), b=((0, 1), {}))
    found = interest_of([did(Kind.CLICK, "a")], live.view, NOW, CONFIG)
    assert found.vector == pytest.approx(np.array([1 / 2, -1 / 2]) / np.sqrt(1 / 2))
