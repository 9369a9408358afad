from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.candidates.interests import (
    MAX_AVERSIONS,
    MAX_STRONGEST,
    InterestConfig,
    Interests,
    interests_of,
)
from recommender.catalogue.live import CatalogueEntry, LiveCatalogue
from recommender.domain.ids import ArticleId
from recommender.domain.interactions import HistoryEntry, Kind

NOW = 1_767_225_600.0
MINUTE, DAY = 60.0, 86_400.0
HALF_LIFE_DAYS = 3.0
CONFIG = InterestConfig(
    half_life_days=HALF_LIFE_DAYS,
    full_read_seconds=60.0,
    max_interests=5,
    alike=0.3,
    session_minutes=30.0,
    topic_weight=2.0,
)
ONE = CONFIG.model_copy(update={"max_interests": 1})


@pytest.fixture
def world(catalogue: Callable[..., LiveCatalogue]) -> LiveCatalogue:
    """Four articles on the axes of a plane, so that their mean is the origin."""
    return catalogue(
        east=((1, 0), {"category": "food"}),
        north=((0, 1), {"category": "travel"}),
        west=((-1, 0), {"category": "food"}),
        south=((0, -1), {}),
    )


@pytest.fixture
def wide(catalogue: Callable[..., LiveCatalogue]) -> LiveCatalogue:
    """Two bundles of three articles around two axes, and their opposites, mean the origin."""
    near = {"a": (1, 0, 0), "b": (0.8, 0.6, 0), "c": (0.8, -0.6, 0)}
    far = {"x": (0, 0, 1), "y": (0, 0.6, 0.8), "z": (0, -0.6, 0.8)}
    bundles = near | far
    opposites = {f"-{name}": tuple(-part for part in at) for name, at in bundles.items()}
    return catalogue(**{name: (at, {}) for name, at in (bundles | opposites).items()})


def did(
    kind: Kind, article: str, *, days_ago: float = 0.0, dwell: float | None = None
) -> HistoryEntry:
    return HistoryEntry(
        article=ArticleId(article),
        kind=kind,
        occurred_at=NOW - days_ago * DAY,
        dwell_seconds=dwell,
    )


def interests(
    world: LiveCatalogue, *history: HistoryEntry, config: InterestConfig = CONFIG, **more: Any
) -> Interests:
    return interests_of(history, world.view, NOW, config, **more)


def affinity(found: Interests, world: LiveCatalogue) -> dict[str, float]:
    return dict(zip(world.view.category.names, found.affinity.tolist(), strict=True))


def named(world: LiveCatalogue, rows: Iterable[int]) -> str:
    return " ".join(world.view.ids[row] for row in rows)


def test_nothing_is_known_of_a_reader_without_history(world: LiveCatalogue) -> None:
    found = interests(world)
    assert not found.is_known
    assert found.vectors.shape == (0, 2)
    assert found.weights.shape == (0,)
    assert found.aversions.shape == (0, 2)
    assert found.session.tolist() == [0, 0]
    assert found.members == ()
    assert found.last_read is None
    assert found.recency == 0
    assert len(found.liked) == len(found.strength) == 0
    assert found.strongest.shape == (0, 2)
    assert found.mean.tolist() == found.recent.tolist() == [0, 0]


def test_one_click_points_to_its_article(world: LiveCatalogue) -> None:
    found = interests(world, did(Kind.CLICK, "east"))
    assert found.vectors.tolist() == [[1, 0]]
    assert found.weights.tolist() == [1]
    assert affinity(found, world) == {"": 0, "food": 1, "travel": 0}
    assert named(world, found.liked) == "east"
    assert [named(world, rows) for rows in found.members] == ["east"]


def test_a_reader_of_two_kinds_of_articles_has_two_interests(wide: LiveCatalogue) -> None:
    history = [did(Kind.CLICK, name) for name in ("b", "x", "a", "c", "y")]
    found = interests(wide, *history, did(Kind.SHARE, "a"))
    assert [named(wide, rows) for rows in found.members] == ["a b c", "x y"]
    assert found.weights == pytest.approx([(3 + 1 + 1) / 7, 2 / 7])
    assert found.vectors[0] == pytest.approx([1, 0, 0], abs=1e-6)
    assert found.vectors[1] == pytest.approx(np.array([0, 0.6, 1.8]) / np.hypot(0.6, 1.8), abs=1e-6)


