"""Vectors of articles: embedded once, kept on disk, and never taken from a damaged file."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from recommender.evaluation import vectors as module
from recommender.evaluation.data_sets.types import NONE, Articles, History, Impressions, Part
from recommender.evaluation.vectors import article_vectors, default_cache_folder, used_articles


@dataclass
class CountingEncoder:
    """An encoder whose vectors are drawn from each text's digest; remembers what it was asked."""

    model_id: str = "drawn"
    precision: str = "float32"
    dimension: int = 8
    asked: list[str] = field(default_factory=list)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        seeds = [int.from_bytes(hashlib.sha256(each.encode()).digest()[:8]) for each in texts]
        rows = np.array([np.random.default_rng(s).normal(size=self.dimension) for s in seeds])
        unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit.astype(np.float32)


def articles(*texts: str) -> Articles:
    nothing = (None,) * len(texts)
    return Articles(
        ids=tuple(map(str, range(len(texts)))),
        titles=texts,
        texts=texts,
        categories=nothing,
        subcategories=nothing,
        tags=((),) * len(texts),
        published=np.full(len(texts), np.nan),
    )


def vectors_of(
    texts: Sequence[str],
    encoder: CountingEncoder,
    cache: Path | None,
    used: Sequence[bool] | None = None,
) -> NDArray[np.float32]:
    which = np.array([True] * len(texts) if used is None else used)
    return article_vectors(articles(*texts), which, encoder, cache, lambda _: None)


def files_of(cache: Path) -> list[Path]:
    return sorted(path for path in cache.rglob("*") if path.is_file())


def test_unused_articles_have_no_vector(tmp_path: Path) -> None:
    encoder = CountingEncoder()
    found = vectors_of(["a", "b", "c"], encoder, tmp_path, [True, False, True])
    assert (found.shape, found.dtype) == ((3, 8), np.float32)
    assert encoder.asked == ["a", "c"]
    np.testing.assert_array_equal(found[1], np.zeros(8))
    np.testing.assert_array_equal(found[[0, 2]], CountingEncoder().encode(["a", "c"]))


def test_a_text_is_embedded_once(tmp_path: Path) -> None:
    first, second = CountingEncoder(), CountingEncoder()
    before = vectors_of(["a", "b", "a"], first, tmp_path)
    after = vectors_of(["c", "b", "a"], second, tmp_path)
    assert (first.asked, second.asked) == (["a", "b"], ["c"])
    np.testing.assert_array_equal(after[[2, 1, 2]], before)


def test_without_a_cache_nothing_is_kept() -> None:
    encoder = CountingEncoder()
    np.testing.assert_array_equal(vectors_of(["a"], encoder, None), encoder.encode(["a"]))


@pytest.mark.parametrize("other", [{"model_id": "m"}, {"precision": "p"}, {"dimension": 4}])
def test_another_model_has_vectors_of_its_own(tmp_path: Path, other: dict[str, str]) -> None:
    vectors_of(["a"], CountingEncoder(), tmp_path)
    encoder = CountingEncoder(**other)  # type: ignore[arg-type]
    vectors_of(["a"], encoder, tmp_path)
    assert encoder.asked == ["a"]


@pytest.mark.parametrize("damage", [b"", b"\x93NUMPY", None])
def test_a_damaged_file_is_reported_and_made_again(
    tmp_path: Path, damage: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    whole = vectors_of(["a", "b"], CountingEncoder(), tmp_path)
    (path,) = files_of(tmp_path)
    flipped = path.read_bytes()[:-1] + b"\x00"
    path.write_bytes(flipped if damage is None else damage)
    encoder = CountingEncoder()
    with caplog.at_level(logging.WARNING):
        again = vectors_of(["a", "b"], encoder, tmp_path)
    assert encoder.asked == ["a", "b"]
    np.testing.assert_array_equal(again, whole)
    assert f"{path}: damaged, deleted" in caplog.text
    assert [each.read_bytes() == flipped for each in files_of(tmp_path)] == [False]


def test_an_interrupted_run_leaves_what_it_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 2)

    class Tired(CountingEncoder):
        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            if len(self.asked) == 2:
                raise KeyboardInterrupt
            return super().encode(texts)

    with pytest.raises(KeyboardInterrupt):
        vectors_of(["a", "b", "c"], Tired(), tmp_path)
    encoder = CountingEncoder()
    vectors_of(["a", "b", "c"], encoder, tmp_path)
    assert encoder.asked == ["c"]


def test_several_at_once_leave_whole_files(tmp_path: Path) -> None:
    texts = [f"text {n}" for n in range(40)]

    def run(start: int) -> NDArray[np.float32]:
        return vectors_of(texts[start : start + 20], CountingEncoder(), tmp_path)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(run, [0, 5, 10, 20] * 8))
    encoder = CountingEncoder()
    found = vectors_of(texts, encoder, tmp_path)
    assert encoder.asked == []
    np.testing.assert_array_equal(found, encoder.encode(texts))
    assert all(path.suffix == ".npy" for path in files_of(tmp_path))


def test_a_folder_that_cannot_be_written_is_reported(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "vectors").write_text("a file where the folder should be")
    encoder = CountingEncoder()
    with caplog.at_level(logging.WARNING):
        found = vectors_of(["a"], encoder, tmp_path)
    np.testing.assert_array_equal(found, encoder.encode(["a"]))
    assert "the cache of vectors cannot be written" in caplog.text


def test_progress_counts_every_used_article(tmp_path: Path) -> None:
    for _ in ("first", "from the cache"):
        told: list[int] = []
        used = np.array([True, True, True, False])
        article_vectors(
            articles("a", "a", "b", "c"), used, CountingEncoder(), tmp_path, told.append
        )
        assert sum(told) == 3


def test_half_of_a_surrogate_pair_has_a_key(tmp_path: Path) -> None:
    class Careless(CountingEncoder):
        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            return super().encode([text.encode("utf-8", "replace").decode() for text in texts])

    assert vectors_of(["\ud800"], Careless(), tmp_path).any()


def test_used_is_what_was_offered_read_or_in_a_history() -> None:
    past = History(
        readers=np.array([0], dtype=np.int32),
        starts=np.array([0, 1]),
        articles=np.array([5], dtype=np.int32),
        at=np.array([0.0]),
        dwell=np.array([1.0], dtype=np.float32),
    )
    shown = Impressions(
        ids=np.array(["1", "2"]),
        readers=np.array([0, 0], dtype=np.int32),
        at=np.array([1.0, 2.0]),
        visible=np.array([1.0, 2.0]),
        reading=np.array([NONE, 3], dtype=np.int32),
        dwell=np.array([np.nan, 1.0], dtype=np.float32),
        starts=np.array([0, 1, 3]),
        candidates=np.array([1, 1, 2], dtype=np.int32),
        clicked=np.array([True, False, True]),
    )
    part = Part(name="all", history=past, impressions=shown)
    assert np.flatnonzero(used_articles([part], 7)).tolist() == [1, 2, 3, 5]


def test_the_cache_is_where_the_desktop_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache_folder() == tmp_path / "newsfeed"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/reader")
    assert default_cache_folder() == Path("/home/reader/.cache/newsfeed")
