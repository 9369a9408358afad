from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recommender.ranking.content import CONTENT, NEAR, Content, content_features, soft_maximum

SOFTNESS = 0.1
NAMES = [each.name for each in CONTENT]


@pytest.fixture
def nobody() -> Content:
    """Two articles, one on each axis, and a reader of whom nothing is known."""
    return Content(
        vectors=np.eye(2, dtype=np.float32),
        centre=np.zeros(2, np.float32),
        interests=np.empty((0, 2), np.float32),
        weights=np.empty(0, np.float32),
        session=np.zeros(2, np.float32),
        context=np.zeros(2, np.float32),
        aversions=np.empty((0, 2), np.float32),
        mean=np.zeros(2, np.float32),
        recent=np.zeros(2, np.float32),
        read=np.empty((0, 2), np.float32),
        crowd=np.zeros(2, np.float32),
    )


def column(name: str, content: Content, **changes: Any) -> list[float]:
    """Return one feature of the two candidates; ``changes`` that are lists become float32."""
    fields = {field: np.array(value, np.float32) for field, value in changes.items()}
    rows = content_features(replace(content, **fields), SOFTNESS)
    return [float(value) for value in rows[:, NAMES.index(name)]]


def test_every_column_is_named_and_single_precision(nobody: Content) -> None:
    rows = content_features(nobody, SOFTNESS)
    assert rows.shape == (2, len(CONTENT))
    assert rows.dtype == np.float32


def test_all_but_what_trends_is_made_of_the_readers_own_data() -> None:
    assert [each.name for each in CONTENT if not each.personal] == ["crowd_similarity"]


def test_of_a_stranger_on_a_new_site_nothing_is_known(nobody: Content) -> None:
    assert not content_features(nobody, SOFTNESS).any()


def test_no_candidates_make_no_rows(nobody: Content) -> None:
    none = replace(nobody, vectors=nobody.vectors[:0])
    assert content_features(none, SOFTNESS).shape == (0, len(CONTENT))


def test_similarity_of_one_interest_is_the_cosine(nobody: Content) -> None:
    found = column("similarity", nobody, interests=[[0.6, 0.8]], weights=[1])
    assert found == pytest.approx([0.6, 0.8])


def test_similarity_of_several_is_near_that_with_the_nearest(nobody: Content) -> None:
    found = column("similarity", nobody, interests=[[1, 0], [0, 1]], weights=[0.75, 0.25])
    assert found == pytest.approx(
        [
            0.1 * math.log(0.75 * math.exp(1 / 0.1) + 0.25),
            0.1 * math.log(0.75 + 0.25 * math.exp(1 / 0.1)),
        ]
    )


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("session", "session"),
        ("context", "context"),
        ("similarity_mean", "mean"),
        ("similarity_recent", "recent"),
        ("crowd_similarity", "crowd"),
    ],
)
def test_each_direction_has_its_column(nobody: Content, name: str, field: str) -> None:
    """The cosine with it in its own column, and nothing in any other."""
    rows = content_features(replace(nobody, **{field: np.array([0.6, -0.8], np.float32)}), SOFTNESS)
    place = NAMES.index(name)
    assert rows[:, place] == pytest.approx([0.6, -0.8])
    assert not np.delete(rows, place, axis=1).any()


def test_cosines_are_of_what_differs_from_the_centre(nobody: Content) -> None:
    centre = np.array([0.6, 0.0])
    found = column("session", nobody, centre=[0.6, 0.0], session=[0.6, 0.8])
    expected = [
        float((vector - centre) @ [0.6, 0.8] / np.linalg.norm(vector - centre))
        for vector in np.eye(2)
    ]
    assert found == pytest.approx(expected, abs=1e-6)


def test_what_is_the_centre_itself_is_like_nothing(nobody: Content) -> None:
    assert column("session", nobody, centre=[1, 0], session=[1, 0])[0] == pytest.approx(0)


