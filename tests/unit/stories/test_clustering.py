"""Stories on vectors that can be checked by eye: a unit vector is an angle in degrees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from recommender.domain.ids import ArticleId
from recommender.stories.bound import AXES
from recommender.stories.clustering import COMPARED, StoryConfig, StoryIndex, group

HOUR = 3_600.0
PLAIN: dict[str, Any] = {"threshold": 0.5, "drift_per_day": 0.0}


def at(*degrees: float) -> np.ndarray:
    radians = np.radians(degrees)
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


def hours(*hours: float) -> np.ndarray:
    return np.array(hours, np.float64) * HOUR


def index(**fields: Any) -> StoryIndex:
    return StoryIndex(2, StoryConfig(**(PLAIN | fields)))


def ids(names: Sequence[str]) -> list[ArticleId]:
    return [ArticleId(name) for name in names]


def assign(index: StoryIndex, names: str, *degrees: float, hour: float = 0.0) -> str:
    """Assign articles that are called by one letter each; return their stories' letters."""
    told = index.assign(ids(names), at(*degrees), hours(*[hour] * len(names)))
    return "".join(told)


def test_near_articles_are_one_story_which_is_called_by_the_first() -> None:
    assert assign(index(), "abcd", 0, 90, 10, 80) == "abab"


def test_it_makes_no_difference_whether_they_come_in_one_batch() -> None:
    one, many = index(), index()
    whole = assign(one, "abcdef", 0, 90, 10, 80, 45, 200)
    parts = [assign(many, n, d) for n, d in zip("abcdef", (0, 90, 10, 80, 45, 200), strict=True)]
    assert whole == "".join(parts)


def test_the_threshold_is_for_the_average_so_a_chain_does_not_grow() -> None:
    # Each is 50° from the one before it (cosine .64), the third 100° from the first (-.17).
    assert assign(index(), "abc", 0, 50, 100) == "aac", "(.64 - .17) / 2 is below .5"


def test_of_several_stories_the_likeliest_is_joined() -> None:
    assert assign(index(), "abc", 0, 65, 40) == "abb"


def test_exactly_the_threshold_belongs() -> None:
    config = StoryConfig(threshold=1.0, drift_per_day=0.0)
    assert group(ids("ab"), np.eye(2, dtype=np.float32)[[0, 0]], np.zeros(2), config) == ["a", "a"]


def test_articles_beyond_the_window_are_not_compared() -> None:
    stories = index(window_hours=72.0)
    assert assign(stories, "a", 0) == "a"
    assert assign(stories, "b", 0, hour=72.0) == "a"
    assert assign(stories, "c", 0, hour=144.1) == "c"


def test_a_story_goes_on_while_its_articles_follow_each_other_within_the_window() -> None:
    stories = index(window_hours=72.0)
    assert [assign(stories, n, 0, hour=50.0 * i) for i, n in enumerate("abcd")] == ["a"] * 4


def test_articles_of_before_are_compared_like_those_of_after() -> None:
    stories = index(window_hours=72.0)
    assert assign(stories, "a", 0, hour=100.0) == "a"
    assert assign(stories, "b", 0, hour=50.0) == "a"
    assert assign(stories, "c", 0, hour=20.0) == "a", "near b, out of reach of a"


def test_each_day_between_takes_off_likeness() -> None:
    stories = index(threshold=0.9, drift_per_day=0.06)
    assert assign(stories, "a", 0) == "a"
    assert assign(stories, "b", 0, hour=24.0) == "a", "1 - 1 × .06"
    stories.forget([ArticleId("b")])
    assert assign(stories, "c", 0, hour=48.0) == "c", "1 - 2 × .06"


def test_a_storys_id_stays_when_its_first_article_has_left() -> None:
    stories = index()
    assert assign(stories, "ab", 0, 10) == "aa"
    stories.forget([ArticleId("a"), ArticleId("unknown")])
    assert len(stories) == 1
    assert assign(stories, "c", 5) == "a"


def test_a_story_of_which_nothing_is_left_is_not_joined() -> None:
    stories = index()
    assign(stories, "ab", 0, 10)
    stories.forget(ids("ab"))
    assert assign(stories, "c", 5) == "c"


def test_a_changed_article_is_assigned_anew() -> None:
    stories = index()
    assert assign(stories, "abc", 0, 90, 5) == "aba"
    assert assign(stories, "c", 85) == "b"
    assert len(stories) == 3