def test_one_interest_at_most_is_their_weighted_mean(world: LiveCatalogue) -> None:
    found = interests(world, did(Kind.CLICK, "east"), did(Kind.SHARE, "north"), config=ONE)
    assert found.vectors[0] == pytest.approx(np.array([1, 2]) / np.sqrt(1**2 + 2**2))
    assert affinity(found, world) == pytest.approx({"": 0, "food": 1 / 3, "travel": 2 / 3})
    assert named(world, found.liked) == "north east"


def test_what_exceeds_the_number_of_interests_joins_the_nearest(wide: LiveCatalogue) -> None:
    two = CONFIG.model_copy(update={"max_interests": 2, "alike": 0.99})
    history = [did(Kind.SHARE, "a"), did(Kind.LIKE, "x"), did(Kind.CLICK, "b")]
    found = interests(wide, *history, config=two)
    assert [named(wide, rows) for rows in found.members] == ["a b", "x"]


def test_weight_halves_with_its_half_life(world: LiveCatalogue) -> None:
    found = interests(
        world, did(Kind.CLICK, "east"), did(Kind.CLICK, "north", days_ago=HALF_LIFE_DAYS)
    )
    assert found.weights == pytest.approx([1 / (1 + 1 / 2), 1 / 2 / (1 + 1 / 2)])
    assert affinity(found, world) == pytest.approx(
        {"": 0, "food": 1 / (1 + 1 / 2), "travel": 1 / 2 / (1 + 1 / 2)}
    )


def test_what_was_read_points_where_its_mean_does_alike_and_by_recency(
    world: LiveCatalogue,
) -> None:
    """A like of six days ago weighs 2/4, a click of now 1; what was hidden points nowhere."""
    found = interests(
        world,
        did(Kind.CLICK, "north"),
        did(Kind.HIDE, "west"),
        did(Kind.LIKE, "east", days_ago=2 * HALF_LIFE_DAYS),
    )
    assert named(world, found.liked) == "north east"
    assert found.strength == pytest.approx([1, 2 / 4])
    assert found.mean == pytest.approx(np.array([1, 1]) / np.hypot(1, 1))
    assert found.recent == pytest.approx(np.array([2 / 4, 1]) / np.hypot(2 / 4, 1))
    assert found.strongest.tolist() == [[0, 1], [1, 0]]


def test_opposites_alike_point_nowhere(world: LiveCatalogue) -> None:
    found = interests(world, did(Kind.CLICK, "east"), did(Kind.LIKE, "west"))
    assert found.mean.tolist() == [0, 0]
    assert found.recent.tolist() == [-1, 0]


def test_candidates_are_compared_with_the_strongest_alone(
    catalogue: Callable[..., LiveCatalogue],
) -> None:
    count = MAX_STRONGEST + 3
    axes = np.eye(count)
    there = {f"to{n}": (tuple(axes[n]), {}) for n in range(count)}
    back = {f"from{n}": (tuple(-axes[n]), {}) for n in range(count)}
    world = catalogue(**there, **back)
    found = interests(world, *[did(Kind.CLICK, f"to{n}", days_ago=n) for n in range(count)])
    assert len(found.liked) == len(found.strength) == count
    assert found.strongest.argmax(axis=1).tolist() == list(range(MAX_STRONGEST))


@pytest.mark.parametrize(
    ("kind", "strength"),
    [(Kind.LESS_LIKE_THIS, 3 / 3), (Kind.DISLIKE, 2 / 3), (Kind.HIDE, 1 / 3)],
)
def test_what_was_turned_away_from_is_an_aversion_and_no_interest(
    world: LiveCatalogue, kind: Kind, strength: float
) -> None:
    found = interests(world, did(kind, "east"), did(Kind.LIKE, "north"))
    assert found.vectors.tolist() == [[0, 1]]
    assert found.aversions == pytest.approx(np.array([[strength, 0]]))
    assert affinity(found, world)["food"] < 0
    assert named(world, found.liked) == "north"


def test_an_aversion_fades(world: LiveCatalogue) -> None:
    found = interests(world, did(Kind.LESS_LIKE_THIS, "east", days_ago=HALF_LIFE_DAYS))
    assert found.aversions == pytest.approx(np.array([[1 / 2, 0]]))
    assert found.is_known