def test_context_is_as_long_as_it_is_present(nobody: Content) -> None:
    assert column("context", nobody, context=[0.25, 0]) == pytest.approx([0.25, 0])


def test_the_nearest_aversion_counts_by_its_strength_and_never_draws(nobody: Content) -> None:
    found = column("aversion", nobody, aversions=[[0.5, 0], [-0.6, -0.8], [0.3, 0.4]])
    assert found == pytest.approx([0.5, 0.4])
    assert column("aversion", nobody, aversions=[[-0.6, -0.8]]) == [0, 0]


def test_the_nearest_of_what_was_read_and_the_mean_of_the_three_nearest(nobody: Content) -> None:
    """The farthest of four does not count, be it ever so far."""
    read = [[1, 0], [0, -1], [0.8, 0.6], [0.6, 0.8]]
    assert column("similarity_nearest", nobody, read=read) == pytest.approx([1, 0.8])
    near = [(1 + 0.8 + 0.6) / NEAR, (0.8 + 0.6 + 0) / NEAR]
    assert column("similarity_near", nobody, read=read) == pytest.approx(near)


def test_of_fewer_than_three_read_all_are_near(nobody: Content) -> None:
    read = [[1, 0], [0.6, -0.8]]
    assert column("similarity_nearest", nobody, read=read) == pytest.approx([1, 0])
    near = [(1 + 0.6) / 2, (0 - 0.8) / 2]
    assert column("similarity_near", nobody, read=read) == pytest.approx(near)


def test_what_all_that_was_read_is_unlike_is_far_from_it(nobody: Content) -> None:
    assert column("similarity_nearest", nobody, read=[[-1, 0]]) == [-1, 0]


def test_a_candidate_has_the_same_features_in_whatever_company(nobody: Content) -> None:
    content = replace(
        nobody,
        interests=np.array([[0.6, 0.8]], np.float32),
        weights=np.ones(1, np.float32),
        read=np.array([[0.8, 0.6]], np.float32),
        crowd=np.array([0, 1], np.float32),
    )
    alone = replace(content, vectors=content.vectors[1:])
    together = content_features(content, SOFTNESS)[1:]
    assert content_features(alone, SOFTNESS) == pytest.approx(together)


UNIT = arrays(np.float64, (4, 3), elements=st.floats(-1, 1)).map(
    lambda found: found / np.maximum(1e-9, np.linalg.norm(found, axis=1, keepdims=True))
)


@given(
    vectors=UNIT.filter(lambda found: bool(found.any(axis=1).all())),
    read=UNIT,
    count=st.integers(0, 4),
    centre=arrays(np.float64, 3, elements=st.floats(-0.5, 0.5)),
    softness=st.floats(0.001, 10),
)
def test_features_are_cosines_whatever_the_directions(
    vectors: Any, read: Any, count: int, centre: Any, softness: float
) -> None:
    read, single = read.astype(np.float32), read[0].astype(np.float32)
    rows = content_features(
        Content(
            vectors=vectors.astype(np.float32),
            centre=centre.astype(np.float32),
            interests=read[:count],
            weights=np.full(count, 1 / max(1, count), np.float32),
            session=single,
            context=single,
            aversions=read[:count],
            mean=single,
            recent=single,
            read=read[:count],
            crowd=single,
        ),
        softness,
    )
    assert rows.shape == (4, len(CONTENT))
    assert np.abs(rows).max() <= 1 + 1e-3


@given(
    cosines=st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=6),
    softness=st.floats(0.001, 10),
    seed=st.integers(0, 99),
)
def test_the_soft_maximum_lies_between_mean_and_maximum(
    cosines: list[float], softness: float, seed: int
) -> None:
    weights = np.random.default_rng(seed).dirichlet(np.ones(len(cosines))).astype(np.float32)
    row = np.array([cosines], np.float32)
    (found,) = soft_maximum(row, weights, softness)
    assert row[0] @ weights - 1e-4 <= found <= row.max() + 1e-4