def test_a_changed_article_that_tells_the_same_keeps_its_story() -> None:
    stories = index()
    assign(stories, "ab", 0, 5)
    assert assign(stories, "a", 2) == "a"


def test_a_storys_first_article_with_new_content_begins_a_story_of_another_name() -> None:
    stories = index()
    assert assign(stories, "ab", 0, 5) == "aa"
    assert assign(stories, "a", 180) == "a~", "b still belongs to the story a"
    assert assign(stories, "cd", 178, 3) == "a~a"


def test_an_article_alone_that_changes_keeps_its_name() -> None:
    stories = index()
    assign(stories, "a", 0)
    assert assign(stories, "a", 180) == "a"


def test_what_is_put_is_found_and_replaced_by_what_is_put_again() -> None:
    stories = index()
    stories.put(ids("ab"), at(0, 90), hours(0, 0), ["s", "t"])
    stories.put(ids("a"), at(180), hours(0), ["u"])
    assert len(stories) == 2
    assert assign(stories, "cde", 0, 90, 180) == "ctu"


def test_past_the_bound_those_published_first_are_let_go() -> None:
    stories = index(max_articles=100, window_hours=1_000.0)
    names = ids([f"n{n}" for n in range(130)])
    degrees = [0.0] * 30 + [180.0] * 100
    stories.put(names, at(*degrees), hours(*range(130)), ["old"] * 30 + ["new"] * 100)
    assert len(stories) == 100
    assert stories.assign(ids(["x", "y"]), at(180, 0), hours(130, 130)) == ["new", "y"]
    assert len(stories) == 100


def test_a_story_of_any_size_takes_new_articles() -> None:
    names = ids([f"n{n}" for n in range(5 * COMPARED)])
    told = group(names, at(*[0.0] * len(names)), np.zeros(len(names)), StoryConfig())
    assert set(told) == {"n0"}


@pytest.mark.parametrize(
    "fields",
    [{"threshold": 1.1}, {"drift_per_day": -0.1}, {"window_hours": 0.0}, {"max_articles": 99}],
)
def test_settings_out_of_range_are_refused(fields: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        StoryConfig(**fields)


def plainly(vectors: np.ndarray, seconds: np.ndarray, config: StoryConfig) -> list[int]:
    """Return what the documentation says, the slow way: row of each article's story."""
    told: list[int] = []
    for n in range(len(vectors)):
        days = np.abs(seconds[:n] - seconds[n]) / 86_400
        likeness = vectors[:n] @ vectors[n] - config.drift_per_day * days
        within = days * 24 <= config.window_hours
        means = {
            story: likeness[(np.array(told) == story) & within].mean()
            for story in {told[row] for row in np.flatnonzero(within)}
        }
        best = max(means, key=lambda story: means[story], default=None)
        told.append(best if best is not None and means[best] >= config.threshold else n)
    return told


@given(
    seed=st.integers(0, 10_000),
    count=st.integers(1, 60),
    threshold=st.floats(0.2, 0.9),
    drift=st.floats(0.0, 0.2),
)
def test_the_short_way_tells_the_same_stories_as_the_plain_one(
    seed: int, count: int, threshold: float, drift: float
) -> None:
    drawn = np.random.default_rng(seed)
    centres = drawn.standard_normal((6, 8))
    vectors = centres[drawn.integers(0, 6, count)] + 0.8 * drawn.standard_normal((count, 8))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    seconds = np.sort(drawn.uniform(0, 200 * HOUR, count))
    config = StoryConfig(threshold=threshold, drift_per_day=drift)
    told = group(ids([str(n) for n in range(count)]), vectors, seconds, config)
    assert told == [str(row) for row in plainly(vectors, seconds, config)]


def test_the_axes_are_fitted_as_articles_come_and_change_no_answer() -> None:
    drawn = np.random.default_rng(3)
    vectors = drawn.standard_normal((5 * AXES, 2 * AXES)).astype(np.float32)
    vectors[1::2] = vectors[::2] + 0.7 * vectors[1::2]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    told = group(
        ids([str(n) for n in range(len(vectors))]), vectors, np.zeros(len(vectors)), StoryConfig()
    )
    assert told == [str(n - n % 2) for n in range(len(vectors))]
