"""The bound is never below the cosine, whatever it was fitted on."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.stories.bound import AXES, ROUNDING, fit


def unit(count: int, dimension: int, seed: int) -> np.ndarray:
    drawn = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


@pytest.mark.parametrize("dimension", [1, 2, 64, AXES, AXES + 1, 384])
@pytest.mark.parametrize("fitted_on", [0, 50, 300])
def test_the_bound_is_never_below_the_cosine(dimension: int, fitted_on: int) -> None:
    bound = fit(unit(fitted_on, dimension, seed=1))
    vectors = unit(200, dimension, seed=2)
    short = bound.shorten(vectors)
    assert (short @ short.T >= vectors @ vectors.T - ROUNDING / 2).all()


def test_with_as_many_axes_as_dimensions_it_is_the_cosine() -> None:
    vectors = unit(100, 26, seed=1)
    short = fit(vectors).shorten(vectors)
    np.testing.assert_allclose(short @ short.T, vectors @ vectors.T, atol=ROUNDING)


def test_on_vectors_like_those_it_was_fitted_on_it_is_close() -> None:
    low_rank = unit(600, 20, seed=1) @ np.linalg.qr(unit(384, 20, seed=2))[0].T
    short = fit(low_rank[:500]).shorten(low_rank[500:])
    np.testing.assert_allclose(short @ short.T, low_rank[500:] @ low_rank[500:].T, atol=0.01)


def test_it_is_stale_once_there_are_twice_as_many_vectors() -> None:
    bound = fit(unit(200, 384, seed=1))
    assert not bound.is_stale(399)
    assert bound.is_stale(400)


def test_what_was_fitted_on_too_few_is_stale_when_there_are_enough() -> None:
    bound = fit(unit(5, 384, seed=1))
    assert not bound.is_stale(2 * AXES - 1)
    assert bound.is_stale(2 * AXES)