def test_the_strongest_aversions_are_kept(catalogue: Callable[..., LiveCatalogue]) -> None:
    count = MAX_AVERSIONS + 3
    axes = np.eye(count)
    there = {f"to{n}": (tuple(axes[n]), {}) for n in range(count)}
    back = {f"from{n}": (tuple(-axes[n]), {}) for n in range(count)}
    world = catalogue(**there, **back)
    history = [did(Kind.LESS_LIKE_THIS, f"to{n}", days_ago=n) for n in range(count)]
    found = interests(world, *history)
    assert found.aversions.argmax(axis=1).tolist() == list(range(MAX_AVERSIONS))


def test_less_like_this_outweighs_the_click_before_it(world: LiveCatalogue) -> None:
    found = interests(world, did(Kind.LESS_LIKE_THIS, "east"), did(Kind.CLICK, "east"))
    assert found.aversions == pytest.approx(np.array([[2 / 3, 0]]))
    assert affinity(found, world)["food"] == pytest.approx((1 - 3) / abs(1 - 3))
    assert found.session.tolist() == [0, 0]
    assert found.last_read is None


@pytest.mark.parametrize(("dwell", "weight"), [(60, 2.0), (30, 1.0), (15, 0.5), (3_600, 2.0)])
def test_a_read_weighs_by_its_dwell_up_to_a_full_read(
    world: LiveCatalogue, dwell: float, weight: float
) -> None:
    found = interests(world, did(Kind.READ, "east", dwell=dwell), did(Kind.CLICK, "north"))
    assert affinity(found, world)["food"] == pytest.approx(weight / (weight + 1))


def test_a_read_of_unknown_length_weighs_like_a_click(world: LiveCatalogue) -> None:
    found = interests(world, did(Kind.READ, "east"), did(Kind.CLICK, "north"))
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
    found = interests(world, *history)
    assert not found.is_known
    assert np.isfinite(found.affinity).all()


def test_a_history_of_long_ago_makes_finite_numbers(world: LiveCatalogue) -> None:
    for days in (100, 400, 450, 3_000, 3_200):
        ago = [did(Kind.CLICK, name, days_ago=days) for name in ("east", "north", "west")]
        found = interests(world, *ago, did(Kind.HIDE, "south", days_ago=days))
        assert len(found.vectors) == 3
        tastes = (found.vectors, found.weights, found.mean, found.recent, found.strongest)
        for numbers in (*tastes, found.affinity, found.session):
            assert np.isfinite(numbers).all()


def test_chosen_topics_are_known_before_anything_was_read(world: LiveCatalogue) -> None:
    found = interests(world, topics=("travel", "nothing has this"))
    assert affinity(found, world) == {"": 0, "food": 0, "travel": 1}
    assert found.is_known
    assert len(found.vectors) == 0


def test_a_chosen_topic_adds_to_what_was_read(world: LiveCatalogue) -> None:
    found = interests(world, did(Kind.CLICK, "east"), topics=("travel",))
    assert affinity(found, world) == pytest.approx({"": 0, "food": 1 / 3, "travel": 2 / 3})


def test_no_category_is_no_topic(world: LiveCatalogue) -> None:
    found = interests(world, did(Kind.CLICK, "south"), topics=("",))
    assert found.affinity.tolist() == [0, 0, 0]
    assert found.vectors.tolist() == [[0, -1]]


def test_the_session_is_what_the_last_minutes_went_to(world: LiveCatalogue) -> None:
    found = interests(
        world,
        did(Kind.LIKE, "east", days_ago=1 * MINUTE / DAY),
        did(Kind.CLICK, "north", days_ago=29 * MINUTE / DAY),
        did(Kind.HIDE, "south", days_ago=2 * MINUTE / DAY),
        did(Kind.LIKE, "west", days_ago=31 * MINUTE / DAY),
    )
    assert found.session == pytest.approx(np.array([2, 1]) / np.sqrt(2**2 + 1**2), abs=0.01)


def test_the_last_read_is_the_newest_that_was_not_turned_away_from(world: LiveCatalogue) -> None:
    found = interests(
        world,
        did(Kind.HIDE, "west"),
        did(Kind.CLICK, "gone", days_ago=10 * MINUTE / DAY),
        did(Kind.CLICK, "north", days_ago=60 * MINUTE / DAY),
        did(Kind.CLICK, "east", days_ago=90 * MINUTE / DAY),
    )
    assert found.last_read == world.view.row(ArticleId("north"))
    assert found.recency == pytest.approx(1 / 4)


