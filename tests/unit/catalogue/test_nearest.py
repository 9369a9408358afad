from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from recommender.catalogue.live import CatalogueEntry, LiveCatalogue
from recommender.catalogue.sketch import AXES, Sketcher, fit
from recommender.catalogue.view import OVERSAMPLE

NOW = 1_767_225_600.0
Entry = Callable[..., CatalogueEntry]


def normalised(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def clustered(count: int, dimension: int, clusters: int, seed: int = 3) -> np.ndarray:
    """Unit vectors around topics, with a spread that falls along the axes as embeddings' does."""
    random = np.random.default_rng(seed)
    centres = normalised(random.normal(size=(clusters, dimension)))
    falling = (1.0 + np.arange(dimension)) ** -0.5
    spread = random.normal(size=(count, dimension)) * falling / np.linalg.norm(falling)
    return normalised(centres[random.integers(0, clusters, count)] + spread)


def exact(vectors: np.ndarray, query: np.ndarray, count: int) -> list[int]:
    return np.argsort(-(vectors @ query), kind="stable")[:count].tolist()


def test_nearest_equals_brute_force_where_the_catalogue_is_small(entry: Entry) -> None:
    vectors = clustered(OVERSAMPLE * 20, 32, clusters=5)
    live = LiveCatalogue(32)
    live.apply([entry(f"a{n}") for n in range(len(vectors))], vectors)
    everything = live.view.eligible(NOW)
    for query in vectors[:10]:
        rows, products = live.view.nearest(query, 20, everything)
        assert rows.tolist() == exact(vectors, query, 20)
        assert products == pytest.approx(vectors[rows] @ query)


def test_nearest_of_two_axes_can_be_seen_by_eye(catalogue: Callable[..., LiveCatalogue]) -> None:
    view = catalogue(a=((1, 0), {}), b=((0.6, 0.8), {}), c=((0, 1), {}), d=((-1, 0), {})).view
    rows, products = view.nearest(np.array([1, 0], np.float32), 3, np.array([1, 1, 0, 1], bool))
    assert [view.ids[row] for row in rows] == ["a", "b", "d"]
    assert products == pytest.approx([1.0, 0.6, -1.0])


def test_what_is_not_allowed_is_never_near(entry: Entry) -> None:
    vectors = clustered(600, 96, clusters=4)
    live = LiveCatalogue(96)
    live.apply([entry(f"a{n}") for n in range(600)], vectors)
    allowed = np.arange(600) % 7 == 0
    rows, _ = live.view.nearest(vectors[1], 100, allowed)
    assert sorted(rows.tolist()) == np.flatnonzero(allowed).tolist()


@pytest.mark.parametrize("count", [10, 50])
def test_the_sketch_finds_nine_of_ten_true_neighbours(entry: Entry, count: int) -> None:
    vectors = clustered(5_000, 384, clusters=20)
    live = LiveCatalogue(384)
    live.apply([entry(f"a{n}") for n in range(5_000)], vectors)
    everything = live.view.eligible(NOW)
    found = 0
    for query in vectors[::250]:
        rows, _ = live.view.nearest(query, count, everything)
        found += len(set(rows.tolist()) & set(exact(vectors, query, count)))
    assert found / (20 * count) >= 0.9


def test_axes_are_fitted_again_when_the_catalogue_has_doubled(entry: Entry) -> None:
    live = LiveCatalogue(96)
    vectors = clustered(600, 96, clusters=4)
    fitted = []
    for start in range(0, 600, 100):
        live.apply([entry(f"a{start + n}") for n in range(100)], vectors[start : start + 100])
        fitted.append(live.view.sketcher.fitted_on)
    assert fitted == [0, 200, 200, 400, 400, 400]
    assert np.allclose(live.view.sketches, live.view.sketcher.sketch(vectors), atol=1e-6)


def test_sketches_keep_inner_products_of_vectors_in_few_dimensions_exactly() -> None:
    random = np.random.default_rng(5)
    plane = np.linalg.qr(random.normal(size=(384, AXES)))[0].T
    vectors = normalised(random.normal(size=(500, AXES)) @ plane)
    sketcher = fit(vectors)
    sketches = sketcher.sketch(vectors)
    assert sketches.shape == (500, AXES)
    assert np.allclose(sketches @ sketches.T, vectors @ vectors.T, atol=1e-4)


def test_too_few_vectors_are_sketched_by_their_first_coordinates() -> None:
    sketcher = fit(np.empty((0, 384), np.float32))
    vector = np.arange(384, dtype=np.float32)
    assert sketcher.sketch(vector).tolist() == list(range(AXES))
    assert not sketcher.is_stale(2 * AXES - 1)
    assert sketcher.is_stale(2 * AXES)


def test_vectors_shorter_than_a_sketch_are_kept_whole() -> None:
    vectors = clustered(50, 8, clusters=2)
    sketcher: Sketcher = fit(vectors)
    sketches = sketcher.sketch(vectors)
    assert np.allclose(sketches @ sketches.T, vectors @ vectors.T, atol=1e-5)