def test_sending_away_what_was_liked_is_no_reading(world: LiveCatalogue) -> None:
    found = interests(
        world, did(Kind.HIDE, "north"), did(Kind.SHARE, "north", days_ago=60 * MINUTE / DAY)
    )
    assert found.last_read == world.view.row(ArticleId("north"))
    assert found.recency == pytest.approx(1 / 4)


def test_articles_that_left_the_catalogue_no_longer_count(world: LiveCatalogue) -> None:
    world.apply([], np.empty((0, 2), np.float32), [ArticleId("east")])
    assert not interests(world, did(Kind.CLICK, "east"), did(Kind.CLICK, "unknown")).is_known


def test_an_event_dated_ahead_counts_as_now(world: LiveCatalogue) -> None:
    ahead = interests(world, did(Kind.CLICK, "east", days_ago=-1), did(Kind.CLICK, "north"))
    assert affinity(ahead, world)["food"] == pytest.approx(1 / 2)
    assert ahead.recency == 1


def test_interests_are_what_sets_a_reader_apart_from_the_mean_of_all_articles(
    catalogue: Callable[..., LiveCatalogue],
) -> None:
    live = catalogue(a=((1, 0), {}), b=((0, 1), {}))
    found = interests_of([did(Kind.CLICK, "a")], live.view, NOW, CONFIG)
    assert found.vectors[0] == pytest.approx(np.array([1 / 2, -1 / 2]) / np.sqrt(1 / 2))


def test_an_article_that_is_the_mean_itself_has_no_direction(
    catalogue: Callable[..., LiveCatalogue],
) -> None:
    live = catalogue(a=((1, 0), {"category": "food"}))
    found = interests_of([did(Kind.CLICK, "a")], live.view, NOW, CONFIG)
    assert found.vectors.shape == (0, 2)
    assert found.affinity.tolist() == [0, 1]
    assert found.is_known


ENTRIES = st.builds(
    HistoryEntry,
    article=st.sampled_from(["a", "b", "c", "x", "y", "z", "-a", "-y", "gone"]).map(ArticleId),
    kind=st.sampled_from([kind for kind in Kind if kind not in {Kind.IMPRESSION, Kind.REPORT}]),
    occurred_at=st.floats(NOW - 4_000 * DAY, NOW + DAY),
    dwell_seconds=st.none(),
)


@pytest.fixture(scope="module")
def bundles() -> LiveCatalogue:
    names = ["a", "b", "c", "x", "y", "z"]
    vectors = np.array(
        [(1, 0, 0), (0.8, 0.6, 0), (0.8, -0.6, 0), (0, 0, 1), (0, 0.6, 0.8), (0, -0.6, 0.8)],
        np.float32,
    )
    entries = [
        CatalogueEntry(id=ArticleId(sign + name), title=name, card=b"", published_at=NOW)
        for sign in ("", "-")
        for name in names
    ]
    live = LiveCatalogue(3)
    live.apply(entries, np.concatenate([vectors, -vectors]))
    return live


@given(history=st.lists(ENTRIES, max_size=30), most=st.integers(1, 6))
def test_laws_of_every_history(
    bundles: LiveCatalogue, history: list[HistoryEntry], most: int
) -> None:
    """Interests are few and unit, shares sum to 1, members are liked and of one interest each."""
    config = CONFIG.model_copy(update={"max_interests": most})
    found = interests_of(history, bundles.view, NOW, config)
    assert len(found.vectors) == len(found.weights) == len(found.members) <= most
    assert np.linalg.norm(found.vectors, axis=1) == pytest.approx(np.ones(len(found.vectors)))
    assert list(found.weights) == sorted(found.weights, reverse=True)
    if len(found.vectors):
        assert found.weights.sum() == pytest.approx(1)
    members = [row for rows in found.members for row in rows.tolist()]
    assert len(members) == len(set(members))
    assert set(members) <= set(found.liked.tolist())
    assert len(found.strength) == len(found.liked)
    assert (found.strength > 0).all()
    assert list(found.strength) == sorted(found.strength, reverse=True)
    for direction in (found.mean, found.recent):
        length = float(np.linalg.norm(direction))
        assert length == pytest.approx(1) or length == 0
    assert (np.linalg.norm(found.aversions, axis=1) <= 1 + 1e-6).all()
    assert np.abs(found.affinity).sum() <= 1 + 1e-6
    assert 0 <= found.recency <= 1
    again = interests_of(history, bundles.view, NOW, config)
    assert again.vectors.tolist() == found.vectors.tolist()
